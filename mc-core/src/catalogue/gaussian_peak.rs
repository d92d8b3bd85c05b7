//! A narrow Gaussian peak.

use std::f64::consts::PI;

use super::closed_form::ClosedForm;
use super::error::{CatalogueError, check, check_dims};
use super::numbers::variance_of;
use crate::function::Function;
use crate::real::Real;
use crate::short::Short;
use crate::support::{Support, SupportError};

/// f(x) = exp(−‖x − ½‖²/w²)/(w√π)ⁿ on [0, 1]ⁿ with g = 1: almost all of a
/// normal density of standard deviation w/√2, at the centre.
#[derive(Clone, Copy, Debug)]
pub struct GaussianPeak {
    dims: usize,
    width: f64,
}

/// Up to here `v^n` is repeated multiplication in the language.
const LARGEST_WHOLE_POWER: usize = 32;

impl GaussianPeak {
    /// With any width w; the original has 0.1.
    ///
    /// # Errors
    ///
    /// `width` must be at least 0.001 and at most 1000, `dims` at most 100, so
    /// that the square of the peak's height fits into f64 for w ≥ 0.02.
    pub fn new(width: f64, dims: usize) -> Result<Self, CatalogueError> {
        check_dims(Self::NAME, dims, 100)?;
        check(Self::NAME, "width", width, (1e-3..=1e3).contains(&width), "from 0.001 to 1000")?;
        Ok(Self { dims, width })
    }

    /// ∫ exp(−k·(x − ½)²/w²) dx over [0, 1], divided by w√π.
    fn side(&self, k: f64) -> f64 {
        Real::erf(k.sqrt() / (2.0 * self.width)) / k.sqrt()
    }
}

impl Function for GaussianPeak {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let squares = T::fold(T::constant(0.0), [x], |acc, _, [x]| {
            let d = (x - 0.5) / self.width;
            d.mul_add(d, acc)
        });
        let side = T::constant(self.width * PI.sqrt());
        let norm = match x.len() {
            dims @ ..=LARGEST_WHOLE_POWER => side.powi(dims as i32),
            dims => side.pow(T::constant(dims as f64)),
        };
        (-squares).exp() / norm
    }
}

impl ClosedForm for GaussianPeak {
    const NAME: &'static str = "gaussian-peak";
    const ABOUT: &'static str = "a narrow normal density at the centre of the unit box";
    const SOURCE: &'static str = "G. P. Lepage, A new algorithm for adaptive multidimensional integration, J. Comput. Phys. 27, 1978";
    const DENSITY: &'static str = "1";
    const DIMS: usize = 2;

    fn of_dims(dims: usize) -> Result<Self, CatalogueError> {
        Self::new(0.1, dims)
    }

    fn support(&self) -> Result<Support, SupportError> {
        Support::cube(0.0, 1.0, self.dims)
    }

    fn text(&self) -> String {
        let w = Short(self.width);
        format!("exp(-norm((x - 0.5)/{w})^2) / ({w}*sqrt(pi))^n")
    }

    /// erf(1/(2w))ⁿ.
    fn truth(&self) -> f64 {
        self.side(1.0).powi(self.dims as i32)
    }

    /// E f² = (erf(1/(√2·w))/(w√(2π)))ⁿ.
    fn variance(&self) -> f64 {
        let second = self.side(2.0) / (self.width * PI.sqrt());
        variance_of(second.powi(self.dims as i32), self.truth())
    }
}
