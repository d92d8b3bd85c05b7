//! Logarithms: ln, log2, log10, log1p.
//!
//! All split x = 2⁻ⁿ·(1 + f) so that √½ ≤ 1 + f ≤ √2: f is exact, and n = 0 for
//! all x near 1, where the logarithm is small. Then, with s = f/(2 + f),
//!
//!   ln(1 + f) = 2·atanh(s) = 2s + s·z·c(z) = f − s·f + s·z·c(z),  z = s² ≤ 0.0295,
//!
//! c a polynomial. The last form is the accurate one: f is exact, so that only the
//! smaller rest has rounding errors. This is fdlibm's scheme (K. C. Ng, 1993), with
//! n·ln 2 + f as a pair besides, which holds the error below 1 ulp.

#![allow(
    clippy::indexing_slicing,
    reason = "the index is below the length; a const fn has no iterators"
)]

use std::f64::consts;

use super::double::Double;
use super::polynomial::horner;
use crate::real::Real;

/// What the constants of [`consts`] lack: ln 2 = LN_2 + LN_2_LOW to 2⁻¹¹⁰.
const LN_2_LOW: f64 = 2.319_046_813_846_299_6e-17;
const LOG2_E_LOW: f64 = 2.035_527_374_093_103_3e-17;
const LOG10_E_LOW: f64 = 1.098_319_650_216_765e-17;
const LOG10_2_LOW: f64 = -2.803_728_127_785_170_4e-18;

/// −c(z), c(z) = 2/3 + 2z/5 + 2z²/7 + …: minimax on [0, 0.02944], found by Remez'
/// algorithm, to 2⁻⁵⁹ of the logarithm.
const SERIES: [f64; 7] = [
    -0.666_666_666_666_673_4,
    -0.399_999_999_994_165_25,
    -0.285_714_287_420_713_4,
    -0.222_221_985_992_696_97,
    -0.181_835_632_102_839_43,
    -0.153_140_743_609_291_28,
    -0.147_957_498_173_684_62,
];

/// What [`Reduced::normal`] takes as shift for x itself: the −2 of 2·½ − 2.
const NOT_SHIFTED: f64 = -2.0;

/// x = 2⁻ⁿ·(1 + f).
#[derive(Clone, Copy)]
struct Reduced<T> {
    n: T,
    f: T,
    /// 2ⁿ where x was not subnormal; 0 if that is below every normal number.
    scale: T,
}

impl<T: Real> Reduced<T> {
    /// For 0 < x < ∞. Other x give numbers of no use.
    #[inline(always)]
    fn new(x: T) -> Self {
        const UP: f64 = f64::from_bits(0x4350_0000_0000_0000); // 2⁵⁴
        let subnormal = x.less(T::constant(f64::MIN_POSITIVE));
        let normal = T::select(subnormal, x * UP, x);
        // Compared once more: scalar code is faster where each comparison decides
        // one choice.
        let shift =
            T::select(normal.equal(x), T::constant(NOT_SHIFTED), T::constant(NOT_SHIFTED + 54.0));
        Self::normal(normal, shift)
    }

    /// The same for x·2^(shift + 2), which is not subnormal.
    #[inline(always)]
    fn normal(x: T, shift: T) -> Self {
        let significand = x.significand();
        let exponent = x.exponent();
        let upper = T::constant(consts::SQRT_2).less(significand);
        let half = T::select(upper, T::constant(0.5), T::constant(1.0));
        Self {
            // 2·half − 2 is 0 or −1.
            n: half.mul_add(T::constant(2.0), shift - exponent),
            f: significand.mul_add(half, T::constant(-1.0)),
            scale: (-exponent).exp2_int() * half,
        }
    }

    /// −n·(c + c_low) + y as a pair. Where n ≠ 0, |y| must be less than c.
    #[inline(always)]
    fn plus_multiple(self, c: f64, c_low: f64, y: T) -> Double<T> {
        let hi = self.n.mul_add(T::constant(-c), y);
        let lo = y - self.n.mul_add(T::constant(c), hi);
        Double { hi, lo: self.n.mul_add(T::constant(-c_low), lo) }
    }
}

/// The natural logarithm.
///
/// Method: the head of this file. NaN for x < 0, −∞ for ±0, ∞ for ∞; ln 1 = +0.
///
/// # Accuracy
///
/// 0.85 ulp at most; the worst that a search found is 0.823.
#[inline(always)]
pub fn ln<T: Real>(x: T) -> T {
    ln_parts(x).round()
}

/// [`ln`], and what its rounding lost where it is finite.
#[inline(always)]
pub(super) fn ln_double<T: Real>(x: T) -> Double<T> {
    let Double { hi, lo } = ln_parts(x);
    Double::quick_sum(hi, lo)
}

