//! Hyperbolic functions; their inverses are in the module `inverse`.

use super::double::Double;
use super::exponential::{Reduced, at_least, at_most, reduce};
use super::polynomial::horner;
use crate::real::Real;

mod inverse;
pub use inverse::{acosh, asinh, atanh};

// Minimax coefficients from Sollya's fpminimax.

/// (cosh r − 1)/r² in r², |r| ≤ ln 2 / 2; relative error of cosh r 3.4·10⁻¹⁸.
const COSH: [f64; 5] = [
    0.5000000000000012,
    0.04166666666651915,
    0.0013888888946164528,
    2.4801490722160825e-5,
    2.763103157527517e-7,
];

/// (sinh r − r)/r³ in r², |r| ≤ ln 2 / 2; relative error of sinh r 2.7·10⁻¹⁹.
const SINH: [f64; 5] = [
    0.16666666666666677,
    0.008333333333321449,
    0.0001984126988654567,
    2.7557243812116904e-6,
    2.5109169939902216e-8,
];

/// sinh x = (eˣ − e⁻ˣ)/2.
///
/// sinh(k·ln 2 + r) = sinh(k·ln 2)·cosh r + cosh(k·ln 2)·sinh r: the reduction of
/// [`exp`](super::exponential::exp), the addition theorem, and polynomials for
/// cosh r − 1 and sinh r − r. The largest terms are added with their rounding error.
///
/// sinh(±0) = ±0, sinh(±∞) = ±∞.
///
/// # Accuracy
///
/// 0.84 ulp at most; the worst that a search found is 0.736.
#[inline(always)]
pub fn sinh<T: Real>(x: T) -> T {
    let (parts, factor) = Parts::of_large(x.abs());
    let (hi, lo) = parts.sinh();
    ((hi + lo) * factor).copysign(x)
}

/// cosh x = (eˣ + e⁻ˣ)/2, by the method of [`sinh`].
///
/// cosh(±0) = 1, cosh(±∞) = ∞.
///
/// # Accuracy
///
/// 0.90 ulp at most; the worst that a search found is 0.875.
#[inline(always)]
pub fn cosh<T: Real>(x: T) -> T {
    let (parts, factor) = Parts::of_large(x.abs());
    let (hi, lo) = parts.cosh();
    (hi + lo) * factor
}

/// tanh x = sinh x / cosh x, where the quotient is corrected by its remainder.
///
/// tanh(±0) = ±0, tanh(±∞) = ±1.
///
/// # Accuracy
///
/// 1.01 ulp at most; the worst that a search found is 1.000, where tanh x is next to 1.
#[inline(always)]
pub fn tanh<T: Real>(x: T) -> T {
    // From 19.1 on it is 1.
    let parts = Parts::of(at_most(x.abs(), 20.0));
    let (hi, lo) = parts.sinh();
    let sinh = Double::quick_sum(hi, lo);
    let (hi, lo) = parts.cosh();
    let cosh = Double::quick_sum(hi, lo);
    let inverse = T::constant(1.0) / cosh.hi;
    let y = sinh.hi * inverse;
    let remainder = (-y).mul_add(cosh.hi, sinh.hi) + (-y).mul_add(cosh.lo, sinh.lo);
    remainder.mul_add(inverse, y).copysign(x)
}

/// What sinh x and cosh x are made of, x = k·ln 2 + r ≥ 0.
struct Parts<T> {
    cosh_k: Double<T>,
    sinh_k: Double<T>,
    r: T,
    cosh_r_minus_1: T,
    sinh_r_minus_r: T,
}

impl<T: Real> Parts<T> {
    /// For 0 ≤ x ≤ 700.
    #[inline(always)]
    fn of(x: T) -> Self {
        let reduced = reduce(x);
        let up = (reduced.k - 1.0).exp2_int();
        let down = (T::constant(-1.0) - reduced.k).exp2_int();
        Self::new(reduced, up, down)
    }

    /// For all x ≥ 0; and what the result must be multiplied by, 1 or 2.
    #[inline(always)]
    fn of_large(x: T) -> (Self, T) {
        let reduced = reduce(at_most(x, 710.6));
        let top = T::constant(1023.0).less(reduced.k);
        let up = (reduced.k - 1.0 - top).exp2_int();
        let down = at_least(T::constant(-1.0) - reduced.k, -1022.0).exp2_int();
        (Self::new(reduced, up, down), top + 1.0)
    }

