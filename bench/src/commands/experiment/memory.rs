//! The most memory that coordinator, workers and ranks ever had, for more and more samples.

use std::error::Error;

use mc_core::Progress;
use serde_json::Value;

use super::Outcome;
use crate::cli::common::Flags;
use crate::cli::request::Request;
use crate::measure::memory::{self, running};
use crate::results::Experiment;
use crate::run::{self, Runner};
use crate::technique::name::{ExecutorName, KernelName, Name};

/// Unless told otherwise.
const SAMPLES: [u64; 5] = [1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000];

/// Runs the experiment.
pub fn run(flags: &Flags) -> Outcome {
    let request = Request::compare(flags)?;
    let kernel = request.techniques.first().map_or(KernelName::fastest(), |name| name.kernel);
    let workers = request.workers;
    let mut found = Experiment::new(
        "memory",
        format!("Peak memory of processes-{kernel} and mpi-{kernel}, {workers} workers or ranks"),
        &[
            ("samples", "M"),
            ("coordinator_kib", "coordinator, KiB"),
            ("worker_kib", "largest worker, KiB"),
            ("rank_kib", "largest rank, KiB"),
        ],
    );
    let counts = if flags.sample.samples.is_empty() { &SAMPLES[..] } else { &flags.sample.samples };
    let mut processes = run::prepare(Name::under(ExecutorName::Processes, kernel), &request)?;
    let mut ranks = ranks(kernel, &request)?;
    for &samples in counts {
        let plan = request.plan(samples)?;
        processes.run(&plan, &Progress::new())?;
        let mut row = vec![
            plan.samples().into(),
            peak("self")?.into(),
            largest(&processes.processes())?.into(),
        ];
        row.push(match &mut ranks {
            Some((runner, ids)) => {
                runner.run(&plan, &Progress::new())?;
                largest(ids)?.into()
            }
            None => Value::Null,
        });
        found.rows.push(row);
    }
    found.notes.push("The peak of each process since it started (VmHWM).".to_owned());
    found.notes.extend(ExecutorName::Mpi.missing().map(|why| format!("No ranks: {why}.")));
    Ok(found)
}

/// As many ranks of an MPI job as there are workers, prepared, and their ids; none where this build
/// has no MPI.
#[expect(clippy::type_complexity, reason = "said above")]
fn ranks(
    kernel: KernelName,
    request: &Request,
) -> Result<Option<(Box<dyn Runner>, Vec<u32>)>, Box<dyn Error>> {
    if ExecutorName::Mpi.missing().is_some() {
        return Ok(None);
    }
    let runner = run::prepare(Name::under(ExecutorName::Mpi, kernel), request)?;
    let own = std::env::current_exe()?;
    let ids: Vec<_> = runner.processes().into_iter().flat_map(|id| running(&own, id)).collect();
    let (found, count) = (ids.len(), request.workers.get());
    if found != count {
        return Err(format!(
            "{found} of {count} ranks were found below mpirun: their memory can be told \
             only on this machine, and on Linux"
        )
        .into());
    }
    Ok(Some((runner, ids)))
}

/// The most memory that one of these processes has had, in KiB.
fn largest(ids: &[u32]) -> Result<u64, String> {
    let peaks: Result<Vec<u64>, _> = ids.iter().map(|id| peak(&id.to_string())).collect();
    Ok(peaks?.into_iter().max().unwrap_or(0))
}

/// The most memory that a process has had, in KiB.
fn peak(id: &str) -> Result<u64, String> {
    memory::peak(id).map(|bytes| bytes >> 10).ok_or_else(|| {
        format!("the system does not tell the memory of process {id}: this needs Linux")
    })
}
