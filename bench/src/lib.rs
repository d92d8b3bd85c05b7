#![doc = include_str!("../../README.md")]
//!
//! # This package
//!
//! The instrument: its program is what `cargo xtask compare` and `cargo xtask
//! estimate` run. The parts are a library, so that the criterion benches use the
//! same ones.

pub mod auto;
pub mod bound;
pub mod busy;
pub mod calibrate;
pub mod command;
pub mod compare;
mod compiled;
pub mod crossover;
pub mod devices;
pub mod document;
pub mod emit;
pub mod ending;
pub mod estimate;
pub mod experiment;
mod failure;
pub mod gate;
pub mod host;
pub mod interrupt;
mod kept;
pub mod launcher;
pub mod made;
pub mod measure;
mod native;
mod output;
pub mod peers;
pub mod problems;
mod progress;
pub mod readme;
mod reference;
pub mod report;
pub mod request;
pub mod runner;
pub mod runs;
pub mod techniques;
pub mod together;

pub use failure::Failure;
