//! A technique made ready: a kernel, alone or under an executor.

use std::error::Error;

use mc_core::{
    Block, Compute, Kernel, Lenient, Moments, Plan, Precision, Problem, Progress, RunError,
    Technique,
};
#[cfg(feature = "mpi")]
use mc_multiproc::mpi::OnRanks;
use mc_multiproc::{Crossbeam, Executor, Prepared, ProcessPool, Rayon, this_executable};

#[cfg(feature = "mpi")]
use super::mpirun::mpirun;
#[cfg(feature = "mpi")]
use super::ranks;
use super::runner::Runner;
use super::worker::{key, sent};
use crate::cli::request::Request;
use crate::technique::name::{ExecutorName, KernelName, Name};

/// Prepares a technique for the problem of `request`; or why it cannot be used.
pub fn prepare(name: Name, request: &Request) -> Result<Box<dyn Runner>, String> {
    match ready(name, request) {
        Ok(ready) => Ok(Box::new(ready)),
        Err(error) => Err(error.to_string()),
    }
}

/// A kernel, and who runs it.
enum Ready {
    InThread(Box<dyn Kernel>),
    Threads(Box<dyn Executor>, Box<dyn Kernel>),
    Processes(ProcessPool, Box<Prepared>, Precision),
    /// The other ranks of the job that this process is rank 0 of.
    #[cfg(feature = "mpi")]
    Ranks(OnRanks<'static>),
}

fn ready(name: Name, request: &Request) -> Result<Ready, Box<dyn Error>> {
    if let Some(reason) = name.executor.and_then(ExecutorName::missing) {
        return Err(reason.into());
    }
    // Asked first, so that no worker is started in vain.
    let technique = technique(name.kernel, request)?;
    let workers = request.workers.get();
    let executor: Box<dyn Executor> = match name.executor {
        None => return Ok(Ready::InThread(kernel(name, &*technique, request)?)),
        Some(ExecutorName::Rayon) => {
            let kernel = kernel(name, &*technique, request)?;
            // A pool of thousands takes seconds to start, and more than there are blocks idle.
            let blocks = request.plans.iter().map(|plan| {
                plan.block_count(kernel.block_level(plan, workers)).try_into().unwrap_or(usize::MAX)
            });
            let threads = blocks.max().unwrap_or(workers).min(workers);
            return Ok(Ready::Threads(Box::new(Rayon::new(threads)?), kernel));
        }
        Some(ExecutorName::Crossbeam) => Box::new(Crossbeam::new(workers)?),
        Some(ExecutorName::Processes) => {
            let mut command = this_executable()?;
            request.devices.tell(&mut command);
            let pool = ProcessPool::start(command, workers)?;
            pool.set_deadline(Some(request.deadline));
            return in_pool(pool, name, request);
        }
        #[cfg(feature = "mpi")]
        Some(ExecutorName::Mpi) => {
            // A rank of a job starts no other job.
            if let Some(ranks) = ranks::others() {
                let prepared = ranks.prepare_for(
                    &sent(name, request),
                    key(request),
                    &request.problem,
                    request.sampling,
                )?;
                return Ok(Ready::Ranks(prepared));
            }
            let mut job = mpirun(workers, &[])?;
            request.devices.tell(&mut job);
            return in_pool(ProcessPool::start_job(job)?, name, request);
        }
        #[cfg(not(feature = "mpi"))]
        Some(ExecutorName::Mpi) => return Err("MPI is not part of this build".into()),
    };
    Ok(Ready::Threads(executor, kernel(name, &*technique, request)?))
}

fn in_pool(pool: ProcessPool, name: Name, request: &Request) -> Result<Ready, Box<dyn Error>> {
    let precision = match name.kernel.is_on_device() {
        true => request.devices.chosen_precision(),
        false => Precision::F64,
    };
    let (sent, key) = (sent(name, request), key(request));
    let prepared = pool.prepare_for(&sent, key, &request.problem, request.sampling)?;
    Ok(Ready::Processes(pool, Box::new(prepared), precision))
}

/// The technique, on the devices asked for.
fn technique(kernel: KernelName, request: &Request) -> Result<Box<dyn Technique>, String> {
    let technique = kernel.technique_of(request.native.as_ref(), request.simd, request.cold)?;
    #[cfg(feature = "opencl")]
    let technique = match kernel.is_on_device() {
        true => request.devices.technique(kernel),
        false => technique,
    };
    Ok(if request.lenient { Box::new(Lenient(technique)) } else { technique })
}

fn kernel(
    name: Name,
    technique: &dyn Technique,
    request: &Request,
) -> Result<Box<dyn Kernel>, String> {
    let prepared = technique.prepare_for(&request.problem, request.sampling);
    prepared.map_err(|error| match std::env::var("MC_MISSING_OPENCL") {
        // `cargo xtask` knows which package brings a device.
        Ok(help) if name.kernel.is_on_device() => format!("{error} ({help})"),
        _ => error.to_string(),
    })
}

impl Compute for Ready {
    fn problem(&self) -> &Problem {
        match self {
            Self::InThread(kernel) | Self::Threads(_, kernel) => kernel.problem(),
            Self::Processes(_, prepared, _) => prepared.problem(),
            #[cfg(feature = "mpi")]
            Self::Ranks(prepared) => prepared.problem(),
        }
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        match self {
            Self::InThread(kernel) => mc_core::run_nodes(&**kernel, plan, block, level, progress),
            Self::Threads(executor, kernel) => {
                executor.run_nodes(&**kernel, plan, block, level, progress)
            }
            Self::Processes(_, prepared, _) => prepared.run_nodes(plan, block, level, progress),
            #[cfg(feature = "mpi")]
            Self::Ranks(prepared) => prepared.run_nodes(plan, block, level, progress),
        }
    }
}

impl Runner for Ready {
    // A short run is over before a list of one node is made.
    fn run_block(
        &mut self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        match self {
            Self::InThread(kernel) => mc_core::run_block(&**kernel, plan, block, progress),
            Self::Threads(executor, kernel) => executor.run_block(&**kernel, plan, block, progress),
            Self::Processes(_, prepared, _) => prepared.run_block(plan, block, progress),
            #[cfg(feature = "mpi")]
            Self::Ranks(prepared) => prepared.run_block(plan, block, progress),
        }
    }

    fn precision(&self) -> Precision {
        match self {
            Self::InThread(kernel) | Self::Threads(_, kernel) => kernel.precision(),
            Self::Processes(_, _, precision) => *precision,
            #[cfg(feature = "mpi")]
            Self::Ranks(_) => Precision::F64,
        }
    }

    fn processes(&self) -> Vec<u32> {
        match self {
            Self::Processes(pool, ..) => pool.ids(),
            _ => Vec::new(),
        }
    }

    fn tell_at_once(&mut self, listener: fn(&str)) {
        if let Self::Processes(pool, ..) = self {
            pool.set_listener(listener);
        }
    }

    fn notices(&mut self) -> Vec<String> {
        match self {
            Self::Processes(pool, ..) => pool.take_notices(),
            _ => Vec::new(),
        }
    }
}
