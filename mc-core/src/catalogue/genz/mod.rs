//! The six families of test integrands by Genz.
//!
//! A. Genz, Testing multidimensional integration routines, in: Tools, Methods
//! and Languages for Scientific and Engineering Computation, North-Holland 1984.
//! Each lives on [0, 1]ⁿ and has a difficulty aᵢ and a shift uᵢ a coordinate.

mod corner_peak;
mod peaks;
mod rough;
mod waves;

use std::fmt::Debug;
use std::marker::PhantomData;

pub use corner_peak::CornerPeak;
pub use peaks::{Gaussian, ProductPeak};
pub use rough::{Continuous, Discontinuous};
pub use waves::Oscillatory;

use super::closed_form::ClosedForm;
use super::error::{CatalogueError, check, check_dims};
use super::numbers::variance_of;
use crate::function::Function;
use crate::real::Real;
use crate::short::Short;
use crate::support::{MAX_DIMS, Support, SupportError};

/// An integrand of the family `F`, with its difficulties and shifts.
#[derive(Clone, Debug)]
pub struct Genz<F> {
    a: Vec<f64>,
    u: Vec<f64>,
    family: PhantomData<F>,
}

impl<F: Family> Genz<F> {
    /// With difficulties `a` and shifts `u`, one each a coordinate.
    ///
    /// # Errors
    ///
    /// Each aᵢ must be positive and finite, each uᵢ lie in [0, 1].
    pub fn new(a: Vec<f64>, u: Vec<f64>) -> Result<Self, CatalogueError> {
        if a.len() != u.len() {
            let (difficulties, shifts) = (a.len(), u.len());
            return Err(CatalogueError::Lengths { name: F::NAME, difficulties, shifts });
        }
        check_dims(F::NAME, a.len(), MAX_DIMS)?;
        for (k, (&a, &u)) in a.iter().zip(&u).enumerate() {
            check(F::NAME, format!("a[{k}]"), a, a > 0.0, "positive and finite")?;
            check(F::NAME, format!("u[{k}]"), u, (0.0..=1.0).contains(&u), "in [0, 1]")?;
        }
        Ok(Self { a, u, family: PhantomData })
    }
}

impl<F: Family> Function for Genz<F> {
    #[inline(always)]
    fn eval<T: Real>(&self, x: &[T]) -> T {
        F::eval(&T::constants(&self.a), &T::constants(&self.u), x)
    }
}

/// One of the six families.
///
/// `a` and `u` have as many entries as the point has coordinates.
pub trait Family: Copy + Debug + Send + Sync + 'static {
    /// The name of the problem.
    const NAME: &'static str;
    /// What it is, in one line.
    const ABOUT: &'static str;
    /// Σ aᵢ of the problem by name, as in V. Barthelmann, E. Novak, K. Ritter, High
    /// dimensional polynomial interpolation on sparse grids, 2000.
    const DIFFICULTY: f64;

    /// The integrand.
    fn eval<T: Real>(a: &[T], u: &[T], x: &[T]) -> T;

    /// The same in the language.
    fn text(a: &[f64], u: &[f64]) -> String;

    /// Its mean over [0, 1]ⁿ.
    fn mean(a: &[f64], u: &[f64]) -> f64;

    /// The mean of its square.
    fn second_moment(a: &[f64], u: &[f64]) -> f64;
}

impl<F: Family> ClosedForm for Genz<F> {
    const NAME: &'static str = F::NAME;
    const ABOUT: &'static str = F::ABOUT;
    const SOURCE: &'static str = "A. Genz, Testing multidimensional integration routines, 1984; difficulty as in V. Barthelmann, \
         E. Novak, K. Ritter, High dimensional polynomial interpolation on sparse grids, 2000";
    const DIMS: usize = 5;

    /// aᵢ = [`Family::DIFFICULTY`]/n and uᵢ = 0.3.
    fn of_dims(dims: usize) -> Result<Self, CatalogueError> {
        check_dims(F::NAME, dims, MAX_DIMS)?;
        Self::new(vec![F::DIFFICULTY / dims as f64; dims], vec![0.3; dims])
    }

    fn support(&self) -> Result<Support, SupportError> {
        Support::cube(0.0, 1.0, self.a.len())
    }

    fn text(&self) -> String {
        F::text(&self.a, &self.u)
    }

    fn truth(&self) -> f64 {
        F::mean(&self.a, &self.u)
    }

    fn variance(&self) -> f64 {
        variance_of(F::second_moment(&self.a, &self.u), self.truth())
    }
}

/// A vector in the language; a number stands for equal entries.
fn vector(entries: &[f64]) -> String {
    match entries {
        [first, rest @ ..] if rest.iter().all(|entry| entry == first) => Short(*first).to_string(),
        _ => {
            let entries: Vec<_> =
                entries.iter().copied().map(|entry| Short(entry).to_string()).collect();
            format!("[{}]", entries.join(", "))
        }
    }
}

/// Each entry times `factor`.
fn scaled(entries: &[f64], factor: f64) -> Vec<f64> {
    entries.iter().map(|entry| entry * factor).collect()
}

/// Π of `side(aᵢ, uᵢ)`.
fn product(a: &[f64], u: &[f64], side: impl Fn(f64, f64) -> f64) -> f64 {
    a.iter().zip(u).map(|(&a, &u)| side(a, u)).product()
}

/// Σ aᵢxᵢ, as `sum(a*x)` does it.
#[inline(always)]
fn weighed<T: Real>(a: &[T], x: &[T]) -> T {
    T::fold(T::constant(0.0), [a, x], |acc, _, [a, x]| acc + a * x)
}
