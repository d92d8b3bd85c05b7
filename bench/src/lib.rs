#![doc = include_str!("../../README.md")]
//!
//! # This package
//!
//! The instrument: its program is what `cargo xtask compare` and `cargo xtask estimate` run. The
//! parts are a library, so that the criterion benches use the same ones.
//!
//! The floors, from the top down. A file uses floors below its own and none above:
//! `tests/floors.rs`.
// Words and results go through `process::say` and `process::print`, which do not panic; and what may
// panic has its reason beside it.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

pub mod commands;

pub mod output;

pub mod auto;

pub mod run;

pub mod cli;

pub mod peers;

pub mod technique;

pub mod results;

pub mod measure;

pub mod numbers;

pub mod process;

pub use process::Failure;
