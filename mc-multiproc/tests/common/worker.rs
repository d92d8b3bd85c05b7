//! The executable that the tests start as workers: a `main` as a user writes it.

#[path = "mod.rs"]
mod common;

use mc_core::{Plan, Progress};
use mc_multiproc::{ProcessPool, serve_if_worker, this_executable};

fn main() {
    killed_as_it_starts();
    serve_if_worker(&common::find);
    #[cfg(feature = "mpi")]
    if mc_multiproc::mpi::in_job() {
        rank();
        return;
    }
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    if let [verb, technique] = &arguments[..]
        && verb == "coordinate"
    {
        coordinate(technique);
    }
    eprintln!("this program is a worker of mc-multiproc's tests, started by them");
    std::process::exit(2);
}

/// With `DIES_IN` set to a folder, so many processes as `DIES` says end by SIGKILL here, as one that the
/// system is short of memory for does.
fn killed_as_it_starts() {
    let variable = |name| std::env::var(name).ok();
    let (Some(folder), Some(times)) = (variable("DIES_IN"), variable("DIES")) else { return };
    let times: u32 = times.parse().unwrap();
    let free = |k: &u32| std::fs::create_dir(format!("{folder}/{k}")).is_ok();
    if (0..times).find(free).is_some() {
        let kill = format!("kill -s KILL {}", std::process::id());
        std::process::Command::new("sh").args(["-c", &kill]).status().unwrap();
    }
}

/// Starts workers, prints their ids, and keeps them busy for years.
fn coordinate(technique: &str) {
    let pool = ProcessPool::start(this_executable().unwrap(), 3).unwrap();
    let prepared = pool.prepare(technique, "", &common::problem()).unwrap();
    println!("{}", pool.ids().iter().map(u32::to_string).collect::<Vec<_>>().join(" "));
    let _ = prepared.run(&Plan::new(1 << 60, 7).unwrap(), &Progress::new());
}

/// A rank of an MPI job: runs TECHNIQUE twice for each number of SAMPLES on the
/// integrand F, and prints the bits.
#[cfg(feature = "mpi")]
fn rank() {
    let ranks = mc_multiproc::mpi::Ranks::join(&common::find).unwrap().serve_if_worker();
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let [f, technique, samples @ ..] = &arguments[..] else { panic!("F TECHNIQUE SAMPLES…") };
    let outcome = ranks
        .prepare(technique, "", &common::problem_of(f))
        .map_err(|error| error.to_string())
        .and_then(|prepared| {
            for samples in samples.iter().chain(samples) {
                let plan = common::plan_of(samples);
                let estimate =
                    prepared.run(&plan, &Progress::new()).map_err(|error| error.to_string())?;
                println!("{:x} {:x}", estimate.value.to_bits(), estimate.variance.to_bits());
            }
            Ok(())
        });
    if let Err(error) = outcome {
        eprintln!("{error}");
        drop(ranks);
        std::process::exit(3);
    }
}
