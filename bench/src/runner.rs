//! A technique made ready: a kernel, alone or under an executor.

use mc_core::{
    Estimate, Kernel, Plan, Precision, Problem, Progress, RunError, Technique, catalogue,
};
use mc_multiproc::{
    Crossbeam, Executor, Prepared, ProcessPool, Rayon, serve_if_worker as serve, this_executable,
};

#[cfg_attr(not(feature = "opencl"), expect(unused_imports))]
use crate::devices::Devices;
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

    /// The arithmetic that h is evaluated in.
    fn precision(&self) -> Precision {
        Precision::F64
    }

    /// What happened on the way that is worth a line, since the last call.
    fn notices(&mut self) -> Vec<String> {
        Vec::new()
    }
}

/// The key of problems without native code.
const NO_NATIVE: &str = "";

/// Serves and ends the process if it was started as a worker.
pub fn serve_if_worker() {
    serve(&|technique: &str, key: &str, problem: &Problem| {
        let kernel = KernelName::ALL.into_iter().find(|kernel| kernel.text() == technique)?;
        let native = match key {
            NO_NATIVE => None,
            name => Some(catalogue::find(name, Some(problem.dims())).ok()?),
        };
        match kernel.technique(native.as_ref()) {
            #[cfg(feature = "opencl")]
            Ok(_) if kernel.is_on_device() => Some(Devices::told().technique(kernel)),
            technique => technique.ok(),
        }
    });
}

/// Prepares a technique for the problem of `request`; or why it cannot be used.
pub fn prepare(name: Name, request: &Request) -> Result<Box<dyn Runner>, String> {
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
            let key = request.native.as_ref().map_or(NO_NATIVE, |entry| entry.name);
            let prepared = pool
                .prepare(technique.name(), key, &request.problem)
                .map_err(|error| words(&error))?;
            let precision = match name.kernel.is_on_device() {
                true => request.devices.chosen_precision(),
                false => Precision::F64,
            };
            Ok(Box::new(Processes { pool, prepared, precision }))
        }
    }
}

/// The technique, on the devices asked for.
fn technique(kernel: KernelName, request: &Request) -> Result<Box<dyn Technique>, String> {
    let technique = kernel.technique(request.native.as_ref())?;
    #[cfg(feature = "opencl")]
    if kernel.is_on_device() {
        return Ok(request.devices.technique(kernel));
    }
    Ok(technique)
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
    fn run(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<Estimate, RunError> {
        mc_core::run(&*self.0, problem, plan, progress)
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
    fn run(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<Estimate, RunError> {
        self.executor.run(&*self.kernel, problem, plan, progress)
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
    fn run(&mut self, _: &Problem, plan: &Plan, progress: &Progress) -> Result<Estimate, RunError> {
        self.prepared.run(plan, progress)
    }

    fn precision(&self) -> Precision {
        self.precision
    }

    fn notices(&mut self) -> Vec<String> {
        self.pool.take_notices()
    }
}
