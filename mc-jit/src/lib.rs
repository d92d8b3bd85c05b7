#![doc = include_str!("../README.md")]

mod array;
mod emit;
mod engine;
mod error;
mod host;
mod kernel;
mod library;
mod room;
mod shape;
mod technique;

pub use array::{ArrayError, ArrayFunction};
pub use error::JitError;
pub use host::Lanes;
pub use shape::Chains;
pub use technique::Jit;
