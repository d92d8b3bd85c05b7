//! The loop, as LLVM IR: what chapter 1 does one sample after another, here for
//! L·C batches at a time.
//!
//! Every vector has L lanes, and each lane works on a batch of its own, so no
//! lane ever waits for another and nothing is added across lanes. C vectors,
//! the chains, are worked on side by side, since the next step of one stream
//! must wait for the last one.

mod array;
mod ir;
mod point;
mod stream;
mod sums;
mod table;
mod tape;

use inkwell::context::Context;
use inkwell::execution_engine::UnsafeFunctionPointer;
use inkwell::module::Module;
use inkwell::values::FunctionValue;
use mc_core::stream::GAMMA;
use mc_core::{Constant, Problem, Tape};

pub(crate) use array::{OverArrays, Values};

use crate::error::JitError;
use crate::shape::Shape;
use ir::Ir;
use point::{Axes, Point};
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

    /// Writes it into `module`.
    fn emit<'ctx>(
        &self,
        context: &'ctx Context,
        module: &Module<'ctx>,
    ) -> Result<FunctionValue<'ctx>, JitError>;
}

/// The signature of [`MonteCarlo`].
pub(crate) type Loop = unsafe extern "C" fn(
    start: u64,
    first: u64,
    groups: u64,
    samples: u64,
    sums: *mut f64,
    points: *mut f64,
);

/// The loop for a problem.
///
/// `monte_carlo(start, first, groups, samples, sums, points)` computes `groups`
/// groups of L·C batches, from batch `first` on, `samples` samples of each. For
/// each group it writes to `sums` the first value h₀ of every batch, then every
/// s = Σ δ, then every q = Σ δ². `start` is the scrambled seed. `points` is room
/// for n·L·C doubles, used if the points are drawn to memory.
pub(crate) struct MonteCarlo<'p> {
    pub(crate) problem: &'p Problem,
    pub(crate) shape: Shape,
}

impl Source for MonteCarlo<'_> {
    type Signature = Loop;

    const NAME: &'static str = "monte_carlo";

    fn emit<'ctx>(
        &self,
        context: &'ctx Context,
        module: &Module<'ctx>,
    ) -> Result<FunctionValue<'ctx>, JitError> {
        emit(context, module, self.problem, &self.shape)
    }
}

fn emit<'ctx>(
    context: &'ctx Context,
    module: &Module<'ctx>,
    problem: &Problem,
    shape: &Shape,
) -> Result<FunctionValue<'ctx>, JitError> {
    let (ir, [start, first, groups, samples], [out, memory]) = Ir::function(
        context,
        module,
        shape.lanes.count(),
        MonteCarlo::NAME,
        ["start", "first", "groups", "samples"],
        ["sums", "points"],
    );
    let chains = shape.chains.count();
    let axes = Axes::new(problem.affine());
    let tables = tables(problem.h());

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
    let point = Point::next(&ir, &axes, Streams::from_words(words), shape.draw, memory)?;

    // Evaluate h = f·g there.
    let mut evaluate = Evaluate::at(&ir, &tables, shape.draw, point);
    let h = problem.h().lower(&mut evaluate)?;
    let streams = evaluate.into_point().finish(&ir)?;

    // Accumulate: deviations from the batch's first value.
    let sums = sums.push(&ir, sample.index, h.chains())?;

    let mut state = streams.words();
    state.extend(sums.vectors());
    ir.end_loop(sample, &state)?;

    sums.store(&ir, out, group.index)?;
    ir.end_loop(group, &[])?;
    b.build_return(None)?;
    Ok(ir.function)
}

/// The rows of constants of a tape.
fn tables<'ctx>(tape: &Tape) -> Vec<Table<'ctx>> {
    let table = |row: &Vec<Constant>| Table::new("table", row.iter().map(|c| c.get()));
    tape.tables().iter().map(table).collect()
}
