//! Names, shapes and lengths: from the written tree to one that can be walked.

#![allow(clippy::string_slice, reason = "spans are those of tokens of this text")]

mod build;
mod constants;
mod names;
mod shapes;

use std::cell::RefCell;
use std::collections::HashMap;

use super::ast::Ast;
use super::error::{ParseError, Span};
use super::lexer::{Token, tokens};
use super::tree::Scalar;
use crate::support::Support;

pub(super) fn scalar(
    text: &str,
    ast: &Ast,
    support: Option<&Support>,
) -> Result<Scalar, ParseError> {
    let resolver =
        Resolver { text, support, shapes: RefCell::default(), constants: RefCell::default() };
    match resolver.shape(ast)? {
        Shape::Scalar => resolver.number(ast),
        // In one dimension x is as good as x0.
        Shape::Vector(1) => resolver.entry(ast, 0),
        Shape::Vector(len) => Err(resolver.error(
            ast.span,
            format!(
                "this is a vector of length {len}: sum, prod, dot, norm, min or max make a number of it{}",
                imaginary(text)
            ),
        )),
    }
}

/// Of a text that is a vector and should be a number: whether `i` was meant to be √−1.
fn imaginary(text: &str) -> &'static str {
    let is_i = |(token, _): &(Token, _)| matches!(token, Token::Name(name) if name == "i");
    match tokens(text) {
        Ok(tokens) if tokens.iter().any(is_i) => {
            "; `i` is the vector 0, 1, …, n−1, for there are no complex numbers"
        }
        _ => "",
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Shape {
    Scalar,
    Vector(usize),
}

struct Resolver<'t> {
    text: &'t str,
    support: Option<&'t Support>,
    // What is known of the nodes of the tree: without it, nested powers and
    // dots would be looked at twice a level, 2ⁿ times in all.
    shapes: RefCell<HashMap<*const Ast, Shape>>,
    constants: RefCell<HashMap<*const Ast, Option<f64>>>,
}

impl Resolver<'_> {
    fn error(&self, span: Span, message: impl Into<String>) -> ParseError {
        ParseError::new(self.text, span, message)
    }

    fn written(&self, span: Span) -> &str {
        &self.text[span.start..span.end]
    }
}
