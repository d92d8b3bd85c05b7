//! A technique made ready: a kernel, alone or under an executor.

use mc_core::{Estimate, Kernel, Plan, Problem, Progress, RunError, Technique, catalogue};
use mc_multiproc::{
    Crossbeam, Executor, Prepared, ProcessPool, Rayon, serve_if_worker as serve, this_executable,
};

use clap::ValueEnum as _;

use crate::command::Simd;
use crate::request::Request;
use crate::techniques::{ExecutorName, KernelName, Name};

/// A technique that is ready to run.
pub trait Runner {
    /// One whole estimate.
    fn run(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<Estimate, RunError>;

    /// What happened on the way that is worth a line, since the last call.
    fn notices(&mut self) -> Vec<String> {
        Vec::new()
    }
}

/// The key of problems without native code.
const NO_NATIVE: &str = "";

/// What stands between a technique and its vector instructions, for workers.
const SIMD: char = '@';

/// Serves and ends the process if it was started as a worker.
pub fn serve_if_worker() {
    serve(&|technique: &str, key: &str, problem: &Problem| {
        let (technique, simd) = match technique.split_once(SIMD) {
            Some((technique, simd)) => (technique, Some(Simd::from_str(simd, false).ok()?)),
            None => (technique, None),
        };
        let kernel = KernelName::ALL.into_iter().find(|kernel| kernel.text() == technique)?;
        let native = match key {
            NO_NATIVE => None,
            name => Some(catalogue::find(name, Some(problem.dims())).ok()?),
        };
        kernel.technique_of(native.as_ref(), simd).ok()
    });
}

/// Prepares a technique for the problem of `request`; or why it cannot be used.
pub fn prepare(name: Name, request: &Request) -> Result<Box<dyn Runner>, String> {
    // Asked first, so that no worker is started in vain.
    let technique = name.kernel.technique_of(request.native.as_ref(), request.simd)?;
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
            let command = this_executable().map_err(|error| words(&error))?;
            let pool = ProcessPool::start(command, workers).map_err(|error| words(&error))?;
            let key = request.native.as_ref().map_or(NO_NATIVE, |entry| entry.name);
            let technique = match request.simd.filter(|_| name.kernel.is_compiled()) {
                Some(simd) => format!("{}{SIMD}{}", technique.name(), simd.text()),
                None => technique.name().to_owned(),
            };
            let prepared =
                pool.prepare(&technique, key, &request.problem).map_err(|error| words(&error))?;
            Ok(Box::new(Processes { pool, prepared }))
        }
    }
}

fn kernel(
    name: Name,
    technique: &dyn Technique,
    request: &Request,
) -> Result<Box<dyn Kernel>, String> {
    technique.prepare(&request.problem).map_err(|error| match std::env::var("MC_MISSING_OPENCL") {
        // `cargo xtask` knows which package brings a device.
        Ok(help) if name.kernel == KernelName::OpenCl => format!("{error} ({help})"),
        _ => error.to_string(),
    })
}

struct InThread(Box<dyn Kernel>);

impl Runner for InThread {
    fn run(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<Estimate, RunError> {
        mc_core::run(&*self.0, problem, plan, progress)
    }
}

struct Threads {
    executor: Box<dyn Executor>,
    kernel: Box<dyn Kernel>,
}

impl Runner for Threads {
    fn run(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<Estimate, RunError> {
        self.executor.run(&*self.kernel, problem, plan, progress)
    }
}

struct Processes {
    pool: ProcessPool,
    prepared: Prepared,
}

impl Runner for Processes {
    fn run(&mut self, _: &Problem, plan: &Plan, progress: &Progress) -> Result<Estimate, RunError> {
        self.prepared.run(plan, progress)
    }

    fn notices(&mut self) -> Vec<String> {
        self.pool.take_notices()
    }
}
