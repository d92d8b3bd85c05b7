#![doc = include_str!("../README.md")]
// Nothing here panics: where an index or the like cannot fail, the file says why.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(not(test), warn(clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

mod array;
mod cache;
mod callbacks;
mod calls;
mod compiler;
mod cpu;
mod emit;
mod engine;
mod error;
mod kernel;
mod listing;
mod memory;
mod point;
mod shape;
mod technique;

pub use array::{ArrayError, ArrayFunction};
pub use calls::JitCalls;
pub use cpu::{Lanes, Simd, UnknownSimd};
pub use engine::{CompileTimes, Passes, compiled_functions};
pub use error::JitError;
pub use point::PointFunction;
pub use shape::Chains;
pub use technique::Jit;
