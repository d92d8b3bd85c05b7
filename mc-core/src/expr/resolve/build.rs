//! From an expression of known shape to the tree that is walked.

#![allow(
    clippy::indexing_slicing,
    reason = "a call has as many arguments as `shapes` counted, and k is below the length of the vector"
)]

use super::constants::Exponent;
use super::names::Name;
use super::{Resolver, Shape};
use crate::expr::ast::{Ast, Comparison, Kind};
use crate::expr::error::ParseError;
use crate::expr::functions::{Function1, Function2};
use crate::expr::tree::{Element, ElementLeaf, Reduce, Reduction, Row, Scalar, ScalarLeaf, Tree};
use crate::tape::Binary;

/// The vector being reduced: what its elements share and read.
#[derive(Default)]
struct Loop {
    shared: Vec<Scalar>,
    rows: Vec<Row>,
}

impl Resolver<'_> {
    /// An expression whose shape is known to be a number.
    pub(super) fn number(&self, ast: &Ast) -> Result<Scalar, ParseError> {
        match &ast.kind {
            Kind::Number(c) => Ok(Tree::Leaf(ScalarLeaf::Number(*c))),
            Kind::Name(name) => match self.name(name, ast.span)? {
                Name::Number(c) => Ok(Tree::Leaf(ScalarLeaf::Number(c))),
                Name::Coord(k) => Ok(Tree::Leaf(ScalarLeaf::Coord(k))),
                _ => Err(self.error(ast.span, "a vector where a number was expected")),
            },
            Kind::Index(base, index) => {
                let Shape::Vector(len) = self.shape(base)? else {
                    return Err(self.error(base.span, "this is a number and has no entries"));
                };
                let k = self.index(index, len)?;
                self.entry(base, k)
            }
            Kind::List(_) => Err(self.error(ast.span, "a vector where a number was expected")),
            Kind::Call(name, arguments) => {
                let reduction = match (name.as_str(), arguments.len()) {
                    ("sum", _) => Some(Reduction::Sum),
                    ("prod", _) => Some(Reduction::Product),
                    ("dot", _) => Some(Reduction::Dot),
                    ("norm", _) => Some(Reduction::Norm),
                    ("min", 1) => Some(Reduction::Minimum),
                    ("max", 1) => Some(Reduction::Maximum),
                    _ => None,
                };
                let Some(kind) = reduction else {
                    return self.operator(ast, &mut |part| self.number(part));
                };
                self.reduce(kind, arguments)
            }
            // norm(v)^2 needs no square root.
            Kind::Power(base, exponent)
                if matches!(self.exponent(exponent)?, Exponent::Whole(2)) =>
            {
                match &base.kind {
                    Kind::Call(name, arguments) if name == "norm" => {
                        self.reduce(Reduction::Dot, arguments)
                    }
                    _ => self.operator(ast, &mut |part| self.number(part)),
                }
            }
            _ => self.operator(ast, &mut |part| self.number(part)),
        }
    }

    fn reduce(&self, kind: Reduction, arguments: &[Ast]) -> Result<Scalar, ParseError> {
        let Shape::Vector(len) = self.shape(&arguments[0])? else {
            return Err(self.error(arguments[0].span, "a number where a vector was expected"));
        };
        let mut each = Loop::default();
        let element = self.element(&arguments[0], &mut each)?;
        let other = arguments.get(1).map(|other| self.element(other, &mut each)).transpose()?;
        let Loop { shared, rows } = each;
        let reduce = Reduce { kind, len, shared, rows, element, other };
        Ok(Tree::Leaf(ScalarLeaf::Reduce(Box::new(reduce))))
    }

    /// One element of a vector; numbers in it are shared by all elements.
    fn element(&self, ast: &Ast, each: &mut Loop) -> Result<Element, ParseError> {
        if self.shape(ast)? == Shape::Scalar {
            each.shared.push(self.number(ast)?);
            return Ok(Tree::Leaf(ElementLeaf::Shared(each.shared.len() - 1)));
        }
        let row = match &ast.kind {
            Kind::Name(name) => match self.name(name, ast.span)? {
                Name::Vector(row, _) => row,
                Name::Position(_) => return Ok(Tree::Leaf(ElementLeaf::Position)),
                _ => return Err(self.error(ast.span, "a number where a vector was expected")),
            },
            Kind::List(entries) => {
                let entries = entries
                    .iter()
                    .map(|entry| self.number(entry))
                    .collect::<Result<Vec<_>, _>>()?;
                match entries.iter().map(Scalar::as_constant).collect() {
                    Some(constants) => Row::Constants(constants),
                    None => Row::Entries(entries),
                }
            }
            _ => return self.operator(ast, &mut |part| self.element(part, each)),
        };
        each.rows.push(row);
        Ok(Tree::Leaf(ElementLeaf::Row(each.rows.len() - 1)))
    }

    /// Entry `k` of a vector, as a number.
    pub(super) fn entry(&self, ast: &Ast, k: usize) -> Result<Scalar, ParseError> {
        if self.shape(ast)? == Shape::Scalar {
            return self.number(ast);
        }
        match &ast.kind {
            Kind::Name(name) => Ok(Tree::Leaf(match self.name(name, ast.span)? {
                Name::Vector(Row::Constants(row), _) => ScalarLeaf::Number(row[k]),
                Name::Position(_) => ScalarLeaf::Number(k as f64),
                _ => ScalarLeaf::Coord(k),
            })),
            Kind::List(entries) => self.number(&entries[k]),
            _ => self.operator(ast, &mut |part| self.entry(part, k)),
        }
    }

    /// An operator or elementwise function, its operands resolved by `part`.
    fn operator<L: Clone>(
        &self,
        ast: &Ast,
        part: &mut dyn FnMut(&Ast) -> Result<Tree<L>, ParseError>,
    ) -> Result<Tree<L>, ParseError> {
        match &ast.kind {
            Kind::Neg(a) => Ok(Tree::Neg(part(a)?.into())),
            Kind::Chain(first, rest) => {
                let first = part(first)?;
                let rest = rest.iter().map(|(op, ast)| Ok((*op, part(ast)?)));
                Ok(Tree::Chain(first.into(), rest.collect::<Result<_, _>>()?))
            }
            Kind::Power(base, exponent) => Ok(match self.exponent(exponent)? {
                Exponent::Half => Tree::Function1(Function1::Sqrt, part(base)?.into()),
                Exponent::Whole(k) => Tree::Power(part(base)?.into(), k),
                Exponent::Any => {
                    Tree::Function2(Function2::Pow, Box::new([part(base)?, part(exponent)?]))
                }
            }),
            Kind::Compare(comparison, a, b) => {
                let (a, b) = (part(a)?, part(b)?);
                let (op, a, b) = match comparison {
                    Comparison::Less => (Binary::Less, a, b),
                    Comparison::LessEqual => (Binary::LessEqual, a, b),
                    Comparison::Greater => (Binary::Less, b, a),
                    Comparison::GreaterEqual => (Binary::LessEqual, b, a),
                    Comparison::Equal => (Binary::Equal, a, b),
                    Comparison::NotEqual => (Binary::NotEqual, a, b),
                };
                Ok(Tree::Chain(a.into(), vec![(op, b)]))
            }
            Kind::Call(name, arguments) => {
                let function1 = Function1::named(name);
                let function2 = Function2::named(name);
                match (arguments.as_slice(), function1, function2) {
                    ([a], Some(function), _) => Ok(Tree::Function1(function, part(a)?.into())),
                    ([a, b], _, Some(function)) => {
                        Ok(Tree::Function2(function, Box::new([part(a)?, part(b)?])))
                    }
                    ([c, a, b], ..) => Ok(Tree::If(Box::new([part(c)?, part(a)?, part(b)?]))),
                    // The shape has been checked, so this is not reached.
                    _ => Err(self.error(ast.span, format!("`{name}` is not a function of these"))),
                }
            }
            _ => Err(self.error(ast.span, "not an operator")),
        }
    }
}
