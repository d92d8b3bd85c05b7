//! Elementary functions, written once over [`Real`](crate::Real).
//!
//! Each is a fixed sequence of the tape's operations, without branches or
//! tables, so the same source runs natively and is traced into every
//! technique: the same bits everywhere, whatever the platform's own library
//! would give. (f64's own `ln` is the same sequence behind one branch: see
//! `logarithm::native_ln`.) What straight code cannot do are angles beyond 2⁴¹ and
//! remainders of quotients beyond 2¹⁰⁰: there four operations, such as
//! [`Real::large_sin`](crate::Real::large_sin), step in with arithmetic on integers.
//!
//! Special values are those of C99, Annex F. Accuracy is measured against a
//! multiple-precision reference, for every finite argument where a function has a value, large
//! and subnormal ones too. The bounds stated are the worst errors that a search found, rounded up, with
//! some hundredths to spare: hill climbing from the worst of many arguments, all binades, published hard
//! cases, zeros and thresholds among them.
//!
//! ```sh
//! cargo run --release -p mc-core --example accuracy
//! ```
//!
//! prints the table, and `tests/accuracy.rs` asserts the bounds on fewer.

mod double;
mod error_function;
mod exponential;
mod gamma;
mod hyperbolic;
mod inverse_trigonometric;
mod large_angle;
mod logarithm;
mod normal;
mod polynomial;
mod power;
mod roots;
mod rounding;
mod trigonometric;

pub use error_function::{erf, erfc};
pub use exponential::{exp, exp2, expm1};
pub use gamma::{gamma, ln_gamma};
pub use hyperbolic::{acosh, asinh, atanh, cosh, sinh, tanh};
pub use inverse_trigonometric::{acos, asin, atan, atan2};
pub use large_angle::TWO_OVER_PI;
pub(crate) use logarithm::native_ln;
pub use logarithm::{ln, log1p, log2, log10};
pub use normal::{norm_cdf, norm_pdf, norm_quantile};
pub use power::pow;
pub(crate) use roots::{NORM_POWERS, NORM_RANGE, norm};
pub use roots::{cbrt, hypot};
pub(crate) use rounding::native_remainder;
pub use rounding::{ceil, fmax as maximum, fmin as minimum, rem as modulo, round, sign, trunc};
pub use trigonometric::{LARGEST_REDUCED_BY_FMA, cos, sin, sin_or_cos_near_0, tan, tan_near_0};
pub(crate) use trigonometric::{native_large_cos, native_large_sin, native_large_tan};
