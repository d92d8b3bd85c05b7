//! A technique made ready: a kernel, alone or under an executor.

mod mpirun;
mod prepare;
#[cfg(feature = "mpi")]
mod ranks;
mod runner;
mod serve;
pub mod worker;

pub use mpirun::mpirun;
pub use prepare::prepare;
pub use runner::Runner;
pub use serve::{leave, serve_if_worker};
