//! The executable that the tests start as workers: a `main` as a user writes it.

#[path = "mod.rs"]
mod common;

use mc_core::{Plan, Progress};
use mc_multiproc::{ProcessPool, serve_if_worker, this_executable};

fn main() {
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
                let plan = Plan::new(samples.parse().unwrap(), 7).unwrap();
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
