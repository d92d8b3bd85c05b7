//! The loop, as LLVM IR: what chapter 1 does one sample after another, here for
//! L·C batches at a time.
//!
//! Every vector has L lanes, and each lane works on a batch of its own, so no
//! lane ever waits for another and nothing is added across lanes. C vectors,
//! the chains, are worked on side by side, since the next step of one stream
//! must wait for the last one.

mod at_point;
mod drawing;
mod ir;
mod net;
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
use inkwell::values::{IntValue, PointerValue};
use mc_core::stream::GAMMA;
use mc_core::{Affine, Constant, Tape};

pub(crate) use at_point::{AtPoint, Value};
pub(crate) use ir::{Emitted, Into};
pub(crate) use over_arrays::{OverArrays, Values};

use crate::error::JitError;
use crate::shape::Shape;
use drawing::Drawing;
use ir::{Ir, Returns};
use net::Nets;
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

    /// Its steps.
    const NOTES: &'static [Note] = Note::RANDOM;

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

/// The loop for an integrand h on a box, at random points.
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
        let shape = self.shape;
        let (ir, [start, first, groups, samples], [sums]) = Ir::function(
            into,
            shape.lanes.count(),
            Self::NAME,
            ["start", "first", "groups", "samples"],
            ["sums"],
            Returns::Nothing,
        )?;
        let doubles = Streams::doubles(&ir, shape.chains.count());
        self.body(ir, groups, samples, sums, doubles, |ir, group| {
            // Start the streams: the SplitMix64 counter moves on by 4 words a batch.
            let b = &ir.builder;
            let batches = b.build_int_mul(group, ir.int(shape.width() as u64), "")?;
            let batch = b.build_int_add(first, batches, "batch")?;
            let words = b.build_int_mul(batch, ir.int(GAMMA.wrapping_mul(4)), "")?;
            let counter = b.build_int_add(start, words, "counter")?;
            Ok(Drawing::Random(Streams::start(ir, counter, shape.chains.count())?))
        })
    }
}

/// The signature of [`MonteCarloSobol`].
pub(crate) type SobolLoop = unsafe extern "C" fn(
    groups: u64,
    samples: u64,
    words: *const u64,
    states: *mut u64,
    sums: *mut f64,
    memory: *mut f64,
);

/// The same loop at Sobol' points.
///
/// `monte_carlo(groups, samples, words, states, sums, memory)`: `words` are the direction numbers of the
/// net, `states` those that the batches start with, group by group: for each coordinate, a word a batch,
/// the bits of d ∈ [1, 2). They are the states at the end, afterwards.
pub(crate) struct MonteCarloSobol<'p>(pub(crate) MonteCarlo<'p>);

impl Source for MonteCarloSobol<'_> {
    type Signature = SobolLoop;

    const NAME: &'static str = "monte_carlo";

    const ABOUT: &'static str = "\
monte_carlo(groups, samples, words, states, sums, memory)

Loop `group`: L batches at a time, one in each of the L lanes of a vector; or 2·L, in two vectors. Loop `sample`: the next
point of each of them, or the next two. Loops `round` and `coord`, if there are any: over the coordinates. Carried from
sample to sample: the batch's first value, s = Σ δ and q = Σ δ². The point itself is in `states`: of each coordinate
a word a batch, the bits of d in [1, 2). `words` are the direction numbers, of all coordinates for digit 0, then for digit 1, ….";

    const NOTES: &'static [Note] = Note::SOBOL;

    fn emit(&self, into: &Into<'_, '_>) -> Result<Emitted, JitError> {
        let Self(MonteCarlo { axes, shape, .. }) = self;
        let (ir, [groups, samples], [words, states, sums]) = Ir::function(
            into,
            shape.lanes.count(),
            Self::NAME,
            ["groups", "samples"],
            ["words", "states", "sums"],
            Returns::Nothing,
        )?;
        ir.step(Note::States);
        let points = ir.int(shape.points().ilog2().into());
        let rounds = ir.builder.build_right_shift(samples, points, false, "rounds")?;
        self.0.body(ir, groups, rounds, sums, 0, |ir, group| {
            let sizes = [axes.len(), shape.rows, shape.points()];
            Ok(Drawing::Sobol(Nets::start(ir, [words, states], group, sizes)?))
        })
    }
}

impl MonteCarlo<'_> {
    /// The loop, the same for all kinds of points; `start` says what a group's are drawn from.
    fn body<'m, 'ctx>(
        &self,
        ir: Ir<'m, 'ctx>,
        groups: IntValue<'ctx>,
        rounds: IntValue<'ctx>,
        out: PointerValue<'ctx>,
        doubles: u64,
        start: impl Fn(&Ir<'m, 'ctx>, IntValue<'ctx>) -> Result<Drawing<'ctx>, JitError>,
    ) -> Result<Emitted, JitError> {
        let Self { h, axes, shape } = self;
        let axes = Axes::new(axes);
        let tables = tables(h);

        let group = ir.begin_loop("group", groups, &[])?;
        let mut drawing = start(&ir, group.index)?;

        let mut state = drawing.carried();
        let drawn = state.len();
        state.extend(Sums::zero(&ir, shape.rows).vectors());
        let sample = ir.begin_loop("sample", rounds, &state)?;
        let (carried, sums) = sample.carried.split_at(drawn);
        drawing.go_on(carried);
        let sums = Sums::from_vectors(sums);

        // Draw the point: one word of the stream a coordinate, or the next state of the net.
        let drawing = drawing.round(&ir, sample.index)?;
        let point = Points::next(&ir, &axes, drawing, shape.draw)?;

        // Evaluate h = f·g there.
        ir.step(Note::Evaluate);
        let mut evaluate = Evaluate::at(&ir, &tables, shape.draw, point, shape.part);
        let h = h.lower(&mut evaluate)?;
        let (h, point, memory) = evaluate.finish(h)?;
        let drawing = point.finish(&ir)?;

        // Accumulate: deviations from the batch's first value.
        ir.step(Note::Accumulate);
        let sums = sums.push(&ir, sample.index, &h)?;

        let mut state = drawing.carried();
        state.extend(sums.vectors());
        ir.end_loop(sample, &state)?;

        ir.step(Note::Store);
        sums.store(&ir, out, group.index)?;
        ir.end_loop(group, &[])?;
        ir.builder.build_return(None)?;
        Ok(ir.finish(doubles.max(memory)))
    }
}

/// The rows of constants of a tape.
fn tables<'ctx>(tape: &Tape) -> Vec<Table<'ctx>> {
    let table = |row: &Vec<Constant>| Table::new("table", row.iter().map(|c| c.get()));
    tape.tables().iter().map(table).collect()
}
