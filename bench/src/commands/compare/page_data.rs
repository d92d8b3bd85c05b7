//! What the page needs beyond the comparison: what is asked for it, and measured for it.

use std::time::{Duration, Instant};

use mc_core::{Estimate, Plan, Progress, Sampling};

use crate::cli::request::Request;
use crate::commands::crowd::Crowd;
use crate::commands::experiment::{elementwise, sum};
use crate::measure::{Seconds, interleaved};
use crate::numbers::grouped;
use crate::results::{Convergence, Experiment, Measured, Point, Scaled, Scaling};
use crate::run;
use crate::technique::by_hand::ByHand;
use crate::technique::name::{ExecutorName, KernelName, Name};

/// How long the runs with more and more workers may take, as a share of the budget.
const SCALING: f64 = 0.25;

/// A single run that is as long as this does not suffer from being started.
const LONG_ENOUGH: Duration = Duration::from_millis(60);

/// No estimate is made from more samples once one took this long.
const CONVERGED: Duration = Duration::from_millis(700);

/// The fewest samples of a time that is drawn.
const FEWEST: u64 = 100;
/// How many numbers of samples make a line.
const ENOUGH: usize = 3;

/// Adds what the page needs to the comparison itself: `by-hand`, alone and on all
/// workers, where it fits the problem; and where fewer than three numbers of samples
/// were asked for, tenths of the smallest.
pub fn widen(request: &mut Request) {
    if request.techniques.is_empty() {
        request.techniques = Name::defaults(&request.problem);
    }
    if ByHand::is_for(&request.problem) {
        let by_hand =
            [Name::alone(KernelName::ByHand), Name::under(ExecutorName::Rayon, KernelName::ByHand)];
        for name in by_hand {
            if !request.techniques.contains(&name) {
                request.techniques.push(name);
            }
        }
    }
    request.plans.sort_by_key(Plan::samples);
    while request.plans.len() < ENOUGH {
        let least = request.plans[0];
        let Ok(tenth) = request.plan(least.samples() / 10) else { break };
        if tenth.samples() < FEWEST {
            break;
        }
        request.plans.insert(0, tenth);
    }
}

/// Measures it all. The budget is that of the comparison, and this comes on top of it.
pub fn all(request: &Request, budget: Duration, progress: &Progress) -> Measured {
    let kernel = KernelName::fastest();
    let (experiments, reasons) = experiments(request.devices.device.as_deref());
    Measured {
        scaling: scaling(request, kernel, budget.mul_f64(SCALING), progress),
        convergence: convergence(request, kernel, Sampling::Random, progress),
        convergence_sobol: convergence(request, kernel, Sampling::Sobol, progress),
        experiments,
        reasons,
    }
}

/// 1, 2, 4, … up to the workers of the request, and twice as many: there is no more
/// to be had then, and it shows.
fn crowds(most: usize) -> Vec<usize> {
    let mut crowds: Vec<_> =
        std::iter::successors(Some(1), |n| Some(2 * n)).take_while(|n| *n < most).collect();
    crowds.extend([most, 2 * most]);
    crowds
}

fn scaling(
    request: &Request,
    kernel: KernelName,
    budget: Duration,
    progress: &Progress,
) -> Scaling {
    let alone = Name::alone(kernel);
    let mut found = Scaling { against: alone.to_string(), ..Scaling::default() };
    let plan = match long_enough(request, alone, progress) {
        Ok(plan) => plan,
        Err(reason) => {
            found.reasons.push(format!("{alone}: {reason}"));
            return found;
        }
    };
    found.samples = plan.samples();
    let executors = [ExecutorName::Rayon, ExecutorName::Crossbeam, ExecutorName::Processes];
    let shared = executors.into_iter().flat_map(|executor| {
        let name = Name::under(executor, kernel);
        crowds(request.workers.get()).into_iter().map(move |workers| Crowd { name, workers })
    });
    let (mut crowds, mut ways) = (Vec::new(), Vec::new());
    for crowd in std::iter::once(Crowd { name: alone, workers: 1 }).chain(shared) {
        match crowd.prepare(request, plan, progress) {
            Ok(way) => {
                crowds.push(crowd);
                ways.push(way);
            }
            Err(reason) => found.reasons.push(format!("{}: {reason}", crowd.name)),
        }
    }
    let outcomes = interleaved(&mut ways, budget, |_| {});
    for (Crowd { name, workers }, outcome) in crowds.into_iter().zip(outcomes) {
        match outcome.map(|times| Seconds::median_of(times.runs)) {
            Ok(seconds) if name == alone => found.seconds = Some(seconds),
            Ok(seconds) => found.rows.push(Scaled {
                technique: name.to_string(),
                workers,
                seconds,
                speedup: found.seconds.map_or(f64::NAN, |unit| unit / seconds),
            }),
            Err(reason) => found.reasons.push(format!("{name}: {reason}")),
        }
    }
    found.rows.retain(|row| row.speedup.is_finite());
    found
}

/// The number of samples, a power of two times a million, at which one thread has enough to do.
fn long_enough(request: &Request, name: Name, progress: &Progress) -> Result<Plan, String> {
    let mut runner = run::prepare(name, request)?;
    let mut samples = 1_000_000;
    loop {
        let plan = request.plan(samples).map_err(|error| error.to_string())?;
        let clock = Instant::now();
        runner.run(&plan, progress)?;
        if clock.elapsed() > LONG_ENOUGH || samples > 1 << 36 {
            return Ok(plan);
        }
        samples *= 2;
    }
}

/// One estimate at 100, 316, 1,000, 3,162, … points of this kind, until it takes too long.
fn convergence(
    request: &Request,
    kernel: KernelName,
    sampling: Sampling,
    progress: &Progress,
) -> Convergence {
    /// Beyond these the error is that of the picture.
    const MOST: f64 = 8.0;
    let name = Name::under(ExecutorName::Rayon, kernel);
    let request = &Request { sampling, ..request.clone() };
    let mut points = Vec::new();
    let mut converge = || {
        let mut runner = run::prepare(name, request).map_err(|why| format!("{name}: {why}"))?;
        for step in 0.. {
            let power = 2.0 + 0.5 * f64::from(step);
            let samples = 10f64.powf(power).round() as u64;
            let Ok(plan) = request.plan(samples) else { break };
            let clock = Instant::now();
            let estimate = runner
                .run(&plan, progress)
                .map_err(|error| format!("{name} at M = {}: {error}", grouped(samples)))?;
            let Estimate { value, std_error, samples, .. } = estimate;
            points.push(Point { samples, estimate: value, std_error });
            if clock.elapsed() > CONVERGED || power >= MOST {
                break;
            }
        }
        Ok(())
    };
    let reason = converge().err();
    Convergence { technique: name.to_string(), points, reason }
}

/// The experiments that the page has room for, as far as they can be made; and why others cannot.
fn experiments(device: Option<&str>) -> (Vec<Experiment>, Vec<String>) {
    let made = [("sum", sum::run()), ("elementwise", elementwise::run(&[], device))];
    let (mut found, mut reasons) = (Vec::new(), Vec::new());
    for (name, outcome) in made {
        match outcome {
            Ok(experiment) => found.push(experiment),
            Err(reason) => reasons.push(format!("{name}: {reason}")),
        }
    }
    (found, reasons)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crowds_double_up_to_twice_the_workers() {
        assert_eq!(crowds(1), [1, 2]);
        assert_eq!(crowds(2), [1, 2, 4]);
        assert_eq!(crowds(6), [1, 2, 4, 6, 12]);
    }
}
