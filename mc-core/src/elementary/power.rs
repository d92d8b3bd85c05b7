//! xʸ.

use super::double::Double;
use super::exponential::{clamp, exp2_of_double};
use super::polynomial::horner;
use crate::real::Real;

// log₂((1 + s)/(1 − s)) = s·(C0 + C1·s² + s⁴·p(s²)) where |s| ≤ 0.1716. C0 and C1
// are Taylor's, 2/ln 2 and 2/(3 ln 2), to 106 bits; p is from Sollya's fpminimax.
// Relative error 9.8·10⁻²².
const C0: Double<f64> = Double { hi: 2.8853900817779268, lo: 4.0710547481862066e-17 };
const C1: Double<f64> = Double { hi: 0.9617966939259756, lo: 5.0577616648125907e-17 };
const LOG2: [f64; 8] = [
    0.5770780163555851,
    0.4121985831113452,
    0.320598897912953,
    0.262308198635382,
    0.22195227189044942,
    0.19240126600528565,
    0.1684525767419987,
    0.1728092053529319,
];

/// xʸ.
///
/// 2^(y·log₂|x|), where the logarithm is a pair with 65 correct bits: the product can be
/// as large as 1074, and its absolute error is the relative error of the result.
///
/// All cases of C99's Annex F: x⁰ = 1 and 1ʸ = 1 even where the other is NaN;
/// (−1)^±∞ = 1; ±0 and ±∞ keep their sign where y is an odd whole number; for
/// finite x < 0 and a y that is not whole it is NaN.
///
/// # Accuracy
///
/// 0.97 ulp at most; the worst that a search found is 0.937.
#[inline(always)]
pub fn pow<T: Real>(x: T, y: T) -> T {
    let zero = T::constant(0.0);
    let one = T::constant(1.0);
    let infinity = T::constant(f64::INFINITY);

    let size = x.abs();
    let Double { hi, lo } = log2(size);
    let hi = T::select(size.less(infinity), hi, size);
    let hi = T::select(size.equal(zero), -infinity, hi);
    // 2⁶⁵ is enough: |log₂ x| ≥ 2⁻⁵³ unless it is 0, and then 0·∞ must not be.
    let factor = clamp(y, -TWO_65, TWO_65);
    let product = Double::product(hi, factor);
    let exponent = Double { hi: product.hi, lo: lo.mul_add(factor, product.lo) };
    let power = exp2_of_double(exponent);

    let fractional = y.floor().not_equal(y);
    let half = y * 0.5;
    let odd = fractional.less(half.floor().not_equal(half));
    let power = power.copysign(T::select(odd, x, one));
    let undefined = fractional * x.less(zero) * (-infinity).less(x);
    let power = T::select(undefined, T::constant(f64::NAN), power);
    T::select(y.equal(zero) + x.equal(one), one, power)
}

const TWO_54: f64 = 18_014_398_509_481_984.0;
const TWO_65: f64 = 36_893_488_147_419_103_232.0;

/// log₂ x for finite x > 0, relative error below 2⁻⁶⁵ (measured).
///
/// x = 2ᵉ·m with √½ < m ≤ √2 and s = (m − 1)/(m + 1): log₂ x = e + log₂((1 + s)/(1 − s)).
/// Each operation on a pair keeps what counts and is not normalised.
#[inline(always)]
fn log2<T: Real>(x: T) -> Double<T> {
    let one = T::constant(1.0);
    let subnormal = x.less(T::constant(f64::MIN_POSITIVE));
    let x = T::select(subnormal, x * TWO_54, x);
    let m = x.significand();
    let upper = T::constant(std::f64::consts::SQRT_2).less(m);
    let m = T::select(upper, m * 0.5, m);
    let e = subnormal.mul_add(T::constant(-54.0), x.exponent() + upper);

    // s by its rounded value and what that leaves of the numerator.
    let numerator = m - 1.0;
    let denominator = Double::quick_sum(one, m);
    let inverse = one / denominator.hi;
    let s = numerator * inverse;
    let left = (-s).mul_add(denominator.lo, (-s).mul_add(denominator.hi, numerator));
    let s = Double { hi: s, lo: left * inverse };

    let square = Double::product(s.hi, s.hi);
    let square = Double { hi: square.hi, lo: s.hi.mul_add(s.lo * 2.0, square.lo) };
    let tail = Double { hi: horner(square.hi, LOG2), lo: T::constant(0.0) };
    let log_m = tail.step(square, C1).step(square, C0).times_roughly(s);
    let sum = Double::quick_sum(e, log_m.hi);
    Double { hi: sum.hi, lo: sum.lo + log_m.lo }
}

