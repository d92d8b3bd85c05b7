//! `--technique auto`: which technique, with how many workers, gives the estimate first.
//!
//! What a person waits for is the whole estimate, preparing included:
//!
//! > T = start + M · c / workers
//!
//! A slow start can pay: LLVM takes some 10 ms to compile the loop, which then draws
//! a sample in a tenth of the time. So for each candidate the *model* ([`Machine`]) predicts
//! both terms, and the smallest sum wins. The parts, one file each:
//!
//! - `work`: what the tape asks for, in coordinates drawn and operations done;
//! - `model`: what these cost with each kernel, what starting costs, and the choice;
//! - `probe`: a short measurement that tells this machine and this integrand
//!   from those that the model's figures come from;
//! - `device`: whether a GPU does it sooner, which no model knows: it is tried;
//! - `explain`: the reasons, in words and as JSON.
//!
//! # What is measured, and when
//!
//! A choice must cost little beside the run. By the model's own figures a run
//! of some tenths of a millisecond is not worth a measurement. For a longer one, a
//! kernel that needs no compiler computes the first batches of the sample, for at
//! most 3 % of the time predicted and at most a millisecond: native code, or arrays, or for a
//! short run the walk over the text, which is warm soonest. Its speed replaces the predicted
//! one; the ratio of the two is the machine's *pace*, by which all other predictions, of
//! compiling too, are multiplied. If the loop and the arrays are then close, and it matters
//! which, the other one is measured likewise.
//!
//! It also asks the system how many threads are running: where no processor is idle, and still
//! not after that measurement, a new thread waits for its turn, some milliseconds, and short runs
//! are quicker alone.
//!
//! With `--rel-error` or `--abs-error` the number of samples is not known. The moments
//! of these first batches tell: (std_error / target)² times as many as they are,
//! rounded up to the doubling at which a target is judged. A time limit bounds it as well: no
//! more samples are needed than the candidate that draws the most in that time.
//!
//! None of this can change a bit of the estimate, because all candidates give the same.
//!
//! # Who is no candidate
//!
//! `crossbeam-…`, `processes-…` and `mpi-…` do what `rayon-…` does and start more slowly
//! (processes and ranks are for what threads cannot do: other machines, and work that may
//! die); `jit-calls` and `jit-scalar` are steps on the way to faster
//! kernels; `ndarray-whole` needs memory that grows with M; `opencl` on a CPU compiles longer than
//! `jit` and then computes on the same cores. `bound` is hand-written for one problem,
//! to measure against.
//!
//! `cargo bench -p bench -- auto` compares the choice with every technique, over a grid of problems
//! and M.

mod device;
mod explain;
mod model;
mod probe;
mod runner;
mod work;

use std::time::{Duration, Instant};

use mc_core::{Plan, Session, Target};

pub use explain::{Choice, Explanation, Tried};
pub use model::{Candidate, Machine, Prediction};
pub use probe::Probe;
pub use runner::Auto;
pub use work::Work;

use self::model::simplest;
use crate::request::Request;
use crate::runner::{self as runners, Runner};
use crate::techniques::{KernelName, Name};

/// What ends a run.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// The samples, or the most of them.
    pub plan: Plan,
    /// The error to stop at, if any.
    pub target: Target,
    /// The time to stop after, if any.
    pub time_limit: Option<Duration>,
}

impl Goal {
    /// All samples of `plan`.
    pub fn all(plan: &Plan) -> Self {
        Self { plan: *plan, target: Target::default(), time_limit: None }
    }
}

/// Runs predicted to be shorter are not measured first: native code is warm at once, the
/// walk over a text nearly, arrays are not.
const SHORT_NATIVE: f64 = 0.5e-3;
const SHORT_TEXT: f64 = 0.25e-3;
const SHORT_ARRAYS: f64 = 3e-3;

/// What a measurement may take of the predicted time, and at most.
const SHARE: f64 = 0.03;
const LONGEST: f64 = 1e-3;

/// A kernel that was not measured may still be quicker than the best, if it is predicted to take
/// no more than so many times as long.
const CLOSE: f64 = 1.6;

