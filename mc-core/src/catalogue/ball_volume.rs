//! The volume of a ball.

use std::f64::consts::PI;

use super::closed_form::ClosedForm;
use super::error::{CatalogueError, check_dims};
use crate::function::Function;
use crate::real::Real;
use crate::support::{Support, SupportError};

/// f(x) = 1 where ‖x‖ ≤ 1, else 0, on [−1, 1]ⁿ with g = 1: the integral is
/// the volume of the unit ball.
#[derive(Clone, Copy, Debug)]
pub struct BallVolume {
    dims: usize,
}

impl BallVolume {
    /// π^(n/2)/Γ(n/2 + 1), from V₀ = 1, V₁ = 2 and Vₙ = 2π/n · Vₙ₋₂.
    pub fn volume(dims: usize) -> f64 {
        let first = if dims.is_multiple_of(2) { 1.0 } else { 2.0 };
        (1..=dims)
            .filter(|k| k % 2 == dims % 2 && *k > 1)
            .fold(first, |volume, k| volume * (2.0 * PI / k as f64))
    }
}

impl Function for BallVolume {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        T::dot(x, x).less_equal(T::constant(1.0))
    }
}

impl ClosedForm for BallVolume {
    const NAME: &'static str = "ball-volume";
    const ABOUT: &'static str = "the volume of the unit ball, from points of the cube around it";
    const SOURCE: &'static str = "π^(n/2)/Γ(n/2 + 1); NIST DLMF 5.19.4";
    const DENSITY: &'static str = "1";
    const DIMS: usize = 3;

    fn of_dims(dims: usize) -> Result<Self, CatalogueError> {
        // With more, 2ⁿ overflows; long before, no sample meets the ball.
        check_dims(Self::NAME, dims, 1023)?;
        Ok(Self { dims })
    }

    fn support(&self) -> Result<Support, SupportError> {
        Support::cube(-1.0, 1.0, self.dims)
    }

    fn text(&self) -> String {
        "norm(x)^2 <= 1".to_owned()
    }

    fn truth(&self) -> f64 {
        Self::volume(self.dims)
    }

    /// p(1 − p) for the share p of the cube.
    fn variance(&self) -> f64 {
        let share = self.truth() / 2f64.powi(self.dims as i32);
        share * (1.0 - share)
    }
}
