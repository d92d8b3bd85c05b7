//! An expression as users see it: parsed, checked, and a function of a point.

use std::fmt;

use super::ast::Ast;
use super::error::ParseError;
use super::evaluate::scalar;
use super::tree::Scalar;
use super::{parser, resolve, size};
use crate::function::Function;
use crate::real::Real;
use crate::support::Support;

/// An expression in the coordinates of a box, such as `norm(x)^2`.
///
/// ```
/// use mc_core::{Formula, Function, Support};
///
/// let support = Support::cube(0.0, 2.0, 3)?;
/// let f = Formula::parse("dot(x, [1, 2, 3]) / volume", &support)?;
/// assert_eq!(f.eval(&[1.0, 1.0, 1.0]), 0.75);
///
/// let error = Formula::parse("x0 + y", &support).unwrap_err();
/// assert_eq!(error.column(), 6);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Formula {
    text: String,
    written: Ast,
    tree: Scalar,
}

impl Formula {
    /// Parses `text` for the points of `support`.
    ///
    /// # Errors
    ///
    /// If the text is not an expression, reads a coordinate or name that does
    /// not exist, mixes vectors of different lengths, or is a vector.
    pub fn parse(text: &str, support: &Support) -> Result<Self, ParseError> {
        Self::resolve(text, Some(support))
    }

    /// Parses an expression without coordinates.
    pub(super) fn constant(text: &str) -> Result<Self, ParseError> {
        Self::resolve(text, None)
    }

    fn resolve(text: &str, support: Option<&Support>) -> Result<Self, ParseError> {
        let written = parser::parse(text)?;
        let tree = resolve::scalar(text, &written, support)?;
        let tree = match support {
            Some(support) => size::plain(tree, support),
            None => tree,
        };
        Ok(Self { text: text.to_owned(), written, tree })
    }

    /// The text it was parsed from.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The expression in plain form: brackets where they are needed, one space
/// around operators. It parses to the same tape.
impl fmt::Display for Formula {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.written.fmt(f)
    }
}

impl Function for Formula {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        scalar(&self.tree, x)
    }
}

/// The number that a constant expression such as `2*pi` stands for.
///
/// # Errors
///
/// If the text is not an expression, or needs a point.
pub fn parse_constant(text: &str) -> Result<f64, ParseError> {
    Ok(Formula::constant(text)?.eval(&[]))
}
