//! The function of Ishigami and Homma.

#![allow(
    clippy::indexing_slicing,
    reason = "the function has three coordinates, and so has its box"
)]

use std::f64::consts::PI;

use super::closed_form::ClosedForm;
use super::error::CatalogueError;
use crate::function::Function;
use crate::real::Real;
use crate::short::Short;
use crate::support::{Support, SupportError};

/// f(x) = sin x₀ + a·sin² x₁ + b·x₂⁴·sin x₀ on [−π, π]³.
#[derive(Clone, Copy, Debug)]
pub struct Ishigami {
    a: f64,
    b: f64,
}

impl Ishigami {
    /// With any weights.
    ///
    /// # Errors
    ///
    /// They must be finite.
    pub fn new(a: f64, b: f64) -> Result<Self, CatalogueError> {
        super::error::check(Self::NAME, "a", a, true, "a finite number")?;
        super::error::check(Self::NAME, "b", b, true, "a finite number")?;
        Ok(Self { a, b })
    }
}

impl Function for Ishigami {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let s = x[0].sin();
        s + T::constant(self.a) * x[1].sin().powi(2) + T::constant(self.b) * x[2].powi(4) * s
    }
}

impl ClosedForm for Ishigami {
    const NAME: &'static str = "ishigami";
    const ABOUT: &'static str =
        "the mean of Ishigami's function, strong interactions in three dimensions";
    const SOURCE: &'static str = "T. Ishigami, T. Homma, An importance quantification technique in uncertainty analysis, 1990";
    const DIMS: usize = 3;

    fn of_dims(dims: usize) -> Result<Self, CatalogueError> {
        match dims {
            3 => Self::new(7.0, 0.1),
            _ => {
                Err(CatalogueError::Dims { name: Self::NAME, dims, takes: "exactly 3".to_owned() })
            }
        }
    }

    fn support(&self) -> Result<Support, SupportError> {
        Support::cube(-PI, PI, 3)
    }

    fn text(&self) -> String {
        let [a, b] = [self.a, self.b].map(Short);
        format!("sin(x0) + {a}*sin(x1)^2 + {b}*x2^4*sin(x0)")
    }

    /// a/2: the sines alone have mean 0.
    fn truth(&self) -> f64 {
        self.a / 2.0
    }

    /// a²/8 + bπ⁴/5 + b²π⁸/18 + 1/2.
    fn variance(&self) -> f64 {
        let Self { a, b } = self;
        a * a / 8.0 + b * PI.powi(4) / 5.0 + b * b * PI.powi(8) / 18.0 + 0.5
    }
}
