//! A run in steps: it can stop when the estimate is good enough, be kept in a file
//! and taken up again, and says what is doubtful about its result.
//!
//! [`run`](crate::run) and the executors compute all of a plan in one go. A
//! [`Session`] asks for it in *segments*: nodes of the merge tree, one after another.
//! Between two segments it looks at the error and at the clock, and lets the caller
//! keep its [`State`]. Since a segment is a node, its moments are the same whoever
//! computes them, and neither the size of the segments nor a break between two of
//! them can change a bit of the result.
//!
//! Sobol' points come in replicates, which all grow together: a stage of the run doubles the points of
//! each. An estimate is made of whole stages, so its bits are those of a run of that length.
//!
//! ```
//! use mc_core::{Phase, Plan, Problem, Session, SquaredNorm, StoppedBy, Support, Target};
//! # use mc_core::*;
//! # struct Plain(Problem);
//! # impl Kernel for Plain {
//! #     fn problem(&self) -> &Problem { &self.0 }
//! #     fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
//! #         let mut h = Evaluator::new(self.0.h());
//! #         let mut x = vec![0.0; self.0.dims()];
//! #         Ok(Tree::of(block.batches().map(|batch| {
//! #             let mut stream = Stream::new(plan.seed(), batch);
//! #             let mut next = || { stream.draw(self.0.affine(), &mut x); h.eval(&x) };
//! #             let mut moments = Accumulator::start(next());
//! #             (1..plan.batch_len(batch)).for_each(|_| moments.push(next()));
//! #             moments.moments()
//! #         })))
//! #     }
//! #     fn block_level(&self, plan: &Plan, workers: usize) -> u32 { plan.block_level(2, workers) }
//! # }
//!
//! let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2)?)?;
//! # let kernel = Plain(problem.clone());
//! // As many samples as it takes, up to the most that a plan is made for.
//! let plan = Plan::new(Session::MOST_SAMPLES, 1)?;
//! let progress = mc_core::Progress::new();
//! let outcome = Session::new(&plan).stop_at(Target::relative(1e-3)?).run(
//!     &kernel as &dyn Kernel,
//!     |_state, _phase: Phase| (), // nothing is kept
//!     &progress,
//! )?;
//! assert_eq!(outcome.stopped_by, StoppedBy::RelError);
//! assert!(outcome.estimate.relative_error() <= 1e-3);
//! assert!(outcome.samples.is_power_of_two());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod batches;
#[cfg(test)]
mod calibration;
#[cfg(feature = "checkpoint")]
pub mod checkpoint;
mod density;
mod driver;
mod finite;
mod lenient;
mod notice;
mod pace;
mod replicated;
#[cfg(test)]
mod right_numbers;
#[cfg(test)]
mod stages;
mod state;
mod target;
#[cfg(test)]
mod tests;
mod warning;

pub use batches::Batches;
pub use driver::{Outcome, Phase, Session};
pub use finite::finite_moments;
pub use lenient::Lenient;
pub use notice::Notice;
pub use replicated::Replicated;
pub use state::{Done, ResumeError, State};
pub use target::{NonFinitePolicy, StoppedBy, Target, TargetError};
pub use warning::Warning;
