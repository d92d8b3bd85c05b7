//! Integrands and boxes as text.
//!
//! Text is parsed into a tree, checked against a support (which fixes the
//! number of coordinates and the values of `lo`, `hi`, `volume` and `n`), and
//! then evaluated over any [`Real`](crate::Real): with f64 that is the
//! tree-walking interpreter of chapter 1, with [`Traced`](crate::Traced) it is
//! how text becomes a [`Tape`](crate::Tape).
//!
#![doc = include_str!("language.md")]
//!
//! The functions of one number are methods of [`Real`](crate::Real), and so is the repeated
//! multiplication ([`Real::powi`](crate::Real::powi)); their bounds are stated in
//! [`elementary`](crate::elementary).

mod ast;
mod error;
mod evaluate;
mod formula;
mod functions;
mod hints;
mod lexer;
mod parser;
mod resolve;
mod size;
mod support;
mod tree;

pub use error::{ParseError, Span};
pub use formula::{Formula, parse_constant};
pub use support::SupportParseError;

/// The language of [`Formula`], for people: a table in Markdown, and what is to be known beside it.
pub const LANGUAGE: &str = include_str!("language.md");
