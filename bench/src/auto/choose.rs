//! The choice.

use std::time::Instant;

use mc_core::Session;

use super::explain::Choice;
use super::goal::Goal;
use super::model::{Candidate, Machine, simplest};
use super::work::Work;
use super::{device, probe};
use crate::cli::request::Request;
use crate::run::{self, Runner};
use crate::technique::name::{KernelName, Name};

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
pub fn choose(request: &Request, goal: &Goal) -> Result<(Choice, Box<dyn Runner>), String> {
    let clock = Instant::now();
    let work = Work::of(&request.problem, request.sampling, request.native.is_some());
    let machine = Machine::here(request.workers.get());
    if let Some(why) = request.devices.asks_for_one() {
        let name = Name::alone(KernelName::OpenCl);
        let runner = run::prepare(name, request)?;
        let choice = Choice::by(machine, work, goal.plan.samples() as f64);
        return Ok((Choice { name, asked_for: Some(why), ..choice }, runner));
    }
    let mut choice = informed(request, goal, machine, work);
    choice.choosing_seconds = clock.elapsed().as_secs_f64();
    if choice.machine.is_tiny(&choice.work, choice.samples)
        && let Ok(runner) = run::prepare(choice.name, request)
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
    let others = choice.predictions().into_iter().skip(1).map(|other| other.candidate);
    for candidate in std::iter::once(best.candidate).chain(others) {
        match at_hand(request, candidate) {
            Ok(runner) => return Ok((choice.of(candidate), runner)),
            Err(failed) => choice.failed.push(failed),
        }
    }
    Err(choice.failed.join("; "))
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
fn at_hand(request: &Request, candidate: Candidate) -> Result<Box<dyn Runner>, String> {
    let name = candidate.name();
    let prepared = match name.executor.is_none() || candidate.workers == request.workers {
        true => run::prepare(name, request),
        false => run::prepare(name, &request.with_workers(candidate.workers)),
    };
    prepared.map_err(|reason| format!("{name}: {reason}"))
}
