//! The suite that every technique must pass: the same bits as the rules.
//!
//! A kernel joins with one line in its tests,
//!
//! ```text
//! mc_core::conformance!(serial, mc_serial::Flat);
//! ```
//!
//! and an executor with [`conformance_of_runs!`](crate::conformance_of_runs).
//! The reference is an oracle that shares no code with any technique: it draws
//! with `rand_xoshiro` or from the definition of the net, evaluates the Rust function itself and not its tape,
//! and builds the tree by its definition. Comparison is of bits. The tests of
//! this module run deliberately wrong kernels and show that each is caught.

#![allow(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    clippy::unreachable,
    reason = "tests call this, and a case that is wrong has to stop them"
)]

mod blocks;
mod case;
mod check;
mod functions;
mod integrands;
mod lenient;
mod macros;
mod operations;
mod oracle;
#[cfg(test)]
pub(crate) mod test_kernels;
#[cfg(test)]
mod wrong;

pub use blocks::check_blocks;
pub use case::Case;
pub use check::{Mismatch, assert_none, check, check_non_finite, check_operations, check_runs};
pub use functions::{functions, mixtures};
pub use integrands::{integrands, sobol};
pub use lenient::check_lenient;
pub use operations::operations;
