//! All contestants at one number of samples.

use std::time::Duration;

use mc_core::{Estimate, Plan, Precision, Problem, Progress};

use super::Contestant;
use super::row::{Row, relate};
use crate::measure::{Competitor, interleaved};
use crate::request::Request;
use crate::runner::Runner;

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
    let mut first: Option<Estimate> = None;
    for ((place, run), outcome) in places.into_iter().zip(&runs).zip(outcomes) {
        let row = &mut rows[place];
        match (outcome, run.estimate) {
            (Ok(times), Some(estimate)) => {
                same_bits &= !run.changed;
                if run.runner.precision() == Precision::F64 {
                    let reference = *first.get_or_insert(estimate);
                    same_bits &= same(&reference, &estimate);
                }
                row.fill(&estimate, request.truth, times);
            }
            (Err(reason), _) => row.reason = Some(reason),
            (Ok(_), None) => row.reason = Some("it was not run".to_owned()),
        }
    }
    relate(&mut rows);
    (rows, same_bits)
}

fn same(a: &Estimate, b: &Estimate) -> bool {
    a.value.to_bits() == b.value.to_bits()
        && a.variance.to_bits() == b.variance.to_bits()
        && a.samples == b.samples
}
