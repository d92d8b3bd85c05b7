//! The estimate that the bits of the others are compared with.

use std::time::{Duration, Instant};

use mc_core::{Estimate, Plan, Progress};

use crate::cli::request::Request;
use crate::run;
use crate::technique::name::{KernelName, Name};

/// A serial loop that would take longer than this is not run for the sake of its bits alone.
const PATIENCE: Duration = Duration::from_secs(10);

/// A run this long tells how long the whole would take.
const TRIAL: u64 = 100_000;

/// The serial loop's estimate, where it is not among the techniques compared; None
/// if it fails or would take too long.
pub fn serial(request: &Request, plan: &Plan, progress: &Progress) -> Option<Estimate> {
    let mut serial = run::prepare(Name::alone(KernelName::Serial), request).ok()?;
    if plan.samples() > TRIAL {
        let trial = Plan::of(plan.sampling(), TRIAL, plan.seed()).ok()?;
        let clock = Instant::now();
        // A sample of this size may be fine, or not, whatever the whole is.
        let _ = serial.run(&trial, progress);
        let share = plan.samples() as f64 / trial.samples() as f64;
        if clock.elapsed().as_secs_f64() * share > PATIENCE.as_secs_f64() {
            return None;
        }
    }
    serial.run(plan, progress).ok()
}
