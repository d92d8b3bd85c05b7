//! A tape is a function again: it can be run over any `Real`, and so be traced
//! into a larger one.

#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "a valid tape: what a step reads is defined before it, and below `values`; the point has the tape's dims"
)]

use std::collections::HashMap;

use super::{Op, Row, Step, Tape, Value};
use crate::function::Function;
use crate::real::Real;

impl Function for Tape {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let tables: Vec<Vec<f64>> =
            self.tables.iter().map(|t| t.iter().map(|c| c.get()).collect()).collect();
        let mut replay = Replay {
            x,
            tables: tables.iter().map(|table| T::constants(table)).collect(),
            values: vec![None; self.values()],
            elements: HashMap::new(),
        };
        replay.run(&self.steps);
        replay.value(self.result)
    }
}

struct Replay<'x, T: Real> {
    x: &'x [T],
    tables: Vec<std::borrow::Cow<'x, [T]>>,
    values: Vec<Option<T>>,
    elements: HashMap<(Value, Row), T>,
}

impl<T: Real> Replay<'_, T> {
    fn value(&self, value: Value) -> T {
        // Tapes are validated when they are made.
        self.values[value.index()].expect("a valid tape reads defined values only")
    }

    fn run(&mut self, steps: &[Step]) {
        for step in steps {
            let value = match &step.op {
                Op::Const(c) => T::constant(c.get()),
                Op::Coord(k) => self.x[*k as usize],
                Op::Unary(op, a) => op.apply(self.value(*a)),
                Op::Binary(op, a, b) => op.apply(self.value(*a), self.value(*b)),
                Op::Ternary(op, a, b, c) => {
                    op.apply(self.value(*a), self.value(*b), self.value(*c))
                }
                Op::Element { row, index } => self.elements[&(*index, *row)],
                Op::Fold(fold) => {
                    let len = fold.len as usize;
                    let mut wanted = Vec::new();
                    rows_of(&fold.body, fold.index, &mut wanted);
                    let (x, tables) = (self.x, self.tables.clone());
                    let rows: Vec<&[T]> = wanted
                        .iter()
                        .map(|row| match *row {
                            Row::Coords { first } => &x[first as usize..][..len],
                            Row::Table(table) => &tables[table as usize][..len],
                        })
                        .collect();
                    T::fold_rows(self.value(fold.init), len, &rows, &mut |acc, i, elements| {
                        self.values[fold.index.index()] = Some(i);
                        self.values[fold.acc.index()] = Some(acc);
                        for (row, element) in wanted.iter().zip(elements) {
                            self.elements.insert((fold.index, *row), *element);
                        }
                        self.run(&fold.body);
                        self.value(fold.next)
                    })
                }
            };
            self.values[step.value.index()] = Some(value);
        }
    }
}

/// The rows that `steps` read in the rounds of the fold with this index.
fn rows_of(steps: &[Step], of: Value, rows: &mut Vec<Row>) {
    for step in steps {
        match &step.op {
            Op::Element { row, index } if *index == of && !rows.contains(row) => rows.push(*row),
            op => rows_of(op.body().unwrap_or_default(), of, rows),
        }
    }
}
