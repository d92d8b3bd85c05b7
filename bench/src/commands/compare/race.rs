//! All contestants at one number of samples.

use std::time::Duration;

use mc_core::{Estimate, Plan, Precision, Progress, Session};

use super::contestant::{Contestant, row_of_peer};
use super::reference;
use crate::cli::request::Request;
use crate::measure::{Way, interleaved};
use crate::peers::Entry;
use crate::results::gate::{self, same};
use crate::results::{Row, relate};
use crate::run::Runner;
use crate::technique::name::{KernelName, Name};

/// What a contestant gave at one number of samples.
#[derive(Clone, Copy)]
struct Given {
    estimate: Estimate,
    /// Whether it can have the bits of the serial loop: what computes in f32, and a peer, cannot.
    comparable: bool,
    /// Whether runs of the same contestant differed.
    changed: bool,
}

/// One contestant at one number of samples.
fn technique<'r>(
    runner: &'r mut dyn Runner,
    plan: &'r Plan,
    progress: &'r Progress,
) -> Way<'r, Given> {
    let comparable = is_in_f64(runner);
    let mut before: Option<Given> = None;
    Way::new("", move || {
        let estimate = runner.run(plan, progress)?;
        let changed =
            before.is_some_and(|given| given.changed || !same(&given.estimate, &estimate));
        Ok::<_, String>(*before.insert(Given { estimate, comparable, changed }))
    })
    .until(progress)
}

/// The estimate of one that can have the bits of the serial loop.
fn in_f64(racer: &Way<'_, Given>) -> Option<Estimate> {
    racer.last.filter(|given| given.comparable).map(|given| given.estimate)
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
        let of_peer = |estimate| Given { estimate, comparable: false, changed: false };
        match entry.turn(*plan, progress, of_peer) {
            Ok(turn) => {
                places.push(rows.len());
                racers.push(turn);
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
        .and_then(|(_, racer)| in_f64(racer))
        .or_else(|| reference::serial(request, plan, progress));
    let expected = reference.or_else(|| racers.iter().find_map(in_f64));
    for ((place, racer), outcome) in places.into_iter().zip(&racers).zip(outcomes) {
        let row = &mut rows[place];
        match (outcome, racer.last) {
            (Ok(times), Some(Given { estimate, comparable, changed })) => {
                let agrees = expected.is_none_or(|other| !comparable || same(&other, &estimate));
                let equal = !changed && agrees;
                same_bits &= equal;
                row.fill(&estimate, request.truth, times);
                // To be equal to the first says nothing about the serial loop.
                row.same_bits =
                    Some(equal).filter(|equal| !equal || reference.is_some() && comparable);
                row.mark = gate::mark(row.same_bits, row.distance, row.replicates);
            }
            (Err(_), _) if progress.check().is_err() => {
                row.reason = Some("interrupted before it was measured".to_owned());
            }
            (Err(reason), _) => row.reason = Some(reason),
            (Ok(_), None) => row.reason = Some("it was not run".to_owned()),
        }
    }
    drop(racers);
    relate(&mut rows, &serial, KernelName::ByHand.text());
    gate::rank(&mut rows);
    let warnings = warnings(plan, contestants, &rows, progress);
    // What has the same bits has the same doubts.
    for row in rows.iter_mut().filter(|row| row.available && !row.peer && row.precision == "f64") {
        row.warnings.clone_from(&warnings);
    }
    (rows, same_bits)
}

/// What `estimate` would warn of: found by one more run, in parts, of the fastest contestant.
fn warnings(
    plan: &Plan,
    contestants: &mut [Contestant],
    rows: &[Row],
    progress: &Progress,
) -> Vec<String> {
    let with_times = contestants.iter_mut().zip(rows).filter_map(|(contestant, row)| {
        let runner = contestant.runner.as_mut().ok().filter(|runner| is_in_f64(&***runner))?;
        Some((row.seconds?.median, runner))
    });
    let fastest = with_times.min_by(|(a, _), (b, _)| a.total_cmp(b));
    let outcome = fastest
        .and_then(|(_, runner)| Session::new(plan).run(&mut **runner, |_, _| (), progress).ok());
    let warnings = outcome.filter(|outcome| outcome.samples == plan.samples());
    warnings.map_or(Vec::new(), |o| o.warnings.iter().map(ToString::to_string).collect())
}

/// Whether it can have the bits of the serial loop.
fn is_in_f64(runner: &dyn Runner) -> bool {
    runner.precision() == Precision::F64
}
