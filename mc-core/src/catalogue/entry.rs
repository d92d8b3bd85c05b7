//! A problem with its answer, and the way to its native code.

use super::closed_form::ClosedForm;
use super::code::{Code, Listed, Visitor};
use super::error::CatalogueError;
use crate::problem::{Density, Problem};

/// A problem of the catalogue.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it is, in one line.
    pub about: &'static str,
    /// Where problem and closed form are from.
    pub source: &'static str,
    /// The problem, from text.
    pub problem: Problem,
    /// The value of the integral ∫ f(x) g(x) dx.
    pub truth: f64,
    /// The variance of h (f·g, or f if g is uniform) at a uniform point of the
    /// box. The true standard error of M samples is
    /// [`Scale::weight`](crate::Scale::weight)·√(variance/M).
    pub variance: f64,
    code: Code,
}

impl Entry {
    /// Hands f, as a Rust function, to `visitor`. The densities of the catalogue
    /// are uniform or constant, so f is all that native code needs.
    pub fn with_function<V: Visitor>(&self, visitor: V) -> V::Output {
        self.code.visit(visitor)
    }

    /// f as text.
    pub fn f(&self) -> &str {
        self.problem.f().formula().map_or("", |formula| formula.text())
    }

    /// g as text: `uniform`, or a constant.
    pub fn g(&self) -> &str {
        match self.problem.g() {
            None => "uniform",
            Some(g) => g.formula().map_or("", |formula| formula.text()),
        }
    }
}

/// A [`ClosedForm`] of the catalogue, which becomes an [`Entry`].
pub trait Known: ClosedForm + Listed {
    /// The problem with all that is known of it.
    ///
    /// # Errors
    ///
    /// As [`Problem::new`]: with extreme parameters the problem may not fit
    /// into f64.
    fn entry(self) -> Result<Entry, CatalogueError> {
        let support = self.support()?;
        let density = Density::parse(Self::DENSITY, &support)?;
        Ok(Entry {
            name: Self::NAME,
            about: Self::ABOUT,
            source: Self::SOURCE,
            problem: Problem::parse(support, &self.text(), density)?,
            truth: self.truth(),
            variance: self.variance(),
            code: self.code(),
        })
    }
}

impl<K: ClosedForm + Listed> Known for K {}
