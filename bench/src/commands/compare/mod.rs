//! `compare`: every technique on the same problem, side by side.

mod bound;
mod contestant;
mod crossover;
mod memory;
mod page_data;
mod race;
mod reference;

use std::time::Duration;

use mc_core::{Plan, Progress, StoppedBy};

pub use memory::serve_if_watched;

use super::files;
use crate::cli::flags::CompareFlags;
use crate::cli::given::Given;
use crate::cli::request::Request;
use crate::measure::{busy, frequency};
use crate::numbers::grouped;
use crate::output::{self, page, progress, runs};
use crate::peers::Entry;
use crate::process::{Failure, has_a_warning, interrupt, say};
use crate::results::{Comparison, Crossover, Host, Made, Row, SCHEMA};
use crate::technique::name::Name;
use contestant::Contestant;

/// The share of the budget for the races; the rest is for the crossovers.
const RACES: f64 = 0.7;

/// No technique is run once more, to see its memory, if a run takes longer.
const QUICK: f64 = 1.0;

/// Runs the comparison, prints it, and writes what else `flags` ask for. The measurements take as
/// long as the budget, or a few rounds if that is longer; those for the page alone come on top.
pub fn run(flags: &CompareFlags) -> Result<(), Failure> {
    interrupt::attend();
    let mut request = Request::compare(&flags.common)?.with_peers(&flags.peers)?;
    files::check(flags)?;
    let wants_page = flags.keep || flags.report.is_some();
    if wants_page {
        page_data::widen(&mut request);
    }
    let (request, budget) = (&request, flags.budget);
    let before = busy::Before::now();
    let names = match request.techniques.as_slice() {
        [] => Name::defaults(&request.problem),
        names => names.to_vec(),
    };
    let bar = progress::steps(100);
    bar.set_message("preparing");
    let mut contestants: Vec<Contestant> =
        names.into_iter().map(|name| Contestant::prepare(name, request)).collect();

    let (problem, workers) = (&request.problem, request.workers.get());
    let most = request.plans.iter().map(Plan::samples).max().unwrap_or(2);
    let entry = |&name: &_| Entry::prepare(name, problem, workers, most, budget);
    let mut entries: Vec<Entry> = request.peers.iter().map(entry).collect();

    let cancel = interrupt::watch();
    let goes_on = || cancel.check().is_ok();
    let early = frequency();
    let parts = request.plans.len() as u32;
    let mut rows = Vec::new();
    let mut same_bits = true;
    for (part, plan) in (0u32..).zip(&request.plans) {
        bar.set_message(format!("{} samples", grouped(plan.samples())));
        let (mut found, same) = race::race(
            request,
            plan,
            &mut contestants,
            &mut entries,
            &cancel,
            budget.mul_f64(RACES) / parts,
            |share| bar.set_position((100.0 * (f64::from(part) + share) / f64::from(parts)) as u64),
        );
        same_bits &= same;
        rows.append(&mut found);
        if !goes_on() {
            break;
        }
    }
    // The clock may run faster after the first work than before it.
    let bound = early.zip(frequency()).map(|(early, late)| early.max(late));
    let bound = bound.and_then(|hertz| bound::relate(request, hertz, &mut rows));
    bar.set_message("crossovers");
    let crossovers = match goes_on() {
        true => crossovers(request, &mut contestants, budget.mul_f64(1.0 - RACES), &cancel),
        false => Vec::new(),
    };
    let page = (wants_page && goes_on()).then(|| {
        bar.set_message("workers, convergence, experiments");
        page_data::all(request, budget, &cancel)
    });
    bar.finish_and_clear();
    let busy = before.note();
    if goes_on() {
        peaks(&contestants, &mut rows);
    }
    let interrupted = !goes_on();

    let comparison = Comparison {
        schema: SCHEMA,
        made: Made { note: flags.note.clone(), ..Made::now(Given::here().typed()) },
        host: Host::here(),
        f: request.f.clone(),
        g: request.g.clone(),
        support: request.problem.support().to_string(),
        problem: request.name.clone(),
        dims: request.problem.dims(),
        truth: request.truth,
        sampling: request.sampling,
        seed: request.plans[0].seed(),
        workers: request.workers.get(),
        busy,
        same_bits,
        stopped_by: interrupted.then(|| StoppedBy::Interrupt.to_string()),
        peers: entries.iter().filter_map(Entry::versions).collect(),
        rows,
        crossovers,
        bound,
        page,
    };
    if !comparison.warnings().is_empty() {
        has_a_warning();
    }
    // Not where its reader is gone before the rest is done.
    let printed = output::print(&comparison, request.format);
    match interrupted && wants_page {
        true => say("interrupted: no page is made of a part"),
        false => write(&comparison, flags)?,
    }
    for contestant in &mut contestants {
        if let Ok(runner) = &mut contestant.runner {
            for notice in runner.notices() {
                say(format_args!("{}: {notice}", contestant.name));
            }
        }
    }
    if !same_bits {
        return Err(Failure::other_bits());
    }
    if comparison.rows.iter().all(|row| !row.available) {
        let words = "no technique gave an estimate: see the reasons above";
        return Err(Failure::Run(words.to_owned()));
    }
    printed
}

/// Fills in how much memory each technique needs, at the largest number of samples
/// that it does quickly.
fn peaks(contestants: &[Contestant], rows: &mut [Row]) {
    for contestant in contestants {
        let name = contestant.name.to_string();
        let quick = |row: &&mut Row| {
            row.technique == name && row.seconds.is_some_and(|seconds| seconds.median < QUICK)
        };
        if let Some(row) = rows.iter_mut().filter(quick).max_by_key(|row| row.samples) {
            row.peak_memory_bytes = memory::peak_memory(contestant.name, row.samples);
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
            contestants.push(Contestant::prepare(alone, request));
            contestants.len() - 1
        });
        let outcome = match contestants.get_disjoint_mut([place, partner]) {
            Ok([one, other]) => match (&mut one.runner, &mut other.runner) {
                (Ok(technique), Ok(alone)) => {
                    crossover::search(&mut **technique, &mut **alone, request, patience, progress)
                }
                (_, Err(reason)) | (Err(reason), _) => Err(reason.clone()),
            },
            Err(error) => Err(error.to_string()),
        };
        if progress.check().is_err() {
            break;
        }
        let reason = outcome.as_ref().err().cloned();
        let (technique, against) = (name.to_string(), alone.to_string());
        found.push(Crossover { technique, against, reason, ..outcome.unwrap_or_default() });
    }
    found
}

/// Writes the page of `--report` and the folder of `--keep`, and says where.
fn write(comparison: &Comparison, flags: &CompareFlags) -> Result<(), Failure> {
    if let Some(path) = &flags.report {
        runs::save(path, &page::page(comparison)?)?;
        say(format_args!("the page is {}", path.display()));
    }
    if flags.keep {
        let path = runs::keep(comparison, &runs::folder())?;
        let path = path.display();
        say(format_args!("kept as {path}; `cargo xtask readme` puts it into the README"));
    }
    Ok(())
}
