//! The loop, as LLVM IR: what chapter 1 does one sample after another, here for
//! L·C batches at a time.
//!
//! Every vector has L lanes, and each lane works on a batch of its own, so no
//! lane ever waits for another and nothing is added across lanes. C vectors,
//! the chains, are worked on side by side, since the next step of one stream
//! must wait for the last one.

mod at_point;
mod ir;
pub(crate) mod notes;
mod over_arrays;
mod parts;
mod points;
mod rare;
mod rounds;
mod stream;
mod sums;
mod table;
mod tape;

use inkwell::execution_engine::UnsafeFunctionPointer;
use mc_core::stream::GAMMA;
use mc_core::{Affine, Constant, Tape};

pub(crate) use at_point::{AtPoint, Value};
pub(crate) use ir::{Emitted, Into};
pub(crate) use over_arrays::{OverArrays, Values};

use crate::error::JitError;
use crate::shape::Shape;
use ir::{Ir, Returns};
use notes::Note;
use points::{Axes, Points};
use stream::Streams;
use sums::Sums;
use table::Table;
use tape::Evaluate;

/// What is compiled: one function.
pub(crate) trait Source {
    /// Its signature: that of the function which [`Source::emit`] writes.
    type Signature: UnsafeFunctionPointer;

    /// Its name.
    const NAME: &'static str;

    /// What its arguments are, for those who read the code.
    const ABOUT: &'static str;

    /// Writes it.
    fn emit(&self, into: &Into<'_, '_>) -> Result<Emitted, JitError>;
}

/// The signature of [`MonteCarlo`].
pub(crate) type Loop = unsafe extern "C" fn(
    start: u64,
    first: u64,
    groups: u64,
    samples: u64,
    sums: *mut f64,
    memory: *mut f64,
);

/// The loop for an integrand h on a box.
///
/// `monte_carlo(start, first, groups, samples, sums, memory)` computes `groups`
/// groups of L·C batches, from batch `first` on, `samples` samples of each. For
/// each group it writes to `sums` the first value h₀ of every batch, then every
/// s = Σ δ, then every q = Σ δ². `start` is the scrambled seed. `memory` is room
/// for [`Emitted::doubles`], where points are that don't fit in registers.
pub(crate) struct MonteCarlo<'p> {
    pub(crate) h: &'p Tape,
    pub(crate) axes: &'p [Affine],
    pub(crate) shape: Shape,
}

impl Source for MonteCarlo<'_> {
    type Signature = Loop;

    const NAME: &'static str = "monte_carlo";

    const ABOUT: &'static str = "\
monte_carlo(start, first, groups, samples, sums, memory)

Loop `group`: L·C batches at a time, one in each of the L lanes of C vectors (the chains),
from batch `first` on. Loop `sample`: the next sample of each of them. Loops `round` and
`coord`, if there are any: over the coordinates. Loop `seed`: the words that the streams start with. Carried from sample to sample, for each
chain: the four words s0 … s3 of xoshiro256+, the batch's first value, s = Σ δ and q = Σ δ².
`start` is the scrambled seed.";

    fn emit(&self, into: &Into<'_, '_>) -> Result<Emitted, JitError> {
        let Self { h, axes, shape } = self;
        let (ir, [start, first, groups, samples], [out]) = Ir::function(
            into,
            shape.lanes.count(),
            Self::NAME,
            ["start", "first", "groups", "samples"],
            ["sums"],
            Returns::Nothing,
        )?;
        let chains = shape.chains.count();
        let axes = Axes::new(axes);
        let tables = tables(h);

        let group = ir.begin_loop("group", groups, &[])?;

        // Start the streams: the SplitMix64 counter moves on by 4 words a batch.
        let b = &ir.builder;
        let batches = b.build_int_mul(group.index, ir.int(shape.width() as u64), "")?;
        let batch = b.build_int_add(first, batches, "batch")?;
        let words = b.build_int_mul(batch, ir.int(GAMMA.wrapping_mul(4)), "")?;
        let counter = b.build_int_add(start, words, "counter")?;
        let streams = Streams::start(&ir, counter, chains)?;

        let mut state = streams.words();
        state.extend(Sums::zero(&ir, chains).vectors());
        let sample = ir.begin_loop("sample", samples, &state)?;
        let (words, sums) = sample.carried.split_at(4 * chains);
        let sums = Sums::from_vectors(sums);

        // Draw the point: one word of the stream a coordinate.
        let point = Points::next(&ir, &axes, Streams::from_words(words), shape.draw)?;

        // Evaluate h = f·g there.
        ir.step(Note::Evaluate);
        let mut evaluate = Evaluate::at(&ir, &tables, shape.draw, point, shape.part);
        let h = h.lower(&mut evaluate)?;
        let (h, point, doubles) = evaluate.finish(h)?;
        let streams = point.finish(&ir)?;

        // Accumulate: deviations from the batch's first value.
        ir.step(Note::Accumulate);
        let sums = sums.push(&ir, sample.index, &h)?;

        let mut state = streams.words();
        state.extend(sums.vectors());
        ir.end_loop(sample, &state)?;

        ir.step(Note::Store);
        sums.store(&ir, out, group.index)?;
        ir.end_loop(group, &[])?;
        b.build_return(None)?;
        let doubles = doubles.max(Streams::doubles(&ir, chains));
        Ok(ir.finish(doubles))
    }
}

/// The rows of constants of a tape.
fn tables<'ctx>(tape: &Tape) -> Vec<Table<'ctx>> {
    let table = |row: &Vec<Constant>| Table::new("table", row.iter().map(|c| c.get()));
    tape.tables().iter().map(table).collect()
}
