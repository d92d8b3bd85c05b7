//! The error function and its complement.
//!
//! Also what the normal distribution and the gamma function share with them: the
//! tail of a Gaussian, and e^y where y is a pair.

use std::f64::consts;

use super::double::Double;
use super::polynomial::{horner, horner_halved};
use crate::real::Real;

/// Where [`erf`] changes its formula.
const SPLIT: f64 = 1.25;

/// erf(x)/x − 1 in powers of x² where |x| ≤ 5/4; relative error of erf 2⁻⁵⁶.
const NEAR: [f64; 14] = [
    0.1283791670955126,
    -0.37612638903183826,
    0.11283791670956286,
    -0.026866170645193203,
    0.005223977625383594,
    -0.0008548327001831243,
    0.0001205533184559008,
    -1.492561789944964e-05,
    1.6461521107386144e-06,
    -1.6358511495271874e-07,
    1.4744794839681533e-08,
    -1.1927341733143692e-09,
    8.019736701916237e-11,
    -3.3398589453425386e-12,
];

/// erfc(5/4 + t)^⅛ in powers of t; error of erf 2⁻⁵⁵.
const ROOT: [f64; 17] = [
    0.7259082077621887,
    -0.27836074855078513,
    -0.0256451598897928,
    0.020511987732827402,
    0.0009893859749527064,
    -0.0012688214653592763,
    5.5622924600141415e-05,
    4.150844584318898e-05,
    -4.928583968404282e-06,
    -2.7014660742346935e-07,
    -5.878811144505085e-08,
    4.33458015095312e-08,
    -3.820939741801106e-09,
    -8.428732599127679e-10,
    2.3141616744013216e-10,
    -2.2675011603143518e-11,
    8.865066801120261e-13,
];

/// erf(x) = 2/√π·∫₀ˣ e^(−t²) dt.
///
/// Method: x + x·p(x²) up to |x| = 5/4. From there on erf is so near 1 that
/// 1 − erfc need not know erfc well: erfc is the eighth power of a polynomial, which
/// spares the exponential function. The power is an idea of Hastings
/// (*Approximations for Digital Computers*, 1955), the coefficients are minimax.
///
/// erf(±0) = ±0, erf(±∞) = ±1.
///
/// # Accuracy
///
/// 1.66 ulp at most; the worst that a search found is 1.605.
#[inline(always)]
pub fn erf<T: Real>(x: T) -> T {
    const END: f64 = 5.9375; // from here on erf rounds to 1
    let size = x.abs();
    let near = horner(size * size, NEAR).mul_add(size, size);
    let root = horner_halved(at_most(END, size) - SPLIT, ROOT);
    let far = T::constant(1.0) - root.powi(8);
    T::select(size.less(T::constant(SPLIT)), near, far).copysign(x)
}

/// erfc(x)·e^(x²) where x ≥ 0; relative error 2⁻⁵⁸.
const ERFC: Tail<23> = Tail {
    centre: 3.84375,
    pole: 0.625,
    coefficients: [
        0.6356720175633234,
        -0.10353128547545078,
        0.03204157534838334,
        0.01791372913895451,
        -0.039863748145601036,
        0.039316673848939006,
        -0.027555255664386755,
        0.014638527982685733,
        -0.005723778868254605,
        0.0013937044706477837,
        -1.6670747714309418e-05,
        -0.00014112910865387882,
        4.673059913671326e-05,
        3.9110873487328e-06,
        -6.7845767355254105e-06,
        8.52377517662937e-07,
        7.884742118345215e-07,
        -2.2707815032225986e-07,
        -9.346181841758385e-08,
        3.882888103946868e-08,
        1.288056861372636e-08,
        -4.3064912688816755e-09,
        -1.6348849980272396e-09,
    ],
};

/// erfc(x) = 1 − erf(x), accurate where it is small too.
///
/// Method: one piece for the whole tail (`gaussian_tail` in the source); 2 − erfc(−x) where x < 0.
///
/// erfc(±0) = 1, erfc(−∞) = 2, erfc(∞) = +0. It underflows gradually, to 0 from
/// x = 27.23 on.
///
/// # Accuracy
///
/// 2.4 ulp at most, the tail down to its underflow included; 2.2 for x ≤ 5. The worst that a
/// search found are 2.292 and 2.106.
#[inline(always)]
pub fn erfc<T: Real>(x: T) -> T {
    let size = at_most(28.0, x.abs());
    let tail = gaussian_tail(size, Double::product(-size, size), &ERFC);
    T::select(x.less(T::constant(0.0)), T::constant(2.0) - tail, tail)
}

/// x, or `end` if that is less; NaN stays.
#[inline(always)]
pub(super) fn at_most<T: Real>(end: f64, x: T) -> T {
    let end = T::constant(end);
    T::select(end.less(x), end, x)
}

/// A function that falls like 1/x, on the whole of x ≥ 0: a polynomial of
/// t = (x − centre)/(x + centre) ∈ [−1, 1], divided by x + pole.
pub(super) struct Tail<const N: usize> {
    /// Dyadic, and such that the first coefficient is nearly a double.
    pub centre: f64,
    /// Dyadic, and such that the polynomial is nearly constant.
    pub pole: f64,
    pub coefficients: [f64; N],
}

