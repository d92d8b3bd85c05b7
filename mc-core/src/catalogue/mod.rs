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
mod entry;
mod error;
mod european_call;
mod gaussian_peak;
mod genz;
mod ishigami;
mod lecture;
mod squared_norm;

pub use ball_volume::BallVolume;
pub use entry::{Entry, Known, Visitor};
pub use error::CatalogueError;
pub use european_call::{EuropeanCall, Market};
pub use gaussian_peak::GaussianPeak;
pub use genz::{
    Continuous, CornerPeak, Discontinuous, Family, Gaussian, Genz, Oscillatory, ProductPeak,
};
pub use ishigami::Ishigami;
pub use lecture::Lecture;
pub use squared_norm::SquaredNorm;

/// The problems by name, and their code by variant: one list for both.
macro_rules! catalogue {
    ($($variant:ident($known:ty),)+) => {
        /// The names that [`find`] knows.
        pub const NAMES: &[&str] = &[$(<$known as Known>::NAME),+];

        /// For each name, in the order of [`NAMES`], what the problem is.
        pub const ABOUT: &[&str] = &[$(<$known as Known>::ABOUT),+];

        /// The problem behind a name, with as many coordinates as are asked for
        /// or, without a number, as many as is usual for it.
        ///
        /// # Errors
        ///
        /// If there is no such name, or the problem does not exist in `dims`
        /// coordinates.
        pub fn find(name: &str, dims: Option<usize>) -> Result<Entry, CatalogueError> {
            $(if name == <$known as Known>::NAME {
                return <$known as Known>::of_dims(dims.unwrap_or(<$known as Known>::DIMS))?.entry();
            })+
            Err(CatalogueError::Unknown { name: name.to_owned() })
        }

        mod code {
            use super::*;

            /// An integrand of the catalogue as a Rust function.
            #[derive(Clone, Debug)]
            pub enum Code {
                $($variant($known),)+
            }

            impl Code {
                pub(super) fn visit<V: Visitor>(&self, visitor: V) -> V::Output {
                    match self {
                        $(Self::$variant(known) => visitor.visit(known.clone()),)+
                    }
                }
            }

            /// What is in the list above, and nothing else.
            pub trait Listed: Sized {
                fn code(self) -> Code;
            }

            $(impl Listed for $known {
                fn code(self) -> Code {
                    Code::$variant(self)
                }
            })+
        }
    };
}

catalogue! {
    Lecture(Lecture),
    Oscillatory(Genz<Oscillatory>),
    ProductPeak(Genz<ProductPeak>),
    CornerPeak(Genz<CornerPeak>),
    Gaussian(Genz<Gaussian>),
    Continuous(Genz<Continuous>),
    Discontinuous(Genz<Discontinuous>),
    GaussianPeak(GaussianPeak),
    EuropeanCall(EuropeanCall),
    BallVolume(BallVolume),
    Ishigami(Ishigami),
}

use code::Code;

/// A number in the language, short and with all its bits.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 | 1e-4..1e16 => value.to_string(),
        _ => format!("{value:e}"),
    }
}

/// (1 − e^(−t))/t, the mean of e^(−t·u) for u uniform on [0, 1]; 1 at 0.
fn mean_of_decay(t: f64) -> f64 {
    if t == 0.0 { 1.0 } else { -(-t).exp_m1() / t }
}

/// E h² − (E h)², which rounding must not make negative.
fn variance_of(second_moment: f64, mean: f64) -> f64 {
    (second_moment - mean * mean).max(0.0)
}

#[cfg(test)]
mod tests;