/// Chooses for `goal`, and prepares what is chosen.
///
/// If that cannot be prepared, the next best is: the choice says so.
///
/// # Errors
///
/// If nothing can be prepared.
pub fn prepare(request: &Request, goal: &Goal) -> Result<(Choice, Box<dyn Runner>), String> {
    let clock = Instant::now();
    let work = Work::of(&request.problem, request.native.is_some());
    let machine = Machine::here(request.workers.get());
    if let Some(why) = request.devices.asks_for_one() {
        let name = Name::alone(KernelName::OpenCl);
        let runner = runners::prepare(name, request)?;
        let choice = Choice::by(machine, work, goal.plan.samples() as f64);
        return Ok((Choice { name, asked_for: Some(why), ..choice }, runner));
    }
    let mut choice = informed(request, goal, machine, work);
    choice.choosing_seconds = clock.elapsed().as_secs_f64();
    if choice.machine.is_tiny(&choice.work, choice.samples)
        && let Ok(runner) = runners::prepare(choice.name, request)
    {
        return Ok((choice, runner));
    }
    let best = choice.machine.best(&choice.work, choice.samples);
    let (tried, runner) = device::try_it(request, goal, best.seconds(), choice.samples);
    choice.device = tried;
    if let Some(runner) = runner {
        choice.name = Name::alone(KernelName::OpenCl);
        return Ok((choice, runner));
    }
    match at_hand(request, best.candidate) {
        Ok(runner) => return Ok((choice.of(best.candidate), runner)),
        Err(failed) => choice.failed.push(failed),
    }
    for Prediction { candidate, .. } in choice.predictions().into_iter().skip(1) {
        match at_hand(request, candidate) {
            Ok(runner) => return Ok((choice.of(candidate), runner)),
            Err(failed) => choice.failed.push(failed),
        }
    }
    let reasons = choice.failed.iter().map(|(name, why)| format!("{name}: {why}"));
    Err(reasons.collect::<Vec<_>>().join("; "))
}

/// All that the choice is made by: the figures, and a measurement if that is worth it.
fn informed(request: &Request, goal: &Goal, machine: Machine, work: Work) -> Choice {
    let (samples, limit) = (goal.plan.samples() as f64, goal.time_limit);
    if machine.is_tiny(&work, samples) {
        return Choice::by(machine, work, samples);
    }
    // A target is met by no fewer.
    let least = match goal.target.is_some() {
        true => samples.min(Session::LEAST_SAMPLES as f64),
        false => samples,
    };
    let best = |machine: &Machine| machine.best(&work, machine.within(&work, least, limit));
    let prior = best(&machine);
    // Only who would share the work has to know who else is at work.
    let (mut machine, prior) = match prior.candidate.workers.get() {
        1 => (machine, prior.seconds()),
        _ => {
            let machine = machine.seen();
            let prior = best(&machine).seconds();
            (machine, prior)
        }
    };
    let mut probes = Vec::new();
    if let Some(kernel) = first_to_measure(&machine, &work, least, prior, goal) {
        probes.extend(probe::measure(request, goal, kernel, (SHARE * prior).min(LONGEST)));
    }
    let mut needed = samples;
    if let [probe] = probes[..] {
        machine = machine.at_pace(&work, probe.kernel, probe.seconds_per_sample);
        // What was running for a moment does not count.
        machine = if machine.busy { machine.seen() } else { machine };
        needed = probe.needed.map_or(samples, |needed| needed.min(samples));
        let likely = machine.within(&work, needed, limit);
        let best = machine.best(&work, likely).seconds();
        let second = match probe.kernel {
            KernelName::Ndarray => simplest(&work),
            _ => KernelName::Ndarray,
        };
        if best > SHORT_ARRAYS && machine.best_of(&work, second, likely) < CLOSE * best {
            let other = probe::measure(request, goal, second, (SHARE * best).min(LONGEST));
            if let Some(probe) = &other {
                machine = machine.at_pace(&work, probe.kernel, probe.seconds_per_sample);
            }
            probes.extend(other);
        }
    }
    let samples = machine.within(&work, needed, limit);
    Choice { probes, ..Choice::by(machine, work, samples) }
}

/// What a measurement begins with, if a run of so many samples, that is predicted to take
/// so many seconds, is worth one.
fn first_to_measure(
    machine: &Machine,
    work: &Work,
    samples: f64,
    seconds: f64,
    goal: &Goal,
) -> Option<KernelName> {
    let for_a_target = goal.target.is_some();
    if work.native {
        return (for_a_target || seconds > SHORT_NATIVE).then_some(KernelName::Serial);
    }
    if for_a_target || seconds > SHORT_ARRAYS {
        return Some(KernelName::Ndarray);
    }
    let text = KernelName::SerialInterpreted;
    let close = || machine.best_of(work, text, samples) < CLOSE * seconds;
    (seconds > SHORT_TEXT && close()).then_some(text)
}

/// A candidate, prepared; or its name, and why it cannot be.
fn at_hand(request: &Request, candidate: Candidate) -> Result<Box<dyn Runner>, (String, String)> {
    let name = candidate.name();
    let prepared = match name.executor.is_none() || candidate.workers == request.workers {
        true => runners::prepare(name, request),
        false => runners::prepare(name, &request.with_workers(candidate.workers)),
    };
    prepared.map_err(|reason| (name.to_string(), reason))
}
