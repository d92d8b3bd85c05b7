//! The cube root, and the hypotenuse √(x² + y²).

use super::double::Double;
use super::polynomial::horner;
use crate::real::Real;

/// The cube root, of negative numbers too.
///
/// Method: |x| = 2³ᵠ·m with m in [½, 4). A cubic (Remez) times a factor for the power
/// of two left over in m gives r ≈ m^(−⅓) to 2⁻¹². A third-order step makes that 2⁻³³,
/// and y = m·r² ends with Newton's step y − (y³ − m)·r²/3, where y² is a pair, so
/// that only its last rounding counts. No division. ±0, ±∞ and NaN stay.
///
/// # Accuracy
///
/// 0.501 ulp at most; the worst that a search found is 0.500.
#[inline(always)]
pub fn cbrt<T: Real>(x: T) -> T {
    const UP: f64 = f64::from_bits(0x4350_0000_0000_0000); // 2⁵⁴
    let size = x.abs();
    let subnormal = size.less(T::constant(f64::MIN_POSITIVE));
    let normal = T::select(subnormal, size * UP, size);
    let exponent = normal.exponent();
    let third = (exponent * (1.0 / 3.0)).round_ties_even();
    let left = third.mul_add(T::constant(-3.0), exponent); // −1, 0 or 1
    let significand = normal.significand();
    let m = significand * left.exp2_int();

    let start = horner(
        significand,
        [
            1.541_887_057_135_108_4,
            -0.809_960_416_656_273_5,
            0.317_757_189_849_497_36,
            -0.049_936_916_462_891_66,
        ],
    );
    // 2^(−left/3) for the three values of left.
    let r = start * horner(left, [1.0, -0.233_110_261_955_386_73, 0.026_810_787_939_486_45]);
    // m^(−⅓) = r·(1 + e)^(−⅓) = r·(1 − e/3 + 2e²/9 − …).
    let e = (m * r).mul_add(r * r, T::constant(-1.0));
    let step = e * e.mul_add(T::constant(2.0 / 9.0), T::constant(-1.0 / 3.0));
    let r = r.mul_add(step, r);

    let r_squared = r * r;
    let y = m * r_squared;
    let square = Double::product(y, y);
    let excess = square.lo.mul_add(y, square.hi.mul_add(y, -m));
    let y = excess.mul_add(r_squared * (-1.0 / 3.0), y);
    let shift = T::select(subnormal, T::constant(-18.0), T::constant(-0.0));
    let y = (y * (third + shift).exp2_int()).copysign(x);
    // 0, ∞ and NaN are not less than their double.
    T::select(size.less(size + size), y, x)
}

/// √(x² + y²), which overflows only where the result does.
///
/// Method: both scaled by the same power of two where a square could overflow or
/// underflow; then one step of Newton's with the residual x² + y² − h² from exact
/// products (C. F. Borges, *ACM TOMS* 47, 2020: "fused, corrected"). ∞ if x or y is
/// ±∞, even if the other is NaN; hypot(x, ±0) = |x|, exactly.
///
/// # Accuracy
///
/// 0.51 ulp at most; 0.76 where the result is subnormal, as it is then rounded twice. The
/// worst that a search found are 0.500 and 0.750.
#[inline(always)]
pub fn hypot<T: Real>(x: T, y: T) -> T {
    const HUGE: f64 = f64::from_bits(0x5f30_0000_0000_0000); // 2⁵⁰⁰
    const TINY: f64 = f64::from_bits(0x20b0_0000_0000_0000); // 2⁻⁵⁰⁰
    const UP: f64 = f64::from_bits(0x6570_0000_0000_0000); // 2⁶⁰⁰
    const DOWN: f64 = f64::from_bits(0x1a70_0000_0000_0000); // 2⁻⁶⁰⁰
    const ALMOST_ZERO: f64 = f64::from_bits(0x0170_0000_0000_0000); // 2⁻¹⁰⁰⁰
    let one = T::constant(1.0);
    let (x, y) = (x.abs(), y.abs());
    let swap = x.less(y);
    let large = T::select(swap, y, x);
    let small = T::select(swap, x, y);
    let huge = T::constant(HUGE).less(large);
    let tiny = large.less(T::constant(TINY));
    let (up, down) = (T::constant(UP), T::constant(DOWN));
    let scale = T::select(huge, down, T::select(tiny, up, one));
    let unscale = T::select(huge, up, T::select(tiny, down, one));
    let (large, small) = (large * scale, small * scale);
    let root = large.mul_add(large, small * small).sqrt();
    // Both squares as pairs; the difference of their first parts is exact.
    let (square, whole) = (Double::product(large, large), Double::product(root, root));
    let missing = small.mul_add(small, square.hi - whole.hi) + (square.lo - whole.lo);
    let nearly_zero = T::constant(ALMOST_ZERO); // so that 0 is not 0/0
    let root = (root + missing / root.mul_add(T::constant(2.0), nearly_zero)) * unscale;
    let infinity = T::constant(f64::INFINITY);
    let root = T::select(y.equal(infinity), infinity, root);
    T::select(x.equal(infinity), infinity, root)
}

