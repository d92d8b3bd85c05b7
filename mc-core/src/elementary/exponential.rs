//! eˣ, 2ˣ and eˣ − 1.
//!
//! All three write x = k·ln 2 + r with a whole k and |r| ≤ ln 2 / 2, take a
//! polynomial for eʳ, and scale it by 2ᵏ (Cody & Waite, *Software Manual for the
//! Elementary Functions*, 1980; Muller, *Elementary Functions*, 2016, ch. 11).

use super::double::Double;
use super::polynomial::horner;
use crate::real::Real;

/// The leading 41 bits of ln 2: its product with a whole number below 2¹² is exact.
pub(super) const LN2_HIGH: f64 = 0.693147180559663;
/// ln 2 − `LN2_HIGH`.
pub(super) const LN2_LOW: f64 = 2.8235290563031577e-13;

// Minimax coefficients from Sollya's fpminimax, split into those of even and of
// odd powers.

/// (eʳ − 1 − r)/r² where |r| ≤ ln 2 / 2; relative error of eʳ 3.8·10⁻¹⁸.
const EXP_EVEN: [f64; 5] = [
    0.5000000000000011,
    0.041666666666527075,
    0.0013888888944301233,
    2.480149249986324e-5,
    2.763043714666017e-7,
];
const EXP_ODD: [f64; 5] = [
    0.16666666666666424,
    0.008333333333487054,
    0.0001984126952243792,
    2.7557572347642465e-6,
    2.5004460545629572e-8,
];

/// (2ʳ − 1 − r·ln 2)/r² where |r| ≤ 1/2; relative error of 2ʳ 5.7·10⁻¹⁸.
const EXP2_EVEN: [f64; 5] = [
    0.24022650695910136,
    0.009618129107592587,
    0.00015403530458754546,
    1.3215434563163586e-6,
    7.073894181145976e-9,
];
const EXP2_ODD: [f64; 5] = [
    0.05550410866482233,
    0.0013333558146358634,
    1.5252733828893405e-5,
    1.0178076598297676e-7,
    4.451517992739643e-10,
];

/// (eʳ − 1 − r − r²/2)/r³ where |r| ≤ ln 2 / 2; relative error of eʳ − 1
/// 3.0·10⁻¹⁹.
const EXPM1_EVEN: [f64; 5] = [
    0.16666666666666677,
    0.008333333333321468,
    0.00019841269886462342,
    2.7557243923984135e-6,
    2.510912278651002e-8,
];
const EXPM1_ODD: [f64; 5] = [
    0.04166666666666661,
    0.0013888888888923792,
    2.4801587237517384e-5,
    2.755735297998851e-7,
    2.088944022809079e-9,
];

/// eˣ.
///
/// eˣ = 2ᵏ·eʳ with eʳ = 1 + r·(1 + r·p(r)), p of degree 9. The argument is
/// first moved into a range beyond which the result is 0 or ∞ anyway, so that k
/// is never too large.
///
/// exp(±0) = 1, exp(−∞) = +0, exp(∞) = ∞. It underflows gradually.
///
/// # Accuracy
///
/// 0.96 ulp at most; the worst that a search found is 0.934.
#[inline(always)]
pub fn exp<T: Real>(x: T) -> T {
    let Reduced { k, r, .. } = reduce(clamp(x, -746.0, 710.0));
    let one = T::constant(1.0);
    let tail = polynomial(r, EXP_EVEN, EXP_ODD);
    scale(tail.mul_add(r, one).mul_add(r, one), k)
}

/// 2ˣ.
///
/// As [`exp`], but r = x − k is exact. So is the result where x is whole.
///
/// exp2(±0) = 1, exp2(−∞) = +0, exp2(∞) = ∞. It underflows gradually.
///
/// # Accuracy
///
/// 0.93 ulp at most; the worst that a search found is 0.904.
#[inline(always)]
pub fn exp2<T: Real>(x: T) -> T {
    let x = clamp(x, EXP2_RANGE[0], EXP2_RANGE[1]);
    let k = x.round_ties_even();
    scale(exp2_fraction(x - k), k)
}

