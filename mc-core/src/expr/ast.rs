//! The tree as it was written, before it is checked against a support.

#![allow(clippy::indexing_slicing, reason = "a chain has at least one operator")]

use std::fmt;

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

impl Ast {
    /// How tightly it binds: an operand that binds less tightly than its place
    /// demands stands in brackets.
    fn rank(&self) -> u8 {
        match &self.kind {
            Kind::Compare(..) => 0,
            Kind::Chain(_, rest) if matches!(rest[0].0, Binary::Add | Binary::Sub) => 1,
            Kind::Chain(..) => 2,
            Kind::Neg(_) => 3,
            Kind::Power(..) => 4,
            _ => 5,
        }
    }

    fn print(&self, f: &mut fmt::Formatter<'_>, rank: u8) -> fmt::Result {
        if self.rank() < rank {
            f.write_str("(")?;
            self.print(f, 0)?;
            return f.write_str(")");
        }
        match &self.kind {
            // As digits that read back to the same bits.
            Kind::Number(c) => write!(f, "{c:?}"),
            Kind::Name(name) => f.write_str(name),
            Kind::Call(name, arguments) => {
                write!(f, "{name}(")?;
                list(f, arguments)?;
                f.write_str(")")
            }
            Kind::List(entries) => {
                f.write_str("[")?;
                list(f, entries)?;
                f.write_str("]")
            }
            Kind::Index(base, index) => {
                base.print(f, 5)?;
                f.write_str("[")?;
                index.print(f, 0)?;
                f.write_str("]")
            }
            Kind::Neg(a) => {
                f.write_str("-")?;
                a.print(f, 3)
            }
            Kind::Power(base, exponent) => {
                base.print(f, 5)?;
                f.write_str("^")?;
                exponent.print(f, 3)
            }
            Kind::Compare(comparison, a, b) => {
                a.print(f, 1)?;
                write!(f, " {} ", comparison.symbol())?;
                b.print(f, 1)
            }
            Kind::Chain(first, rest) => {
                let operand = self.rank() + 1;
                first.print(f, operand)?;
                for (op, ast) in rest {
                    let symbol = match op {
                        Binary::Add => "+",
                        Binary::Sub => "-",
                        Binary::Mul => "*",
                        _ => "/",
                    };
                    write!(f, " {symbol} ")?;
                    ast.print(f, operand)?;
                }
                Ok(())
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, entries: &[Ast]) -> fmt::Result {
    for (k, entry) in entries.iter().enumerate() {
        if k > 0 {
            f.write_str(", ")?;
        }
        entry.print(f, 0)?;
    }
    Ok(())
}

/// The expression with brackets where they are needed.
impl fmt::Display for Ast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.print(f, 0)
    }
}

impl Comparison {
    fn symbol(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessEqual => "<=",
            Self::Greater => ">",
            Self::GreaterEqual => ">=",
            Self::Equal => "==",
            Self::NotEqual => "!=",
        }
    }
}
