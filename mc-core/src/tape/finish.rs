//! From a recording to a tape: drop what is unused, name what is left.

#![allow(
    clippy::indexing_slicing,
    reason = "the recording numbered the values, and the lists are as long as it counted"
)]

use super::recording::Recording;
use super::validate::TapeError;
use super::{Op, Row, Step, Tape, Value};

impl Recording {
    /// The tape of `result`, for points of `dims` coordinates.
    pub(super) fn finish(mut self, dims: usize, result: Value) -> Result<Tape, TapeError> {
        let mut steps = self.blocks.swap_remove(0).steps;
        let mut live = vec![false; self.depths.len()];
        live[result.index()] = true;
        sweep(&mut steps, &mut live);
        let mut names = Names { of: vec![None; live.len()], next: 0 };
        names.rename(&mut steps)?;
        let mut tables = Names { of: vec![None; self.tables.len()], next: 0 };
        rename_tables(&mut steps, &mut tables);
        let mut kept: Vec<_> = self
            .tables
            .into_iter()
            .zip(&tables.of)
            .filter_map(|(t, at)| Some((at.as_ref()?.0, t)))
            .collect();
        kept.sort_by_key(|(at, _)| *at);
        let tape = Tape {
            dims: dims as u32,
            values: names.next,
            tables: kept.into_iter().map(|(_, table)| table).collect(),
            steps,
            result: names.get(result)?,
        };
        tape.validate()?;
        Ok(tape)
    }
}

/// Drops steps that nothing live reads; earlier steps are seen last.
fn sweep(steps: &mut Vec<Step>, live: &mut [bool]) {
    for step in steps.iter_mut().rev() {
        if live[step.value.index()] {
            step.op.visit_operands(&mut |v| live[v.index()] = true);
            if let Op::Fold(fold) = &mut step.op {
                sweep(&mut fold.body, live);
            }
        }
    }
    steps.retain(|step| live[step.value.index()]);
}

/// New names, in the order in which values are defined.
struct Names {
    of: Vec<Option<Value>>,
    next: u32,
}

impl Names {
    fn define(&mut self, old: Value) -> Value {
        let new = Value(self.next);
        self.next += 1;
        self.of[old.index()] = Some(new);
        new
    }

    fn get(&self, old: Value) -> Result<Value, TapeError> {
        self.of[old.index()].ok_or(TapeError::NotDefined { value: old })
    }

    fn rename(&mut self, steps: &mut [Step]) -> Result<(), TapeError> {
        for step in steps {
            match &mut step.op {
                Op::Const(_) | Op::Coord(_) => {}
                Op::Unary(_, a) => *a = self.get(*a)?,
                Op::Binary(_, a, b) => {
                    *a = self.get(*a)?;
                    *b = self.get(*b)?;
                }
                Op::Ternary(_, a, b, c) => {
                    *a = self.get(*a)?;
                    *b = self.get(*b)?;
                    *c = self.get(*c)?;
                }
                Op::Element { index, .. } => *index = self.get(*index)?,
                Op::Fold(fold) => {
                    fold.init = self.get(fold.init)?;
                    fold.index = self.define(fold.index);
                    fold.acc = self.define(fold.acc);
                    self.rename(&mut fold.body)?;
                    fold.next = self.get(fold.next)?;
                }
            }
            step.value = self.define(step.value);
        }
        Ok(())
    }
}

fn rename_tables(steps: &mut [Step], names: &mut Names) {
    for step in steps {
        match &mut step.op {
            Op::Element { row: Row::Table(table), .. } => {
                let old = Value(*table);
                *table = names.of[old.index()].unwrap_or_else(|| names.define(old)).0;
            }
            Op::Fold(fold) => rename_tables(&mut fold.body, names),
            _ => {}
        }
    }
}
