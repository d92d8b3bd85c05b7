//! The most memory that coordinator, workers and ranks ever had, for more and more samples.

use std::error::Error;

use mc_core::{Plan, Progress};
use mc_multiproc::{Prepared, ProcessPool};
use serde_json::Value;

use super::Outcome;
use super::way::pool;
use crate::cli::flags::Flags;
use crate::cli::request::Request;
use crate::measure::memory::{self, running};
use crate::results::Experiment;
#[cfg(feature = "mpi")]
use crate::run;
use crate::run::worker;
use crate::technique::name::{ExecutorName, KernelName};

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
    // Refused here if this build has it not.
    kernel.technique(request.native.as_ref())?;
    let (pool, prepared) = pool(workers.get(), kernel, &request)?;
    let counts = if flags.sample.samples.is_empty() { &SAMPLES[..] } else { &flags.sample.samples };
    let ranks = Ranks::start(kernel, &request)?;
    for &samples in counts {
        let plan = Plan::new(samples, request.plans[0].seed())?;
        prepared.run(&plan, &Progress::new())?;
        found.rows.push(vec![
            samples.into(),
            peak("self")?.into(),
            largest(&pool.ids())?,
            ranks.as_ref().map_or(Ok(Value::Null), |ranks| ranks.run(&plan))?,
        ]);
    }
    found.notes.push("The peak of each process since it started (VmHWM).".to_owned());
    found.notes.extend(ExecutorName::Mpi.missing().map(|why| format!("No ranks: {why}.")));
    Ok(found)
}

/// The ranks of an MPI job, prepared for the same problem.
struct Ranks {
    ids: Vec<u32>,
    prepared: Prepared,
    _pool: ProcessPool,
}

impl Ranks {
    /// As many as there are workers; none where this build has no MPI.
    fn start(kernel: KernelName, request: &Request) -> Result<Option<Self>, Box<dyn Error>> {
        let count = request.workers.get();
        let Some(pool) = job(count)? else { return Ok(None) };
        let prepared = pool.prepare(kernel.text(), worker::key(request), &request.problem)?;
        let own = std::env::current_exe()?;
        let ids: Vec<_> = pool.ids().into_iter().flat_map(|id| running(&own, id)).collect();
        if ids.len() != count {
            let found = ids.len();
            return Err(format!(
                "{found} of {count} ranks were found below mpirun: their memory can be told \
                 only on this machine, and on Linux"
            )
            .into());
        }
        Ok(Some(Self { ids, prepared, _pool: pool }))
    }

    /// Runs `plan`; the peak of the largest rank.
    fn run(&self, plan: &Plan) -> Result<Value, Box<dyn Error>> {
        self.prepared.run(plan, &Progress::new())?;
        Ok(largest(&self.ids)?)
    }
}

/// A job of so many ranks as the one worker of a pool; none where this build has no MPI.
#[cfg_attr(not(feature = "mpi"), expect(unused_variables))]
fn job(ranks: usize) -> Result<Option<ProcessPool>, Box<dyn Error>> {
    #[cfg(feature = "mpi")]
    return Ok(Some(ProcessPool::start_job(run::mpirun(ranks, &[])?)?));
    #[cfg(not(feature = "mpi"))]
    Ok(None)
}

/// The most memory that one of these processes has had, in KiB.
fn largest(ids: &[u32]) -> Result<Value, String> {
    let peaks: Result<Vec<u64>, _> = ids.iter().map(|id| peak(&id.to_string())).collect();
    Ok(peaks?.into_iter().max().unwrap_or(0).into())
}

/// The most memory that a process has had, in KiB.
fn peak(id: &str) -> Result<u64, String> {
    memory::peak(id).map(|bytes| bytes >> 10).ok_or_else(|| {
        format!("the system does not tell the memory of process {id}: this needs Linux")
    })
}
