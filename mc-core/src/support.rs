//! The box that is integrated over, and the map from random words to its points.

use std::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

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
    /// 2⁵² cells. Scale and offset round, so they are then moved, an ulp at a
    /// time, until both extreme values of d land inside; fma is monotone in d,
    /// so every other value does too. On `[0, 1]` nothing moves and the result
    /// is exactly the `Open01` distribution of the rand crate.
    pub fn affine(self) -> Affine {
        const HALF_CELL: f64 = f64::EPSILON / 2.0;
        let width = self.width();
        let mut map = Affine { scale: width, offset: width.mul_add(-(1.0 - HALF_CELL), self.lo) };
        loop {
            if map.apply(D_MIN) < self.lo {
                map.offset = map.offset.next_up();
            } else if map.apply(D_MAX) > self.hi {
                map.scale = map.scale.next_down();
            } else {
                return map;
            }
        }
    }
}

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
        write!(f, "{}:{}", self.lo, self.hi)
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

/// A number in a message: 1e308 is not to fill five lines.
struct Short(f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.abs() {
            1e-5..1e16 | 0.0 => self.0.fmt(f),
            _ if self.0.is_finite() => write!(f, "{:e}", self.0),
            _ => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::distr::{Distribution, Open01};
    use rand_xoshiro::Xoshiro256Plus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    use super::*;

    fn assert_inside(lo: f64, hi: f64) {
        let side = Interval::new(lo, hi).unwrap();
        let map = side.affine();
        let (first, last) = (map.apply(D_MIN), map.apply(D_MAX));
        assert!(lo <= first && last <= hi, "{lo:e}:{hi:e} gives {first:e}..{last:e}");
        // The ends are reached to within a few cells and a few ulps.
        let slack = side.width() * 4.0 * f64::EPSILON
            + 4.0 * (lo.abs().max(hi.abs()).next_up() - lo.abs().max(hi.abs()));
        assert!(first - lo <= slack, "{lo:e}:{hi:e} starts late, at {first:e}");
        assert!(hi - last <= slack, "{lo:e}:{hi:e} ends early, at {last:e}");
    }

    #[test]
    fn no_point_leaves_the_interval_at_any_magnitude() {
        for exponent in -1074..=1020 {
            let a = 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
            for b in [0.0, 0.5 * a, a.next_up(), 1.5 * a, 3.0 * a, 1.0, 1e-300, 1e300] {
                for (lo, hi) in [(a, b), (b, a), (-a, b), (-b, a), (-a, -b), (-b, -a)] {
                    if lo < hi {
                        assert_inside(lo, hi);
                    }
                }
            }
        }
    }

    proptest! {
        #[test]
        fn no_point_leaves_a_random_interval(a in any::<f64>(), b in any::<f64>(), word in any::<u64>()) {
            let (lo, hi) = (a.min(b), a.max(b));
            if let Ok(side) = Interval::new(lo, hi) {
                assert_inside(lo, hi);
                let x = side.affine().apply(crate::stream::one_to_two(word));
                prop_assert!(lo <= x && x <= hi);
            }
        }
    }

    #[test]
    fn unit_interval_is_open01() {
        let map = Interval::new(0.0, 1.0).unwrap().affine();
        let mut words = Xoshiro256Plus::seed_from_u64(3);
        let mut theirs = words.clone();
        for _ in 0..10_000 {
            let word = words.next_u64();
            let open: f64 = Open01.sample(&mut theirs);
            assert_eq!(map.apply(crate::stream::one_to_two(word)), open);
        }
        assert_eq!(map.apply(D_MIN), 2f64.powi(-53));
        assert_eq!(map.apply(D_MAX), 1.0 - 2f64.powi(-53));
    }

    #[test]
    fn bad_intervals_are_named() {
        let message = |lo, hi| Interval::new(lo, hi).unwrap_err().to_string();
        assert!(message(2.0, 1.0).contains("2:1"));
        assert!(message(1.0, 1.0).contains("less than"));
        assert!(message(f64::NAN, 1.0).contains("NaN"));
        assert!(message(0.0, f64::INFINITY).contains("inf"));
        assert!(message(-1.7e308, 1.7e308).contains("too wide"));
    }

    #[test]
    fn volume_is_the_product_of_the_widths() {
        let sides = [(-1.0, 2.0), (3.0, 5.0)].map(|(lo, hi)| Interval::new(lo, hi).unwrap());
        let support = Support::new(sides.to_vec()).unwrap();
        assert_eq!(support.volume(), 6.0);
        assert_eq!(support.to_string(), "-1:2,3:5");
        assert_eq!(Support::cube(0.0, 1.0, 3).unwrap().to_string(), "0:1^3");
    }
}
