//! What is known of a problem.

use std::fmt::Debug;

use super::error::CatalogueError;
use crate::function::Function;
use crate::support::{Support, SupportError};

/// An integrand with a closed form: what an [`Entry`](super::Entry) is made of.
pub trait ClosedForm: Function + Clone + Debug + Send + Sync + 'static {
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
}