#[inline(always)]
fn ln_parts<T: Real>(x: T) -> Double<T> {
    let reduced = Reduced::new(x);
    let nothing = T::constant(-0.0); // added, it changes no number, not even +0 or −0
    let y = ln_reduced(reduced, nothing);
    // The slow part is finite for every x, so that nothing need wait for it here.
    Double { hi: in_domain(x, 0.0, y.hi), lo: y.lo }
}

/// [`ln`] of an f64 in native code, with the same bits.
///
/// Nearly all numbers are positive, normal and finite: one comparison of bits tells,
/// and saves the six that straight code needs for the others. A loop over an array is
/// better off with [`ln`]: no vectors are made of code that branches.
#[inline(always)]
pub(crate) fn native_ln(x: f64) -> f64 {
    #[cold]
    #[inline(never)]
    fn any(x: f64) -> f64 {
        ln(x)
    }

    const LEAST: u64 = f64::MIN_POSITIVE.to_bits();
    const COUNT: u64 = f64::INFINITY.to_bits() - LEAST;
    if x.to_bits().wrapping_sub(LEAST) < COUNT {
        ln_reduced(Reduced::normal(x, NOT_SHIFTED), -0.0).round()
    } else {
        any(x)
    }
}

/// ln(1 + f + f_low) − n·ln 2.
#[inline(always)]
fn ln_reduced<T: Real>(reduced: Reduced<T>, low: T) -> Double<T> {
    let f = reduced.f;
    let minus_s = f / (T::constant(-2.0) - f);
    let z = minus_s * minus_s;
    let sum = reduced.plus_multiple(consts::LN_2, LN_2_LOW, f);
    let rest = (minus_s * z).mul_add(horner(z, SERIES), sum.lo + low);
    Double { hi: sum.hi, lo: minus_s.mul_add(f, rest) }
}

/// The logarithm to base 2.
///
/// Method: ln(1 + f)·log₂e with the factor as a pair, less n. Special values are
/// those of [`ln`]; exact for powers of two.
///
/// # Accuracy
///
/// 0.93 ulp at most; the worst that a search found is 0.904.
#[inline(always)]
pub fn log2<T: Real>(x: T) -> T {
    let reduced = Reduced::new(x);
    let series = const { series_of_multiple(consts::LN_2) };
    let y = to_base(reduced.f, consts::LN_2, consts::LOG2_E, LOG2_E_LOW, series);
    in_domain(x, 0.0, y.round() - reduced.n)
}

/// The logarithm to base 10.
///
/// Method: ln(1 + f)·log₁₀e − n·log₁₀2 with both factors as pairs. Special values
/// are those of [`ln`]; exact for 10, 100, …, 10²².
///
/// # Accuracy
///
/// 0.98 ulp at most; the worst that a search found is 0.952.
#[inline(always)]
pub fn log10<T: Real>(x: T) -> T {
    let reduced = Reduced::new(x);
    let series = const { series_of_multiple(consts::LN_10) };
    let y = to_base(reduced.f, consts::LN_10, consts::LOG10_E, LOG10_E_LOW, series);
    let sum = reduced.plus_multiple(consts::LOG10_2, LOG10_2_LOW, y.hi);
    in_domain(x, 0.0, sum.hi + (sum.lo + y.lo))
}

/// c·ln(1 + f) as a pair, c + c_low = 1/ln(base).
///
/// c·s comes from the division itself: f/((2 + f)·ln(base)).
#[inline(always)]
fn to_base<T: Real>(f: T, ln_base: f64, c: f64, c_low: f64, series: [f64; 7]) -> Double<T> {
    let minus_s = f / f.mul_add(T::constant(-ln_base), T::constant(-2.0 * ln_base));
    let z = minus_s * minus_s;
    let hi = f * c;
    let lo = f.mul_add(T::constant(c_low), f.mul_add(T::constant(c), -hi));
    let curve = z * horner(z, series);
    Double { hi, lo: minus_s.mul_add(f, minus_s.mul_add(curve, lo)) }
}

/// [`SERIES`] for a polynomial of (s/ln_base)² in place of s².
const fn series_of_multiple(ln_base: f64) -> [f64; 7] {
    let mut series = SERIES;
    let mut power = ln_base * ln_base;
    let mut k = 0;
    while k < series.len() {
        series[k] *= power;
        power *= ln_base * ln_base;
        k += 1;
    }
    series
}

/// ln(1 + x), accurate for small x too.
///
/// Method: 1 + x as a pair; its rounding error ε joins f, or for n ≠ 0 adds
/// ε/(1 + f) ≈ ε·(1 − f). NaN for x < −1, −∞ for −1, ∞ for ∞; ±0 stay.
///
/// # Accuracy
///
/// 0.84 ulp at most; the worst that a search found is 0.812.
#[inline(always)]
pub fn log1p<T: Real>(x: T) -> T {
    let sum = Double::sum(T::constant(1.0), x);
    let reduced = Reduced::normal(sum.hi, T::constant(NOT_SHIFTED));
    // For n = 0 this sum is x, exactly.
    let f = Double::quick_sum(reduced.f, sum.lo * reduced.scale);
    let low = (T::constant(1.0) - f.hi) * f.lo;
    let y = ln_reduced(Reduced { f: f.hi, ..reduced }, low);
    in_domain(x, -1.0, y.round().copysign(x))
}

