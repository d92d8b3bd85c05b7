//! The most memory that coordinator, workers and ranks ever had, for more and more
//! samples.

use std::path::Path;

use mc_core::{Plan, Progress};
use mc_multiproc::{Prepared, ProcessPool, this_executable};

use super::way::failed;
use crate::cli::flags::Flags;
use crate::cli::request::Request;
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
    let command = this_executable().map_err(failed)?;
    let pool = ProcessPool::start(command, request.workers.get()).map_err(failed)?;
    let prepared =
        pool.prepare(kernel.text(), worker::key(&request), &request.problem).map_err(failed)?;
    let counts = if flags.samples.is_empty() { &SAMPLES[..] } else { &flags.samples };
    let ranks = Ranks::start(kernel, &request)?;
    let mut rows = Vec::new();
    for &samples in counts {
        let plan = Plan::new(samples, request.plans[0].seed()).map_err(failed)?;
        prepared.run(&plan, &Progress::new()).map_err(failed)?;
        let workers: Result<Vec<u64>, _> =
            pool.ids().iter().map(|id| peak(&id.to_string())).collect();
        rows.push(vec![
            Cell::Count(samples),
            Cell::Count(peak("self")?),
            Cell::Count(workers?.into_iter().max().unwrap_or(0)),
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
        let mut ids = Vec::new();
        for launcher in pool.ids() {
            below(launcher, &std::env::current_exe()?, &mut ids);
        }
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
        let peaks: Result<Vec<u64>, _> = self.ids.iter().map(|id| peak(&id.to_string())).collect();
        Ok(Cell::Count(peaks?.into_iter().max().unwrap_or(0)))
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

/// Adds the processes below `id` that run `program`: an MPI may have processes of
/// its own between `mpirun` and the ranks.
fn below(id: u32, program: &Path, found: &mut Vec<u32>) {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    for task in tasks {
        // The kernel lists the children of each thread.
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
            if std::fs::read_link(format!("/proc/{child}/exe")).is_ok_and(|exe| exe == program) {
                found.push(child);
            }
            below(child, program, found);
        }
    }
}

/// The most memory that a process has had, in KiB.
fn peak(id: &str) -> Result<u64, Failure> {
    let path = format!("/proc/{id}/status");
    let unknown =
        || failed(format!("{path} does not tell the memory of a process: this needs Linux"));
    let status = std::fs::read_to_string(&path).map_err(|_| unknown())?;
    let line = status.lines().find(|line| line.starts_with("VmHWM")).ok_or_else(unknown)?;
    line.split_whitespace().nth(1).and_then(|kib| kib.parse().ok()).ok_or_else(unknown)
}
