//! What a technique is: prepared once, then it computes moments of batches.

use std::error::Error;
use std::fmt;
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
    let mut collector = Collector::new(problem, plan, kernel.block_level(plan, 1));
    for block in plan.blocks(collector.level()) {
        progress.check()?;
        collector.push(kernel.moments(plan, block)?)?;
        progress.add(block.samples(plan));
    }
    collector.finish()
}

/// Puts the moments of blocks, in order, together to an estimate.
#[derive(Debug)]
pub struct Collector<'p> {
    problem: &'p Problem,
    plan: Plan,
    level: u32,
    tree: Tree,
}

impl<'p> Collector<'p> {
    /// For blocks of `plan` at `level`.
    pub fn new(problem: &'p Problem, plan: &Plan, level: u32) -> Self {
        Self { problem, plan: *plan, level, tree: Tree::new() }
    }

    /// The level of the blocks.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// How many blocks it has: the index of the next one.
    pub fn blocks(&self) -> u64 {
        self.tree.leaves()
    }

    /// The moments of the blocks so far, merged.
    pub fn moments(&self) -> Moments {
        self.tree.root()
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
            let block = self.plan.block(self.level, self.tree.leaves());
            return Err(RunError::NonFinite(self.problem.first_non_finite(&self.plan, block)));
        }
        self.tree.push(block);
        Ok(())
    }

    /// The estimate, once all blocks are pushed.
    ///
    /// # Errors
    ///
    /// [`RunError::Incomplete`] if blocks are missing, [`RunError::NonFinite`]
    /// if merging overflows.
    pub fn finish(self) -> Result<Estimate, RunError> {
        let moments = self.tree.root();
        if moments.count != self.plan.samples() {
            return Err(RunError::Incomplete { got: moments.count, samples: self.plan.samples() });
        }
        if !moments.is_finite() {
            return Err(RunError::NonFinite(NonFinite::Overflow));
        }
        let estimate = Estimate::new(&moments, self.problem.weight());
        if estimate.value.is_finite() && estimate.variance.is_finite() {
            Ok(estimate)
        } else {
            Err(RunError::NonFinite(NonFinite::Overflow))
        }
    }
}

/// How far a run is, and whether it should stop. Shared between threads.
#[derive(Debug, Default)]
pub struct Progress {
    samples: AtomicU64,
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
    /// The moments do not account for every sample: a defect of the technique.
    #[error(
        "moments of {got} samples came back where {samples} were asked for: this is a defect, please report it"
    )]
    Incomplete {
        /// Samples accounted for.
        got: u64,
        /// Samples asked for.
        samples: u64,
    },
    /// [`Progress::cancel`] was called.
    #[error("cancelled")]
    Cancelled,
}
