//! Whole numbers, signs, remainders, and the smaller or larger of two numbers:
//! all exact, or rounded once.

use crate::real::Real;

/// The smallest whole number ≥ x. ±0, ±∞ and NaN stay; −½ gives −0.
#[inline(always)]
pub fn ceil<T: Real>(x: T) -> T {
    -(-x).floor()
}

/// x without its fraction. ±0, ±∞ and NaN stay; the sign of x is kept.
#[inline(always)]
pub fn trunc<T: Real>(x: T) -> T {
    x.abs().floor().copysign(x)
}

/// The nearest whole number; halfway cases go away from zero, as C's `round`. ±0,
/// ±∞ and NaN stay; the sign of x is kept.
///
/// Method: ⌊|x| + h⌋. With h = ½ the sum would round 0.49999999999999994 up to 1;
/// h is the number just below ½, and ½ + h still rounds to 1.
#[inline(always)]
pub fn round<T: Real>(x: T) -> T {
    (x.abs() + 0.499_999_999_999_999_94).floor().copysign(x)
}

/// −1 or 1 with the sign of x; ±0 and NaN stay.
#[inline(always)]
pub fn sign<T: Real>(x: T) -> T {
    T::select(T::constant(0.0).less(x.abs()), T::constant(1.0).copysign(x), x)
}

/// x − y·⌊x/y⌋, the remainder with the sign of y: `mod(x, y)` of the language, `%` of
/// Python and NumPy (C's `fmod` has the sign of x).
///
/// Method: x − q·y is exact in one fma for q = x/y rounded to a whole number, however
/// large (the remainder of a rounded quotient is a number: Bohlender, Walter,
/// Kornerup & Matula, 1991). It is congruent to x, and the second such step
/// leaves |r| < |y| wherever |x/y| < 2¹⁰⁰; beyond, the remainder is found in
/// integers ([`Real::large_remainder`]). Then y is added if the sign is not that of y.
///
/// # Accuracy
///
/// Rounded correctly for all finite x and y; exact where they have the same sign. For a
/// tiny x of the other sign the result rounds to y itself, as in Python.
///
/// # Special values
///
/// NaN if x is ±∞ or y is ±0; x if y is ±∞ with its sign, else y. A zero result
/// has the sign of y.
#[inline(always)]
pub fn rem<T: Real>(x: T, y: T) -> T {
    let size = y.abs();
    let step = |r: T| (-(r / y).round_ties_even()).mul_add(y, r);
    // As it is where smaller than y: 0·∞ would be NaN.
    let r = T::select(x.abs().less(size), x, step(step(x)));
    let r = x.large_remainder(y, r);
    let same_sign = r.copysign(y);
    T::select(r.not_equal(same_sign), r + y, same_sign)
}

/// The meaning of [`Real::large_remainder`].
#[inline(always)]
pub(crate) fn native_remainder(x: f64, y: f64, small: f64) -> f64 {
    if small.abs() < y.abs() { small } else { exact_remainder(x, y) }
}

/// The remainder of x by y with the sign of x, by long division of whole numbers: 64
/// bits of the quotient at a time, of which it has at most 2098.
///
/// `mc-opencl/src/kernels/large.cl` is the same in OpenCL C, with fewer bits at a time.
#[cold]
#[inline(never)]
fn exact_remainder(x: f64, y: f64) -> f64 {
    let divided = x.is_finite() && !y.is_nan() && y != 0.0;
    if !divided {
        return f64::NAN;
    }
    if x.abs() < y.abs() {
        return x;
    }
    let (dividend, high) = parts(x);
    let (divisor, low) = parts(y);
    let mut rest = dividend % divisor;
    let mut shifts = high - low;
    while shifts > 0 {
        let now = shifts.min(64);
        rest = ((u128::from(rest) << now) % u128::from(divisor)) as u64;
        shifts -= now;
    }
    // The power may be subnormal; the product is exact all the same.
    let power = if low < -1022 { 1 << (low + 1074) } else { ((low + 1023) as u64) << 52 };
    (rest as f64 * f64::from_bits(power)).copysign(x)
}

/// |x| = whole·2^exponent for a finite x.
fn parts(x: f64) -> (u64, i32) {
    let fraction = x.to_bits() & ((1 << 52) - 1);
    match (x.to_bits() >> 52 & 0x7ff) as i32 {
        0 => (fraction, -1074),
        field => (fraction | 1 << 52, field - 1075),
    }
}

/// The smaller of two; where one is NaN, the other, as C's `fmin`. Of zeros, y.
#[inline(always)]
pub fn fmin<T: Real>(x: T, y: T) -> T {
    T::select(y.not_equal(y), x, T::select(x.less(y), x, y))
}

