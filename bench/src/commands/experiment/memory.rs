//! The most memory that coordinator, workers and ranks ever had, for more and more samples.

use mc_core::{Plan, Progress};
use mc_multiproc::{Prepared, ProcessPool};

use super::way::{failed, pool};
use crate::cli::flags::Flags;
use crate::cli::request::Request;
use crate::measure::memory::{self, running};
use crate::output::experiment::{Cell, Report};
use crate::process::Failure;
#[cfg(feature = "mpi")]
use crate::run;
use crate::run::worker;
use crate::technique::name::{ExecutorName, KernelName};

/// Unless told otherwise.
const SAMPLES: [u64; 5] = [1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000];

/// Runs the experiment.
pub fn run(flags: &Flags) -> Result<Report, Failure> {
    let request = Request::compare(flags)?;
    let kernel = request.techniques.first().map_or(KernelName::fastest(), |name| name.kernel);
    // Refused here if this build has it not.
    kernel.technique(request.native.as_ref()).map_err(failed)?;
    let (pool, prepared) = pool(request.workers.get(), kernel, &request).map_err(failed)?;
    let counts = if flags.sample.samples.is_empty() { &SAMPLES[..] } else { &flags.sample.samples };
    let ranks = Ranks::start(kernel, &request)?;
    let mut rows = Vec::new();
    for &samples in counts {
        let plan = Plan::new(samples, request.plans[0].seed()).map_err(failed)?;
        prepared.run(&plan, &Progress::new()).map_err(failed)?;
        rows.push(vec![
            Cell::Count(samples),
            Cell::Count(peak("self")?),
            largest(&pool.ids())?,
            ranks.as_ref().map_or(Ok(Cell::Nothing), |ranks| ranks.run(&plan))?,
        ]);
    }
    Ok(Report {
        title: format!(
            "Peak memory of processes-{kernel} and mpi-{kernel}, {} workers or ranks",
            request.workers
        ),
        columns: vec![
            ("samples", "M"),
            ("coordinator_kib", "coordinator, KiB"),
            ("worker_kib", "largest worker, KiB"),
            ("rank_kib", "largest rank, KiB"),
        ],
        rows,
        notes: std::iter::once("The peak of each process since it started (VmHWM).".to_owned())
            .chain(ExecutorName::Mpi.missing().map(|why| format!("No ranks: {why}.")))
            .collect(),
    })
}

/// The ranks of an MPI job, prepared for the same problem.
struct Ranks {
    ids: Vec<u32>,
    prepared: Prepared,
    _pool: ProcessPool,
}

impl Ranks {
    /// As many as there are workers; none where this build has no MPI.
    fn start(kernel: KernelName, request: &Request) -> Result<Option<Self>, Failure> {
        let count = request.workers.get();
        let Some(pool) = job(count)? else { return Ok(None) };
        let prepared =
            pool.prepare(kernel.text(), worker::key(request), &request.problem).map_err(failed)?;
        let own = std::env::current_exe()?;
        let ids: Vec<_> = pool.ids().into_iter().flat_map(|id| running(&own, id)).collect();
        if ids.len() != count {
            let found = ids.len();
            return Err(failed(format!(
                "{found} of {count} ranks were found below mpirun: their memory can be told \
                 only on this machine, and on Linux"
            )));
        }
        Ok(Some(Self { ids, prepared, _pool: pool }))
    }

    /// Runs `plan`; the peak of the largest rank.
    fn run(&self, plan: &Plan) -> Result<Cell, Failure> {
        self.prepared.run(plan, &Progress::new()).map_err(failed)?;
        largest(&self.ids)
    }
}

/// A job of so many ranks as the one worker of a pool.
#[cfg(feature = "mpi")]
fn job(ranks: usize) -> Result<Option<ProcessPool>, Failure> {
    ProcessPool::start_job(run::mpirun(ranks, &[])?).map(Some).map_err(failed)
}

/// This build has none.
#[cfg(not(feature = "mpi"))]
fn job(_: usize) -> Result<Option<ProcessPool>, Failure> {
    Ok(None)
}

/// The most memory that one of these processes has had, in KiB.
fn largest(ids: &[u32]) -> Result<Cell, Failure> {
    let peaks: Result<Vec<u64>, _> = ids.iter().map(|id| peak(&id.to_string())).collect();
    Ok(Cell::Count(peaks?.into_iter().max().unwrap_or(0)))
}

/// The most memory that a process has had, in KiB.
fn peak(id: &str) -> Result<u64, Failure> {
    memory::peak(id).map(|bytes| bytes >> 10).ok_or_else(|| {
        failed(format!("the system does not tell the memory of process {id}: this needs Linux"))
    })
}
