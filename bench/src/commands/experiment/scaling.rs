//! How much faster many workers are than one, and how much faster they could be.

use std::thread;
use std::time::Duration;

use mc_core::{Plan, Progress};
use mc_multiproc::{Prepared, ProcessPool, this_executable};

use super::way::{Way, failed, same_bits};
use crate::auto;
use crate::cli::flags::Flags;
use crate::cli::request::Request;
use crate::measure::interleaved;
use crate::numbers::grouped;
use crate::output::experiment::{Cell, Report};
use crate::process::Failure;
use crate::run::worker;
use crate::technique::name::{ExecutorName, KernelName, Name};

const BUDGET: Duration = Duration::from_secs(30);

/// The number of samples unless told otherwise.
const SAMPLES: u64 = 1_000_000_000;

/// Runs the experiment.
pub fn run(flags: &Flags) -> Result<Report, Failure> {
    let mut one = Request::compare(flags)?;
    let many = Request::compare(flags)?;
    let (workers, seed) = (many.workers, many.plans[0].seed());
    one.workers = std::num::NonZeroUsize::MIN;
    let samples = flags.samples.first().copied().unwrap_or(SAMPLES);
    let plan = Plan::new(samples, seed).map_err(failed)?;
    let names = match many.techniques.as_slice() {
        [] => {
            let fast = match KernelName::Jit.missing() {
                None => KernelName::Jit,
                Some(_) => KernelName::Serial,
            };
            ExecutorName::ALL.map(|executor| Name::under(executor, fast)).to_vec()
        }
        names => names.to_vec(),
    };
    let kernel = names[0].kernel;
    // One process, and then as many as there are workers, each with the whole run.
    let crowd: Vec<(ProcessPool, Prepared)> = (0..workers.get())
        .map(|_| independent(kernel, &many))
        .collect::<Result<_, _>>()
        .map_err(failed)?;
    let mut notes = Vec::new();
    let mut ways = Vec::new();
    let mut shown = Vec::new();
    for name in names {
        let pair = auto::prepare(name, &one).and_then(|a| Ok([a, auto::prepare(name, &many)?]));
        match pair {
            Ok(pair) => {
                shown.push(name);
                for mut runner in pair {
                    ways.push(Way::new(name.to_string(), move || {
                        runner.run(&plan, &Progress::new()).map_err(|e| e.to_string())
                    }));
                }
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

    let outcomes = interleaved(&mut ways, BUDGET, |_| {});
    let medians: Vec<f64> = outcomes
        .into_iter()
        .zip(&ways)
        .map(|(times, way)| {
            let times = times.map_err(|error| failed(format!("{}: {error}", way.name)))?;
            Ok(times.summary().map_or(f64::NAN, |seconds| seconds.median))
        })
        .collect::<Result<_, Failure>>()?;
    same_bits(&ways)?;

    let pairs: Vec<(f64, f64)> = medians.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect();
    let Some((&(single, crowded), pairs)) = pairs.split_last() else {
        return Err(failed("nothing was measured"));
    };
    let ceiling = workers.get() as f64 * single / crowded;
    let row = |name: String, one: f64, many: f64, ratio: f64| {
        let cells = [Cell::Seconds(one), Cell::Seconds(many), Cell::Number(ratio)];
        [vec![Cell::Text(name)], cells.to_vec(), vec![Cell::Number(ratio / ceiling)]].concat()
    };
    let mut rows: Vec<_> = shown
        .iter()
        .zip(pairs)
        .map(|(name, &(one, many))| row(name.to_string(), one, many, one / many))
        .collect();
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

fn independent(kernel: KernelName, request: &Request) -> Result<(ProcessPool, Prepared), String> {
    let command = this_executable().map_err(|error| error.to_string())?;
    let pool = ProcessPool::start(command, 1).map_err(|error| error.to_string())?;
    let key = worker::key(request);
    let prepared =
        pool.prepare(kernel.text(), key, &request.problem).map_err(|error| error.to_string())?;
    Ok((pool, prepared))
}

/// All at the same time; the estimate of one of them.
fn at_once(crowd: &[(ProcessPool, Prepared)], plan: &Plan) -> Result<mc_core::Estimate, String> {
    thread::scope(|scope| {
        let runs: Vec<_> = crowd
            .iter()
            .map(|(_, prepared)| scope.spawn(|| prepared.run(plan, &Progress::new())))
            .collect();
        let mut last = Err("nothing was run".to_owned());
        for run in runs {
            let estimate = run.join().map_err(|_| "a thread ended".to_owned())?;
            last = Ok(estimate.map_err(|error| error.to_string())?);
        }
        last
    })
}
