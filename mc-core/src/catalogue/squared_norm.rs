//! The lecture's problem: the mean of ‖x‖² over a box.

use crate::function::Function;
use crate::problem::{Density, Problem, ProblemError};
use crate::real::Real;
use crate::support::Support;

/// f(x) = ‖x‖² = Σ xᵢ², the lecture's integrand.
#[derive(Clone, Copy, Debug, Default)]
pub struct SquaredNorm;

impl SquaredNorm {
    /// The same as text.
    pub const TEXT: &str = "norm(x)^2";

    /// E‖x‖² for x uniform on the box: Σ (aᵢ² + aᵢbᵢ + bᵢ²)/3; n/3 on [0, 1]ⁿ.
    pub fn mean(support: &Support) -> f64 {
        let side = |(a, b): (f64, f64)| (a * a + a * b + b * b) / 3.0;
        support.sides().iter().map(|&interval| side(interval.into())).sum()
    }

    /// Var ‖x‖² for x uniform on the box: Σ E xᵢ⁴ − (E xᵢ²)², with
    /// E xᵢ⁴ = (aᵢ⁴ + aᵢ³bᵢ + aᵢ²bᵢ² + aᵢbᵢ³ + bᵢ⁴)/5; 4n/45 on [0, 1]ⁿ.
    pub fn variance(support: &Support) -> f64 {
        let side = |(a, b): (f64, f64)| {
            let fourth =
                (a.powi(4) + a.powi(3) * b + a * a * b * b + a * b.powi(3) + b.powi(4)) / 5.0;
            fourth - ((a * a + a * b + b * b) / 3.0).powi(2)
        };
        support.sides().iter().map(|&interval| side(interval.into())).sum()
    }

    /// The lecture's problem: the mean of ‖x‖² over `support`, from text, so
    /// that it can be interpreted too.
    ///
    /// # Errors
    ///
    /// None for any support.
    pub fn problem(support: Support) -> Result<Problem, ProblemError> {
        Problem::parse(support, Self::TEXT, Density::Uniform)
    }
}

impl Function for SquaredNorm {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        T::dot(x, x)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tape::Tape;

    #[test]
    fn text_and_function_are_the_same_tape() {
        let support = Support::cube(0.0, 1.0, 5).unwrap();
        let problem = SquaredNorm::problem(support).unwrap();
        assert_eq!(*problem.h(), Tape::trace(&SquaredNorm, 5).unwrap());
    }

    #[test]
    fn closed_forms_on_the_unit_cube() {
        let support = Support::cube(0.0, 1.0, 6).unwrap();
        assert!((SquaredNorm::mean(&support) - 2.0).abs() < 1e-15);
        assert!((SquaredNorm::variance(&support) - 24.0 / 45.0).abs() < 1e-15);
    }
}
