//! The sums over the samples of each batch, as [`mc_core::Accumulator`] has them.

#![allow(clippy::indexing_slicing, reason = "each of the three sums has all chains")]

use inkwell::IntPredicate;
use inkwell::values::{IntValue, PointerValue, VectorValue};

use super::ir::{Ir, Vectors};
use crate::error::JitError;

/// What is summed over the samples of a batch, for each chain.
pub(super) struct Sums<'ctx> {
    /// h₀, the first value.
    first: Vectors<'ctx>,
    /// s = Σ δ with δ = h − h₀.
    sum: Vectors<'ctx>,
    /// q = Σ δ².
    squares: Vectors<'ctx>,
}

impl<'ctx> Sums<'ctx> {
    /// Before the first sample.
    pub(super) fn zero(ir: &Ir<'_, 'ctx>, chains: usize) -> Self {
        let zero = vec![ir.number(0.0); chains];
        Self { first: zero.clone(), sum: zero.clone(), squares: zero }
    }

    /// All of them, to be carried round a loop: h₀ of every chain, then s, then q.
    pub(super) fn vectors(&self) -> Vectors<'ctx> {
        [&self.first[..], &self.sum, &self.squares].concat()
    }

    /// The sums that are these vectors.
    pub(super) fn from_vectors(vectors: &[VectorValue<'ctx>]) -> Self {
        let chains = vectors.len() / 3;
        let part = |k: usize| vectors[k * chains..(k + 1) * chains].to_vec();
        Self { first: part(0), sum: part(1), squares: part(2) }
    }

    /// Pushes the values of round `round`: those of one sample, or of several samples one after another.
    /// Those of the first sample of all are the shift.
    pub(super) fn push(
        self,
        ir: &Ir<'_, 'ctx>,
        round: IntValue<'ctx>,
        h: &[VectorValue<'ctx>],
    ) -> Result<Self, JitError> {
        let (h, others) = h.split_at(self.first.len());
        let b = &ir.builder;
        let (before, further, done) = (ir.here()?, ir.block("push"), ir.block("pushed"));
        let is_first = b.build_int_compare(IntPredicate::EQ, round, ir.int(0), "")?;
        b.build_conditional_branch(is_first, done, further)?;

        b.position_at_end(further);
        let pushed = self.deviations(ir, h)?;
        b.build_unconditional_branch(done)?;

        b.position_at_end(done);
        let zero = ir.number(0.0);
        let mut either = Vec::new();
        let started = h.iter().copied().chain(std::iter::repeat(zero));
        for (pushed, started) in pushed.vectors().iter().zip(started) {
            let phi = b.build_phi(started.get_type(), "")?;
            phi.add_incoming(&[(&started, before), (pushed, further)]);
            either.push(phi.as_basic_value().into_vector_value());
        }
        let chains = h.len();
        others
            .chunks(chains)
            .try_fold(Self::from_vectors(&either), |sums, h| sums.deviations(ir, h))
    }

    /// Pushes the values of a sample that is not the first.
    fn deviations(self, ir: &Ir<'_, 'ctx>, h: &[VectorValue<'ctx>]) -> Result<Self, JitError> {
        let b = &ir.builder;
        let mut pushed = Self { first: self.first, sum: vec![], squares: vec![] };
        for (c, &h) in h.iter().enumerate() {
            let delta = b.build_float_sub(h, pushed.first[c], "delta")?;
            pushed.sum.push(b.build_float_add(self.sum[c], delta, "s")?);
            pushed.squares.push(ir.mul_add(delta, delta, self.squares[c])?);
        }
        Ok(pushed)
    }

    /// Stores the sums of group `group` after those of the groups before it.
    pub(super) fn store(
        &self,
        ir: &Ir<'_, 'ctx>,
        to: PointerValue<'ctx>,
        group: IntValue<'ctx>,
    ) -> Result<(), JitError> {
        let vectors = self.vectors();
        let lanes = u64::from(ir.lanes());
        let doubles = ir.int(vectors.len() as u64 * lanes);
        let of_group = ir.at(to, ir.builder.build_int_mul(group, doubles, "")?)?;
        for (k, vector) in vectors.into_iter().enumerate() {
            ir.builder.build_store(ir.at(of_group, ir.int(k as u64 * lanes))?, vector)?;
        }
        Ok(())
    }
}