/// 2^(hi + lo), where lo is ignored if hi is out of range. NaN only if hi is.
#[inline(always)]
pub(super) fn exp2_of_double<T: Real>(x: Double<T>) -> T {
    let hi = clamp(x.hi, EXP2_RANGE[0], EXP2_RANGE[1]);
    let lo = T::select(hi.equal(x.hi), x.lo, T::constant(0.0));
    let k = hi.round_ties_even();
    scale(exp2_fraction((hi - k) + lo), k)
}

/// Outside of it 2ˣ is 0 or ∞.
const EXP2_RANGE: [f64; 2] = [-1080.0, 1025.0];

/// eˣ − 1 without cancellation near 0.
///
/// With s = 2ᵏ it is (s − 1) + s·(eʳ − 1). Of the second term r + r²/2 and the
/// rounding error of that are kept apart, for the two terms nearly cancel where
/// k = ±1.
///
/// expm1(±0) = ±0, expm1(−∞) = −1, expm1(∞) = ∞.
///
/// # Accuracy
///
/// 0.85 ulp at most; the worst that a search found is 0.819.
#[inline(always)]
pub fn expm1<T: Real>(x: T) -> T {
    let Reduced { k, r, rest } = reduce(clamp(x, -40.0, 710.0));
    // 2¹⁰²⁴ is out of range: half of it, then twice the result.
    let top = T::constant(1023.0).less(k);
    let power = (k - top).exp2_int();
    let power_1 = power - 1.0;
    let lost = (power - power_1) - 1.0;

    let half = r * 0.5;
    let start = half.mul_add(r, r);
    let start_rest = half.mul_add(r, r - start) + rest;
    let tail = polynomial(r, EXPM1_EVEN, EXPM1_ODD);
    let tail = (r * r * r).mul_add(tail, start_rest);

    let sum = Double::quick_sum(power_1, power * start);
    let y = sum.hi + (power.mul_add(tail, sum.lo) + lost);
    // At −0 the reduction gives +0.
    (y * (top + 1.0)).copysign(x)
}

/// x = k·ln 2 + r + rest.
pub(super) struct Reduced<T> {
    pub k: T,
    pub r: T,
    pub rest: T,
}

/// Where |x| < 2¹¹: x − k·`LN2_HIGH` is exact, and `rest` is the rounding error of r.
#[inline(always)]
pub(super) fn reduce<T: Real>(x: T) -> Reduced<T> {
    let k = (x * std::f64::consts::LOG2_E).round_ties_even();
    let low = T::constant(-LN2_LOW);
    let exact = k.mul_add(T::constant(-LN2_HIGH), x);
    let r = k.mul_add(low, exact);
    Reduced { k, r, rest: k.mul_add(low, exact - r) }
}

/// 2ʳ where |r| ≤ 1/2.
#[inline(always)]
fn exp2_fraction<T: Real>(r: T) -> T {
    let ln_2 = T::constant(std::f64::consts::LN_2);
    polynomial(r, EXP2_EVEN, EXP2_ODD).mul_add(r, ln_2).mul_add(r, T::constant(1.0))
}

/// Even and odd powers by Horner's rule side by side: for one more operation
/// half as many wait for each other.
#[inline(always)]
fn polynomial<T: Real, const N: usize>(r: T, even: [f64; N], odd: [f64; N]) -> T {
    let square = r * r;
    horner(square, odd).mul_add(r, horner(square, even))
}

/// x, or the nearer end if it is outside of `low..=high`; NaN stays.
#[inline(always)]
pub(super) fn clamp<T: Real>(x: T, low: f64, high: f64) -> T {
    at_most(at_least(x, low), high)
}

/// x, or `high` if x is above it; NaN stays.
#[inline(always)]
pub(super) fn at_most<T: Real>(x: T, high: f64) -> T {
    let high = T::constant(high);
    T::select(high.less(x), high, x)
}

/// x, or `low` if x is below it; NaN stays.
#[inline(always)]
pub(super) fn at_least<T: Real>(x: T, low: f64) -> T {
    let low = T::constant(low);
    T::select(x.less(low), low, x)
}

