//! What a technique is: prepared once, then it computes moments of batches.

use std::error::Error;
use std::fmt;
use std::mem;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::estimate::Estimate;
use crate::moments::{Moments, Tree};
use crate::plan::{Block, Plan};
use crate::problem::{NonFinite, Problem};

/// A way to compute moments, before it knows a problem.
pub trait Technique: Send + Sync {
    /// Its name on the command line, such as `jit`.
    fn name(&self) -> &'static str;

    /// Does what is done once for a problem: compiling, choosing a device.
    ///
    /// # Errors
    ///
    /// [`PrepareError::Unavailable`] where the machine or the problem lacks what
    /// the technique needs, [`PrepareError::NoText`] where that is a text;
    /// [`PrepareError::Failed`] where preparing went wrong.
    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError>;
}

/// A technique prepared for a problem.
///
/// One kernel serves any number of plans, and any number of threads at once.
pub trait Kernel: Send + Sync {
    /// The moments of h = f·g over the batches of `block`, merged in the tree:
    /// the root over the moments of each batch, as [`Tree`] does it.
    ///
    /// # Errors
    ///
    /// If the work cannot be done; never because a value is not finite, which
    /// shows in the moments.
    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError>;

    /// The level of the blocks it works best on ([`Plan::block_level`] unless
    /// it says otherwise) when `workers` of them are computed at a time. It
    /// depends on the number of samples and of workers alone, not on the seed.
    fn block_level(&self, plan: &Plan, workers: usize) -> u32;

    /// The arithmetic that h is evaluated in. All of this workspace's techniques
    /// use [`Precision::F64`] and have the same bits; a device without fp64 has
    /// not, and whoever shows an estimate of such a kernel must say so.
    fn precision(&self) -> Precision {
        Precision::F64
    }
}

/// The arithmetic that a kernel evaluates h in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Doubles: the bits that every technique gives.
    #[default]
    F64,
    /// Single floats: about seven digits, and other bits.
    F32,
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F64 => "f64",
            Self::F32 => "f32",
        })
    }
}

/// Runs a kernel on all batches of `plan`, in this thread: the executor that
/// others are measured against.
///
/// # Errors
///
/// What the kernel returns; [`RunError::NonFinite`] at the first value of h
/// that is not a finite number; [`RunError::Cancelled`].
pub fn run(
    kernel: &dyn Kernel,
    problem: &Problem,
    plan: &Plan,
    progress: &Progress,
) -> Result<Estimate, RunError> {
    let moments = run_block(kernel, problem, plan, plan.whole(), progress)?;
    Estimate::checked(&moments, problem.weight(), plan.samples())
}

/// The part of a [`run`] that computes `block`: its moments. A
/// [`Session`](crate::Session) makes a whole run of such parts.
///
/// # Errors
///
/// As [`run`].
pub fn run_block(
    kernel: &dyn Kernel,
    problem: &Problem,
    plan: &Plan,
    block: Block,
    progress: &Progress,
) -> Result<Moments, RunError> {
    let level = plan.level_within(block, kernel.block_level(plan, 1), 1);
    let mut collector = Collector::new(problem, plan, block, level);
    for index in collector.indices() {
        progress.check()?;
        let block = plan.block(level, index);
        collector.push(kernel.moments(plan, block)?)?;
        progress.add(block.samples(plan));
    }
    collector.moments()
}

/// The moments of the nodes at `level` that make up `block`, in order, in this thread.
///
/// `block` is a node of that level or a higher one, or the first blocks of a plan
/// ([`Plan::first_blocks`]). A [`Session`](crate::Session) makes a run of these, and sees by the
/// nodes how the sample is spread.
///
/// # Errors
///
/// As [`run`].
pub fn run_nodes(
    kernel: &dyn Kernel,
    problem: &Problem,
    plan: &Plan,
    block: Block,
    level: u32,
    progress: &Progress,
) -> Result<Vec<Moments>, RunError> {
    let node = |index| run_block(kernel, problem, plan, plan.block(level, index), progress);
    plan.indices(level, block).map(node).collect()
}

/// Puts the moments of the blocks of one larger block, in order, together.
#[derive(Debug)]
pub struct Collector<'p> {
    problem: &'p Problem,
    plan: Plan,
    level: u32,
    indices: Range<u64>,
    next: u64,
    // The blocks of a node; the last one takes what is left.
    node: u64,
    tree: Tree,
    nodes: Vec<Moments>,
}

impl<'p> Collector<'p> {
    /// For the blocks at `level` that make up `whole`, which may be all of `plan`
    /// ([`Plan::whole`]).
    pub fn new(problem: &'p Problem, plan: &Plan, whole: Block, level: u32) -> Self {
        Self::of_nodes(problem, plan, whole, level, u32::MAX)
    }

    /// For the blocks at `level` that make up `whole`, to be merged no further than to
    /// nodes at `node_level`, which is `level` or above ([`run_nodes`]).
    pub fn of_nodes(
        problem: &'p Problem,
        plan: &Plan,
        whole: Block,
        level: u32,
        node_level: u32,
    ) -> Self {
        let indices = plan.indices(level, whole);
        Self {
            problem,
            plan: *plan,
            level,
            next: indices.start,
            indices,
            // No plan has that many blocks.
            node: 1u64.checked_shl(node_level.saturating_sub(level)).unwrap_or(u64::MAX),
            tree: Tree::new(),
            nodes: Vec::new(),
        }
    }

    /// The level of the blocks.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// The indices of the blocks at their level.
    pub fn indices(&self) -> Range<u64> {
        self.indices.clone()
    }

