//! Loops in the code.

use inkwell::IntPredicate;
use inkwell::basic_block::BasicBlock;
use inkwell::values::{IntValue, PhiValue, VectorValue};

use super::ir::{Ir, Vectors};
use super::notes::Note;
use crate::error::JitError;

/// A loop that is being written; its body runs at least once.
pub(super) struct Loop<'ctx> {
    /// The round: 0, 1, ….
    pub(super) index: IntValue<'ctx>,
    /// What the round before left.
    pub(super) carried: Vectors<'ctx>,
    head: BasicBlock<'ctx>,
    rounds: IntValue<'ctx>,
    index_phi: PhiValue<'ctx>,
    carried_phis: Vec<PhiValue<'ctx>>,
}

impl<'ctx> Ir<'_, 'ctx> {
    /// Begins a loop of `rounds` rounds, at least 1, that carries vectors from
    /// round to round.
    pub(super) fn begin_loop(
        &self,
        name: &str,
        rounds: IntValue<'ctx>,
        first: &[VectorValue<'ctx>],
    ) -> Result<Loop<'ctx>, JitError> {
        let note = self.step(Note::Count);
        let before = self.here()?;
        let head = self.block(name);
        self.builder.build_unconditional_branch(head)?;
        self.builder.position_at_end(head);
        let index_phi = self.builder.build_phi(self.context.i64_type(), name)?;
        index_phi.add_incoming(&[(&self.int(0), before)]);
        let mut carried_phis = Vec::with_capacity(first.len());
        for value in first {
            let phi = self.builder.build_phi(value.get_type(), "")?;
            phi.add_incoming(&[(value, before)]);
            carried_phis.push(phi);
        }
        self.step(note);
        Ok(Loop {
            index: index_phi.as_basic_value().into_int_value(),
            carried: carried_phis
                .iter()
                .map(|phi| phi.as_basic_value().into_vector_value())
                .collect(),
            head,
            rounds,
            index_phi,
            carried_phis,
        })
    }

    /// Ends a loop; `next` is what this round leaves to the next one, and the
    /// last round to what follows.
    pub(super) fn end_loop(
        &self,
        of: Loop<'ctx>,
        next: &[VectorValue<'ctx>],
    ) -> Result<(), JitError> {
        let note = self.step(Note::Count);
        let last = self.here()?;
        let after = self.block("after");
        let index = self.builder.build_int_add(of.index, self.int(1), "")?;
        of.index_phi.add_incoming(&[(&index, last)]);
        for (phi, value) in of.carried_phis.iter().zip(next) {
            phi.add_incoming(&[(value, last)]);
        }
        let more = self.builder.build_int_compare(IntPredicate::ULT, index, of.rounds, "")?;
        self.builder.build_conditional_branch(more, of.head, after)?;
        self.builder.position_at_end(after);
        self.step(note);
        Ok(())
    }
}
