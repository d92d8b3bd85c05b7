//! How a command ends: its failures, and the signals that end it.

mod failure;
pub mod interrupt;

pub use failure::Failure;