    /// The index of the next block.
    pub fn next_index(&self) -> u64 {
        self.next
    }

    /// Pushes the moments of the next block.
    ///
    /// # Errors
    ///
    /// [`RunError::NonFinite`] if they are not finite: the block's samples are
    /// then gone through one by one to find the first bad one. Since blocks come
    /// in order, every technique reports the same sample.
    pub fn push(&mut self, block: Moments) -> Result<(), RunError> {
        if !block.is_finite() {
            let block = self.plan.block(self.level, self.next);
            return Err(RunError::NonFinite(self.problem.first_non_finite(&self.plan, block)));
        }
        self.tree.push(block);
        self.next += 1;
        if self.next == self.indices.end || self.next.is_multiple_of(self.node) {
            self.nodes.push(mem::take(&mut self.tree).root());
        }
        Ok(())
    }

    /// The moments of all blocks, once they are pushed.
    ///
    /// # Errors
    ///
    /// [`RunError::Incomplete`] if blocks are missing, [`RunError::NonFinite`]
    /// if merging overflows.
    pub fn moments(&self) -> Result<Moments, RunError> {
        self.complete()?;
        finite(Tree::of(self.nodes.iter().copied()))
    }

    /// The moments of the nodes, once all blocks are pushed.
    ///
    /// # Errors
    ///
    /// As [`Collector::moments`].
    pub fn nodes(self) -> Result<Vec<Moments>, RunError> {
        self.complete()?;
        self.nodes.into_iter().map(finite).collect()
    }

    fn complete(&self) -> Result<(), RunError> {
        match self.next == self.indices.end {
            true => Ok(()),
            false => Err(RunError::Incomplete { got: self.next, blocks: self.indices.end }),
        }
    }
}

/// What finite blocks were merged to.
fn finite(merged: Moments) -> Result<Moments, RunError> {
    match merged.is_finite() {
        true => Ok(merged),
        false => Err(RunError::NonFinite(NonFinite::Overflow)),
    }
}

/// How far a run is, and whether it should stop. Shared between threads.
#[derive(Debug, Default)]
pub struct Progress {
    samples: AtomicU64,
    goal: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Nothing done yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to the samples that are done.
    pub fn add(&self, samples: u64) {
        self.samples.fetch_add(samples, Ordering::Relaxed);
    }

    /// How many samples are done.
    pub fn samples(&self) -> u64 {
        self.samples.load(Ordering::Relaxed)
    }

    /// Says how many samples the run will most likely need.
    pub fn set_goal(&self, samples: u64) {
        self.goal.store(samples, Ordering::Relaxed);
    }

    /// How many samples the run will most likely need, where it has said so.
    pub fn goal(&self) -> Option<u64> {
        Some(self.goal.load(Ordering::Relaxed)).filter(|&samples| samples > 0)
    }

    /// Asks the run to stop at the next block.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// [`RunError::Cancelled`] once [`Progress::cancel`] was called.
    pub fn check(&self) -> Result<(), RunError> {
        if self.cancelled.load(Ordering::Relaxed) { Err(RunError::Cancelled) } else { Ok(()) }
    }
}

/// An error from below: of a compiler, a device, a process.
pub type Cause = Box<dyn Error + Send + Sync>;

/// Why a technique cannot be used for a problem.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// Something it needs is not there.
    #[error("{reason}")]
    Unavailable {
        /// What is missing, and what would help.
        reason: String,
    },
    /// The technique interprets text, and the integrand is a Rust function.
    #[error(
        "{what} is a Rust function and has no text to interpret: give it as an expression, or use \
         `serial`"
    )]
    NoText {
        /// Which of the functions.
        what: &'static str,
    },
    /// Preparing went wrong.
    #[error("preparing {technique} failed: {cause}")]
    Failed {
        /// The technique.
        technique: &'static str,
        /// What went wrong.
        cause: Cause,
    },
}

/// Why a run ended without an estimate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A value of h = f·g, or a moment, is not a finite number.
    #[error(transparent)]
    NonFinite(NonFinite),
    /// The arrays of this run do not fit in memory.
    #[error(
        "{technique} would need {} MiB for {samples} points of {dims} coordinates, and {} MiB of memory are available: \
         take fewer samples, or a technique that works in pieces", needed >> 20, available >> 20
    )]
    TooMuchMemory {
        /// The technique.
        technique: &'static str,
        /// Bytes it would need.
        needed: u64,
        /// Bytes that are available.
        available: u64,
        /// The samples asked for.
        samples: u64,
        /// Coordinates of each.
        dims: usize,
    },
    /// The kernel or executor failed.
    #[error("{technique} failed: {cause}")]
    Failed {
        /// The technique or executor.
        technique: &'static str,
        /// What went wrong.
        cause: Cause,
    },
    /// Blocks are missing: a defect of the executor.
    #[error(
        "the moments end at block {got}, before the last one ({blocks} in all): this is a defect, please report it"
    )]
    Incomplete {
        /// The first block that is missing.
        got: u64,
        /// The number of blocks.
        blocks: u64,
    },
    /// Of the values that were to be skipped where they are not finite, too few are.
    #[error(
        "only {finite} of {samples} values of f·g are finite, and a variance needs at least 2: \
         mend the integrand or the support"
    )]
    TooFewFinite {
        /// How many are finite.
        finite: u64,
        /// Of how many.
        samples: u64,
    },
    /// [`Progress::cancel`] was called.
    #[error("cancelled")]
    Cancelled,
}