/// y for pole < x < ∞; elsewhere what a logarithm with this pole is.
#[inline(always)]
fn in_domain<T: Real>(x: T, pole: f64, y: T) -> T {
    let pole = T::constant(pole);
    let infinite = T::constant(f64::NEG_INFINITY);
    let left = T::select(x.less(pole), T::constant(f64::NAN), infinite);
    let right = T::select(x.less(T::constant(f64::INFINITY)), y, x);
    T::select(x.less_equal(pole), left, right)
}

#[cfg(test)]
mod tests {
    use super::super::exponential::tests::{
        assert_near, assert_same, assert_same_on_tape, numbers,
    };
    use super::*;
    use crate::function;

    type Logarithm = fn(f64) -> f64;
    const ALL: [(Logarithm, f64); 4] = [(ln, 0.0), (log2, 0.0), (log10, 0.0), (log1p, -1.0)];

    #[test]
    fn special_values() {
        for (logarithm, pole) in ALL {
            assert_same(logarithm(pole), f64::NEG_INFINITY, pole);
            assert_same(logarithm(f64::INFINITY), f64::INFINITY, pole);
            for outside in [f64::NEG_INFINITY, f64::MIN, pole - 0.1, f64::NAN] {
                assert_same(logarithm(outside), f64::NAN, outside);
            }
            assert_same(logarithm(pole + 1.0), 0.0, "zero");
        }
        assert_same(ln(-0.0), f64::NEG_INFINITY, -0.0);
        assert_same(ln(-5e-324), f64::NAN, -5e-324);
        for x in [-0.0, 5e-324, -1e-310, 1e-300, -1e-17] {
            assert_same(log1p(x), x, x);
        }
    }

    #[test]
    fn native_code_has_the_same_bits() {
        for x in numbers() {
            assert_same(native_ln(x), ln(x), x);
        }
        // Both sides of where the branch goes another way, and of 1 and √2.
        let edges = [0.0, f64::MIN_POSITIVE, 0.5, 1.0, 2.0, consts::SQRT_2, f64::INFINITY];
        for bits in edges.map(f64::to_bits) {
            for bits in bits.saturating_sub(1000)..bits + 1000 {
                for x in [f64::from_bits(bits), -f64::from_bits(bits)] {
                    assert_same(native_ln(x), ln(x), x);
                }
            }
        }
        let mut stream = crate::Stream::new(20_261_122, 0);
        for _ in 0..100_000 {
            let x = f64::from_bits(stream.next_word());
            assert_same(native_ln(x), ln(x), x);
        }
    }

    #[test]
    fn exact_values() {
        let mut power = 5e-324;
        for k in -1074..1024 {
            assert_eq!(log2(power), f64::from(k));
            power *= 2.0;
        }
        let mut power = 1.0;
        for k in 0..=22 {
            assert_eq!(log10(power), f64::from(k));
            power *= 10.0;
        }
    }

    #[test]
    fn known_values() {
        let known: [(Logarithm, f64, f64); 16] = [
            (ln, 2.0, consts::LN_2),
            (ln, 10.0, consts::LN_10),
            (ln, 5e-324, -744.440_071_921_381_2),
            (ln, 1e-300, -690.775_527_898_213_7),
            (ln, f64::MAX, 709.782_712_893_384),
            (ln, 1.0 + f64::EPSILON, 2.220_446_049_250_312_8e-16),
            (ln, 1.0 - f64::EPSILON / 2.0, -1.110_223_024_625_156_5e-16),
            (log2, 3.0, 1.584_962_500_721_156),
            (log2, 0.7, -0.514_573_172_829_758_3),
            (log10, 2.0, consts::LOG10_2),
            (log10, 5e-324, -323.306_215_343_115_8),
            (log1p, 1e-10, 9.999_999_999_500_001e-11),
            (log1p, 1e-5, 9.999_950_000_333_332e-6),
            (log1p, -0.5, -consts::LN_2),
            (log1p, 1e300, 690.775_527_898_213_7),
            (log1p, f64::EPSILON / 2.0 - 1.0, -36.736_800_569_677_1),
        ];
        for (logarithm, x, y) in known {
            assert_near(logarithm(x), y);
        }
    }

    #[test]
    fn the_same_on_tape() {
        macro_rules! check {
            ($($logarithm:ident)*) => {$({
                fn at<T: Real>(x: &[T]) -> T {
                    $logarithm(x[0])
                }
                let points: Vec<_> = numbers().into_iter().map(|x| vec![x]).collect();
                assert_same_on_tape(&function!(at), &points);
            })*};
        }
        check!(ln log2 log10 log1p);
    }
}
