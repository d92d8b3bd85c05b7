//! The accuracy instrument: every elementary function of [`mc_core::Real`]
//! against a multiple-precision reference, over seeded arguments.
//!
//! The `accuracy` example prints its table; `tests/accuracy.rs` runs the same
//! with fewer arguments.

pub mod arguments;
pub mod function;
pub mod functions;
pub mod measure;
pub mod reference;
pub mod search;
