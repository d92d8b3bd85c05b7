//! The gamma function and its logarithm.
//!
//! For y ≥ 1 both start from the leading term of Stirling's formula,
//!
//!   Γ(y) = e^((y − ½)·(ln y − 1))·g(y),  1.52 < g(y) < 1.65,
//!
//! with minimax polynomials of 1/(y + ½) for g and ln g in place of the asymptotic
//! series. The others follow by Γ(x) = Γ(1 + x)/x and the reflection formula
//! Γ(−y) = −π/(y·sin(πy)·Γ(y)) (NIST DLMF 5.5).

use std::f64::consts;

use super::double::Double;
use super::error_function::{Power, at_most, scale};
use super::exponential::{LN2_HIGH, LN2_LOW};
use super::logarithm::ln;
use super::polynomial::{horner, horner_halved};
use crate::real::Real;

/// g/2 in powers of 1/(y + ½) − 0.30859375 where 1 ≤ y ≤ 200; relative error 2⁻⁵⁷.
const HALF_G: [f64; 18] = [
    0.7835417719760973,
    0.09014725955179897,
    0.054320168060857967,
    0.02819511565256443,
    0.013668242952162955,
    0.007522836552868198,
    0.004426990087696325,
    0.002175372816301527,
    0.0012359955382795931,
    0.0008722352382608913,
    0.00027271763513402324,
    0.0002475015555333514,
    0.00026376831247567733,
    -0.00016732583627009144,
    0.0002488038143829479,
    0.00011789904747254353,
    -0.0004553254726123964,
    0.00038459079735929375,
];

/// Γ(x).
///
/// Method: the head of this file, with ln y as a pair.
///
/// gamma(±0) = ±∞, gamma(∞) = ∞, NaN for −∞ and for whole x < 0. Exact for whole
/// x from 1 to 23. ∞ from x = 171.625 on; it underflows gradually, to ±0 from
/// x = −184 on.
///
/// # Accuracy
///
/// 2.65 ulp at most for 0 < x ≤ 60, 4.8 up to the overflow, 6.5 for x < 0, subnormal
/// results included. The worst that a search found are 2.502, 4.543 and 6.188.
#[inline(always)]
pub fn gamma<T: Real>(x: T) -> T {
    let one = T::constant(1.0);
    let size = x.abs();
    let small = size.less(one);
    let negative = x.less(T::constant(0.0));
    // Γ(200) is out of range whichever way.
    let y = at_most(200.0, T::select(small, size + 1.0, size));
    let power = Power::of(leading(y));
    let half_g = horner_halved(one / (y + 0.5) - 0.30859375, HALF_G);
    let value = half_g.mul_add(power.excess(), half_g);
    let exponent = power.exponent + 1.0;

    let SinePi { sine, sign, whole } = SinePi::of(size);
    let numerator = T::select(whole, T::constant(f64::NAN), sign);
    let denominator = sine * value * T::select(small, one, size);
    let quotient = T::select(negative, numerator, value)
        / T::select(negative, denominator, T::select(small, x, one));
    let result = scale(quotient, T::select(negative, -exponent, exponent));
    T::select(whole, result.round_ties_even(), result)
}

/// ln g in powers of 1/(y + ½) where y ≥ 5/2; error 2⁻⁵⁹ of ln Γ.
const LN_G: [f64; 13] = [
    0.4189385332046764,
    0.08333333333262291,
    0.04166666671800276,
    0.018055553611457612,
    0.006250044764044129,
    0.0018346381754391881,
    0.001123190742439927,
    0.001026002835942983,
    0.0004973622330787364,
    -0.0017903815546309364,
    0.002666974073274271,
    -0.0017681196860570426,
    0.0005350932487407974,
];

/// 2·ln Γ(1 + v)/(v·(v − 1)) − 1 where 0 ≤ v ≤ 3/2, as a quotient of polynomials of v;
/// error 2⁻⁵⁶ of ln Γ.
const NUMERATOR: [f64; 8] = [
    0.15443132980306573,
    0.013916959342135963,
    -0.6450774978156038,
    -0.8555804978142222,
    -0.438010109227764,
    -0.0983809058563281,
    -0.008775545274807567,
    -0.0002136624563404589,
];
const DENOMINATOR: [f64; 8] = [
    1.0,
    3.266304169176964,
    4.184287646061689,
    2.6660778584646794,
    0.8850164536681076,
    0.14640753178495333,
    0.010425665135310456,
    0.00021771238561133546,
];

