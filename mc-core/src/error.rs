//! Why a technique cannot be used, and why a run ended without an estimate.

use std::error::Error;

use crate::net::NetError;
use crate::problem::NonFinite;

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
    /// There are no such points.
    #[error(transparent)]
    Points(#[from] NetError),
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
    /// [`Progress::cancel`](crate::Progress::cancel) was called.
    #[error("cancelled")]
    Cancelled,
}
