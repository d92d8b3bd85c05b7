//! The suite that every technique passes, for a kernel under each executor.

mod common;

use std::process::Command;

use common::Plain;
use mc_core::{Estimate, Plan, PrepareError, Problem, Progress, RunError, Technique};
use mc_multiproc::{Crossbeam, Executor, ProcessPool, Rayon};

/// What runs a prepared problem.
type Runner = Box<dyn Fn(&Plan) -> Result<Estimate, RunError>>;

fn threads(executor: impl Executor + 'static, problem: &Problem) -> Result<Runner, PrepareError> {
    let kernel = Plain.prepare(problem)?;
    Ok(Box::new(move |plan| executor.run(&*kernel, plan, &Progress::new())))
}

fn processes(workers: usize, problem: &Problem) -> Result<Runner, PrepareError> {
    let worker = Command::new(env!("CARGO_BIN_EXE_test-worker"));
    let pool = ProcessPool::start(worker, workers).unwrap();
    let prepared = pool.prepare("plain", "", problem)?;
    Ok(Box::new(move |plan| prepared.run(plan, &Progress::new())))
}

mc_core::conformance_of_runs!(rayon_1, |problem| threads(Rayon::new(1).unwrap(), problem));
mc_core::conformance_of_runs!(rayon_2, |problem| threads(Rayon::new(2).unwrap(), problem));
mc_core::conformance_of_runs!(rayon_3, |problem| threads(Rayon::new(3).unwrap(), problem));
mc_core::conformance_of_runs!(rayon_7, |problem| threads(Rayon::new(7).unwrap(), problem));

mc_core::conformance_of_runs!(crossbeam_1, |problem| threads(Crossbeam::new(1).unwrap(), problem));
mc_core::conformance_of_runs!(crossbeam_2, |problem| threads(Crossbeam::new(2).unwrap(), problem));
mc_core::conformance_of_runs!(crossbeam_3, |problem| threads(Crossbeam::new(3).unwrap(), problem));
mc_core::conformance_of_runs!(crossbeam_7, |problem| threads(Crossbeam::new(7).unwrap(), problem));

mc_core::conformance_of_runs!(processes_1, |problem| processes(1, problem));
mc_core::conformance_of_runs!(processes_2, |problem| processes(2, problem));
mc_core::conformance_of_runs!(processes_3, |problem| processes(3, problem));
mc_core::conformance_of_runs!(processes_7, |problem| processes(7, problem));

/// A whole MPI job is the one worker of a pool.
#[cfg(feature = "mpi")]
fn ranks(ranks: usize, problem: &Problem) -> Result<Runner, PrepareError> {
    let job = common::mpirun(env!("CARGO_BIN_EXE_test-worker"), ranks);
    let pool = ProcessPool::start_job(job).unwrap();
    let prepared = pool.prepare("plain", "", problem)?;
    Ok(Box::new(move |plan| prepared.run(plan, &Progress::new())))
}

#[cfg(feature = "mpi")]
mc_core::conformance_of_runs!(mpi_1, |problem| ranks(1, problem));
#[cfg(feature = "mpi")]
mc_core::conformance_of_runs!(mpi_2, |problem| ranks(2, problem));
#[cfg(feature = "mpi")]
mc_core::conformance_of_runs!(mpi_3, |problem| ranks(3, problem));
#[cfg(feature = "mpi")]
mc_core::conformance_of_runs!(mpi_7, |problem| ranks(7, problem));
