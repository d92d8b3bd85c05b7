//! MPI: the same executable, started many times by `mpirun` or `srun`, on one
//! machine or on many.
//!
//! The ranks of a job have all that worker processes have but the pipes, so they
//! say the same things to each other: rank 0 asks, the others answer. Rank 0 computes too: between two of its own blocks it takes what
//! has come and hands out what is missing. Blocks are merged in the order of the
//! plan, so any number of ranks gives the same bits.
//!
//! What MPI does not have is a way to go on when a rank dies: the job then ends.
//!
//! `link.rs` carries frames, `ranks.rs` joins the job and prepares, `run.rs` hands out.

mod link;
mod ranks;
mod run;

pub use ranks::{OnRanks, Ranks};

/// Why ranks cannot work together.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MpiError {
    /// A second call of [`Ranks::join`].
    #[error("this process has joined its MPI job before, and can do so only once")]
    Joined,
    /// MPI that must not be used beside threads.
    #[error(
        "this MPI ({library}) does not allow that a program has threads (MPI_THREAD_FUNNELED): use \
         another MPI, or have it built with threads"
    )]
    Threads {
        /// What the library says it is.
        library: String,
    },
    /// A rank of another version.
    #[error(
        "rank {rank} is of {theirs}, rank 0 of {ours}: all ranks must be started from the same \
         build"
    )]
    Version {
        /// The rank.
        rank: i32,
        /// Its versions.
        theirs: String,
        /// Those of rank 0.
        ours: String,
    },
    /// A rank answered what makes no sense.
    #[error("rank {rank} answered rubbish ({what})")]
    Rubbish {
        /// The rank.
        rank: i32,
        /// What was wrong with it.
        what: String,
    },
    /// A rank was asked what makes no sense.
    #[error("rank {rank} was asked rubbish ({what})")]
    Asked {
        /// The rank.
        rank: i32,
        /// What was wrong with it.
        what: String,
    },
    /// Preparing or computing failed in a rank.
    #[error("in rank {rank}, {why}")]
    Rank {
        /// The rank.
        rank: i32,
        /// What it said.
        why: String,
    },
}

/// Whether this process was started as a rank of a job.
///
/// There is no call for that before MPI is initialised, and a process that is no
/// rank should not initialise it. So the variables are looked at that launchers
/// set: those of Open MPI, of PMIx (`srun --mpi=pmix`), and of PMI (MPICH, Intel
/// MPI, `srun --mpi=pmi2`).
pub fn in_job() -> bool {
    ["OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"]
        .iter()
        .any(|name| std::env::var_os(name).is_some())
}
