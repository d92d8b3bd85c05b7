//! Rows of constants that the rounds of folds read.

#![allow(
    clippy::indexing_slicing,
    reason = "a valid tape has no empty table and reads inside its tables"
)]

use std::cell::OnceCell;

use inkwell::values::{IntValue, PointerValue, VectorValue};

use super::ir::Ir;
use crate::error::JitError;

/// The round of a fold.
#[derive(Clone, Copy)]
pub(super) enum Round<'ctx> {
    /// Of an unrolled one.
    Known(usize),
    /// Of a loop.
    Index(IntValue<'ctx>),
}

/// A row of constants.
pub(super) struct Table<'ctx> {
    name: &'static str,
    entries: Vec<f64>,
    /// Where it lies in the code's memory, once a loop reads it.
    memory: OnceCell<PointerValue<'ctx>>,
}

impl<'ctx> Table<'ctx> {
    /// The row `entries`; `name` is for those who read the code.
    pub(super) fn new(name: &'static str, entries: impl IntoIterator<Item = f64>) -> Self {
        Self { name, entries: entries.into_iter().collect(), memory: OnceCell::new() }
    }

    /// The entry of `round`, in all lanes.
    pub(super) fn entry(
        &self,
        ir: &Ir<'_, 'ctx>,
        round: Round<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        let first = self.entries[0];
        match round {
            Round::Known(k) => Ok(ir.number(self.entries[k])),
            Round::Index(_) if self.entries.iter().all(|c| c.to_bits() == first.to_bits()) => {
                Ok(ir.number(first))
            }
            Round::Index(index) => {
                let table = *self.memory.get_or_init(|| ir.table(self.name, &self.entries));
                ir.load_splat(ir.at(table, index)?)
            }
        }
    }
}
