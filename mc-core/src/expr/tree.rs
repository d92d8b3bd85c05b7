//! What a checked expression is made of: names are gone, and every length is known.

use super::functions::{Function1, Function2};
use crate::tape::Binary;

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
    /// 1 over it.
    Inverse(Box<Tree<L>>),
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
    /// The root of a vector's square, scaled.
    Norm,
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
