//! The most memory that coordinator and workers ever had, for more and more samples.

use mc_core::{Plan, Progress};
use mc_multiproc::{ProcessPool, this_executable};

use super::failed;
use super::report::{Cell, Report};
use crate::Failure;
use crate::command::Flags;
use crate::request::Request;
use crate::runner;
use crate::techniques::KernelName;

/// Unless told otherwise.
const SAMPLES: [u64; 5] = [1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000];

/// Runs the experiment.
pub fn run(flags: &Flags) -> Result<Report, Failure> {
    let request = Request::compare(flags)?;
    let kernel = match (request.techniques.first(), KernelName::Jit.missing()) {
        (Some(name), _) => name.kernel,
        (None, None) => KernelName::Jit,
        (None, Some(_)) => KernelName::Serial,
    };
    // Refused here if this build has it not.
    kernel.technique(request.native.as_ref()).map_err(failed)?;
    let command = this_executable().map_err(failed)?;
    let pool = ProcessPool::start(command, request.workers.get()).map_err(failed)?;
    let prepared =
        pool.prepare(kernel.text(), runner::key(&request), &request.problem).map_err(failed)?;
    let counts = if flags.samples.is_empty() { &SAMPLES[..] } else { &flags.samples };
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
        ]);
    }
    Ok(Report {
        title: format!("Peak memory of processes-{kernel}, {} workers", request.workers),
        columns: vec![
            ("samples", "M"),
            ("coordinator_kib", "coordinator, KiB"),
            ("worker_kib", "largest worker, KiB"),
        ],
        rows,
        notes: vec!["The peak of each process since it started (VmHWM).".to_owned()],
    })
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
