//! A technique at one number of samples, to be timed beside others.

use mc_core::{Estimate, Plan, Problem, Progress};

use super::runner::Runner;
use crate::measure::Way;

/// Whole runs of `runner`, which is ready for `problem`.
pub fn timed<'w>(
    runner: &'w mut dyn Runner,
    problem: &'w Problem,
    plan: &'w Plan,
    progress: &'w Progress,
) -> Way<'w, Estimate> {
    Way::new("", move || runner.run(problem, plan, progress).map_err(|error| error.to_string()))
}
