//! Whether an expression is a number or a vector, and of which length.

#![allow(
    clippy::indexing_slicing,
    reason = "the number of arguments was compared with what the function takes"
)]

use super::names::Name;
use super::{Resolver, Shape};
use crate::expr::ast::{Ast, Kind};
use crate::expr::error::{ParseError, Span};
use crate::expr::functions::{Function1, Function2};
use crate::expr::hints;

impl Resolver<'_> {
    /// The shape of an expression; also where unknown names, wrong numbers of
    /// arguments and lengths that do not agree are found.
    pub(super) fn shape(&self, ast: &Ast) -> Result<Shape, ParseError> {
        if let Some(shape) = self.shapes.borrow().get(&std::ptr::from_ref(ast)) {
            return Ok(*shape);
        }
        let shape = self.find_shape(ast)?;
        self.shapes.borrow_mut().insert(ast, shape);
        Ok(shape)
    }

    fn find_shape(&self, ast: &Ast) -> Result<Shape, ParseError> {
        match &ast.kind {
            Kind::Number(_) => Ok(Shape::Scalar),
            Kind::Name(name) => Ok(match self.name(name, ast.span)? {
                Name::Number(_) | Name::Coord(_) => Shape::Scalar,
                Name::Vector(_, len) | Name::Position(len) => Shape::Vector(len),
            }),
            Kind::List(entries) => {
                if entries.is_empty() {
                    return Err(self.error(ast.span, "a vector needs at least one entry"));
                }
                for entry in entries {
                    if self.shape(entry)? != Shape::Scalar {
                        return Err(self.error(entry.span, "an entry of a vector must be a number"));
                    }
                }
                Ok(Shape::Vector(entries.len()))
            }
            Kind::Index(base, index) => {
                let Shape::Vector(len) = self.shape(base)? else {
                    return Err(self.error(base.span, "this is a number and has no entries"));
                };
                self.index(index, len)?;
                Ok(Shape::Scalar)
            }
            Kind::Neg(a) => self.shape(a),
            Kind::Power(a, k) => self.common([&**a, &**k]),
            Kind::Compare(_, a, b) => self.common([&**a, &**b]),
            Kind::Chain(first, rest) => {
                self.common(std::iter::once(&**first).chain(rest.iter().map(|(_, ast)| ast)))
            }
            Kind::Call(name, arguments) => self.call_shape(name, arguments, ast.span),
        }
    }

    fn call_shape(&self, name: &str, arguments: &[Ast], span: Span) -> Result<Shape, ParseError> {
        let count = |allowed: &[usize], what: &str| {
            if allowed.contains(&arguments.len()) {
                Ok(())
            } else {
                Err(self.error(span, format!("{name} takes {what}, not {}", arguments.len())))
            }
        };
        match name {
            _ if Function1::named(name).is_some() => {
                count(&[1], "one argument")?;
                self.shape(&arguments[0])
            }
            "if" => {
                count(&[3], "three arguments: if(condition, then, otherwise)")?;
                self.common(arguments)
            }
            "sum" | "prod" | "norm" => {
                count(&[1], "one vector")?;
                self.vector(&arguments[0])
            }
            "dot" => {
                count(&[2], "two vectors")?;
                self.vector(&arguments[0])?;
                self.vector(&arguments[1])?;
                self.common(arguments)?;
                Ok(Shape::Scalar)
            }
            "min" | "max" => {
                count(&[1, 2], "one vector or two numbers")?;
                match arguments {
                    [vector] => self.vector(vector),
                    both => self.common(both),
                }
            }
            _ if Function2::named(name).is_some() => {
                count(&[2], "two arguments")?;
                self.common(arguments)
            }
            _ if self.name(name, span).is_ok() => Err(self.error(
                span,
                format!(
                    "`{name}` is no function: write `{name}` alone, or a `*` before the bracket"
                ),
            )),
            _ => {
                let hint = hints::name(name, self.support.is_none());
                Err(self.error(span, format!("unknown function `{name}`: {hint}")))
            }
        }
    }

    /// A reduction's argument must be a vector; its value is a number.
    fn vector(&self, ast: &Ast) -> Result<Shape, ParseError> {
        match self.shape(ast)? {
            Shape::Vector(_) => Ok(Shape::Scalar),
            Shape::Scalar => Err(self.error(
                ast.span,
                format!(
                    "`{}` is a number where a vector such as x was expected",
                    self.written(ast.span)
                ),
            )),
        }
    }

    fn common<'a>(&self, parts: impl IntoIterator<Item = &'a Ast>) -> Result<Shape, ParseError> {
        let mut common = Shape::Scalar;
        for part in parts {
            match (common, self.shape(part)?) {
                (_, Shape::Scalar) => {}
                (Shape::Vector(a), Shape::Vector(b)) if a != b => {
                    return Err(self.error(
                        part.span,
                        format!("a vector of length {b} meets one of length {a}"),
                    ));
                }
                (_, shape) => common = shape,
            }
        }
        Ok(common)
    }
}
