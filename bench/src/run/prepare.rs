//! A technique made ready: a kernel, alone or under an executor.

use mc_core::{
    Block, Kernel, Lenient, Moments, Plan, Precision, Problem, Progress, RunError, Technique,
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
    if let Some(reason) = name.executor.and_then(ExecutorName::missing) {
        return Err(reason);
    }
    // Asked first, so that no worker is started in vain.
    let technique = technique(name.kernel, request)?;
    let workers = request.workers.get();
    let words = |error: &dyn std::fmt::Display| error.to_string();
    match name.executor {
        None => Ok(Box::new(InThread(kernel(name, &*technique, request)?))),
        Some(ExecutorName::Rayon) => {
            let executor = Rayon::new(workers).map_err(|error| words(&error))?;
            let kernel = kernel(name, &*technique, request)?;
            Ok(Box::new(Threads { executor: Box::new(executor), kernel }))
        }
        Some(ExecutorName::Crossbeam) => {
            let executor = Crossbeam::new(workers).map_err(|error| words(&error))?;
            let kernel = kernel(name, &*technique, request)?;
            Ok(Box::new(Threads { executor: Box::new(executor), kernel }))
        }
        Some(ExecutorName::Processes) => {
            let mut command = this_executable().map_err(|error| words(&error))?;
            request.devices.tell(&mut command);
            let pool = ProcessPool::start(command, workers).map_err(|error| words(&error))?;
            pool.set_deadline(Some(request.deadline));
            in_pool(pool, name, request)
        }
        #[cfg(feature = "mpi")]
        Some(ExecutorName::Mpi) => match ranks::others() {
            // This is a rank of a job: no other job is started.
            Some(ranks) => {
                let prepared = ranks
                    .prepare(&sent(name, request), key(request), &request.problem)
                    .map_err(|error| words(&error))?;
                Ok(Box::new(Job { prepared }))
            }
            None => {
                let mut job = mpirun(workers, &[]).map_err(|error| words(&error))?;
                request.devices.tell(&mut job);
                let pool = ProcessPool::start_job(job).map_err(|error| words(&error))?;
                in_pool(pool, name, request)
            }
        },
        #[cfg(not(feature = "mpi"))]
        Some(ExecutorName::Mpi) => Err("MPI is not part of this build".to_owned()),
    }
}

fn in_pool(pool: ProcessPool, name: Name, request: &Request) -> Result<Box<dyn Runner>, String> {
    let precision = match name.kernel.is_on_device() {
        true => request.devices.chosen_precision(),
        false => Precision::F64,
    };
    let prepared = pool
        .prepare(&sent(name, request), key(request), &request.problem)
        .map_err(|error| error.to_string())?;
    Ok(Box::new(Processes { pool, prepared, precision }))
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
    technique.prepare(&request.problem).map_err(|error| match std::env::var("MC_MISSING_OPENCL") {
        // `cargo xtask` knows which package brings a device.
        Ok(help) if name.kernel.is_on_device() => format!("{error} ({help})"),
        _ => error.to_string(),
    })
}

struct InThread(Box<dyn Kernel>);

impl Runner for InThread {
    fn problem(&self) -> &Problem {
        self.0.problem()
    }

    fn run_block(
        &mut self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        mc_core::run_block(&*self.0, plan, block, progress)
    }

    fn precision(&self) -> Precision {
        self.0.precision()
    }
}

struct Threads {
    executor: Box<dyn Executor>,
    kernel: Box<dyn Kernel>,
}

impl Runner for Threads {
    fn problem(&self) -> &Problem {
        self.kernel.problem()
    }

    fn run_block(
        &mut self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        self.executor.run_block(&*self.kernel, plan, block, progress)
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        self.executor.run_nodes(&*self.kernel, plan, block, level, progress)
    }

    fn precision(&self) -> Precision {
        self.kernel.precision()
    }
}

struct Processes {
    pool: ProcessPool,
    prepared: Prepared,
    precision: Precision,
}

impl Runner for Processes {
    fn problem(&self) -> &Problem {
        self.prepared.problem()
    }

    fn run_block(
        &mut self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        self.prepared.run_block(plan, block, progress)
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        self.prepared.run_nodes(plan, block, level, progress)
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn processes(&self) -> Vec<u32> {
        self.pool.ids()
    }

    fn notices(&mut self) -> Vec<String> {
        self.pool.take_notices()
    }
}

/// The other ranks of the job that this process is rank 0 of.
#[cfg(feature = "mpi")]
struct Job {
    prepared: OnRanks<'static>,
}

#[cfg(feature = "mpi")]
impl Runner for Job {
    fn problem(&self) -> &Problem {
        self.prepared.problem()
    }

    fn run_block(
        &mut self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        self.prepared.run_block(plan, block, progress)
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        self.prepared.run_nodes(plan, block, level, progress)
    }
}
