//! Polynomials with constant coefficients.

#![allow(
    clippy::indexing_slicing,
    reason = "the indices are below N, which is known when this is compiled"
)]

use crate::real::Real;

/// c₀ + c₁·x + c₂·x² + … by Horner's rule, one fma a coefficient: shortest, but
/// each step waits for the one before.
#[inline(always)]
pub(super) fn horner<T: Real, const N: usize>(x: T, coefficients: [f64; N]) -> T {
    let mut terms = coefficients.iter().rev();
    let last = T::constant(terms.next().copied().unwrap_or(0.0));
    terms.fold(last, |sum, &c| sum.mul_add(x, T::constant(c)))
}

/// The same, with what follows c₀ split into odd and even powers: for one more
/// operation half as many wait for each other. The last step stays Horner's, which is
/// the accurate one where c₀ is the largest term.
#[inline(always)]
pub(super) fn horner_halved<T: Real, const N: usize>(x: T, coefficients: [f64; N]) -> T {
    const { assert!(N > 2) };
    let square = x * x;
    let [mut one, mut other] = [coefficients[N - 1], coefficients[N - 2]].map(T::constant);
    for k in (1..N - 2).rev() {
        (one, other) = (other, one.mul_add(square, T::constant(coefficients[k])));
    }
    one.mul_add(x, other).mul_add(x, T::constant(coefficients[0]))
}

/// The same with the terms taken in pairs c₂ₖ + c₂ₖ₊₁·x, and Horner's rule in x²
/// over them: half as many fmas wait for each other, for one multiplication
/// more. Where signs alternate, a pair is as small as the two terms together.
#[inline(always)]
pub(super) fn pairs<T: Real, const N: usize>(x: T, coefficients: [f64; N]) -> T {
    let square = x * x;
    let mut sum = None;
    for k in (0..N.div_ceil(2)).rev() {
        let first = T::constant(coefficients[2 * k]);
        let pair = match coefficients.get(2 * k + 1) {
            Some(&c) => T::constant(c).mul_add(x, first),
            None => first,
        };
        sum = Some(sum.map_or(pair, |sum: T| sum.mul_add(square, pair)));
    }
    sum.unwrap_or(T::constant(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_schemes() {
        assert_eq!(horner(2.0, [1.0, 2.0, 3.0, 4.0, 5.0]), 129.0);
        assert_eq!(pairs(2.0, [1.0, 2.0, 3.0, 4.0, 5.0]), 129.0);
        assert_eq!(pairs(3.0, [1.0, 1.0, 1.0, 1.0]), 40.0);
        assert_eq!(horner_halved(2.0, [1.0, 2.0, 3.0, 4.0, 5.0]), 129.0);
        assert_eq!(horner_halved(3.0, [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]), 364.0);
        assert_eq!(horner_halved(2.0, [1.0, 3.0, 1.0]), 11.0);
    }
}
