#![doc = include_str!("../README.md")]

mod array;
mod cache;
mod calls;
mod compiler;
mod emit;
mod engine;
mod error;
mod host;
mod kernel;
mod library;
mod listing;
mod point;
mod room;
mod shape;
mod technique;

pub use array::{ArrayError, ArrayFunction};
pub use calls::JitCalls;
pub use engine::{CompileTimes, Passes, compiled_functions};
pub use error::JitError;
pub use host::{Lanes, Simd, UnknownSimd};
pub use point::PointFunction;
pub use shape::Chains;
pub use technique::Jit;
