//! All contestants at one number of samples.

use std::time::Duration;

use mc_core::{Estimate, Plan, Precision, Problem, Progress};

use super::Contestant;
use super::row::{Row, relate};
use crate::measure::{Competitor, Pace, interleaved};
use crate::peers::{Entry, Turn};
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

/// A technique or a peer.
enum Racer<'r> {
    Technique(Run<'r>),
    Peer(Turn<'r>),
}

impl Competitor for Racer<'_> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        match self {
            Self::Technique(run) => run.run(),
            Self::Peer(turn) => turn.run(),
        }
    }

    fn run_often(&mut self, repeats: u32) -> Result<Option<f64>, String> {
        match self {
            Self::Technique(run) => run.run_often(repeats),
            Self::Peer(turn) => turn.run_often(repeats),
        }
    }

    fn pace(&self) -> Pace {
        match self {
            Self::Technique(run) => run.pace(),
            Self::Peer(turn) => turn.pace(),
        }
    }
}

/// Runs them, a row each, the peers last; and says whether the techniques' bits agree.
pub(super) fn race(
    request: &Request,
    plan: &Plan,
    contestants: &mut [Contestant],
    entries: &mut [Entry],
    progress: &Progress,
    budget: Duration,
    tick: impl FnMut(f64),
) -> (Vec<Row>, bool) {
    let mut rows: Vec<Row> = contestants.iter().map(|c| Row::blank(request, plan, c)).collect();
    let mut places = Vec::new();
    let mut racers = Vec::new();
    for (place, contestant) in contestants.iter_mut().enumerate() {
        if let Ok(runner) = &mut contestant.runner {
            places.push(place);
            let (problem, runner) = (&request.problem, &mut **runner);
            let run = Run { runner, problem, plan, progress, estimate: None, changed: false };
            racers.push(Racer::Technique(run));
        }
    }
    for entry in entries {
        let mut row = Row::of_peer(request, plan, entry);
        match entry.turn(plan, progress) {
            Ok(turn) => {
                places.push(rows.len());
                racers.push(Racer::Peer(turn));
            }
            Err(reason) => row.reason = Some(reason),
        }
        rows.push(row);
    }
    let outcomes = interleaved(&mut racers, budget, tick);
    let mut same_bits = true;
    let mut first: Option<Estimate> = None;
    for ((place, racer), outcome) in places.into_iter().zip(&racers).zip(outcomes) {
        let row = &mut rows[place];
        let estimate = match racer {
            Racer::Technique(run) => run.estimate,
            Racer::Peer(turn) => turn.estimate(),
        };
        match (outcome, estimate) {
            (Ok(times), Some(estimate)) => {
                if let Racer::Technique(run) = racer {
                    same_bits &= !run.changed;
                    if run.runner.precision() == Precision::F64 {
                        let reference = *first.get_or_insert(estimate);
                        same_bits &= same(&reference, &estimate);
                    }
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
