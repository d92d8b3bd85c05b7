//! The instrument: estimates and compares every technique.
//!
//! The program of this package is what `cargo xtask compare` and `cargo xtask
//! estimate` run. Its parts are a library so that the criterion benches use the
//! same ones.

pub mod command;
pub mod compare;
pub mod estimate;
mod failure;
pub mod host;
pub mod measure;
mod output;
mod progress;
pub mod request;
pub mod runner;
pub mod techniques;

pub use failure::Failure;