    /// up = 2ᵏ/2, down = 2⁻ᵏ/2.
    #[inline(always)]
    fn new(Reduced { r, rest, .. }: Reduced<T>, up: T, down: T) -> Self {
        let square = r * r;
        Self {
            cosh_k: Double::quick_sum(up, down),
            sinh_k: Double::quick_sum(up, -down),
            r,
            cosh_r_minus_1: square * horner(square, COSH),
            sinh_r_minus_r: (square * r).mul_add(horner(square, SINH), rest),
        }
    }

    /// Two numbers to be added.
    #[inline(always)]
    fn sinh(&self) -> (T, T) {
        let hi = self.cosh_k.hi.mul_add(self.r, self.sinh_k.hi);
        let lo = self.cosh_k.hi.mul_add(self.r, self.sinh_k.hi - hi) + self.sinh_k.lo;
        let lo = self.sinh_k.hi.mul_add(self.cosh_r_minus_1, lo);
        (hi, self.cosh_k.hi.mul_add(self.sinh_r_minus_r, lo))
    }

    /// Two numbers to be added.
    #[inline(always)]
    fn cosh(&self) -> (T, T) {
        let hi = self.sinh_k.hi.mul_add(self.r, self.cosh_k.hi);
        let lo = self.sinh_k.hi.mul_add(self.r, self.cosh_k.hi - hi) + self.cosh_k.lo;
        let lo = self.sinh_k.hi.mul_add(self.sinh_r_minus_r, lo);
        (hi, self.cosh_k.hi.mul_add(self.cosh_r_minus_1, lo))
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
    const NAN: f64 = f64::NAN;
    /// asinh of the largest number; sinh of this is too large, sinh below it is not.
    const LAST: f64 = 710.475860073944;

    #[test]
    fn special_values() {
        let same = |x: f64, values: [f64; 6]| {
            let got = [sinh(x), cosh(x), tanh(x), asinh(x), acosh(x), atanh(x)];
            got.into_iter().zip(values).for_each(|(got, want)| assert_same(got, want, x));
        };
        for tiny in [0.0, 5e-324, 1e-310, 1e-20] {
            same(tiny, [tiny, 1.0, tiny, tiny, NAN, tiny]);
            same(-tiny, [-tiny, 1.0, -tiny, -tiny, NAN, -tiny]);
        }
        same(INF, [INF, INF, 1.0, INF, INF, NAN]);
        same(-INF, [-INF, INF, -1.0, -INF, NAN, NAN]);
        same(f64::MAX, [INF, INF, 1.0, LAST, LAST, NAN]);
        same(NAN, [NAN; 6]);
        assert_same(acosh(1.0), 0.0, 1.0);
        assert_same(atanh(1.0), INF, 1.0);
        assert_same(atanh(-1.0), -INF, -1.0);
    }

    #[test]
    fn known() {
        assert_near(sinh(1.0), 1.1752011936438014);
        assert_near(cosh(-1.0), 1.5430806348152437);
        assert_near(tanh(1.0), 0.7615941559557649);
        assert_near(asinh(-2.0), -1.4436354751788103);
        assert_near(acosh(2.0), 1.3169578969248168);
        assert_near(acosh(1.0 + f64::EPSILON), 2.1073424255447014e-8);
        assert_near(atanh(0.5), 0.5493061443340549);
        assert_near(atanh(1.0 - f64::EPSILON / 2.0), 18.714973875118524);
        assert!(sinh(LAST.next_down()).is_finite() && cosh(LAST.next_down()).is_finite());
        assert_eq!([sinh(LAST), cosh(LAST)], [INF; 2]);
        assert!(tanh(19.0) < 1.0);
        assert_eq!(tanh(19.1), 1.0);
    }

    #[test]
    fn the_tape_agrees() {
        let points: Vec<_> = numbers().into_iter().map(|x| vec![x]).collect();
        macro_rules! check {
            ($($f:ident)+) => {$({
                fn of<T: Real>(x: &[T]) -> T {
                    $f(x[0])
                }
                assert_same_on_tape(&function!(of), &points);
            })+};
        }
        check!(sinh cosh tanh asinh acosh atanh);
    }
}
