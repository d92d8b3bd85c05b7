//! A checked expression: what the interpreter walks and tracing records.

use std::borrow::Cow;
use std::fmt;

use super::ast::Ast;
use super::error::ParseError;
use super::functions::{Function1, Function2};
use super::{parser, resolve};
use crate::function::Function;
use crate::real::Real;
use crate::support::Support;
use crate::tape::Binary;

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

/// An expression whose leaves are `L`: the same operators serve numbers and the
/// elements of vectors.
#[derive(Clone, Debug)]
pub(super) enum Tree<L> {
    Leaf(L),
    Neg(Box<Tree<L>>),
    Function1(Function1, Box<Tree<L>>),
    Function2(Function2, Box<[Tree<L>; 2]>),
    /// From left to right.
    Chain(Box<Tree<L>>, Vec<(Binary, Tree<L>)>),
    Power(Box<Tree<L>>, i32),
    If(Box<[Tree<L>; 3]>),
}

pub(super) type Scalar = Tree<ScalarLeaf>;

#[derive(Clone, Debug)]
pub(super) enum ScalarLeaf {
    Number(f64),
    Coord(usize),
    Reduce(Box<Reduce>),
}

/// A number made of a vector, element by element.
#[derive(Clone, Debug)]
pub(super) struct Reduce {
    pub kind: Reduction,
    pub len: usize,
    /// Numbers that all elements share: computed once, before the loop.
    pub shared: Vec<Scalar>,
    pub rows: Vec<Row>,
    /// One element of the vector; of both, for `Dot`.
    pub element: Element,
    pub other: Option<Element>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reduction {
    Sum,
    Product,
    Minimum,
    Maximum,
    Dot,
}

/// What an element is read from.
#[derive(Clone, Debug)]
pub(super) enum Row {
    Point,
    Constants(Vec<f64>),
    Entries(Vec<Scalar>),
}

pub(super) type Element = Tree<ElementLeaf>;

#[derive(Clone, Copy, Debug)]
pub(super) enum ElementLeaf {
    /// The element of this row.
    Row(usize),
    /// The position, 0, 1, ….
    Position,
    /// This one of the shared numbers.
    Shared(usize),
}

impl<L> Tree<L> {
    fn eval<T: Real>(&self, leaf: &mut impl FnMut(&L) -> T) -> T {
        match self {
            Self::Leaf(l) => leaf(l),
            Self::Neg(a) => -a.eval(leaf),
            Self::Function1(function, a) => function.apply(a.eval(leaf)),
            Self::Function2(function, parts) => {
                let [a, b] = &**parts;
                function.apply(a.eval(leaf), b.eval(leaf))
            }
            Self::Chain(first, rest) => {
                let mut value = first.eval(leaf);
                for (op, operand) in rest {
                    value = op.apply(value, operand.eval(leaf));
                }
                value
            }
            Self::Power(base, k) => base.eval(leaf).powi(*k),
            Self::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                T::select(condition.eval(leaf), then.eval(leaf), otherwise.eval(leaf))
            }
        }
    }
}

pub(super) fn scalar<T: Real>(tree: &Scalar, x: &[T]) -> T {
    tree.eval(&mut |leaf| match leaf {
        ScalarLeaf::Number(c) => T::constant(*c),
        ScalarLeaf::Coord(k) => x[*k],
        ScalarLeaf::Reduce(reduce) => reduced(reduce, x),
    })
}

fn reduced<T: Real>(reduce: &Reduce, x: &[T]) -> T {
    let shared: Vec<T> = reduce.shared.iter().map(|tree| scalar(tree, x)).collect();
    let rows: Vec<Cow<'_, [T]>> = reduce
        .rows
        .iter()
        .map(|row| match row {
            Row::Point => Cow::Borrowed(x),
            Row::Constants(row) => T::constants(row),
            Row::Entries(entries) => entries.iter().map(|entry| scalar(entry, x)).collect(),
        })
        .collect();
    let rows: Vec<&[T]> = rows.iter().map(|row| &**row).collect();
    let element = |tree: &Element, i: T, elements: &[T]| {
        tree.eval(&mut |leaf| match leaf {
            ElementLeaf::Row(row) => elements[*row],
            ElementLeaf::Position => i,
            ElementLeaf::Shared(k) => shared[*k],
        })
    };
    let init = match reduce.kind {
        Reduction::Sum | Reduction::Dot => 0.0,
        Reduction::Product => 1.0,
        Reduction::Minimum => f64::INFINITY,
        Reduction::Maximum => f64::NEG_INFINITY,
    };
    T::fold_rows(T::constant(init), reduce.len, &rows, &mut |acc, i, elements| {
        let value = element(&reduce.element, i, elements);
        match reduce.kind {
            Reduction::Sum => acc + value,
            Reduction::Product => acc * value,
            Reduction::Minimum => value.minimum(acc),
            Reduction::Maximum => value.maximum(acc),
            Reduction::Dot => {
                let other = reduce.other.as_ref().map_or(value, |tree| element(tree, i, elements));
                value.mul_add(other, acc)
            }
        }
    })
}
