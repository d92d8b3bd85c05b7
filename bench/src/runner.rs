//! A technique made ready: a kernel, alone or under an executor.

#[cfg(feature = "mpi")]
use std::cell::RefCell;

use mc_core::{
    Block, Estimate, Kernel, Lenient, Moments, Plan, Precision, Problem, Progress, RunError,
    Technique, catalogue,
};
use mc_multiproc::{
    Crossbeam, Executor, Prepared, ProcessPool, Rayon, serve_if_worker as serve, this_executable,
};

use clap::ValueEnum as _;

use crate::auto::Auto;
use crate::command::Simd;
#[cfg_attr(not(feature = "opencl"), expect(unused_imports))]
use crate::devices::Devices;
#[cfg(feature = "mpi")]
use mc_multiproc::mpi::{OnRanks, Ranks, in_job};

#[cfg(feature = "mpi")]
use crate::launcher;
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
    ) -> Result<Estimate, RunError> {
        let moments = self.run_block(problem, plan, plan.whole(), progress)?;
        Estimate::checked(&moments, problem.weight(), plan.samples())
    }

    /// The part of a run that computes `block`: its moments.
    fn run_block(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError>;

    /// The moments of the nodes at `level` that make up `block`, in order.
    fn run_nodes(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let node = |index| self.run_block(problem, plan, plan.block(level, index), progress);
        plan.indices(level, block).map(node).collect()
    }

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

/// What stands between a technique and its vector instructions, for workers.
const SIMD: char = '@';

/// What a technique's name begins with, for workers, if it leaves out values that are
/// not finite.
const LENIENT: &str = "lenient ";

/// What workers and ranks can prepare.
pub fn find(technique: &str, key: &str, problem: &Problem) -> Option<Box<dyn Technique>> {
    if let Some(technique) = technique.strip_prefix(LENIENT) {
        return Some(Box::new(Lenient(find(technique, key, problem)?)));
    }
    let (technique, simd) = match technique.split_once(SIMD) {
        Some((technique, simd)) => (technique, Some(Simd::from_str(simd, false).ok()?)),
        None => (technique, None),
    };
    let kernel = KernelName::ALL.into_iter().find(|kernel| kernel.text() == technique)?;
    let native = match key {
        NO_NATIVE => None,
        name => Some(catalogue::find(name, Some(problem.dims())).ok()?),
    };
    match kernel.technique_of(native.as_ref(), simd) {
        #[cfg(feature = "opencl")]
        Ok(_) if kernel.is_on_device() => Some(Devices::told().technique(kernel)),
        technique => technique.ok(),
    }
}

/// Serves and ends the process if it was started as a worker, or as a rank other
/// than 0 of an MPI job. Rank 0 comes back, and must end with [`leave`].
///
/// # Errors
///
/// If the ranks cannot work together.
pub fn serve_if_worker() -> Result<(), crate::Failure> {
    serve(&find);
    #[cfg(feature = "mpi")]
    if in_job() {
        let ranks = Ranks::join(&find).map_err(|error| crate::Failure::Run(error.to_string()))?;
        RANKS.set(Some(ranks.serve_if_worker()));
    }
    Ok(())
}

/// Leaves the MPI job, if this is rank 0 of one.
pub fn leave() {
    #[cfg(feature = "mpi")]
    RANKS.set(None);
}

#[cfg(feature = "mpi")]
thread_local! {
    // MPI wants one thread to talk to it: the main one.
    static RANKS: RefCell<Option<Ranks<'static>>> = const { RefCell::new(None) };
}

/// Prepares a technique for the problem of `request`; or why it cannot be used.
pub fn prepare(name: Name, request: &Request) -> Result<Box<dyn Runner>, String> {
    if name == Name::AUTO {
        return Ok(Box::new(Auto::new(request)));
    }
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
        Some(ExecutorName::Mpi) => match RANKS.with_borrow(Clone::clone) {
            // This is a rank of a job: no other job is started.
            Some(ranks) => {
                let prepared = ranks
                    .prepare(&sent(name, request), key(request), &request.problem)
                    .map_err(|error| words(&error))?;
                Ok(Box::new(Job { prepared }))
            }
            None => {
                let mut job = launcher::mpirun(workers, &[]).map_err(|error| words(&error))?;
                request.devices.tell(&mut job);
                let pool = ProcessPool::start_job(job).map_err(|error| words(&error))?;
                in_pool(pool, name, request)
            }
        },
        #[cfg(not(feature = "mpi"))]
        Some(ExecutorName::Mpi) => Err("MPI is not part of this build".to_owned()),
    }
}

/// What a technique is called among workers: its name, and its vector
/// instructions if they are chosen.
fn sent(name: Name, request: &Request) -> String {
    let lenient = if request.lenient { LENIENT } else { "" };
    match request.simd.filter(|_| name.kernel.is_compiled()) {
        Some(simd) => format!("{lenient}{}{SIMD}{}", name.kernel, simd.text()),
        None => format!("{lenient}{}", name.kernel),
    }
}

/// What tells a worker which native code goes with the problem.
pub(crate) fn key(request: &Request) -> &'static str {
    request.native.as_ref().map_or(NO_NATIVE, |entry| entry.name)
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
    let technique = kernel.technique_of(request.native.as_ref(), request.simd)?;
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
    fn run_block(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        mc_core::run_block(&*self.0, problem, plan, block, progress)
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
    fn run_block(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        self.executor.run_block(&*self.kernel, problem, plan, block, progress)
    }

    fn run_nodes(
        &mut self,
        problem: &Problem,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        self.executor.run_nodes(&*self.kernel, problem, plan, block, level, progress)
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
    fn run_block(
        &mut self,
        _: &Problem,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        self.prepared.run_block(plan, block, progress)
    }

    fn run_nodes(
        &mut self,
        _: &Problem,
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
    fn run_block(
        &mut self,
        _: &Problem,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        self.prepared.run_block(plan, block, progress)
    }

    fn run_nodes(
        &mut self,
        _: &Problem,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        self.prepared.run_nodes(plan, block, level, progress)
    }
}
