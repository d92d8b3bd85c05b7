#![doc = include_str!("../README.md")]

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
