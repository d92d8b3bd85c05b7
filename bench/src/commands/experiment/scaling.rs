//! How much faster many workers are than one, and how much faster they could be.

use std::thread;
use std::time::Duration;

use mc_core::{Plan, Progress};
use mc_multiproc::{Prepared, ProcessPool};

use super::way::{failed, pool, same_bits};
use crate::cli::flags::Flags;
use crate::cli::request::Request;
use crate::commands::crowd::Crowd;
use crate::measure::{Way, medians};
use crate::numbers::grouped;
use crate::output::experiment::{Cell, Report};
use crate::process::Failure;
use crate::technique::name::{ExecutorName, KernelName, Name};

const BUDGET: Duration = Duration::from_secs(30);

/// The number of samples unless told otherwise.
const SAMPLES: u64 = 1_000_000_000;

/// Runs the experiment.
pub fn run(flags: &Flags) -> Result<Report, Failure> {
    let request = Request::compare(flags)?;
    let (workers, seed) = (request.workers, request.plans[0].seed());
    let samples = flags.sample.samples.first().copied().unwrap_or(SAMPLES);
    let plan = Plan::new(samples, seed).map_err(failed)?;
    let fastest = |executor| Name::under(executor, KernelName::fastest());
    let names = match request.techniques.as_slice() {
        [] => ExecutorName::ALL.map(fastest).to_vec(),
        names => names.to_vec(),
    };
    let kernel = names[0].kernel;
    // One process, and then as many as there are workers, each with the whole run.
    let crowd: Vec<(ProcessPool, Prepared)> = (0..workers.get())
        .map(|_| pool(1, kernel, &request).map_err(failed))
        .collect::<Result<_, _>>()?;
    let progress = Progress::new();
    let mut notes = Vec::new();
    let mut ways = Vec::new();
    let mut shown = Vec::new();
    for name in names {
        let pair = [1, workers.get()].map(|workers| Crowd { name, workers });
        match pair.iter().map(|crowd| crowd.prepare(&request, plan, &progress)).collect() {
            Ok::<Vec<_>, _>(pair) => {
                shown.push(name);
                ways.extend(pair);
            }
            Err(reason) => notes.push(format!("{name}: {reason}")),
        }
    }
    if shown.is_empty() {
        return Err(failed(format!("nothing can be measured: {}", notes.join("; "))));
    }
    for count in [1, workers.get()] {
        let crowd = &crowd[..count];
        ways.push(Way::new("independent processes", move || at_once(crowd, &plan)));
    }

    let medians = medians(&mut ways, BUDGET).map_err(failed)?;
    same_bits(&ways)?;

    let pairs: Vec<(f64, f64)> = medians.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let Some((&(single, crowded), pairs)) = pairs.split_last() else {
        return Err(failed("nothing was measured"));
    };
    let ceiling = workers.get() as f64 * single / crowded;
    let row = |name: String, one: f64, many: f64, ratio: f64| {
        let times = [one, many].map(Cell::Seconds);
        let ratios = [ratio, ratio / ceiling].map(Cell::Number);
        std::iter::once(Cell::Text(name)).chain(times).chain(ratios).collect()
    };
    let measured = shown.iter().zip(pairs);
    let mut rows: Vec<_> =
        measured.map(|(name, &(one, many))| row(name.to_string(), one, many, one / many)).collect();
    rows.push(row("independent processes".to_owned(), single, crowded, ceiling));
    notes.push(format!(
        "independent processes: {workers} of them at once, each doing the whole run; the ratio is the work \
         done in the time that one alone takes for its own. The system places them; workers that fill the machine are bound to a CPU each."
    ));
    notes.push("Medians of interleaved runs; the same bits from all.".to_owned());
    Ok(Report {
        title: format!("{workers} workers against one, M = {}", grouped(samples)),
        columns: vec![
            ("technique", "technique"),
            ("one_seconds", "1 worker"),
            ("many_seconds", "all workers"),
            ("ratio", "ratio"),
            ("of_independent", "of independent"),
        ],
        rows,
        notes,
    })
}

/// All at the same time; the estimate of one of them.
fn at_once(crowd: &[(ProcessPool, Prepared)], plan: &Plan) -> Result<mc_core::Estimate, String> {
    thread::scope(|scope| {
        let runs: Vec<_> = crowd
            .iter()
            .map(|(_, prepared)| {
                let run = || prepared.run(plan, &Progress::new());
                thread::Builder::new().spawn_scoped(scope, run)
            })
            .collect();
        let mut last = Err("nothing was run".to_owned());
        for run in runs {
            let run = run.map_err(|error| format!("a thread could not be started: {error}"))?;
            let estimate = run.join().map_err(|_| "a thread ended".to_owned())?;
            last = Ok(estimate.map_err(|error| error.to_string())?);
        }
        last
    })
}