/// The larger of two; where one is NaN, the other, as C's `fmax`. Of zeros, y.
#[inline(always)]
pub fn fmax<T: Real>(x: T, y: T) -> T {
    T::select(y.not_equal(y), x, T::select(y.less(x), x, y))
}

#[cfg(test)]
mod tests {
    use super::super::exponential::tests::{assert_same, assert_same_on_tape, numbers};
    use super::*;
    use crate::function;

    const BELOW_HALF: f64 = 0.499_999_999_999_999_94;
    const TWO_52: f64 = 4_503_599_627_370_496.0;

    #[test]
    fn as_the_standard_library() {
        let halves = (-2000..2000).map(|k| f64::from(k) / 2.0);
        let beside = halves.clone().flat_map(|x| [x.next_down(), x.next_up()]);
        let large =
            [BELOW_HALF, TWO_52 - 0.5, TWO_52 / 2.0 + 0.5, TWO_52 + 1.0, 2.0 * TWO_52 + 2.0];
        for x in numbers()
            .into_iter()
            .chain(halves)
            .chain(beside)
            .chain(large.iter().flat_map(|&x| [x, -x]))
        {
            assert_same(ceil(x), f64::ceil(x), x);
            assert_same(trunc(x), f64::trunc(x), x);
            assert_same(round(x), f64::round(x), x);
            let signum = if x == 0.0 { x } else { f64::signum(x) };
            assert_same(sign(x), signum, x);
        }
    }

    #[test]
    fn remainders() {
        let (inf, nan) = (f64::INFINITY, f64::NAN);
        for (x, y, r) in [
            (7.0, 3.0, 1.0),
            (-7.0, 3.0, 2.0),
            (7.0, -3.0, -2.0),
            (-7.0, -3.0, -1.0),
            (6.0, 3.0, 0.0),
            (-6.0, 3.0, 0.0),
            (6.0, -3.0, -0.0),
            (-0.0, 3.0, 0.0),
            (5.5, 1.0, 0.5),
            (0.3, 0.1, 0.099_999_999_999_999_98),
            (-1e-20, 1.0, 1.0),
            (1e22, 3.0, 1.0),
            (1e30, 7.0, 5.0),
            (5e-324, 1e300, 5e-324),
            (1e-310, 3e-320, 4.125e-321),
            (1.0, inf, 1.0),
            (-1.0, inf, inf),
            (1.0, 0.0, nan),
            (inf, 1.0, nan),
            (nan, 1.0, nan),
            (1.0, nan, nan),
            (1e300, 1e-300, 4.891_554_850_853_602e-301),
            (1e300, 7.0, 1.0),
            (-1e300, 7.0, 6.0),
            (1e300, -7.0, -6.0),
            (f64::MAX, 5e-324, 0.0),
            (-f64::MAX, 1e-323, 0.0),
            (f64::MAX, 1.5e-323, 1e-323),
            (f64::MAX, inf, f64::MAX),
            (inf, inf, nan),
        ] {
            assert_same(rem(x, y), r, (x, y));
        }
    }

    #[test]
    fn smaller_and_larger() {
        for (a, b) in numbers().into_iter().zip(numbers().into_iter().skip(5)) {
            assert_eq!(fmin(a, b).to_bits() << 1, f64::min(a, b).to_bits() << 1);
            assert_eq!(fmax(a, b).to_bits() << 1, f64::max(a, b).to_bits() << 1);
        }
        assert_eq!(fmin(f64::NAN, 1.0), 1.0);
        assert_eq!(fmax(1.0, f64::NAN), 1.0);
        assert!(fmin(f64::NAN, f64::NAN).is_nan());
    }

    #[test]
    fn the_same_on_tape() {
        macro_rules! check {
            ($($function:ident($($k:literal),+) at $points:expr;)*) => {$({
                fn at<T: Real>(x: &[T]) -> T {
                    $function($(x[$k]),+)
                }
                assert_same_on_tape(&function!(at), &$points);
            })*};
        }
        let points: Vec<_> = numbers().into_iter().map(|x| vec![x]).collect();
        let all = numbers().into_iter().zip(numbers().into_iter().skip(7));
        let pairs: Vec<_> = all.map(|(x, y)| vec![x, y]).collect();
        check! {
            ceil(0) at points;
            trunc(0) at points;
            round(0) at points;
            sign(0) at points;
            rem(0, 1) at pairs;
            fmin(0, 1) at pairs;
            fmax(0, 1) at pairs;
        }
    }
}
