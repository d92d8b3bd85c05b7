//! The interpreter: walks a checked expression over any [`Real`].

#![allow(
    clippy::indexing_slicing,
    reason = "`resolve` made the indices from the lengths, and evaluation is for points of its dims"
)]

use std::borrow::Cow;

use super::tree::{Element, ElementLeaf, Reduce, Reduction, Row, Scalar, ScalarLeaf, Tree};
use crate::elementary;
use crate::real::Real;

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
            Self::Inverse(a) => T::constant(1.0) / a.eval(leaf),
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
        // Beside a number NaN is left out; of nothing but NaN it is the result.
        Reduction::Minimum | Reduction::Maximum => f64::NAN,
        Reduction::Norm => {
            return elementary::norm(|scale| {
                T::fold_rows(T::constant(0.0), reduce.len, &rows, &mut |acc, i, elements| {
                    let value = element(&reduce.element, i, elements);
                    let value = scale.map_or(value, |scale| value * scale);
                    value.mul_add(value, acc)
                })
            });
        }
    };
    T::fold_rows(T::constant(init), reduce.len, &rows, &mut |acc, i, elements| {
        let value = element(&reduce.element, i, elements);
        match reduce.kind {
            Reduction::Sum => acc + value,
            Reduction::Product => acc * value,
            Reduction::Minimum => value.minimum(acc),
            Reduction::Maximum => value.maximum(acc),
            Reduction::Dot | Reduction::Norm => {
                let other = reduce.other.as_ref().map_or(value, |tree| element(tree, i, elements));
                value.mul_add(other, acc)
            }
        }
    })
}

impl Scalar {
    /// Its value, if it reads no coordinate.
    pub(super) fn as_constant(&self) -> Option<f64> {
        fn reads_point(tree: &Scalar) -> bool {
            match tree {
                Tree::Leaf(ScalarLeaf::Number(_)) => false,
                Tree::Leaf(ScalarLeaf::Coord(_)) => true,
                Tree::Leaf(ScalarLeaf::Reduce(reduce)) => {
                    reduce.shared.iter().any(reads_point)
                        || reduce.rows.iter().any(|row| match row {
                            Row::Point => true,
                            Row::Constants(_) => false,
                            Row::Entries(entries) => entries.iter().any(reads_point),
                        })
                }
                Tree::Neg(a) | Tree::Function1(_, a) | Tree::Power(a, _) | Tree::Inverse(a) => {
                    reads_point(a)
                }
                Tree::Chain(first, rest) => {
                    reads_point(first) || rest.iter().any(|(_, tree)| reads_point(tree))
                }
                Tree::If(parts) => parts.iter().any(reads_point),
                Tree::Function2(_, parts) => parts.iter().any(reads_point),
            }
        }
        (!reads_point(self)).then(|| scalar(self, &[]))
    }
}
