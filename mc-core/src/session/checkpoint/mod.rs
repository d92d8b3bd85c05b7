//! A [`State`] in a file, so that a run survives its process.
//!
//! The file says what it is of: the problem, as a hash of its tapes and box; the seed;
//! the version of this crate, since another one may have other bits. It ends with a
//! SHA-256 hash of all before, so that a flipped bit anywhere is noticed. It does not
//! say which technique computed it, or with how many workers: that changes no bit.
//!
//! It is replaced, never changed: the new state is written beside it, to a new file
//! `FILE.part-…`, brought to the disk, and renamed. Whenever a process is killed, the
//! file is the old one or the new one, whole; mode and owner stay, and a link stays a
//! link. What a killed run left half written is removed by the next one; nothing else
//! is opened or removed. And a file is locked while a run owns
//! it, so that no two runs overwrite each other's. Before it is replaced, a run looks
//! whether it still is the file at that path; if not, it keeps its state beside it ([`Notice`]).
//!
//! | bytes | what |
//! |---|---|
//! | 16 | `mc-checkpoint 2` and a line end |
//! | 1 + n | the version of the crate, its length first |
//! | 32 | SHA-256 of the problem |
//! | 1 | the size of the floats that h was evaluated in: 64 or 32 bits |
//! | 1 | the kind of points: 0 random, 1 Sobol' |
//! | 8 · 2 | the seed; samples in a batch |
//! | tree | the batches done; of Sobol' points, those of the replicate that is under way |
//! | 8 | the level of the nodes |
//! | 8 | of Sobol' points: how many replicates |
//! | nodes | of Sobol' points those of all replicates, and after them those that are as many again |
//! | 32 | SHA-256 of all before |
//!
//! Numbers are little-endian, of 8 bytes where nothing else is said. A tree is the number of its batches, and moments
//! for each set bit of that; nodes are their number, and moments of each; moments are count, mean and m2.
//!
//! ```
//! use mc_core::session::checkpoint::{CheckpointFile, Identity};
//! use mc_core::{Plan, Progress, Session, SquaredNorm, Support};
//! # use mc_core::*;
//! # struct Plain(Problem);
//! # impl Kernel for Plain {
//! #     fn problem(&self) -> &Problem { &self.0 }
//! #     fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
//! #         let mut h = Evaluator::new(self.0.h());
//! #         let mut x = vec![0.0; self.0.dims()];
//! #         Ok(Tree::of(block.batches().map(|batch| {
//! #             let mut stream = Stream::new(plan.seed(), batch);
//! #             let mut next = || { stream.draw(self.0.affine(), &mut x); h.eval(&x) };
//! #             let mut moments = Accumulator::start(next());
//! #             (1..plan.batch_len(batch)).for_each(|_| moments.push(next()));
//! #             moments.moments()
//! #         })))
//! #     }
//! #     fn block_level(&self, plan: &Plan, workers: usize) -> u32 { plan.block_level(2, workers) }
//! # }
//!
//! let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2)?)?;
//! # let kernel = Plain(problem.clone());
//! # let dir = tempfile::tempdir()?;
//! # let path = dir.path().join("run.mc");
//! let mut estimates = Vec::new();
//! for samples in [5_000_000, 6_000_000] {
//!     let (plan, progress) = (Plan::new(samples, 1)?, Progress::new());
//!     let (mut file, state) = CheckpointFile::open(&path, Identity::new(&problem, &plan)?)?;
//!     let mut session = Session::new(&plan).keep_state();
//!     if let Some(state) = state {
//!         session = session.resume(state)?; // only the new samples are drawn
//!     }
//!     let mut saved = Ok(());
//!     let outcome = session.run(
//!         &kernel as &dyn Kernel,
//!         |state, _phase| saved = file.save(state), // each time; every few seconds would do
//!         &progress,
//!     )?;
//!     saved?;
//!     estimates.push(outcome.estimate);
//! }
//! let whole = mc_core::run(&kernel, &Plan::new(6_000_000, 1)?, &Progress::new())?;
//! assert_eq!(estimates[1], whole); // the same bits
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod file;
mod format;
mod lock;
mod part;
#[cfg(test)]
mod tests;

use std::fmt;
use std::io;
use std::path::PathBuf;

pub use file::CheckpointFile;
pub use format::{Identity, decode, encode};

#[allow(unused_imports, reason = "for the docs")]
use super::State;
use crate::kernel::Precision;
use crate::sampling::Sampling;

/// Why a checkpoint cannot be used. What is at its path was left as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// The system says no.
    #[error("the checkpoint {} cannot be {what}: {cause}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What was tried: `read`, `written`, `locked`.
        what: &'static str,
        /// What the system says.
        cause: io::Error,
    },
    /// It is a folder, a FIFO or a device.
    #[error("the checkpoint {} is {what}: give the name of a file", path.display())]
    NotAFile {
        /// Where.
        path: PathBuf,
        /// What it is.
        what: &'static str,
    },
    /// Another run has it.
    #[error(
        "the checkpoint {} belongs to a run that is under way: wait for its end, or give another file", path.display()
    )]
    Busy {
        /// The file.
        path: PathBuf,
    },
    /// The content is no checkpoint that this version takes.
    #[error("{}: {why}; it was left as it is. Give another file, or remove this one to start anew", path.display())]
    Refused {
        /// The file.
        path: PathBuf,
        /// Why.
        why: Refusal,
    },
}

/// What happened to a checkpoint that its user should know of.
#[derive(Debug)]
#[non_exhaustive]
pub enum Notice {
    /// The file could not be locked.
    NoLocks {
        /// The file.
        path: PathBuf,
        /// What the system says.
        cause: io::Error,
    },
    /// The file was removed or replaced by somebody else while the run had it.
    Moved {
        /// Where it was.
        from: PathBuf,
        /// Where it is now: the same path, if nothing was there.
        to: PathBuf,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoLocks { path, cause } => write!(
                f,
                "the checkpoint {} cannot be locked ({cause}): see that no other run has it",
                path.display()
            ),
            Self::Moved { from, to } if from == to => {
                write!(f, "the checkpoint {} was removed: it is written anew", from.display())
            }
            Self::Moved { from, to } => write!(
                f,
                "{} is another file than this run's checkpoint by now, and is left as it is: \
                 this run is kept in {}",
                from.display(),
                to.display()
            ),
        }
    }
}

/// Why the content of a file is not taken for a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// It does not begin as one.
    #[error("this is no checkpoint")]
    NotOne,
    /// The hash at its end does not fit, or what is in it makes no sense.
    #[error("this checkpoint is damaged: {what}")]
    Damaged {
        /// What is wrong.
        what: &'static str,
    },
    /// Another version wrote it, which may have other bits.
    #[error(
        "this checkpoint is of version {theirs}, and this is {ours}, which may compute other bits"
    )]
    Version {
        /// Its version.
        theirs: String,
        /// Ours.
        ours: String,
    },
    /// It is of another problem.
    #[error("this checkpoint is of another problem: f, g or the support differ")]
    Problem,
    /// Its values were computed with other floats.
    #[error("this checkpoint is of a run that was not computed in {ours}, as this one is")]
    Precision {
        /// What this run computes in.
        ours: Precision,
    },
    /// It is of another kind of points.
    #[error("this checkpoint is not of {ours} points, as this run is")]
    Sampling {
        /// What this run draws.
        ours: Sampling,
    },
    /// It is of another seed.
    #[error("this checkpoint is of seed {theirs}, and this run is of seed {ours}")]
    Seed {
        /// Its seed.
        theirs: u64,
        /// Ours.
        ours: u64,
    },
}
