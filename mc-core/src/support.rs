//! The box that is integrated over, and the map from random words to its points.

#![allow(clippy::indexing_slicing, reason = "`chunk_by` gives no empty run")]

use std::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::short::Short;

/// The most coordinates a [`Support`] may have.
pub const MAX_DIMS: usize = 1 << 20;

/// One side of the box, `[lo, hi]` with finite `lo < hi`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(Serialize, Deserialize),
    serde(try_from = "(f64, f64)", into = "(f64, f64)")
)]
pub struct Interval {
    lo: f64,
    hi: f64,
}

impl Interval {
    /// `[lo, hi]`.
    ///
    /// # Errors
    ///
    /// Both ends must be finite, `lo < hi`, and the width must be a finite
    /// number twice over (`2·(hi − lo)` does not overflow), since points are
    /// computed from it.
    pub fn new(lo: f64, hi: f64) -> Result<Self, SupportError> {
        if !lo.is_finite() || !hi.is_finite() {
            return Err(SupportError::NotFinite { lo, hi });
        }
        if lo >= hi {
            return Err(SupportError::Empty { lo, hi });
        }
        let interval = Self { lo, hi };
        if !(2.0 * (hi - lo)).is_finite() || !(lo - (hi - lo)).is_finite() {
            return Err(SupportError::TooWide { lo, hi });
        }
        Ok(interval)
    }

    /// The lower end.
    pub fn lo(self) -> f64 {
        self.lo
    }

    /// The upper end.
    pub fn hi(self) -> f64 {
        self.hi
    }

    /// `hi − lo`.
    pub fn width(self) -> f64 {
        self.hi - self.lo
    }

    /// The map from `d ∈ [1, 2)` to this interval.
    ///
    /// In exact arithmetic x = lo + width·(d − 1 + 2⁻⁵³), the centre of one of
    /// 2⁵² cells. Scale and offset round, so they are then moved until both
    /// extreme values of d land inside; fma is monotone in d, so every other
    /// value does too. On `[0, 1]` nothing moves and the result is exactly the
    /// `Open01` distribution of the rand crate.
    ///
    /// The result is where this walk ends: offset up by an ulp while the least
    /// x is too low, else scale down by an ulp while the largest is too high.
    /// Where the ulps of the two differ much it has more steps than anyone can
    /// wait for (2³⁹ on [−1, −1 + 10⁻¹²]), so its runs of equal steps are
    /// taken in one, by bisection: at most `ROUNDS` runs of 64 steps.
    pub fn affine(self) -> Affine {
        self.affine_in_runs().0
    }

    /// The map, and how many runs of steps led to it.
    fn affine_in_runs(self) -> (Affine, usize) {
        const HALF_CELL: f64 = f64::EPSILON / 2.0;
        let width = self.width();
        let mut map = Affine { scale: width, offset: width.mul_add(-(1.0 - HALF_CELL), self.lo) };
        let too_low = |map: Affine| map.apply(D_MIN) < self.lo;
        let too_high = |map: Affine| map.apply(D_MAX) > self.hi;
        for runs in 0..ROUNDS {
            if too_low(map) {
                // It is not with `lo` as offset, since scale is never negative.
                map.offset =
                    first(map.offset, self.lo, |offset| !too_low(Affine { offset, ..map }));
            } else if too_high(map) {
                // It is not with scale 0, since the offset is never above `lo`.
                map.scale = -first(-map.scale, 0.0, |negative| {
                    let map = Affine { scale: -negative, ..map };
                    !too_high(map) || too_low(map)
                });
            } else {
                return (map, runs);
            }
        }
        // Not reached (see ROUNDS); if it were, the points would still be inside.
        (Affine { scale: 0.0, offset: self.lo }, ROUNDS)
    }
}

/// More runs of steps than [`Interval::affine`] ever has.
///
/// A run that moves the offset ends with the least x less than an ulp (of scale
/// or of offset, whichever is larger) above the lower end; then the largest is
/// too high only while scale is above the width less a few ulps. It starts at
/// the width, and each run that moves it takes it down by at least one ulp. The
/// most that tests find is 2 runs.
const ROUNDS: usize = 16;

/// The first number after `from`, on the way up to `to`, for which `reached` holds. It
/// holds for `to`, and for all numbers after the first.
fn first(from: f64, to: f64, reached: impl Fn(f64) -> bool) -> f64 {
    let (mut before, mut at) = (place(from), place(to));
    while at - before > 1 {
        let middle = before + (at - before) / 2;
        if reached(number(middle)) {
            at = middle;
        } else {
            before = middle;
        }
    }
    number(at)
}

/// Where a finite number stands among all: neighbours have neighbouring places, and
/// both zeros have the same.
fn place(x: f64) -> i64 {
    let magnitude = (x.to_bits() & !SIGN) as i64;
    if x.is_sign_negative() { -magnitude } else { magnitude }
}

/// The number at a place; at 0 it is +0.
fn number(place: i64) -> f64 {
    f64::from_bits(place.unsigned_abs() | if place < 0 { SIGN } else { 0 })
}

const SIGN: u64 = 1 << 63;

