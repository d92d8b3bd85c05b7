//! Memory does not grow with the number of samples. A test program of its own:
//! it reads the peak of its whole process.
#![cfg(target_os = "linux")]

mod common;

use std::process::Command;

use common::signals::kib;
use common::{Instantly, problem};
#[cfg(feature = "mpi")]
use common::{mpirun, signals::descendants};
use mc_core::{Plan, Progress, Technique};
use mc_multiproc::{Crossbeam, Executor, ProcessPool, Rayon};

/// From 10⁶ to 10¹⁰ samples, and ten times as many, the peaks of coordinator and
/// workers stay within a MiB. The kernel takes no time, so that the executors
/// hand out as fast as they ever can.
#[test]
fn memory_stays_flat_from_1e6_to_1e11_samples() {
    const WORKERS: usize = 4;
    let problem = problem();
    let kernel = Instantly.prepare(&problem).unwrap();
    let threads: [Box<dyn Executor>; 2] =
        [Box::new(Rayon::new(WORKERS).unwrap()), Box::new(Crossbeam::new(WORKERS).unwrap())];
    let worker = Command::new(env!("CARGO_BIN_EXE_test-worker"));
    let pool = ProcessPool::start(worker, WORKERS).unwrap();
    let prepared = pool.prepare("instant", "", &problem).unwrap();

    let mut peaks: Vec<Vec<u64>> = Vec::new();
    for samples in [1_000_000, 100_000_000, 10_000_000_000, 100_000_000_000] {
        let plan = Plan::new(samples, 1).unwrap();
        for executor in &threads {
            executor.run(&*kernel, &plan, &Progress::new()).unwrap();
        }
        prepared.run(&plan, &Progress::new()).unwrap();
        let own = kib("self", "VmHWM");
        let workers = pool.ids().into_iter().map(|id| kib(&id.to_string(), "VmHWM"));
        let all: Vec<u64> = std::iter::once(own).chain(workers).collect();
        println!("M = {samples}: peaks in KiB, coordinator and workers: {all:?}");
        peaks.push(all);
    }
    assert_flat(&peaks);
}

/// No process has a MiB more at the end than after the first run.
#[track_caller]
fn assert_flat(peaks: &[Vec<u64>]) {
    let (first, last) = (&peaks[0], &peaks[peaks.len() - 1]);
    assert_eq!(first.len(), last.len());
    for (place, (first, last)) in first.iter().zip(last).enumerate() {
        assert!(*last < first + 1024, "process {place} grew from {first} to {last} KiB");
    }
}

/// The same of the ranks of a job, rank 0 among them.
#[test]
#[cfg(feature = "mpi")]
fn memory_of_ranks_stays_flat_from_1e6_to_1e11_samples() {
    const RANKS: usize = 3;
    const WORKER: &str = env!("CARGO_BIN_EXE_test-worker");
    let pool = ProcessPool::start_job(mpirun(WORKER, RANKS)).unwrap();
    let prepared = pool.prepare("instant", "", &problem()).unwrap();
    // `mpirun` is the worker, the ranks are below it.
    let ranks = descendants(pool.ids()[0], WORKER);
    assert_eq!(ranks.len(), RANKS, "{ranks:?}");
    let mut peaks: Vec<Vec<u64>> = Vec::new();
    for samples in [1_000_000, 100_000_000, 10_000_000_000, 100_000_000_000] {
        let plan = Plan::new(samples, 1).unwrap();
        prepared.run(&plan, &Progress::new()).unwrap();
        let all: Vec<u64> = ranks.iter().map(|id| kib(&id.to_string(), "VmHWM")).collect();
        println!("M = {samples}: peaks of the ranks in KiB: {all:?}");
        peaks.push(all);
    }
    assert_flat(&peaks);
}
