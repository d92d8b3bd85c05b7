//! Families with a peak inside the box.

use std::f64::consts::{PI, SQRT_2};

use super::{Family, product, scaled, vector};
use crate::real::Real;

/// Π 1/(aᵢ⁻² + (xᵢ − uᵢ)²).
#[derive(Clone, Copy, Debug)]
pub struct ProductPeak;

impl Family for ProductPeak {
    const NAME: &'static str = "genz-product-peak";
    const ABOUT: &'static str = "a peak with heavy tails: Π 1/(aᵢ⁻² + (xᵢ − uᵢ)²)";
    const DIFFICULTY: f64 = 7.25;

    #[inline(always)]
    fn eval<T: Real>(a: &[T], u: &[T], x: &[T]) -> T {
        let one = T::constant(1.0);
        T::fold(one, [a, x, u], |acc, _, [a, x, u]| {
            acc * (one / (one / a.powi(2) + (x - u).powi(2)))
        })
    }

    fn text(a: &[f64], u: &[f64]) -> String {
        format!("prod(1/({}^-2 + (x - {})^2))", vector(a), vector(u))
    }

    /// Π aᵢ·(atan(aᵢ(1 − uᵢ)) + atan(aᵢuᵢ)).
    fn mean(a: &[f64], u: &[f64]) -> f64 {
        product(a, u, |a, u| a * ((a * (1.0 - u)).atan() + (a * u).atan()))
    }

    /// ∫ (a⁻² + t²)⁻² dt = a²t/(2(a⁻² + t²)) + a³·atan(at)/2.
    fn second_moment(a: &[f64], u: &[f64]) -> f64 {
        product(a, u, |a, u| {
            let primitive = |t: f64| {
                let at = a * t;
                a.powi(3) / 2.0 * (at / (1.0 + at * at) + at.atan())
            };
            primitive(1.0 - u) + primitive(u)
        })
    }
}

/// exp(−Σ aᵢ²(xᵢ − uᵢ)²).
#[derive(Clone, Copy, Debug)]
pub struct Gaussian;

impl Family for Gaussian {
    const NAME: &'static str = "genz-gaussian";
    const ABOUT: &'static str = "a Gaussian peak: exp(−Σ aᵢ²(xᵢ − uᵢ)²)";
    const DIFFICULTY: f64 = 7.03;

    #[inline(always)]
    fn eval<T: Real>(a: &[T], u: &[T], x: &[T]) -> T {
        let squares =
            T::fold(T::constant(0.0), [a, x, u], |acc, _, [a, x, u]| acc + (a * (x - u)).powi(2));
        (-squares).exp()
    }

    fn text(a: &[f64], u: &[f64]) -> String {
        format!("exp(-sum(({}*(x - {}))^2))", vector(a), vector(u))
    }

    /// Π √π/(2aᵢ)·(erf(aᵢ(1 − uᵢ)) + erf(aᵢuᵢ)).
    fn mean(a: &[f64], u: &[f64]) -> f64 {
        product(a, u, |a, u| PI.sqrt() / (2.0 * a) * (Real::erf(a * (1.0 - u)) + Real::erf(a * u)))
    }

    /// The square is of the same family.
    fn second_moment(a: &[f64], u: &[f64]) -> f64 {
        Self::mean(&scaled(a, SQRT_2), u)
    }
}
