//! Why a run on worker processes ended.

use crate::executor::{MAX_TRIES, StartError};

/// Why a run on worker processes ended.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// A worker could not be started or replaced.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Workers end as soon as they are replaced.
    #[error("worker {place} was replaced {MAX_TRIES} times and never did a block: {last}")]
    KeepsEnding {
        /// Which place.
        place: usize,
        /// What happened the last time.
        last: String,
    },
    /// A block ends every worker that takes it.
    #[error("{MAX_TRIES} workers ended over block {block} of the plan, at level {level}: {last}")]
    BadBlock {
        /// The block's index.
        block: u64,
        /// The level of the blocks.
        level: u32,
        /// What happened the last time.
        last: String,
    },
    /// The kernel failed in a worker.
    #[error("in a worker, {0}")]
    Kernel(String),
}
