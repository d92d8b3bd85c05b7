//! All contestants at one number of samples.

use std::time::Duration;

use mc_core::{Estimate, Plan, Precision, Problem, Progress};

use super::Contestant;
use super::row::{Row, relate};
use crate::gate::{self, same};
use crate::measure::{Competitor, interleaved};
use crate::reference;
use crate::request::Request;
use crate::runner::Runner;
use crate::techniques::{KernelName, Name};

/// One contestant at one number of samples.
struct Run<'r> {
    runner: &'r mut dyn Runner,
    problem: &'r Problem,
    plan: &'r Plan,
    progress: &'r Progress,
    estimate: Option<Estimate>,
    /// Whether runs of the same contestant differed.
    changed: bool,
}

impl Competitor for Run<'_> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        let estimate = self
            .runner
            .run(self.problem, self.plan, self.progress)
            .map_err(|error| error.to_string())?;
        let before = self.estimate.replace(estimate);
        self.changed |= before.is_some_and(|before| !same(&before, &estimate));
        Ok(None)
    }
}

/// Runs them, a row each; and says whether their bits agree.
pub(super) fn race(
    request: &Request,
    plan: &Plan,
    contestants: &mut [Contestant],
    progress: &Progress,
    budget: Duration,
    tick: impl FnMut(f64),
) -> (Vec<Row>, bool) {
    let mut rows: Vec<Row> = contestants.iter().map(|c| Row::blank(request, plan, c)).collect();
    let mut places = Vec::new();
    let mut runs = Vec::new();
    for (place, contestant) in contestants.iter_mut().enumerate() {
        if let Ok(runner) = &mut contestant.runner {
            places.push(place);
            let (problem, runner) = (&request.problem, &mut **runner);
            runs.push(Run { runner, problem, plan, progress, estimate: None, changed: false });
        }
    }
    let outcomes = interleaved(&mut runs, budget, tick);
    let mut same_bits = true;
    let serial = Name::alone(KernelName::Serial).to_string();
    let in_race = places.iter().zip(&runs).find(|(place, _)| rows[**place].technique == serial);
    // Without the serial loop, all must at least agree with the first.
    let reference = in_race
        .and_then(|(_, run)| run.estimate)
        .or_else(|| reference::serial(request, plan, progress));
    let in_f64 = |run: &&Run<'_>| run.runner.precision() == Precision::F64;
    let expected = reference.or_else(|| runs.iter().filter(in_f64).find_map(|run| run.estimate));
    for ((place, run), outcome) in places.into_iter().zip(&runs).zip(outcomes) {
        let row = &mut rows[place];
        match (outcome, run.estimate) {
            (Ok(times), Some(estimate)) => {
                // What computes in f32 cannot have these bits.
                let comparable = run.runner.precision() == Precision::F64;
                let agrees = expected.is_none_or(|other| !comparable || same(&other, &estimate));
                let equal = !run.changed && agrees;
                same_bits &= equal;
                row.fill(&estimate, request.truth, times);
                // To be equal to the first says nothing about the serial loop.
                row.same_bits =
                    Some(equal).filter(|equal| !equal || reference.is_some() && comparable);
                row.mark = gate::mark(row.same_bits, row.distance);
            }
            (Err(reason), _) => row.reason = Some(reason),
            (Ok(_), None) => row.reason = Some("it was not run".to_owned()),
        }
    }
    relate(&mut rows);
    gate::rank(&mut rows);
    (rows, same_bits)
}