/// x·2ᵏ in two steps: neither factor is out of range, and only the second
/// product can round.
#[inline(always)]
fn scale<T: Real>(x: T, k: T) -> T {
    let half = (k * 0.5).floor();
    x * half.exp2_int() * (k - half).exp2_int()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::function::Function;
    use crate::tape::{Evaluator, Tape};

    const INF: f64 = f64::INFINITY;

    /// Equal bits, or both NaN.
    #[track_caller]
    pub fn assert_same(got: f64, want: f64, what: impl std::fmt::Debug) {
        let same = got.to_bits() == want.to_bits() || got.is_nan() && want.is_nan();
        assert!(same, "{what:?}: {got:e}, expected {want:e}");
    }

    /// That they are the same number or neighbours.
    #[track_caller]
    pub fn assert_near(got: f64, want: f64) {
        let same = got.to_bits().abs_diff(want.to_bits()) <= 1;
        assert!(same, "{got:e}, expected {want:e}");
    }

    /// That the recording gives what the function gives natively.
    #[track_caller]
    pub fn assert_same_on_tape<F: Function>(f: &F, points: &[Vec<f64>]) {
        let tape = Tape::trace(f, points[0].len()).expect("no loops, no errors");
        let mut evaluator = Evaluator::new(&tape);
        for x in points {
            assert_same(evaluator.eval(x), f.eval(x), x);
        }
    }

    /// Numbers of all sizes and both signs, and special ones.
    pub fn numbers() -> Vec<f64> {
        let sizes = (0..2046).map(|k| f64::from_bits(k * 0x0010_03a5_17c9_4e31));
        let special = [0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 5e-324, 709.5, 745.0, INF, f64::MAX];
        let all: Vec<_> = sizes.chain(special).collect();
        all.iter().flat_map(|&x| [x, -x]).chain([f64::NAN]).collect()
    }

    #[test]
    fn special_values() {
        for (x, y) in [(0.0, 1.0), (-0.0, 1.0), (-INF, 0.0), (INF, INF), (f64::NAN, f64::NAN)] {
            assert_same(exp(x), y, x);
            assert_same(exp2(x), y, x);
        }
        for (x, y) in [(0.0, 0.0), (-0.0, -0.0), (-INF, -1.0), (INF, INF), (f64::NAN, f64::NAN)] {
            assert_same(expm1(x), y, x);
        }
    }

    #[test]
    fn ends_of_the_range() {
        let least = f64::from_bits(1);
        assert_eq!(exp(709.782712893384), 1.7976931348622732e308);
        assert_eq!(exp(709.7827128933841), INF);
        assert_eq!(exp(1e300), INF);
        assert_eq!(exp(-745.1332191019411), least);
        assert_eq!(exp(-745.1332191019412), 0.0);
        assert_eq!(exp(-1e300), 0.0);
        assert_eq!(exp(-710.0), 4.47628622567513e-309);
        assert_eq!(exp2(1023.9999999999999), 1.7976931348621742e308);
        assert_eq!(exp2(1024.0), INF);
        assert_eq!(exp2(-1074.9), least);
        assert_eq!(exp2(-1075.0), 0.0);
        assert_eq!(expm1(709.782712893384), 1.7976931348622732e308);
        assert_eq!(expm1(709.7827128933841), INF);
        assert_eq!(expm1(-36.0), -0.9999999999999998);
        assert_eq!(expm1(-38.0), -1.0);
    }

    #[test]
    fn exact_and_known() {
        for k in -1074..=1023 {
            let power = if k < -1022 { f64::from_bits(1 << (k + 1074)) } else { 2f64.powi(k) };
            assert_eq!(exp2(f64::from(k)), power, "2^{k}");
        }
        assert_near(exp(1.0), std::f64::consts::E);
        assert_near(exp(-0.5), 0.6065306597126334);
        assert_near(exp2(0.5), std::f64::consts::SQRT_2);
        assert_near(expm1(1.0), 1.7182818284590453);
        assert_near(expm1(-0.25), -0.22119921692859512);
        for tiny in [1e-17, -1e-17, 5e-324, -5e-324, 1e-310] {
            assert_eq!(expm1(tiny), tiny);
        }
    }

    #[test]
    fn the_tape_agrees() {
        struct All;
        impl Function for All {
            fn eval<T: Real>(&self, x: &[T]) -> T {
                T::select(x[1], T::select(x[1] - 1.0, exp(x[0]), exp2(x[0])), expm1(x[0]))
            }
        }
        let points: Vec<_> = numbers()
            .into_iter()
            .flat_map(|x| [0.0, 1.0, 2.0].map(|which| vec![x, which]))
            .collect();
        assert_same_on_tape(&All, &points);
    }
}
