//! A problem with its answer, and the way to its native code.

use std::fmt::Debug;

use super::code::Listed;
use super::{CatalogueError, Code};
use crate::function::Function;
use crate::problem::{Density, Problem};
use crate::support::{Support, SupportError};

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
    /// [`Problem::weight`]·√(variance/M).
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

/// What is done with a function whose type is not known beforehand: a closure
/// could not be generic.
///
/// ```
/// use mc_core::{Function, Tape, TapeError, catalogue};
///
/// /// Records the function.
/// struct Trace;
///
/// impl catalogue::Visitor for Trace {
///     type Output = Result<Tape, TapeError>;
///
///     fn visit<F: Function>(self, f: F) -> Self::Output {
///         Tape::trace(&f, 3)
///     }
/// }
///
/// let entry = catalogue::find("ishigami", None)?;
/// assert_eq!(entry.with_function(Trace)?, *entry.problem.f().tape());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Visitor {
    /// What comes of it.
    type Output;

    /// Does it with this function.
    fn visit<F: Function + Clone + Send + Sync + 'static>(self, f: F) -> Self::Output;
}

/// An integrand with a closed form: what an [`Entry`] is made of.
pub trait Known: Function + Listed + Clone + Debug + Send + Sync + 'static {
    /// The name of its problem.
    const NAME: &'static str;
    /// What it is, in one line.
    const ABOUT: &'static str;
    /// Where problem and closed form are from.
    const SOURCE: &'static str;
    /// The density: `uniform`, or a constant.
    const DENSITY: &'static str = "uniform";
    /// How many coordinates it has unless told otherwise.
    const DIMS: usize;

    /// With the usual parameters, in `dims` coordinates.
    ///
    /// # Errors
    ///
    /// [`CatalogueError::Dims`] if it does not exist in so many.
    fn of_dims(dims: usize) -> Result<Self, CatalogueError>;

    /// The box.
    ///
    /// # Errors
    ///
    /// As [`Support::new`].
    fn support(&self) -> Result<Support, SupportError>;

    /// f in the language. It traces to the same tape as the function.
    fn text(&self) -> String;

    /// The value of the integral.
    fn truth(&self) -> f64;

    /// The variance of h at a uniform point of the box.
    fn variance(&self) -> f64;

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
