//! A short measurement, on the first batches of the sample.

use std::time::Instant;

use mc_core::{Block, Estimate, Moments, Plan, Progress, Sampling, Session};

use super::goal::Goal;
use crate::cli::request::Request;
use crate::run::{self, Runner};
use crate::technique::name::{KernelName, Name};

/// Fewer samples say too little of the variance.
const PILOT: u64 = 4096;

/// In shorter arrays, looking up a step takes as long as doing it.
const LONG_ARRAY: u64 = 2048;

/// The first blocks touch code and memory for the first time.
const COLD: usize = 3;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Probe {
    /// What computed it, in one thread.
    pub kernel: KernelName,
    /// The samples that were drawn.
    pub samples: u64,
    /// Seconds it took in all.
    pub seconds: f64,
    /// Seconds a sample takes.
    pub seconds_per_sample: f64,
    /// How many samples the target will most likely take, if there is one.
    pub needed: Option<f64>,
}

/// Computes the first batch, the next one, the next two, the next four, …, until half of `budget`
/// seconds is over, and then a block more as long as the last. Never the same one twice: the
/// processor would know its branches. None if that cannot be done: then the run will say why.
pub fn measure(request: &Request, goal: &Goal, kernel: KernelName, budget: f64) -> Option<Probe> {
    let mut runner = run::prepare(Name::alone(kernel), request).ok()?;
    let (plan, progress) = (&goal.plan, Progress::new());
    // A net is made once, for whatever technique will need it.
    plan.net(request.problem.dims()).ok()?;
    let least = match (goal.target.is_some(), kernel) {
        (true, _) => PILOT,
        (false, KernelName::Ndarray) => LONG_ARRAY,
        (false, _) => 0,
    };
    let start = Instant::now();
    let mut paces: Vec<f64> = Vec::new();
    let mut timed = |block: Block, paces: &mut Vec<f64>| {
        let clock = Instant::now();
        let moments = runner.run_block(plan, block, &progress).ok()?;
        paces.push(clock.elapsed().as_secs_f64() / block.samples(plan) as f64);
        Some(moments)
    };
    let mut moments = timed(plan.block(0, 0), &mut paces)?;
    for level in 0..plan.whole().level() {
        let block = plan.block(level, 1);
        moments = moments.merge(timed(block, &mut paces)?);
        let seconds = start.elapsed().as_secs_f64();
        if block.samples(plan) < least || paces.len() <= COLD || seconds < budget / 2.0 {
            continue;
        }
        // Arrays that had to grow were cold.
        if plan.block_count(level) > 2 {
            timed(plan.block(level, 2), &mut paces)?;
        }
        let (samples, seconds) = (moments.count, start.elapsed().as_secs_f64());
        // Blocks this short may be disturbed.
        let last = &paces[paces.len().saturating_sub(3)..];
        let seconds_per_sample = last.iter().copied().fold(f64::INFINITY, f64::min);
        let needed = needed(goal, &moments, &mut *runner);
        return Some(Probe { kernel, samples, seconds, seconds_per_sample, needed });
    }
    None
}

/// How many samples the target will most likely take, by the moments of the first ones; by the spread of short
/// replicates where they tell the error, since all these samples are of one.
fn needed(goal: &Goal, moments: &Moments, runner: &mut dyn Runner) -> Option<f64> {
    if !goal.target.is_some() {
        return None;
    }
    let pilot = match goal.plan.sampling() {
        Sampling::Random => {
            Estimate::checked(moments, runner.problem().scale(), moments.count).ok()?
        }
        Sampling::Sobol => {
            let plan = Plan::sobol(PILOT, goal.plan.seed()).ok()?;
            runner.run(&plan, &Progress::new()).ok()?
        }
    };
    let factor = (pilot.std_error > 0.0).then(|| goal.target.factor(&pilot)).flatten()?;
    let samples = (pilot.samples as f64 * factor).max(Session::LEAST_SAMPLES as f64);
    // It is judged at doublings.
    Some(samples.log2().ceil().exp2())
}
