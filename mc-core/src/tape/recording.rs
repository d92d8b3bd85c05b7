//! A tape that is being recorded: where each operation goes.

#![allow(
    clippy::indexing_slicing,
    reason = "values are those that this recording numbered, and the outermost block is never closed"
)]

use std::collections::HashMap;

use super::{Constant, Fold, Op, Step, Value};

#[derive(Debug)]
pub(super) struct Recording {
    /// The open blocks: the tape itself, then the bodies of the folds we are in.
    pub(super) blocks: Vec<Block>,
    /// For each value, how deep the block is that it belongs to.
    pub(super) depths: Vec<usize>,
    pub(super) tables: Vec<Vec<Constant>>,
}

#[derive(Debug, Default)]
pub(super) struct Block {
    pub(super) steps: Vec<Step>,
    known: HashMap<Op, Value>,
}

impl Default for Recording {
    fn default() -> Self {
        Self { blocks: vec![Block::default()], depths: vec![], tables: vec![] }
    }
}

impl Recording {
    /// Opens the body of a fold; its index and acc.
    pub(super) fn open_fold(&mut self) -> (Value, Value) {
        self.blocks.push(Block::default());
        let depth = self.blocks.len() - 1;
        (self.new_value(depth), self.new_value(depth))
    }

    /// Closes the body that was opened last; its steps.
    pub(super) fn close_fold(&mut self) -> Vec<Step> {
        self.blocks.pop().map(|block| block.steps).unwrap_or_default()
    }

    fn new_value(&mut self, depth: usize) -> Value {
        self.depths.push(depth);
        Value(self.depths.len() as u32 - 1)
    }

    /// Puts `op` into the outermost block that has all its operands, unless it
    /// is known there.
    pub(super) fn push(&mut self, op: Op) -> Value {
        let mut depth = 0;
        op.visit_operands(&mut |v| depth = depth.max(self.depths[v.index()]));
        self.push_at(depth, op.clone(), op)
    }

    /// `key` is what makes two operations equal.
    fn push_at(&mut self, depth: usize, key: Op, op: Op) -> Value {
        // Deeper than any open block: a value has left its loop. The check at
        // the end of the trace reports it.
        let depth = depth.min(self.blocks.len() - 1);
        if let Some(&value) = self.blocks[depth].known.get(&key) {
            return value;
        }
        let value = self.new_value(depth);
        let block = &mut self.blocks[depth];
        block.known.insert(key, value);
        block.steps.push(Step { value, op });
        value
    }

    pub(super) fn table(&mut self, row: Vec<Constant>) -> u32 {
        let known = self.tables.iter().position(|table| *table == row);
        known.unwrap_or_else(|| {
            self.tables.push(row);
            self.tables.len() - 1
        }) as u32
    }

    /// Adds a fold whose body was recorded in `body`, in the outermost block
    /// that has all it reads.
    pub(super) fn push_fold(&mut self, fold: Fold) -> Value {
        let inside = self.blocks.len();
        let mut depth = 0;
        let mut see = |v: Value| {
            let at = self.depths[v.index()];
            if at < inside {
                depth = depth.max(at);
            }
        };
        see(fold.init);
        see(fold.next);
        visit_all(&fold.body, &mut see);
        if self.depths[fold.next.index()] < inside {
            // Nothing in the loop changes acc: every round gives the same.
            return fold.next;
        }
        let key = Op::Fold(Box::new(canonical(&fold)));
        self.push_at(depth, key, Op::Fold(Box::new(fold)))
    }
}

fn visit_all(steps: &[Step], visit: &mut impl FnMut(Value)) {
    for step in steps {
        step.op.visit_operands(visit);
        if let Some(body) = step.op.body() {
            visit_all(body, visit);
        }
    }
}

/// The fold with its inner values named by position, so that equal loops are
/// equal whatever their values are called.
fn canonical(fold: &Fold) -> Fold {
    fn place(v: &mut Value, inner: &HashMap<Value, Value>) {
        *v = *inner.get(v).unwrap_or(v);
    }
    fn define(v: &mut Value, inner: &mut HashMap<Value, Value>) {
        let new = Value(u32::MAX - inner.len() as u32);
        inner.insert(*v, new);
        *v = new;
    }
    fn rename(fold: &mut Fold, inner: &mut HashMap<Value, Value>) {
        place(&mut fold.init, inner);
        define(&mut fold.index, inner);
        define(&mut fold.acc, inner);
        for step in &mut fold.body {
            match &mut step.op {
                Op::Const(_) | Op::Coord(_) => {}
                Op::Unary(_, a) => place(a, inner),
                Op::Binary(_, a, b) => [a, b].into_iter().for_each(|v| place(v, inner)),
                Op::Ternary(_, a, b, c) => [a, b, c].into_iter().for_each(|v| place(v, inner)),
                Op::Element { index, .. } => place(index, inner),
                Op::Fold(fold) => rename(fold, inner),
            }
            define(&mut step.value, inner);
        }
        place(&mut fold.next, inner);
    }
    let mut fold = fold.clone();
    rename(&mut fold, &mut HashMap::new());
    fold
}
