#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
// Nothing here panics: where an index or the like cannot fail, the file says why.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(not(test), warn(clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

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
pub use crate::executor::{
    Executor, MAX_TRIES, MAX_WORKERS, OnThreads, StartError, default_workers,
};
pub use crate::process::{
    Prepared, ProcessError, ProcessPool, Techniques, odd_environment, serve_if_worker,
    this_executable,
};
pub use crate::rayon::Rayon;
