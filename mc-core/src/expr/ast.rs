//! The tree as it was written, before it is checked against a support.

use super::error::Span;
use crate::tape::Binary;

#[derive(Clone, Debug)]
pub(super) struct Ast {
    pub span: Span,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Number(f64),
    Name(String),
    Call(String, Vec<Ast>),
    List(Vec<Ast>),
    Index(Box<Ast>, Box<Ast>),
    Neg(Box<Ast>),
    /// a op b op c …, all of the same rank, from left to right. Flat, so that a
    /// long sum is not a deep tree.
    Chain(Box<Ast>, Vec<(Binary, Ast)>),
    Compare(Comparison, Box<Ast>, Box<Ast>),
    Power(Box<Ast>, Box<Ast>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Comparison {
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    Equal,
    NotEqual,
}
