//! Why the catalogue has no such problem.

use crate::nearest::did_you_mean;
use crate::problem::ProblemError;
use crate::short::Short;
use crate::support::SupportError;

/// Why the catalogue has no such problem.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// No problem has this name.
    #[error("there is no problem `{name}`: {}", did_you_mean(name, known))]
    Unknown {
        /// The name.
        name: String,
        /// The names that there are.
        known: &'static [&'static str],
    },
    /// The problem does not exist in so many coordinates.
    #[error("{name} cannot have {dims} coordinates: it takes {takes}")]
    Dims {
        /// The problem.
        name: &'static str,
        /// What was asked for.
        dims: usize,
        /// What it takes.
        takes: String,
    },
    /// A parameter is out of its range.
    #[error("{name}: {parameter} = {} must be {range}", Short(*value))]
    Parameter {
        /// The problem.
        name: &'static str,
        /// The parameter.
        parameter: String,
        /// Its value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },
    /// The difficulty and the shift vector differ in length.
    #[error(
        "{name}: a has {difficulties} entries and u has {shifts}, but both need one a coordinate"
    )]
    Lengths {
        /// The problem.
        name: &'static str,
        /// The length of a.
        difficulties: usize,
        /// The length of u.
        shifts: usize,
    },
    /// There is no such box.
    #[error(transparent)]
    Support(#[from] SupportError),
    /// The problem is refused.
    #[error(transparent)]
    Problem(#[from] ProblemError),
}

/// Checks a parameter of the problem `name`.
pub(super) fn check(
    name: &'static str,
    parameter: impl Into<String>,
    value: f64,
    fits: bool,
    range: &'static str,
) -> Result<(), CatalogueError> {
    if fits && value.is_finite() {
        Ok(())
    } else {
        Err(CatalogueError::Parameter { name, parameter: parameter.into(), value, range })
    }
}

/// Checks a number of coordinates of the problem `name` against the largest.
pub(super) fn check_dims(
    name: &'static str,
    dims: usize,
    most: usize,
) -> Result<(), CatalogueError> {
    if (1..=most).contains(&dims) {
        return Ok(());
    }
    let takes = if most == 1 { "exactly 1".to_owned() } else { format!("1 to {most}") };
    Err(CatalogueError::Dims { name, dims, takes })
}
