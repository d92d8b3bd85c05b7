//! Inverse hyperbolic functions: each is the logarithm of a quotient of pairs
//! hi + lo, so that nothing is lost where they are small.

use super::super::double::Double;
use super::super::exponential::{LN2_HIGH, LN2_LOW};
use super::super::polynomial::horner;
use crate::real::Real;

/// (2 atanh(u/2) − u)/u³ in u², |u| ≤ 0.3434, from Sollya's fpminimax; relative
/// error of 2 atanh(u/2) 1.2·10⁻¹⁸.
const LN: [f64; 7] = [
    0.08333333333333419,
    0.012499999999815535,
    0.0022321428705909846,
    0.0004340273133588607,
    8.878697019379314e-5,
    1.8693671201362758e-5,
    4.515996550231363e-6,
];

/// asinh x = ±ln(|x| + √(x² + 1)), where the sum is a pair.
///
/// asinh(±0) = ±0, asinh(±∞) = ±∞.
///
/// # Accuracy
///
/// 0.65 ulp at most; the worst that a search found is 0.628.
#[inline(always)]
pub fn asinh<T: Real>(x: T) -> T {
    let size = x.abs();
    let square = Double::product(size, size);
    let sum = Double::quick_sum(T::constant(1.0), square.hi);
    let terms = Terms::new(size, Double { hi: sum.hi, lo: sum.lo + square.lo });
    terms.ln(Double::quick_sum(terms.root, terms.x), size).copysign(x)
}

/// acosh x = ln(x + √(x² − 1)), where the sum is a pair.
///
/// acosh(1) = +0, acosh(∞) = ∞; NaN where x < 1.
///
/// # Accuracy
///
/// 0.69 ulp at most; the worst that a search found is 0.665.
#[inline(always)]
pub fn acosh<T: Real>(x: T) -> T {
    let square = Double::product(x, x);
    let difference = Double::quick_sum(square.hi, T::constant(-1.0));
    let terms = Terms::new(x, Double { hi: difference.hi, lo: difference.lo + square.lo });
    let y = terms.ln(Double::quick_sum(terms.x, terms.root), x);
    T::select(x.less(T::constant(1.0)), T::constant(f64::NAN), y)
}

/// x and the root of x² ± 1; both x/4 where that makes no difference any more
/// and the sum, or the square, would overflow.
struct Terms<T> {
    x: T,
    root: T,
    root_rest: T,
    large: T,
}

impl<T: Real> Terms<T> {
    #[inline(always)]
    fn new(x: T, square: Double<T>) -> Self {
        let large = T::constant(268_435_456.0).less(x);
        let quarter = x * 0.25;
        let root = square.hi.sqrt();
        let left = (-root).mul_add(root, square.hi) + square.lo;
        // The addend only avoids 0/0.
        let rest = left / root.mul_add(T::constant(2.0), T::constant(f64::MIN_POSITIVE));
        Self {
            x: T::select(large, quarter, x),
            root: T::select(large, quarter, root),
            root_rest: T::select(large, T::constant(0.0), rest),
            large,
        }
    }

    /// ln(x + root) from the sum of both; `of` is the argument, ∞ and NaN stay.
    #[inline(always)]
    fn ln(&self, sum: Double<T>, of: T) -> T {
        let e = (sum.hi * std::f64::consts::SQRT_2).exponent();
        let sum = Double { hi: sum.hi, lo: sum.lo + self.root_rest };
        let power = Double { hi: e.exp2_int(), lo: T::constant(0.0) };
        let y = ln_of_ratio(sum, power, self.large.mul_add(T::constant(2.0), e));
        T::select(of.less(T::constant(f64::INFINITY)), y, of)
    }
}

/// atanh x = ±½ ln((1 + |x|)/(1 − |x|)), where numerator and denominator are pairs.
///
/// atanh(±0) = ±0, atanh(±1) = ±∞; NaN where |x| > 1.
///
/// # Accuracy
///
/// 0.63 ulp at most; the worst that a search found is 0.606.
#[inline(always)]
pub fn atanh<T: Real>(x: T) -> T {
    let one = T::constant(1.0);
    let size = x.abs();
    let above = Double::quick_sum(one, size);
    let below = Double::quick_sum(one, -size);
    let e = (above.hi * std::f64::consts::SQRT_2 / below.hi).exponent();
    let power = e.exp2_int();
    let below = Double { hi: below.hi * power, lo: below.lo * power };
    let y = ln_of_ratio(above, below, e) * 0.5;
    let y = T::select(size.less(one), y, T::constant(f64::NAN));
    T::select(size.equal(one), T::constant(f64::INFINITY), y).copysign(x)
}

/// ln(a/b) + e·ln 2 where √½ ≤ a/b ≤ √2.
///
/// It is e·ln 2 + 2 atanh(u/2) with u = (a − b)/((a + b)/2), and the quotient is
/// corrected by its remainder. Where b = 1 and a − b is tiny, so is the result:
/// a − b may then be in `lo` alone.
#[inline(always)]
fn ln_of_ratio<T: Real>(a: Double<T>, b: Double<T>, e: T) -> T {
    let half = T::constant(0.5);
    let difference = Double { hi: a.hi - b.hi, lo: a.lo - b.lo };
    let mean = difference.hi.mul_add(half, b.hi);
    let mean_rest = difference.hi.mul_add(half, b.hi - mean);
    let mean_rest = (a.lo + b.lo).mul_add(half, mean_rest);
    let inverse = T::constant(1.0) / mean;
    let u = difference.hi * inverse;
    let remainder = (-u).mul_add(mean, difference.hi) + (-u).mul_add(mean_rest, difference.lo);
    let square = u * u;
    let tail = remainder.mul_add(inverse, u * square * horner(square, LN));
    let sum = Double::quick_sum(e * LN2_HIGH, u);
    sum.hi + (e.mul_add(T::constant(LN2_LOW), sum.lo) + tail)
}
