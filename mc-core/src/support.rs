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
mod tests {
    use proptest::prelude::*;
    use rand::distr::{Distribution, Open01};
    use rand_xoshiro::Xoshiro256Plus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    use super::*;

    /// As the docs of `ROUNDS` say.
    const MOST_RUNS: usize = 2;

    fn assert_inside(lo: f64, hi: f64) {
        let side = Interval::new(lo, hi).unwrap();
        let (map, runs) = side.affine_in_runs();
        assert!(runs <= MOST_RUNS, "{lo:e}:{hi:e} takes {runs} runs");
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

    /// The walk by single ulps, as far as `most` steps: the definition.
    fn walk(side: Interval, most: u32) -> Option<Affine> {
        let width = side.width();
        let offset = width.mul_add(-(1.0 - f64::EPSILON / 2.0), side.lo);
        let mut map = Affine { scale: width, offset };
        for _ in 0..most {
            if map.apply(D_MIN) < side.lo {
                map.offset = map.offset.next_up();
            } else if map.apply(D_MAX) > side.hi {
                map.scale = map.scale.next_down();
            } else {
                return Some(map);
            }
        }
        None
    }

    /// Whether the walk ends within `most` steps, and then the map has its bits.
    fn walks(lo: f64, hi: f64, most: u32) -> bool {
        let side = Interval::new(lo, hi).unwrap();
        let walked = walk(side, most);
        let bits = |map: Affine| (map.scale.to_bits(), map.offset.to_bits());
        if let Some(map) = walked {
            assert_eq!(bits(side.affine()), bits(map), "{lo:e}:{hi:e}");
        }
        assert_inside(lo, hi);
        walked.is_some()
    }

    /// Narrow boxes at powers of two, where the walk can take weeks.
    #[test]
    fn the_map_is_where_the_walk_ends() {
        let (mut quick, mut slow) = (0, 0);
        for exponent in (-1022..=1020).step_by(3) {
            for end in [-1.0f64, 1.0, 1.0f64.next_down(), -1.0f64.next_up(), 1.5, -1.75] {
                let end = end * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
                for narrow in [1e-16, 3e-16, 1e-15, 1e-14, 1e-12, 1e-9, 1e-5, 0.3, 1.0, 7.0] {
                    for (lo, hi) in
                        [(end, end + end.abs() * narrow), (end - end.abs() * narrow, end)]
                    {
                        if lo < hi && Interval::new(lo, hi).is_ok() {
                            *if walks(lo, hi, 2_000) { &mut quick } else { &mut slow } += 1;
                        }
                    }
                }
            }
        }
        assert!(quick > 50_000 && slow > 1_000, "{quick} quick, {slow} slow");
    }

    #[test]
    fn a_box_that_took_weeks_takes_a_few_steps() {
        // The walk has 2³⁸ steps and more.
        let side = Interval::new(-1.0, -0.999999999999).unwrap();
        assert_eq!(walk(side, 1_000_000), None);
        let map = side.affine();
        // The offset is a multiple of 2⁻⁵², so one end is missed by a bit.
        assert_eq!(map.apply(D_MIN), (-1.0f64).next_up());
        assert!(map.apply(D_MAX) <= side.hi() && map.apply(D_MAX) >= side.hi() - 2.3e-16);
        // Neighbours, the smallest numbers, and the ends of all numbers.
        let tiny = f64::from_bits(1);
        for (lo, hi) in [
            (1.0, 1.0f64.next_up()),
            (-1.0, -1.0f64.next_down()),
            (-1.0, (-1.0f64).next_up()),
            (0.0, tiny),
            (-tiny, 0.0),
            (-tiny, tiny),
            (tiny, 2.0 * tiny),
            (-f64::MIN_POSITIVE, tiny),
            (f64::MAX.next_down(), f64::MAX),
            (-8.9e307, 0.0),
            (0.0, 8.9e307),
        ] {
            if lo < hi {
                walks(lo, hi, 2_000);
            }
        }
    }

    proptest! {
        #[test]
        fn narrow_boxes_anywhere(a in any::<f64>(), ulps in 1u64..1 << 52, shift in 0u32..52, power in any::<bool>()) {
            // The lower or the upper end at a power of two, in half of the cases.
            let end = if power { f64::from_bits(a.to_bits() & !((1 << 52) - 1)) } else { a };
            prop_assume!(end.is_finite());
            let other = f64::from_bits(end.to_bits().wrapping_add(ulps >> shift));
            let (lo, hi) = (end.min(other), end.max(other));
            if Interval::new(lo, hi).is_ok() {
                walks(lo, hi, 500);
            }
        }
    }

    #[test]
    fn places_are_those_of_neighbours() {
        for x in [0.0, 1.0, -1.0, f64::from_bits(1), -f64::from_bits(1), f64::MIN, 1e-310] {
            assert_eq!(number(place(x)), x);
            assert_eq!(number(place(x) + 1), x.next_up());
        }
        assert_eq!(place(-0.0), place(0.0));
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
