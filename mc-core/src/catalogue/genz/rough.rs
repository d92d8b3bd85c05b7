//! Families that are not smooth.

use super::{Family, product, scaled, vector, weighed};
use crate::catalogue::numbers::mean_of_decay;
use crate::real::Real;
use crate::short::Short;

/// exp(−Σ aᵢ|xᵢ − uᵢ|): continuous, with a kink.
#[derive(Clone, Copy, Debug)]
pub struct Continuous;

impl Family for Continuous {
    const NAME: &'static str = "genz-continuous";
    const ABOUT: &'static str = "a peak with a kink: exp(−Σ aᵢ|xᵢ − uᵢ|)";
    const DIFFICULTY: f64 = 20.4;

    #[inline(always)]
    fn eval<T: Real>(a: &[T], u: &[T], x: &[T]) -> T {
        let distances =
            T::fold(T::constant(0.0), [a, x, u], |acc, _, [a, x, u]| acc + a * (x - u).abs());
        (-distances).exp()
    }

    fn text(a: &[f64], u: &[f64]) -> String {
        format!("exp(-sum({}*abs(x - {})))", vector(a), vector(u))
    }

    /// Π (2 − e^(−aᵢuᵢ) − e^(−aᵢ(1 − uᵢ)))/aᵢ.
    fn mean(a: &[f64], u: &[f64]) -> f64 {
        product(a, u, |a, u| u * mean_of_decay(a * u) + (1.0 - u) * mean_of_decay(a * (1.0 - u)))
    }

    /// The square is of the same family.
    fn second_moment(a: &[f64], u: &[f64]) -> f64 {
        Self::mean(&scaled(a, 2.0), u)
    }
}

/// exp(Σ aᵢxᵢ) where x₀ ≤ u₀ and x₁ ≤ u₁, else 0.
#[derive(Clone, Copy, Debug)]
pub struct Discontinuous;

impl Family for Discontinuous {
    const NAME: &'static str = "genz-discontinuous";
    const ABOUT: &'static str = "a jump: exp(Σ aᵢxᵢ) where x₀ ≤ u₀ and x₁ ≤ u₁, else 0";
    const DIFFICULTY: f64 = 4.3;

    #[inline(always)]
    fn eval<T: Real>(a: &[T], u: &[T], x: &[T]) -> T {
        let inside = x
            .iter()
            .zip(u)
            .take(2)
            .map(|(x, u)| x.less_equal(*u))
            .reduce(|inside, also| inside * also)
            .unwrap_or(T::constant(1.0));
        T::select(inside, weighed(a, x).exp(), T::constant(0.0))
    }

    fn text(a: &[f64], u: &[f64]) -> String {
        let inside = match u {
            [u0] => format!("x0 <= {}", Short(*u0)),
            [u0, u1, ..] => format!("(x0 <= {})*(x1 <= {})", Short(*u0), Short(*u1)),
            [] => String::new(),
        };
        format!("if({inside}, exp(sum({}*x)), 0)", vector(a))
    }

    /// Π (e^(aᵢbᵢ) − 1)/aᵢ, where bᵢ = uᵢ in the first two coordinates, else 1.
    fn mean(a: &[f64], u: &[f64]) -> f64 {
        let side = |(k, (a, u)): (usize, (&f64, &f64))| {
            let end = if k < 2 { *u } else { 1.0 };
            end * mean_of_decay(-a * end)
        };
        a.iter().zip(u).enumerate().map(side).product()
    }

    /// The square is of the same family.
    fn second_moment(a: &[f64], u: &[f64]) -> f64 {
        Self::mean(&scaled(a, 2.0), u)
    }
}