// Products that keep what counts; `lo` can grow to some ulps of `hi`.
impl<T: Real> Double<T> {
    #[inline(always)]
    fn times_roughly(self, b: Self) -> Self {
        let product = Self::product(self.hi, b.hi);
        Self { hi: product.hi, lo: self.lo.mul_add(b.hi, self.hi.mul_add(b.lo, product.lo)) }
    }

    /// self·x + c, much smaller than c but for c: a step of Horner's rule.
    #[inline(always)]
    fn step(self, x: Self, c: Double<f64>) -> Self {
        let hi = self.hi.mul_add(x.hi, T::constant(c.hi));
        let rounding = self.hi.mul_add(x.hi, T::constant(c.hi) - hi);
        let lo = self.lo.mul_add(x.hi, self.hi.mul_add(x.lo, T::constant(c.lo)));
        Self { hi, lo: rounding + lo }
    }
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
        let nan = f64::NAN;
        for (x, y, power) in [
            (0.0, 0.0, 1.0),
            (nan, -0.0, 1.0),
            (-INF, 0.0, 1.0),
            (1.0, nan, 1.0),
            (1.0, INF, 1.0),
            (-1.0, INF, 1.0),
            (-1.0, -INF, 1.0),
            (nan, 1.0, nan),
            (0.0, nan, nan),
            (-1.0, nan, nan),
            // Zeros.
            (0.0, 3.0, 0.0),
            (-0.0, 3.0, -0.0),
            (-0.0, 2.0, 0.0),
            (-0.0, 0.5, 0.0),
            (0.0, -3.0, INF),
            (-0.0, -3.0, -INF),
            (-0.0, -2.0, INF),
            (-0.0, -2.5, INF),
            (-0.0, INF, 0.0),
            (-0.0, -INF, INF),
            // Infinities.
            (INF, 0.1, INF),
            (INF, -0.1, 0.0),
            (-INF, 3.0, -INF),
            (-INF, 2.0, INF),
            (-INF, 0.5, INF),
            (-INF, -3.0, -0.0),
            (-INF, -2.0, 0.0),
            (-INF, -0.5, 0.0),
            (0.9, INF, 0.0),
            (0.9, -INF, INF),
            (-1.1, INF, INF),
            (-1.1, -INF, 0.0),
            (INF, INF, INF),
            (-INF, -INF, 0.0),
            // Negative numbers.
            (-8.0, 1.0 / 3.0, nan),
            (-5e-324, 5e-324, nan),
            (-2.0, 3.0, -8.0),
            (-2.0, -2.0, 0.25),
            (-1.0, 9007199254740991.0, -1.0),
            (-1.0, 9007199254740992.0, 1.0),
            (-1.0, 4503599627370495.5, nan),
        ] {
            assert_same(pow(x, y), power, (x, y));
        }
    }

    #[test]
    fn ends_of_the_range() {
        assert_same(pow(2.0, 1023.0), 2f64.powi(1023), "largest power of two");
        assert_same(pow(2.0, 1024.0), INF, "overflow");
        assert_same(pow(-2.0, 1e9 + 1.0), -INF, "overflow, odd");
        assert_same(pow(2.0, -1074.0), 5e-324, "least");
        assert_same(pow(-2.0, -1075.0), -0.0, "underflow, odd");
        assert_same(pow(5e-324, -0.5), 2f64.powi(537), "subnormal");
        assert_same(pow(1.0 + f64::EPSILON, 1e300), INF, "near 1, huge");
        assert_same(pow(1.0 - f64::EPSILON, 1e300), 0.0, "near 1, huge");
        assert_same(pow(1.0 + f64::EPSILON, 1e-300), 1.0, "near 1, tiny");
    }

    #[test]
    fn exact_and_known() {
        for k in 0..=33 {
            assert_eq!(pow(3.0, f64::from(k)), (0..k).fold(1.0, |p, _| p * 3.0), "3^{k}");
        }
        for x in numbers().into_iter().filter(|x| !x.is_nan()) {
            assert_same(pow(x, 1.0), x, x);
        }
        assert_eq!(pow(9.0, 0.5), 3.0);
        assert_eq!(pow(0.0009765625, -0.1), 2.0);
        assert_near(pow(10.0, 2.5), 316.22776601683796);
    }

    #[test]
    fn the_tape_agrees() {
        fn power<T: Real>(x: &[T]) -> T {
            pow(x[0], x[1])
        }
        let numbers = numbers();
        let wide = numbers.iter().step_by(37);
        let points: Vec<_> = wide
            .flat_map(|&x| [-INF, -3.0, -0.5, -0.0, 1e-3, 2.0, 5.0, 1e19, INF].map(|y| vec![x, y]))
            .chain(numbers.iter().map(|&y| vec![1.1, y]))
            .collect();
        assert_same_on_tape(&function!(power), &points);
    }
}
