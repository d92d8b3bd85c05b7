//! `compare`: every technique on the same problem, side by side.

mod peak;
mod race;
mod row;

use std::time::{Duration, Instant};

use mc_core::Progress;

use crate::Failure;
use crate::busy;
use crate::command::CompareFlags;
use crate::crossover::{self, Crossover};
use crate::document::{Comparison, SCHEMA};
use crate::host::Host;
use crate::interrupt;
use crate::made::Made;
use crate::output;
use crate::peers::Entry;
use crate::progress;
use crate::report;
use crate::request::Request;
use crate::runner::{self, Runner};
use crate::runs;
use crate::techniques::Name;

pub use peak::serve_if_watched;
pub use row::Row;
#[cfg(test)]
pub(crate) use row::named;

/// The share of the budget for the races; the rest is for the crossovers.
const RACES: f64 = 0.7;

/// No technique is run once more, to see its memory, if a run takes longer.
const QUICK: f64 = 1.0;

/// A technique on its way through the comparison.
struct Contestant {
    name: Name,
    prepare_seconds: f64,
    runner: Result<Box<dyn Runner>, String>,
}

/// Runs the comparison, prints it, and writes what else `flags` ask for. The
/// measurements take as long as the budget, or a few rounds if that is longer; those
/// for the page alone come on top.
pub fn run(flags: &CompareFlags) -> Result<(), Failure> {
    let mut request = Request::compare(&flags.common)?.with_peers(&flags.peers)?;
    runs::check(flags)?;
    let wants_page = flags.keep || flags.report.is_some();
    if wants_page {
        report::widen(&mut request);
    }
    let (request, budget) = (&request, flags.budget);
    let before = busy::Before::now();
    let names = match request.techniques.as_slice() {
        [] => Name::defaults(request),
        names => names.to_vec(),
    };
    let cancel = interrupt::watch();
    let bar = progress::steps(100);
    bar.set_message("preparing");
    let mut contestants: Vec<Contestant> = names
        .into_iter()
        .map(|name| {
            let clock = Instant::now();
            let runner = runner::prepare(name, request);
            Contestant { name, prepare_seconds: clock.elapsed().as_secs_f64(), runner }
        })
        .collect();

    let mut entries: Vec<Entry> =
        request.peers.iter().map(|&name| Entry::prepare(name, request, budget)).collect();

    let parts = request.plans.len() as u32;
    let mut rows = Vec::new();
    let mut same_bits = true;
    for (part, plan) in (0u32..).zip(&request.plans) {
        bar.set_message(format!("{} samples", output::grouped(plan.samples())));
        let (mut found, same) = race::race(
            request,
            plan,
            &mut contestants,
            &mut entries,
            &cancel,
            budget.mul_f64(RACES) / parts,
            |share| {
                bar.set_position((100.0 * (f64::from(part) + share) / f64::from(parts)) as u64);
            },
        );
        same_bits &= same;
        rows.append(&mut found);
    }
    bar.set_message("crossovers");
    let crossovers = crossovers(request, &mut contestants, budget.mul_f64(1.0 - RACES), &cancel);
    let page = wants_page.then(|| {
        bar.set_message("workers, convergence, experiments");
        report::measure::all(request, &flags.common, budget, &cancel)
    });
    bar.finish_and_clear();
    cancel.check().map_err(|error| Failure::Run(error.to_string()))?;
    let busy = before.note();
    peaks(request, &contestants, &mut rows);

    let comparison = Comparison {
        schema: SCHEMA,
        made: Made { note: flags.note.clone(), ..Made::now() },
        host: Host::here(),
        f: request.f.clone(),
        g: request.g.clone(),
        support: request.problem.support().to_string(),
        dims: request.problem.dims(),
        truth: request.truth,
        seed: request.plans[0].seed(),
        workers: request.workers.get(),
        busy,
        same_bits,
        peers: entries.iter().filter_map(Entry::versions).collect(),
        rows,
        crossovers,
        page,
    };
    output::print(&comparison, request.format)?;
    runs::write(&comparison, flags)?;
    for contestant in &mut contestants {
        if let Ok(runner) = &mut contestant.runner {
            for notice in runner.notices() {
                eprintln!("{}: {notice}", contestant.name);
            }
        }
    }
    if !same_bits {
        return Err(Failure::Run(
            "the techniques do not agree in every bit: this is a defect, please report it"
                .to_owned(),
        ));
    }
    if comparison.rows.iter().all(|row| !row.available) {
        return Err(Failure::Run(
            "no technique gave an estimate: see the reasons above".to_owned(),
        ));
    }
    Ok(())
}

/// Fills in how much memory each technique needs, at the largest number of samples
/// that it does quickly.
fn peaks(request: &Request, contestants: &[Contestant], rows: &mut [Row]) {
    for contestant in contestants {
        let name = contestant.name.to_string();
        let quick = |row: &&mut Row| {
            row.technique == name && row.seconds.is_some_and(|seconds| seconds.median < QUICK)
        };
        if let Some(row) = rows.iter_mut().filter(quick).max_by_key(|row| row.samples) {
            row.peak_memory_bytes = peak::peak_memory(request, contestant.name, row.samples);
        }
    }
}

/// From where on each executor pays, against its kernel alone.
fn crossovers(
    request: &Request,
    contestants: &mut Vec<Contestant>,
    budget: Duration,
    progress: &Progress,
) -> Vec<Crossover> {
    let shared = contestants.iter().filter(|c| c.name.executor.is_some() && c.runner.is_ok());
    let patience = budget / shared.count().max(1) as u32;
    let mut found = Vec::new();
    for place in 0..contestants.len() {
        let (name, ready) = (contestants[place].name, contestants[place].runner.is_ok());
        let alone = Name::alone(name.kernel);
        if name == alone || !ready {
            continue;
        }
        let partner = contestants.iter().position(|c| c.name == alone).unwrap_or_else(|| {
            let runner = runner::prepare(alone, request);
            contestants.push(Contestant { name: alone, prepare_seconds: 0.0, runner });
            contestants.len() - 1
        });
        let outcome = match contestants.get_disjoint_mut([place, partner]) {
            Ok([one, other]) => match (&mut one.runner, &mut other.runner) {
                (Ok(technique), Ok(alone)) => crossover::search(
                    &mut **technique,
                    &mut **alone,
                    &request.problem,
                    request.plans[0].seed(),
                    patience,
                    progress,
                ),
                (_, Err(reason)) | (Err(reason), _) => Err(reason.clone()),
            },
            Err(error) => Err(error.to_string()),
        };
        let (samples, searched_to, reason) = match outcome {
            Ok((samples, searched_to)) => (samples, searched_to, None),
            Err(reason) => (None, 0, Some(reason)),
        };
        let (technique, against) = (name.to_string(), alone.to_string());
        found.push(Crossover { technique, against, samples, searched_to, reason });
    }
    found
}
