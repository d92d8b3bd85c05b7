//! The one form that every technique takes an integrand in.
//!
//! A [`Tape`] is a short program in static single assignment form: each
//! [`Step`] computes one [`Value`] from earlier ones. It has arithmetic, fma,
//! square root, comparison and choice, rounding, steps on the bits of a number,
//! and one kind of loop, the [`Fold`], so that a sum over 1000 coordinates is
//! no longer than one over two.
//!
//! Tapes come from tracing a [`Function`](crate::Function) ([`Tape::trace`]),
//! are evaluated by [`Evaluator`], and are lowered to other forms through
//! [`Lower`].

mod evaluate;
mod finish;
mod lower;
mod ops;
mod print;
#[cfg(feature = "serde")]
mod read;
mod recording;
mod replay;
mod trace;
mod validate;

pub use evaluate::Evaluator;
pub use lower::{FoldBody, Lower};
pub use ops::{Binary, Ternary, Unary};
pub use trace::Traced;
pub use validate::TapeError;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// The name of one computed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Value(u32);

impl Value {
    /// Its index, less than [`Tape::values`].
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A constant, compared and hashed by its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Constant(u64);

impl Constant {
    /// The number.
    pub fn get(self) -> f64 {
        f64::from_bits(self.0)
    }
}

impl From<f64> for Constant {
    fn from(c: f64) -> Self {
        Self(c.to_bits())
    }
}

/// What a fold reads one element of in each round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub enum Row {
    /// Coordinates `first`, `first + 1`, ….
    Coords {
        /// The coordinate that round 0 reads.
        first: u32,
    },
    /// Entries 0, 1, … of the table with this index in [`Tape::tables`].
    Table(u32),
}

/// How a value is computed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub enum Op {
    /// A number.
    Const(Constant),
    /// Coordinate `x[k]` of the point.
    Coord(u32),
    /// An operation on one value.
    Unary(Unary, Value),
    /// An operation on two values.
    Binary(Binary, Value, Value),
    /// An operation on three values.
    Ternary(Ternary, Value, Value, Value),
    /// The element of `row` that belongs to the current round of the enclosing
    /// fold whose [`Fold::index`] is `index`.
    Element {
        /// What is read.
        row: Row,
        /// Which loop's round counts.
        index: Value,
    },
    /// A loop.
    Fold(#[cfg_attr(feature = "serde", serde(deserialize_with = "read::nested"))] Box<Fold>),
}

/// acc = init; for i in 0..len { acc = next(acc, i) }; the last acc.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Fold {
    /// How many rounds, at least 1.
    pub len: u32,
    /// The first acc.
    pub init: Value,
    /// Inside the body: the round as a number, 0, 1, ….
    pub index: Value,
    /// Inside the body: acc so far.
    pub acc: Value,
    /// What each round computes.
    pub body: Vec<Step>,
    /// The acc of the next round.
    pub next: Value,
}

/// One step: `value = op`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Step {
    /// The name of the result.
    pub value: Value,
    /// How it is computed.
    pub op: Op,
}

/// An integrand as a program.
///
/// A tape is valid by construction: tracing makes valid ones, and reading one
/// from elsewhere checks it ([`TapeError`]).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(try_from = "read::Unchecked"))]
pub struct Tape {
    dims: u32,
    values: u32,
    tables: Vec<Vec<Constant>>,
    steps: Vec<Step>,
    result: Value,
}

impl Tape {
    /// The number of coordinates of the points it takes.
    pub fn dims(&self) -> usize {
        self.dims as usize
    }

    /// How many values it names: one more than the largest [`Value::index`].
    pub fn values(&self) -> usize {
        self.values as usize
    }

    /// Rows of constants that folds read.
    pub fn tables(&self) -> &[Vec<Constant>] {
        &self.tables
    }

    /// The steps, in order.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The value of the integrand.
    pub fn result(&self) -> Value {
        self.result
    }

    /// How many operations it has, those in the bodies of folds counted once.
    pub fn len(&self) -> usize {
        fn count(steps: &[Step]) -> usize {
            steps.iter().map(|step| 1 + step.op.body().map_or(0, count)).sum()
        }
        count(&self.steps)
    }

    /// How many operations an evaluation takes: those in the bodies of folds counted in each
    /// round. It is [`u64::MAX`] where there are more.
    pub fn cost(&self) -> u64 {
        fn cost(steps: &[Step]) -> u64 {
            steps.iter().fold(0, |sum: u64, step| {
                let rounds = if let Op::Fold(fold) = &step.op { u64::from(fold.len) } else { 0 };
                let body = rounds.saturating_mul(cost(step.op.body().unwrap_or_default()));
                sum.saturating_add(1).saturating_add(body)
            })
        }
        cost(&self.steps)
    }

    /// Whether it has no steps. Never true: the result is one.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// The number it always gives, if it depends on no coordinate.
    pub fn as_constant(&self) -> Option<f64> {
        match self.steps.as_slice() {
            [Step { op: Op::Const(c), .. }] => Some(c.get()),
            _ => None,
        }
    }
}

impl Op {
    /// The steps inside, if it is a fold.
    pub fn body(&self) -> Option<&[Step]> {
        match self {
            Self::Fold(fold) => Some(&fold.body),
            _ => None,
        }
    }

    /// Calls `visit` with every value it reads from outside itself; of a fold
    /// that is `init` and `next` and what its body's own operations read.
    fn visit_operands(&self, visit: &mut impl FnMut(Value)) {
        match self {
            Self::Const(_) | Self::Coord(_) => {}
            Self::Unary(_, a) => visit(*a),
            Self::Binary(_, a, b) => [*a, *b].into_iter().for_each(visit),
            Self::Ternary(_, a, b, c) => [*a, *b, *c].into_iter().for_each(visit),
            Self::Element { index, .. } => visit(*index),
            Self::Fold(fold) => {
                visit(fold.init);
                visit(fold.next);
            }
        }
    }
}
