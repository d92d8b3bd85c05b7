//! How much faster many workers are than one, and how much faster they could be.

use std::time::Duration;

use mc_core::Progress;
use mc_multiproc::{Prepared, ProcessPool, this_executable};

use super::Outcome;
use super::way::{at_once, same_bits};
use crate::cli::common::Flags;
use crate::cli::request::Request;
use crate::commands::crowd::Crowd;
use crate::measure::{Way, medians};
use crate::numbers::grouped;
use crate::results::Experiment;
use crate::run::worker;
use crate::technique::name::{ExecutorName, KernelName, Name};

const BUDGET: Duration = Duration::from_secs(30);

/// The number of samples unless told otherwise.
const SAMPLES: u64 = 1_000_000_000;

/// Runs the experiment.
pub fn run(flags: &Flags) -> Outcome {
    let request = Request::compare(flags)?;
    let workers = request.workers;
    let samples = flags.sample.samples.first().copied().unwrap_or(SAMPLES);
    let plan = request.plan(samples)?;
    let mut found = Experiment::new(
        "scaling",
        format!("{workers} workers against one, M = {}", grouped(plan.samples())),
        &[
            ("technique", "technique"),
            ("one_seconds", "1 worker"),
            ("many_seconds", "all workers"),
            ("ratio", "ratio"),
            ("of_independent", "of independent"),
        ],
    );
    let fastest = |executor| Name::under(executor, KernelName::fastest());
    let names = match request.techniques.as_slice() {
        [] => ExecutorName::ALL.map(fastest).to_vec(),
        names => names.to_vec(),
    };
    let kernel = names[0].kernel;
    // One process, and then as many as there are workers, each with the whole run.
    let mut crowd: Vec<(ProcessPool, Prepared)> = Vec::new();
    for _ in 0..workers.get() {
        let pool = ProcessPool::start(this_executable()?, 1)?;
        let key = worker::key(&request);
        let prepared = pool.prepare_for(kernel.text(), key, &request.problem, request.sampling)?;
        crowd.push((pool, prepared));
    }
    let progress = Progress::new();
    let mut ways = Vec::new();
    let mut shown = Vec::new();
    for name in names {
        let pair = [1, workers.get()].map(|workers| Crowd { name, workers });
        match pair.iter().map(|crowd| crowd.prepare(&request, plan, &progress)).collect() {
            Ok::<Vec<_>, _>(pair) => {
                shown.push(name.to_string());
                ways.extend(pair);
            }
            Err(reason) => found.notes.push(format!("{name}: {reason}")),
        }
    }
    if shown.is_empty() {
        return Err(format!("nothing can be measured: {}", found.notes.join("; ")).into());
    }
    let crowd = crowd.as_slice();
    for count in [1, workers.get()] {
        let crowd = move || crowd[..count].iter().map(|(_, prepared)| prepared);
        let run = |prepared: &Prepared| {
            prepared.run(&plan, &Progress::new()).map_err(|error| error.to_string())
        };
        // The estimate of one of them.
        let run = move || at_once(crowd(), run)?.pop().ok_or_else(|| "nothing was run".to_owned());
        ways.push(Way::new("independent processes", run));
    }

    let medians = medians(&mut ways, BUDGET)?;
    same_bits(&ways)?;

    let pairs: Vec<(f64, f64)> = medians.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let &(single, crowded) = pairs.last().ok_or("nothing was measured")?;
    let ceiling = workers.get() as f64 * single / crowded;
    let row = |name: String, (one, many): (f64, f64), ratio: f64| {
        vec![name.into(), one.into(), many.into(), ratio.into(), (ratio / ceiling).into()]
    };
    let measured = shown.into_iter().zip(&pairs);
    found.rows = measured.map(|(name, &(one, many))| row(name, (one, many), one / many)).collect();
    found.rows.push(row("independent processes".to_owned(), (single, crowded), ceiling));
    found.notes.push(format!(
        "independent processes: {workers} of them at once, each doing the whole run; the ratio is the work \
         done in the time that one alone takes for its own. The system places them; workers that fill the machine are bound to a CPU each."
    ));
    found.notes.push("Medians of interleaved runs; the same bits from all.".to_owned());
    Ok(found)
}
