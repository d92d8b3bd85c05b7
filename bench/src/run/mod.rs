//! A technique made ready: a kernel, alone or under an executor.

mod mpirun;
mod prepare;
#[cfg(feature = "mpi")]
mod ranks;
mod runner;
pub mod worker;

pub use mpirun::mpirun;
pub use prepare::prepare;
pub use runner::Runner;

/// Leaves the MPI job, if this is rank 0 of one.
pub fn leave() {
    #[cfg(feature = "mpi")]
    ranks::leave();
}
