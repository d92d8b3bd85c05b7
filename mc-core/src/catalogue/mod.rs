//! Named problems whose answer is known.
//!
//! An [`Entry`] is a problem with its closed form: what the integral is, how
//! far h = f·g spreads, and where that is from. [`find`] gives the one behind a
//! name. Each integrand exists twice, as text and as a Rust function that traces
//! to the same tape, so every technique can be tried on it, native code and the
//! interpreter included.
//!
//! ```
//! use mc_core::catalogue;
//!
//! let call = catalogue::find("european-call", None)?;
//! assert!((call.truth - 10.450_583_572_185_565).abs() < 1e-12);
//! assert_eq!(call.problem.dims(), 1);
//! # Ok::<(), catalogue::CatalogueError>(())
//! ```
//!
//! The six families of Genz take difficulty vectors:
//!
//! ```
//! use mc_core::catalogue::{Genz, Known, ProductPeak};
//!
//! // Narrow and off the centre in x₀, flat in x₁.
//! let peak = Genz::<ProductPeak>::new(vec![20.0, 0.5], vec![0.3, 0.9])?;
//! let entry = peak.entry()?;
//! assert_eq!(entry.problem.dims(), 2);
//! # Ok::<(), mc_core::catalogue::CatalogueError>(())
//! ```
//!
//! Closed forms are computed with the standard library's functions, so that
//! they share no mistake with the functions an integrand uses; only erf and Φ,
//! which it lacks, are ours.

mod ball_volume;
mod closed_form;
mod code;
mod entry;
mod error;
mod european_call;
mod find;
mod gaussian_peak;
mod genz;
mod ishigami;
mod lecture;
mod list;
mod numbers;
mod squared_norm;

pub use ball_volume::BallVolume;
pub use closed_form::ClosedForm;
pub use code::Visitor;
pub use entry::{Entry, Known};
pub use error::CatalogueError;
pub use european_call::{EuropeanCall, Market};
pub use find::{ABOUT, NAMES, find};
pub use gaussian_peak::GaussianPeak;
pub use genz::{
    Continuous, CornerPeak, Discontinuous, Family, Gaussian, Genz, Oscillatory, ProductPeak,
};
pub use ishigami::Ishigami;
pub use lecture::Lecture;
pub use squared_norm::SquaredNorm;

#[cfg(test)]
mod tests;