/// The squares of vectors that are taken as they are, from and to these powers of two.
pub(crate) const NORM_POWERS: [i32; 2] = [-900, 1000];

/// √(v·v), where `square` gives the square of v, or of v times a number.
///
/// The square is computed twice: first to see its size, then of v times a power of two
/// that keeps it from over- or underflowing. That is 1 as a rule, and changes no bit.
#[inline(always)]
pub(crate) fn norm<T: Real>(square: impl Fn(Option<T>) -> T) -> T {
    const UP: f64 = power_of_2(600);
    let [least, most] = NORM_RANGE.map(T::constant);
    let size = square(None);
    let (small, large) = (size.less(least), most.less(size));
    let by = |small_by: f64, large_by: f64| {
        let [small_by, large_by, one] = [small_by, large_by, 1.0].map(T::constant);
        T::select(small, small_by, T::select(large, large_by, one))
    };
    square(Some(by(UP, 1.0 / UP))).sqrt() * by(1.0 / UP, UP)
}

/// The squares that need no scaling.
pub(crate) const NORM_RANGE: [f64; 2] = [power_of_2(NORM_POWERS[0]), power_of_2(NORM_POWERS[1])];

const fn power_of_2(k: i32) -> f64 {
    f64::from_bits(((1023 + k) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::super::exponential::tests::{assert_same, assert_same_on_tape, numbers};
    use super::*;
    use crate::function;

    #[test]
    fn special_values() {
        for same in [0.0, -0.0, f64::INFINITY, f64::NEG_INFINITY] {
            assert_same(cbrt(same), same, same);
        }
        assert!(cbrt(f64::NAN).is_nan());
        for infinite in [f64::INFINITY, f64::NEG_INFINITY] {
            for other in [0.0, -1.0, f64::MAX, f64::INFINITY, f64::NAN] {
                assert_eq!(hypot(infinite, other), f64::INFINITY);
                assert_eq!(hypot(other, infinite), f64::INFINITY);
            }
        }
        assert!(hypot(f64::NAN, 1.0).is_nan());
        assert!(hypot(0.0, f64::NAN).is_nan());
        assert_same(hypot(-0.0, -0.0), 0.0, "zeros");
    }

    #[test]
    fn exact_values() {
        for k in -1000..1000 {
            let k = f64::from(k);
            assert_eq!(cbrt(k * k * k), k);
            let scale = 2f64.powi(3 * (k as i32 % 340));
            assert_eq!(cbrt(scale), 2f64.powi(k as i32 % 340));
        }
        for x in numbers().into_iter().filter(|x| !x.is_nan()) {
            assert_eq!(hypot(x, 0.0), x.abs());
            assert_eq!(hypot(-0.0, x), x.abs());
            assert_same(cbrt(-x), -cbrt(x), x);
        }
        for scale in [5e-324, 1e-320, 2f64.powi(-600), 1.0, 2f64.powi(600), 2f64.powi(1021)] {
            assert_eq!(hypot(3.0 * scale, -4.0 * scale), 5.0 * scale);
        }
    }

    #[test]
    fn known_values() {
        for (x, y) in [
            (2.0, 1.259_921_049_894_873_2),
            (3.0, 1.442_249_570_307_408_3),
            (0.1, 0.464_158_883_361_277_9),
            (5e-324, 1.703_183_936_003_260_3e-108),
            (f64::MAX, 5.643_803_094_122_362e102),
        ] {
            assert_eq!(cbrt(x), y);
        }
        assert_eq!(hypot(1.0, 1.0), std::f64::consts::SQRT_2);
        assert_eq!(hypot(f64::MAX, f64::MAX), f64::INFINITY);
        assert_eq!(hypot(1e300, 1e300), std::f64::consts::SQRT_2 * 1e300);
    }

    #[test]
    fn the_same_on_tape() {
        fn cbrt_at<T: Real>(x: &[T]) -> T {
            cbrt(x[0])
        }
        fn hypot_at<T: Real>(x: &[T]) -> T {
            hypot(x[0], x[1])
        }
        let points: Vec<_> = numbers().into_iter().map(|x| vec![x]).collect();
        assert_same_on_tape(&function!(cbrt_at), &points);
        let all = numbers().into_iter().zip(numbers().into_iter().skip(7));
        let near = numbers().into_iter().map(|x| (x, x * 0.7));
        let points: Vec<_> = all.chain(near).map(|(x, y)| vec![x, y]).collect();
        assert_same_on_tape(&function!(hypot_at), &points);
    }
}
