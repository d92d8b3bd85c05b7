//! The lecture's problem as an entry.

use super::closed_form::ClosedForm;
use super::error::{CatalogueError, check_dims};
use super::squared_norm::SquaredNorm;
use crate::function::Function;
use crate::real::Real;
use crate::support::{MAX_DIMS, Support, SupportError};

/// The mean of [`SquaredNorm`] over a box, the unit box unless told otherwise.
#[derive(Clone, Debug)]
pub struct Lecture {
    support: Support,
}

impl Lecture {
    /// Over any box.
    pub fn on(support: Support) -> Self {
        Self { support }
    }
}

impl Function for Lecture {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        SquaredNorm.eval(x)
    }
}

impl ClosedForm for Lecture {
    const NAME: &'static str = "lecture";
    const ABOUT: &'static str = "the mean of ‖x‖² over the unit box";
    const SOURCE: &'static str = "the 2015 lecture; moments of a uniform variable";
    const DIMS: usize = 2;

    fn of_dims(dims: usize) -> Result<Self, CatalogueError> {
        check_dims(Self::NAME, dims, MAX_DIMS)?;
        Ok(Self::on(Support::cube(0.0, 1.0, dims)?))
    }

    fn support(&self) -> Result<Support, SupportError> {
        Ok(self.support.clone())
    }

    fn text(&self) -> String {
        SquaredNorm::TEXT.to_owned()
    }

    fn truth(&self) -> f64 {
        SquaredNorm::mean(&self.support)
    }

    fn variance(&self) -> f64 {
        SquaredNorm::variance(&self.support)
    }
}