/// ln |Γ(x)|.
///
/// Method: the head of this file where |x| ≥ 5/2. Nearer to 0 the zeros of ln Γ at 1
/// and 2 are taken out: ln Γ(1 + v) = v·(v − 1)/2·(1 + q(v)), q rational.
///
/// ln_gamma(1) = ln_gamma(2) = 0; ∞ for 0, for whole x < 0 and for ±∞. It overflows
/// from x = 2.55998332785163·10³⁰⁵ on.
///
/// # Accuracy
///
/// 2.15 ulp at most for x > 0, its zeros included, and 3.05 for −2 < x < 0. Near the zeros
/// of ln |Γ| below −2 only the absolute error is small: 4.5·10⁻¹⁵·max(1, |ln |Γ(x)||). There are
/// none below −20: 3.05 ulp. The worst that a search found are 2.059, 2.929, 3.65·10⁻¹⁵ and
/// 2.941 ulp.
#[inline(always)]
pub fn ln_gamma<T: Real>(x: T) -> T {
    let one = T::constant(1.0);
    let size = x.abs();
    let small = size.less(one);
    let negative = x.less(T::constant(0.0));

    // ln Γ(1 + v), 1 + v = |x|, or 1 + |x| if that is small.
    let v = T::select(small, size, size - 1.0);
    let product = Double::product(v * 0.5, v - 1.0);
    let q = horner(v, NUMERATOR) / horner(v, DENOMINATOR);
    let near = product.hi + product.hi.mul_add(q, product.lo);
    let Double { hi, lo } = leading(size);
    let far = hi + (lo + horner_halved(one / (size + 0.5), LN_G));
    let above = T::select(size.less(T::constant(2.5)), near, far);

    let sine = SinePi::of(size).sine.abs();
    let factor =
        T::select(negative, sine * T::select(small, one, size), T::select(small, size, one));
    let result = T::select(negative, -above, above) - ln(factor);
    let infinite = T::constant(LAST_LN_GAMMA).less(size);
    T::select(infinite, T::constant(f64::INFINITY), result)
}

/// The largest x whose ln Γ is finite.
const LAST_LN_GAMMA: f64 = 2.5599833278516383e305;

/// (2·atanh(s) − 2s)/s³ in powers of s², where |s| ≤ 3 − √8; error of ln 2⁻⁶⁸.
const ATANH: [f64; 8] = [
    0.6666666666666665,
    0.4000000000001233,
    0.2857142856758723,
    0.22222222830441846,
    0.1818176326348507,
    0.15387560400167158,
    0.1324076894744997,
    0.13327504666024564,
];

/// (y − ½)·(ln y − 1) for y ≥ 1, as a pair; error below (y − ½)·2⁻⁶⁰.
///
/// With y = 2ⁿ·(1 + f) and s = f/(2 + f) it is ln y = n·ln 2 + 2·atanh(s).
#[inline(always)]
fn leading<T: Real>(y: T) -> Double<T> {
    let n = (y * consts::SQRT_2).exponent();
    let f = y.mul_add((-n).exp2_int(), T::constant(-1.0));
    let start = n.mul_add(T::constant(LN2_HIGH), T::constant(-1.0)); // exact

    let divisor = Double::quick_sum(T::constant(2.0), f);
    let inverse = T::constant(1.0) / divisor.hi;
    let s = f * inverse;
    let remainder = s.mul_add(-divisor.lo, s.mul_add(-divisor.hi, f));
    let square = s * s;
    let rest = (s * square).mul_add(horner(square, ATANH), remainder * (inverse * 2.0));
    let rest = n.mul_add(T::constant(LN2_LOW), rest);

    let sum = Double::quick_sum(start, s * 2.0);
    let Double { hi, lo } = Double::quick_sum(sum.hi, sum.lo + rest);
    let factor = y - 0.5;
    let product = Double::product(factor, hi);
    Double { hi: product.hi, lo: factor.mul_add(lo, product.lo) }
}

/// (sin(πa)/(πa) − 1)/a² in powers of a², where |a| ≤ ½; error of the sine 2⁻⁶¹.
const SINE: [f64; 8] = [
    -1.6449340668482264,
    0.8117424252833462,
    -0.19075182412167535,
    0.026147847807943426,
    -0.002346080913298335,
    0.00014842791661337311,
    -6.972267404493277e-06,
    2.451833802315439e-07,
];

/// sin(πy)/π for y ≥ 0, apart from its sign.
struct SinePi<T> {
    /// sin(πa)/π, a = y less the nearest whole number: ±sin(πy)/π.
    sine: T,
    /// 1 where sin(πy) is −sin(πa), else −1.
    sign: T,
    /// 1 if y is a whole number, else 0.
    whole: T,
}

impl<T: Real> SinePi<T> {
    #[inline(always)]
    fn of(y: T) -> Self {
        let nearest = y.round_ties_even();
        let a = y - nearest; // exact
        let square = a * a;
        let half = nearest * 0.5;
        let odd = (half - half.floor()) * 2.0;
        Self {
            sine: (a * square).mul_add(horner(square, SINE), a),
            sign: odd.mul_add(T::constant(2.0), T::constant(-1.0)),
            whole: a.equal(T::constant(0.0)),
        }
    }
}

#[cfg(test)]
mod tests;
