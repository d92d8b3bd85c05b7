//! Walking a tape to make something else of it: arrays, LLVM IR, OpenCL C, text.

#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a valid tape: what a step reads is defined before it, and below `values`"
)]

use super::{Binary, Fold, Op, Row, Step, Tape, Ternary, Unary, Value};

/// What a technique provides so that any tape can be lowered to it.
///
/// There is one method for each kind of [`Op`], and the operations are enums
/// without a catch-all: a technique that forgets one does not compile.
pub trait Lower {
    /// What stands for a number: an array, an SSA value, the name of a variable.
    type Value: Clone;
    /// What stands for the round of a loop: a number, an SSA value, a name.
    type Index: Clone;
    /// What can go wrong.
    type Error;

    /// The constant `c`.
    fn constant(&mut self, c: f64) -> Result<Self::Value, Self::Error>;

    /// Coordinate `x[k]`.
    fn coord(&mut self, k: usize) -> Result<Self::Value, Self::Error>;

    /// `op(a)`, exactly as [`Unary::apply`].
    fn unary(&mut self, op: Unary, a: Self::Value) -> Result<Self::Value, Self::Error>;

    /// `op(a, b)`, exactly as [`Binary::apply`].
    fn binary(
        &mut self,
        op: Binary,
        a: Self::Value,
        b: Self::Value,
    ) -> Result<Self::Value, Self::Error>;

    /// `op(a, b, c)`, exactly as [`Ternary::apply`].
    fn ternary(
        &mut self,
        op: Ternary,
        a: Self::Value,
        b: Self::Value,
        c: Self::Value,
    ) -> Result<Self::Value, Self::Error>;

    /// The element of `row` in round `index`.
    fn element(&mut self, row: Row, index: &Self::Index) -> Result<Self::Value, Self::Error>;

    /// The round as a number: 0, 1, 2, ….
    fn index_value(&mut self, index: &Self::Index) -> Result<Self::Value, Self::Error>;

    /// A loop from `init`, rolled (one call of [`FoldBody::round`] between a
    /// loop's head and its end) or unrolled (`body.len()` calls); the last acc.
    fn fold(
        &mut self,
        body: &mut FoldBody<'_, Self>,
        init: Self::Value,
    ) -> Result<Self::Value, Self::Error>;
}

/// The body of a fold that is being lowered.
pub struct FoldBody<'w, L: Lower + ?Sized> {
    fold: &'w Fold,
    known: &'w mut Known<L>,
}

impl<L: Lower + ?Sized> FoldBody<'_, L> {
    /// How many rounds the loop has, at least 1.
    pub fn len(&self) -> u32 {
        self.fold.len
    }

    /// Whether the loop has no rounds: never.
    pub fn is_empty(&self) -> bool {
        self.fold.len == 0
    }

    /// How many operations a round has, those of inner folds counted once a
    /// round of theirs.
    pub fn cost(&self) -> u64 {
        fn cost(steps: &[Step]) -> u64 {
            let one = |step: &Step| match &step.op {
                Op::Fold(fold) => u64::from(fold.len).saturating_mul(cost(&fold.body)),
                _ => 1,
            };
            steps.iter().fold(0, |sum: u64, step| sum.saturating_add(one(step)))
        }
        cost(&self.fold.body)
    }

    /// Lowers one round: acc before, and the round's index; gives acc after.
    pub fn round(
        &mut self,
        lower: &mut L,
        index: L::Index,
        acc: L::Value,
    ) -> Result<L::Value, L::Error> {
        let number = lower.index_value(&index)?;
        self.known.indices[self.fold.index.index()] = Some(index);
        self.known.values[self.fold.index.index()] = Some(number);
        self.known.values[self.fold.acc.index()] = Some(acc);
        self.known.walk(lower, &self.fold.body)?;
        Ok(self.known.value(self.fold.next))
    }
}

struct Known<L: Lower + ?Sized> {
    values: Vec<Option<L::Value>>,
    indices: Vec<Option<L::Index>>,
}

impl<L: Lower + ?Sized> Known<L> {
    fn value(&self, value: Value) -> L::Value {
        // Tapes are validated when they are made.
        self.values[value.index()].clone().expect("a valid tape reads defined values only")
    }

    fn walk(&mut self, lower: &mut L, steps: &[Step]) -> Result<(), L::Error> {
        for step in steps {
            let value = match &step.op {
                Op::Const(c) => lower.constant(c.get())?,
                Op::Coord(k) => lower.coord(*k as usize)?,
                Op::Unary(op, a) => lower.unary(*op, self.value(*a))?,
                Op::Binary(op, a, b) => lower.binary(*op, self.value(*a), self.value(*b))?,
                Op::Ternary(op, a, b, c) => {
                    lower.ternary(*op, self.value(*a), self.value(*b), self.value(*c))?
                }
                Op::Element { row, index } => {
                    let index = self.indices[index.index()].clone();
                    lower
                        .element(*row, &index.expect("a valid tape reads elements in their fold"))?
                }
                Op::Fold(fold) => {
                    let init = self.value(fold.init);
                    lower.fold(&mut FoldBody { fold, known: self }, init)?
                }
            };
            self.values[step.value.index()] = Some(value);
        }
        Ok(())
    }
}

impl Tape {
    /// Lowers the tape; the result's stand-in.
    ///
    /// # Errors
    ///
    /// What the technique's own methods return.
    pub fn lower<L: Lower + ?Sized>(&self, lower: &mut L) -> Result<L::Value, L::Error> {
        let mut known =
            Known { values: vec![None; self.values()], indices: vec![None; self.values()] };
        known.walk(lower, &self.steps)?;
        Ok(known.value(self.result))
    }
}