/// e^exponent·tail(x) where x ≥ 0.
///
/// The map of x to t and the factor 1 + 2x are those of Shepherd & Laframboise
/// (*Math. Comp.* 36, 1981). The exponent −x² or −x²/2 is a pair: rounding it to one
/// number would cost hundreds of ulps where x is large. So is the quotient.
#[inline(always)]
pub(super) fn gaussian_tail<T: Real, const N: usize>(
    x: T,
    exponent: Double<T>,
    tail: &Tail<N>,
) -> T {
    let one = T::constant(1.0);
    let (a, b) = (x + tail.centre, x + tail.pole);
    // One division for 1/a and 1/b.
    let inverse = one / (a * b);
    let t = (inverse * b * x).mul_add(T::constant(2.0), -one);
    let inverse = inverse * a;
    let g = horner_halved(t, tail.coefficients);
    let quotient = g * inverse;
    // g − quotient·(x + pole), exactly up to its own rounding.
    let b_low = x - (b - tail.pole);
    let minus = -quotient;
    let remainder = minus.mul_add(b_low, minus.mul_add(b, g));
    let low = remainder * inverse;
    let power = Power::of(exponent);
    // quotient·(1 + r + rest): rest is small, so that its rounding is smaller still.
    let rest = power.square * power.series;
    let low = quotient.mul_add(rest, low.mul_add(power.r, low));
    scale(quotient + quotient.mul_add(power.r, low), power.exponent)
}

/// (1 + r + square·series)·2^exponent, square = r².
pub(super) struct Power<T> {
    pub r: T,
    pub square: T,
    pub series: T,
    pub exponent: T,
}

/// (eʳ − 1 − r)/r² where |r| ≤ ln 2 / 2; relative error of eʳ 2⁻⁵⁷.
const EXCESS: [f64; 10] = [
    0.5000000000000011,
    0.16666666666666421,
    0.041666666666526964,
    0.008333333333488482,
    0.0013888888944344575,
    0.0001984126951987221,
    2.4801492446347848e-05,
    2.7557574284545315e-06,
    2.763045827652573e-07,
    2.500393730241885e-08,
];

impl<T: Real> Power<T> {
    /// e^y for |y| < 2¹⁰; |r| < 0.35.
    ///
    /// As [`exp`](super::exponential::exp), but the result is left in parts: a
    /// factor can still join before it is rounded.
    #[inline(always)]
    pub fn of(y: Double<T>) -> Self {
        const LN_2_LOW: f64 = 2.3190468138462996e-17;
        let exponent = (y.hi * consts::LOG2_E).round_ties_even();
        // Exact: it is a multiple of 2⁻⁵⁴ below ½.
        let r = exponent.mul_add(T::constant(-consts::LN_2), y.hi);
        let r = r + exponent.mul_add(T::constant(-LN_2_LOW), y.lo);
        Self { r, square: r * r, series: horner_halved(r, EXCESS), exponent }
    }

    /// What 1 lacks of the factor of 2^exponent.
    #[inline(always)]
    pub fn excess(&self) -> T {
        self.square.mul_add(self.series, self.r)
    }
}

/// x·2^exponent in two steps: neither factor is out of range, and only the second
/// product can round.
#[inline(always)]
pub(super) fn scale<T: Real>(x: T, exponent: T) -> T {
    let half = (exponent * 0.5).floor();
    x * half.exp2_int() * (exponent - half).exp2_int()
}

#[cfg(test)]
mod tests {
    use super::super::exponential::tests::{
        assert_near, assert_same, assert_same_on_tape, numbers,
    };
    use super::*;
    use crate::function;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn special_values() {
        for (x, y, complement) in [
            (0.0, 0.0, 1.0),
            (-0.0, -0.0, 1.0),
            (INF, 1.0, 0.0),
            (-INF, -1.0, 2.0),
            (1e300, 1.0, 0.0),
            (-1e300, -1.0, 2.0),
            (5e-324, 5e-324, 1.0),
            (-1e-310, -1.12837916709551e-310, 1.0),
            (f64::NAN, f64::NAN, f64::NAN),
        ] {
            assert_same(erf(x), y, x);
            assert_same(erfc(x), complement, x);
        }
    }

    #[test]
    fn known() {
        assert_near(erf(0.5), 0.5204998778130465);
        assert_near(erf(1.0), 0.8427007929497149);
        assert_near(erf(-2.0), -0.9953222650189527);
        assert_near(erfc(0.5), 0.4795001221869535);
        assert_near(erfc(1.0), 0.15729920705028513);
        assert_near(erfc(-1.0), 1.8427007929497148);
        assert_near(erfc(10.0), 2.088487583762545e-45);
        assert_near(erfc(26.5), 2.2109076642637343e-307);
        assert!(erf(5.86) < 1.0);
        assert_eq!(erf(5.93), 1.0);
    }

    #[test]
    fn underflow_of_the_tail() {
        assert_near(erfc(27.0), 5.23705e-319);
        assert_eq!(erfc(27.226), 5e-324);
        assert_eq!(erfc(27.23), 0.0);
    }

    #[test]
    fn symmetry() {
        for x in numbers().into_iter().filter(|x| !x.is_nan()) {
            assert_eq!(erf(-x), -erf(x), "{x}");
            assert!(erf(x) + erfc(x) - 1.0 <= f64::EPSILON, "{x}");
        }
    }

    #[test]
    fn the_tape_agrees() {
        let points: Vec<_> = numbers().into_iter().map(|x| vec![x]).collect();
        assert_same_on_tape(&function!(erf_of), &points);
        assert_same_on_tape(&function!(erfc_of), &points);
    }

    fn erf_of<T: Real>(x: &[T]) -> T {
        erf(x[0])
    }

    fn erfc_of<T: Real>(x: &[T]) -> T {
        erfc(x[0])
    }
}
