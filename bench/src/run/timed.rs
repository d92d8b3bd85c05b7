//! A technique at one number of samples, to be timed beside others.

use mc_core::{Estimate, Plan, Progress};

use super::runner::Runner;
use crate::measure::Way;

/// Whole runs of `runner`.
pub fn timed<'w>(
    runner: &'w mut dyn Runner,
    plan: &'w Plan,
    progress: &'w Progress,
) -> Way<'w, Estimate> {
    Way::new("", move || runner.run(plan, progress).map_err(|error| error.to_string()))
}