impl TryFrom<(f64, f64)> for Interval {
    type Error = SupportError;

    fn try_from((lo, hi): (f64, f64)) -> Result<Self, SupportError> {
        Self::new(lo, hi)
    }
}

impl From<Interval> for (f64, f64) {
    fn from(side: Interval) -> Self {
        (side.lo, side.hi)
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", Short(self.lo), Short(self.hi))
    }
}

/// The smallest `d` that a word can give.
const D_MIN: f64 = 1.0;
/// The largest `d` that a word can give.
const D_MAX: f64 = 2.0 - f64::EPSILON;

/// x = fma(scale, d, offset): takes `d ∈ [1, 2)` to one side of the box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    /// The factor of d, about `hi − lo`.
    pub scale: f64,
    /// What is added, about `lo − scale`.
    pub offset: f64,
}

impl Affine {
    /// fma(scale, d, offset).
    #[inline(always)]
    pub fn apply(self, d: f64) -> f64 {
        self.scale.mul_add(d, self.offset)
    }
}

/// A box in ℝⁿ: the product of `dims` intervals.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(
    feature = "serde",
    derive(Serialize, Deserialize),
    serde(try_from = "Vec<Interval>", into = "Vec<Interval>")
)]
pub struct Support {
    sides: Vec<Interval>,
}

impl Support {
    /// The box with these sides, in coordinate order.
    ///
    /// # Errors
    ///
    /// There must be at least one side and at most [`MAX_DIMS`].
    pub fn new(sides: Vec<Interval>) -> Result<Self, SupportError> {
        match sides.len() {
            0 => Err(SupportError::NoSides),
            n if n > MAX_DIMS => Err(SupportError::TooManySides { dims: n as u64 }),
            _ => Ok(Self { sides }),
        }
    }

    /// `[lo, hi]` to the power `dims`.
    ///
    /// # Errors
    ///
    /// As [`Interval::new`] and [`Support::new`].
    pub fn cube(lo: f64, hi: f64, dims: usize) -> Result<Self, SupportError> {
        let side = Interval::new(lo, hi)?;
        if dims > MAX_DIMS {
            return Err(SupportError::TooManySides { dims: dims as u64 });
        }
        Self::new(vec![side; dims])
    }

    /// The number of coordinates, n.
    pub fn dims(&self) -> usize {
        self.sides.len()
    }

    /// The sides, in coordinate order.
    pub fn sides(&self) -> &[Interval] {
        &self.sides
    }

    /// The lower ends, in coordinate order.
    pub fn lo(&self) -> Vec<f64> {
        self.sides.iter().map(|side| side.lo).collect()
    }

    /// The upper ends, in coordinate order.
    pub fn hi(&self) -> Vec<f64> {
        self.sides.iter().map(|side| side.hi).collect()
    }

    /// V = Π (hiᵢ − loᵢ). In many dimensions it can overflow to infinity or
    /// underflow to 0.
    pub fn volume(&self) -> f64 {
        self.sides.iter().map(|side| side.width()).product()
    }

    /// The maps from random words to points, one a coordinate.
    pub fn affine(&self) -> Vec<Affine> {
        self.sides.iter().map(|side| side.affine()).collect()
    }
}

impl TryFrom<Vec<Interval>> for Support {
    type Error = SupportError;

    fn try_from(sides: Vec<Interval>) -> Result<Self, SupportError> {
        Self::new(sides)
    }
}

impl From<Support> for Vec<Interval> {
    fn from(support: Support) -> Self {
        support.sides
    }
}

/// As `--support` takes it: equal neighbours are written `lo:hi^k`.
impl fmt::Display for Support {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (k, run) in self.sides.chunk_by(|a, b| a == b).enumerate() {
            if k > 0 {
                f.write_str(",")?;
            }
            write!(f, "{}", run[0])?;
            if run.len() > 1 {
                write!(f, "^{}", run.len())?;
            }
        }
        Ok(())
    }
}

/// Why a box is refused.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SupportError {
    /// An end is infinite or not a number.
    #[error("the ends of {}:{} must be finite numbers", Short(*lo), Short(*hi))]
    NotFinite {
        /// The lower end.
        lo: f64,
        /// The upper end.
        hi: f64,
    },
    /// `lo >= hi`.
    #[error("in {}:{} the lower end must be less than the upper end", Short(*lo), Short(*hi))]
    Empty {
        /// The lower end.
        lo: f64,
        /// The upper end.
        hi: f64,
    },
    /// The width is beyond what f64 arithmetic can map points to.
    #[error("{}:{} is too wide: twice its width must be below 1.8e308", Short(*lo), Short(*hi))]
    TooWide {
        /// The lower end.
        lo: f64,
        /// The upper end.
        hi: f64,
    },
    /// No side at all.
    #[error("a support needs at least one side, such as 0:1")]
    NoSides,
    /// More than [`MAX_DIMS`] sides.
    #[error("{dims} coordinates are too many: at most {MAX_DIMS}")]
    TooManySides {
        /// How many were asked for.
        dims: u64,
    },
}

#[cfg(test)]
mod tests;
