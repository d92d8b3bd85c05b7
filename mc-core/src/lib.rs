// rustdoc copies no files, so on the crate's page the address is the picture itself: the first is taken.
#![doc = concat!("[picture]: <", include_str!("../docs/points.uri"), ">\n\n")]
#![doc = include_str!("../README.md")]
//!
//! # Features
//!
//! None is on unless you ask for it.
//!
//! - `serde`: problems, plans, blocks and moments can be sent to another process.
//! - `checkpoint`: runs that are kept in a file, `session::checkpoint`.
//! - `conformance`: what every technique must pass, as macros for its tests, `conformance`.
#![forbid(unsafe_code)]
// Nothing here panics: where an index or the like cannot fail, the file says why.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(not(test), warn(clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

pub mod catalogue;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod elementary;
mod error;
mod estimate;
mod expr;
mod function;
mod kernel;
mod moments;
mod nearest;
pub mod net;
mod nodes;
mod plan;
mod points;
mod problem;
mod progress;
mod real;
mod run;
mod sampling;
pub mod session;
mod short;
pub mod stream;
mod student;
mod support;
mod tape;

pub use catalogue::SquaredNorm;
pub use error::{Cause, PrepareError, RunError};
pub use estimate::Estimate;
pub use expr::{Formula, LANGUAGE, ParseError, Span, SupportParseError, parse_constant};
pub use function::Function;
pub use kernel::{Kernel, Precision, Technique};
pub use moments::{Accumulator, Moments, Tree};
pub use nearest::{did_you_mean, nearest};
pub use nodes::Nodes;
pub use plan::{Block, Plan, PlanError, Replicates};
pub use points::{Draw, Points, RandomPoints, SobolPoints};
pub use problem::{BadSample, Density, Integrand, NonFinite, Problem, ProblemError, Scale};
pub use progress::Progress;
pub use real::{Real, exp2_int, exponent, significand};
pub use run::{Collector, Compute, run, run_block, run_nodes};
pub use sampling::Sampling;
pub use session::{
    Batches, Done, Lenient, NonFinitePolicy, Notice, Outcome, Phase, Replicated, ResumeError,
    Session, State, StoppedBy, Target, TargetError, Warning, finite_moments,
};
pub use short::Short;
pub use stream::Stream;
pub use support::{Affine, Interval, MAX_DIMS, Support, SupportError};
pub use tape::{
    Binary, Constant, Evaluator, Fold, FoldBody, Lower, Op, Row, Step, Tape, TapeError, Ternary,
    Traced, Unary, Value,
};
