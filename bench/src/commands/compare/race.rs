//! All contestants at one number of samples.

use std::time::Duration;

use mc_core::{Estimate, Plan, Precision, Progress};

use super::contestant::{Contestant, row_of_peer};
use super::reference;
use crate::cli::request::Request;
use crate::measure::{Competitor, Pace, Way, interleaved};
use crate::peers::{Entry, Turn};
use crate::results::gate::{self, same};
use crate::results::{Row, relate};
use crate::run::Runner;
use crate::technique::name::{KernelName, Name};

/// What a contestant gave at one number of samples.
#[derive(Clone, Copy)]
struct Given {
    estimate: Estimate,
    /// Whether runs of the same contestant differed.
    changed: bool,
}

/// One contestant at one number of samples.
fn technique<'r>(runner: &'r mut dyn Runner, plan: &'r Plan, progress: &'r Progress) -> Racer<'r> {
    let precision = runner.precision();
    let mut before: Option<Given> = None;
    let way = Way::new("", move || {
        let estimate = runner.run(plan, progress).map_err(|error| error.to_string())?;
        let changed =
            before.is_some_and(|given| given.changed || !same(&given.estimate, &estimate));
        Ok(*before.insert(Given { estimate, changed }))
    });
    Racer::Technique(way, precision)
}

/// A technique or a peer.
enum Racer<'r> {
    Technique(Way<'r, Given>, Precision),
    Peer(Turn<'r>),
}

impl Competitor for Racer<'_> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        match self {
            Self::Technique(way, _) => way.run(),
            Self::Peer(turn) => turn.run(),
        }
    }

    fn run_often(&mut self, repeats: u32) -> Result<Option<f64>, String> {
        match self {
            Self::Technique(way, _) => way.run_often(repeats),
            Self::Peer(turn) => turn.run_often(repeats),
        }
    }

    fn pace(&self) -> Pace {
        match self {
            Self::Technique(way, _) => way.pace(),
            Self::Peer(turn) => turn.pace(),
        }
    }
}

impl Racer<'_> {
    fn estimate(&self) -> Option<Estimate> {
        match self {
            Self::Technique(way, _) => way.last.map(|given| given.estimate),
            Self::Peer(turn) => turn.estimate(),
        }
    }

    /// Its estimate, if it is one that has the bits of the serial loop.
    fn in_f64(&self) -> Option<Estimate> {
        match self {
            Self::Technique(_, Precision::F64) => self.estimate(),
            _ => None,
        }
    }

    /// Whether a technique gave other bits in one run than in another.
    fn changed(&self) -> bool {
        matches!(self, Self::Technique(Way { last: Some(given), .. }, _) if given.changed)
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
    let mut rows: Vec<Row> = contestants.iter().map(|c| c.row(request, plan)).collect();
    let mut places = Vec::new();
    let mut racers = Vec::new();
    for (place, contestant) in contestants.iter_mut().enumerate() {
        if let Ok(runner) = &mut contestant.runner {
            places.push(place);
            racers.push(technique(&mut **runner, plan, progress));
        }
    }
    for entry in entries {
        let mut row = row_of_peer(entry, request, plan);
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
    let serial = Name::alone(KernelName::Serial).to_string();
    let in_race = places.iter().zip(&racers).find(|(place, _)| rows[**place].technique == serial);
    // Without the serial loop, all must at least agree with the first.
    let reference = in_race
        .and_then(|(_, racer)| racer.in_f64())
        .or_else(|| reference::serial(request, plan, progress));
    let expected = reference.or_else(|| racers.iter().find_map(Racer::in_f64));
    for ((place, racer), outcome) in places.into_iter().zip(&racers).zip(outcomes) {
        let row = &mut rows[place];
        match (outcome, racer.estimate()) {
            (Ok(times), Some(estimate)) => {
                // What computes in f32, and a peer, cannot have these bits.
                let comparable = racer.in_f64().is_some();
                let agrees = expected.is_none_or(|other| !comparable || same(&other, &estimate));
                let equal = !racer.changed() && agrees;
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
    relate(&mut rows, &serial, KernelName::ByHand.text());
    gate::rank(&mut rows);
    (rows, same_bits)
}
