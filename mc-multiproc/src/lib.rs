#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

mod crossbeam;
mod executor;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(feature = "mpi")]
pub mod mpi;
mod order;
mod place;
mod process;
mod rayon;

pub use crate::crossbeam::Crossbeam;
pub use crate::executor::{Executor, MAX_TRIES, MAX_WORKERS, StartError, default_workers};
pub use crate::process::{
    Prepared, ProcessError, ProcessPool, Techniques, odd_environment, serve_if_worker,
    this_executable,
};
pub use crate::rayon::Rayon;
