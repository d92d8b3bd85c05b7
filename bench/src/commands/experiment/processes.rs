//! The lecture's mistakes with processes, as steps: each is mended in turn, and all
//! give the same bits.

use std::error::Error;
use std::time::Duration;

use mc_core::{Estimate, Moments, Plan, Progress};

use super::Outcome;
use super::points::{born_for_it, estimate, points};
use super::way::same_bits;
use crate::cli::common::Flags;
use crate::cli::request::Request;
use crate::measure::{Way, medians};
use crate::numbers::grouped;
use crate::results::Experiment;
use crate::run::{self, Runner};
use crate::technique::name::{ExecutorName, KernelName, Name};

/// For each number of samples.
const BUDGET: Duration = Duration::from_secs(5);

/// Runs the experiment.
pub fn run(flags: &Flags) -> Outcome {
    let request = Request::compare(flags)?;
    let workers = grouped(request.workers.get() as u64);
    let mut found = Experiment::new(
        "processes",
        format!("Processes, from the lecture's class to a warm pool; {workers} workers"),
        &[
            ("step", "step"),
            ("samples", "M"),
            ("seconds", "an estimate"),
            ("times_one_thread", "× same kernel, one thread"),
            ("times_first_step", "× first step"),
        ],
    );
    let fast = KernelName::fastest();
    let slow = KernelName::SerialInterpreted;
    let prepare =
        |name: Name| run::prepare(name, &request).map_err(|reason| format!("{name}: {reason}"));
    let mut alone_slow = prepare(Name::alone(slow))?;
    let mut alone_fast = prepare(Name::alone(fast))?;
    let mut warm_slow = prepare(Name::under(ExecutorName::Processes, slow))?;
    let mut warm_fast = prepare(Name::under(ExecutorName::Processes, fast))?;

    for plan in &request.plans {
        let mut ways = [
            Way::new("born twice, points sent, slow kernel", || mean_then_variance(&request, plan)),
            Way::new("… born once for both sums", || both_at_once(&request, plan)),
            Way::new("… points drawn by the workers", || pool_for_it(&request, plan, slow)),
            Way::new("… a pool that is there", || go(&mut *warm_slow, plan)),
            Way::new(format!("… the kernel {fast}"), || go(&mut *warm_fast, plan)),
            Way::new("one thread, slow kernel", || go(&mut *alone_slow, plan)),
            Way::new(format!("one thread, {fast}"), || go(&mut *alone_fast, plan)),
        ];
        let budget = BUDGET / request.plans.len().max(1) as u32;
        let medians = medians(&mut ways, budget)?;
        same_bits(&ways)?;
        for (k, (way, own)) in ways.iter_mut().zip(&medians).enumerate() {
            // Against the same kernel in one thread.
            let one = if k == 4 || k == 6 { medians[6] } else { medians[5] };
            found.rows.push(vec![
                std::mem::take(&mut way.name).into(),
                plan.samples().into(),
                (*own).into(),
                (one / own).into(),
                (medians[0] / own).into(),
            ]);
        }
    }
    found.notes = [
        "Each step keeps what the steps above it mended. an estimate: median of interleaved runs; \
         what is prepared beforehand is not included.",
        "Same bits: all steps agree in every bit at the same M.",
    ]
    .map(str::to_owned)
    .to_vec();
    Ok(found)
}

/// The lecture's class: processes for the mean, and again for the variance.
fn mean_then_variance(request: &Request, plan: &Plan) -> Result<Estimate, Box<dyn Error>> {
    let problem = &request.problem;
    let points = points(problem, plan);
    let means = born_for_it(problem, plan, &points, request.workers.get())?;
    let squares = born_for_it(problem, plan, &points, request.workers.get())?;
    let both = means.iter().zip(squares).map(|(first, second)| Moments { m2: second.m2, ..*first });
    Ok(estimate(problem, both))
}

/// One pass has the sums for both.
fn both_at_once(request: &Request, plan: &Plan) -> Result<Estimate, Box<dyn Error>> {
    let problem = &request.problem;
    let points = points(problem, plan);
    Ok(estimate(problem, born_for_it(problem, plan, &points, request.workers.get())?))
}

/// The workers are told which batches, not which points; but they are still born for one estimate.
fn pool_for_it(request: &Request, plan: &Plan, kernel: KernelName) -> Result<Estimate, String> {
    go(&mut *run::prepare(Name::under(ExecutorName::Processes, kernel), request)?, plan)
}

fn go(runner: &mut dyn Runner, plan: &Plan) -> Result<Estimate, String> {
    runner.run(plan, &Progress::new())
}
