//! Where the language wants a number that is known: indices, and exponents that save a `pow`.

use super::{Resolver, Shape};
use crate::expr::ast::Ast;
use crate::expr::error::{ParseError, Span};

pub(super) enum Exponent {
    Whole(i32),
    Half,
    Any,
}

impl Resolver<'_> {
    pub(super) fn index(&self, ast: &Ast, len: usize) -> Result<usize, ParseError> {
        let value = self.constant(ast, "an index")?;
        self.in_range(Some(value), len, ast.span)
    }

    fn constant(&self, ast: &Ast, what: &str) -> Result<f64, ParseError> {
        if self.shape(ast)? != Shape::Scalar {
            return Err(self.error(ast.span, format!("{what} must be a number")));
        }
        self.as_constant(ast)?
            .ok_or_else(|| self.error(ast.span, format!("{what} must be a constant")))
    }

    /// The value of an expression that is a number and reads no coordinate.
    fn as_constant(&self, ast: &Ast) -> Result<Option<f64>, ParseError> {
        if let Some(c) = self.constants.borrow().get(&std::ptr::from_ref(ast)) {
            return Ok(*c);
        }
        let c = match self.shape(ast)? {
            Shape::Scalar => self.number(ast)?.as_constant(),
            Shape::Vector(_) => None,
        };
        self.constants.borrow_mut().insert(ast, c);
        Ok(c)
    }

    pub(super) fn exponent(&self, ast: &Ast) -> Result<Exponent, ParseError> {
        /// Up to here repeated squaring is what one would write by hand.
        const LARGEST_WHOLE: f64 = 32.0;
        Ok(match self.as_constant(ast)? {
            Some(0.5) => Exponent::Half,
            Some(k) if k.fract() == 0.0 && k.abs() <= LARGEST_WHOLE => Exponent::Whole(k as i32),
            _ => Exponent::Any,
        })
    }

    /// Checks an index against the length of its vector.
    pub(super) fn in_range(
        &self,
        index: Option<f64>,
        len: usize,
        span: Span,
    ) -> Result<usize, ParseError> {
        match index {
            Some(k) if k >= 0.0 && k < len as f64 && k.fract() == 0.0 => Ok(k as usize),
            _ => {
                let (written, last) = (self.written(span), len - 1);
                let message = match index {
                    Some(k) if k.fract() != 0.0 => {
                        format!(
                            "`{written}` is no index: indices are whole numbers from 0 to {last}"
                        )
                    }
                    _ => format!("`{written}` is out of range: indices go from 0 to {last}"),
                };
                Err(self.error(span, message))
            }
        }
    }
}
