//! What points are drawn from: random streams, or the states of Sobol' points.

use inkwell::values::{IntValue, VectorValue};

use super::ir::{Ir, Vectors};
use super::net::Nets;
use super::stream::Streams;
use super::table::Round;
use crate::error::JitError;

/// What points are drawn from.
#[derive(Clone)]
pub(super) enum Drawing<'ctx> {
    /// A stream a batch, in registers.
    Random(Streams<'ctx>),
    /// A state a coordinate and batch, in memory.
    Sobol(Nets<'ctx>),
}

impl<'ctx> Drawing<'ctx> {
    /// Nothing: the points are given.
    pub(super) fn nothing() -> Self {
        Self::Random(Streams::from_words(&[]))
    }

    /// The number of vectors that a coordinate is drawn into.
    pub(super) fn vectors(&self) -> usize {
        match self {
            Self::Random(streams) => streams.chains(),
            Self::Sobol(nets) => nets.vectors(),
        }
    }

    /// What is to be carried round a loop that draws.
    pub(super) fn carried(&self) -> Vectors<'ctx> {
        match self {
            Self::Random(streams) => streams.words(),
            Self::Sobol(_) => Vec::new(),
        }
    }

    /// The same, once these are what was carried.
    pub(super) fn go_on(&mut self, carried: &[VectorValue<'ctx>]) {
        if let Self::Random(streams) = self {
            *streams = Streams::from_words(carried);
        }
    }

    /// In round `round` of the loop over samples.
    pub(super) fn round(self, ir: &Ir<'_, 'ctx>, round: IntValue<'ctx>) -> Result<Self, JitError> {
        Ok(match self {
            Self::Sobol(nets) => Self::Sobol(nets.round(ir, round)?),
            streams @ Self::Random(_) => streams,
        })
    }

    /// Coordinate `k` of the next points, as d ∈ [1, 2).
    pub(super) fn draw(
        &mut self,
        ir: &Ir<'_, 'ctx>,
        k: Round<'ctx>,
    ) -> Result<Vectors<'ctx>, JitError> {
        match self {
            Self::Random(streams) => streams.draw(ir),
            Self::Sobol(nets) => nets.draw(ir, k),
        }
    }
}
