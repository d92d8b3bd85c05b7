//! What executors have in common: a name, a number of workers, and `run`.

use std::io;
use std::num::NonZeroUsize;
use std::thread;

use mc_core::{Block, Compute, Estimate, Kernel, Moments, Plan, Problem, Progress, RunError};

/// Decides where a kernel runs.
///
/// [`mc_core::run`] is the executor of one thread; these share its contract.
/// Whatever the executor and however many its workers, the estimate has the
/// same bits, because blocks are nodes of the one merge tree.
pub trait Executor: Send + Sync {
    /// Its name, the first part of a technique's: `rayon` in `rayon-jit`.
    fn name(&self) -> &'static str;

    /// How many blocks it computes at once.
    fn workers(&self) -> NonZeroUsize;

    /// Runs `kernel` on all batches of `plan`.
    ///
    /// # Errors
    ///
    /// As [`mc_core::run`]. Where several blocks fail, the error is that of the
    /// first one in the plan, so it does not depend on the workers either.
    fn run(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<Estimate, RunError> {
        let nodes = self.run_nodes(kernel, plan, plan.whole(), plan.estimate_level(), progress)?;
        Estimate::of_nodes(&nodes, kernel.problem().scale(), plan)
    }

    /// The part of a [`run`](Executor::run) that computes `block`: its moments. A
    /// [`Session`](mc_core::Session) makes a whole run of such parts.
    ///
    /// # Errors
    ///
    /// As [`Executor::run`].
    fn run_block(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError>;

    /// The moments of the nodes at `level` that make up `block`, in order, as
    /// [`mc_core::run_nodes`] returns them.
    ///
    /// # Errors
    ///
    /// As [`Executor::run`].
    fn run_nodes(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let node = |index| self.run_block(kernel, plan, plan.block(level, index), progress);
        plan.indices(level, block).map(node).collect()
    }

    /// This executor with a kernel: what a [`Session`](mc_core::Session) runs.
    fn with<'r>(&'r self, kernel: &'r dyn Kernel) -> OnThreads<'r>
    where
        Self: Sized,
    {
        OnThreads { executor: self, kernel }
    }
}

/// An executor and a kernel.
pub struct OnThreads<'r> {
    executor: &'r dyn Executor,
    kernel: &'r dyn Kernel,
}

impl Compute for OnThreads<'_> {
    fn problem(&self) -> &Problem {
        self.kernel.problem()
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        self.executor.run_nodes(self.kernel, plan, block, level, progress)
    }
}

/// The most workers an executor takes.
pub const MAX_WORKERS: usize = 10_000;

/// The cores that this process may use: the default number of workers.
///
/// On Linux the affinity mask and the cgroup's CPU quota count, not only the
/// cores of the machine ([`thread::available_parallelism`]). It is 1 where the
/// system does not say.
pub fn default_workers() -> NonZeroUsize {
    thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// How often in a row a worker is replaced at one place without a block done
/// there in between, and how many workers may end over one block, before a run
/// gives up.
pub const MAX_TRIES: u32 = 5;

/// Why an executor could not be started.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// A number of workers that makes no sense.
    #[error("{workers} workers: there must be 1 to {MAX_WORKERS}")]
    Workers {
        /// How many were asked for.
        workers: usize,
    },
    /// The system gave no more threads.
    #[error(
        "{workers} threads could not be started: {cause}; ask for fewer workers, or raise the limit \
         that was hit: of processes and threads (`ulimit -u`, pids.max of the cgroup), or of \
         memory (`ulimit -v`, each thread has a stack)"
    )]
    Threads {
        /// How many were asked for.
        workers: usize,
        /// What the system says.
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A worker process could not be started.
    #[error("the worker process `{program}` could not be started: {cause}")]
    Program {
        /// The program.
        program: String,
        /// What the system says.
        cause: io::Error,
    },
    /// Some worker processes were started, and then no more.
    #[error(
        "worker process {} of {workers} could not be started: {cause}; ask for fewer workers, or \
         raise the limit that was hit: {limit}", running + 1
    )]
    Processes {
        /// How many were running.
        running: usize,
        /// How many were asked for.
        workers: usize,
        /// What the system says.
        cause: io::Error,
        /// Which limit that most likely is.
        limit: &'static str,
    },
    /// A worker process was started, but it is not one of ours.
    #[error(
        "`{program}` does not serve as a worker: it {what}; its `main` must begin with \
         `mc_multiproc::serve_if_worker`"
    )]
    NotAWorker {
        /// The program.
        program: String,
        /// What it did instead.
        what: String,
    },
    /// Worker processes are killed or stopped as they start.
    #[error("`{program}` was started {} times as a worker, and none came to say hello: {last}", MAX_TRIES + 1)]
    KeepsEnding {
        /// The program.
        program: String,
        /// What happened the last time.
        last: String,
    },
    /// A worker process of another version.
    #[error(
        "the worker `{program}` is of {theirs}, this process of {ours}: both must be built from \
         the same version"
    )]
    Version {
        /// The program.
        program: String,
        /// Its versions.
        theirs: String,
        /// Our versions.
        ours: String,
    },
    /// This process is itself a worker.
    #[error(
        "this process was started as a worker and must not start workers: its `main` must begin \
         with `mc_multiproc::serve_if_worker`"
    )]
    InsideWorker,
}

impl StartError {
    /// A worker of `program` could not be started while `running` others run.
    pub(crate) fn process(
        program: String,
        running: usize,
        workers: usize,
        cause: io::Error,
    ) -> Self {
        if running == 0 {
            // It is not the number.
            return Self::Program { program, cause };
        }
        // The numbers are the same on all Unix systems.
        let limit = match (cfg!(unix), cause.raw_os_error(), cause.kind()) {
            (true, Some(23 | 24), _) => {
                "of open files (`ulimit -n`; a worker takes two, for its pipes)"
            }
            (_, _, io::ErrorKind::OutOfMemory) => "of memory",
            _ => "of processes and threads (`ulimit -u`, pids.max of the cgroup)",
        };
        Self::Processes { running, workers, cause, limit }
    }
}

/// `workers` as a number that executors take.
pub(crate) fn checked(workers: usize) -> Result<NonZeroUsize, StartError> {
    NonZeroUsize::new(workers)
        .filter(|workers| workers.get() <= MAX_WORKERS)
        .ok_or(StartError::Workers { workers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_that_was_hit_is_named() {
        let error = |code| {
            let cause = io::Error::from_raw_os_error(code);
            StartError::process("worker".to_owned(), 48, 200, cause).to_string()
        };
        if cfg!(unix) {
            assert!(error(24).contains("worker process 49 of 200"), "{}", error(24));
            assert!(error(24).contains("`ulimit -n`"), "{}", error(24));
        }
        assert!(error(11).contains("`ulimit -u`"), "{}", error(11));
        let cause = io::Error::from(io::ErrorKind::NotFound);
        let error = StartError::process("worker".to_owned(), 0, 200, cause).to_string();
        assert!(error.starts_with("the worker process `worker` could not be started"), "{error}");
    }

    /// The mask of this thread counts, as `taskset` sets it.
    #[cfg(target_os = "linux")]
    #[test]
    fn the_default_respects_the_affinity_mask() {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

        let alone = thread::spawn(|| {
            let all = sched_getaffinity(None).unwrap();
            let first = (0..CpuSet::MAX_CPU).find(|&cpu| all.is_set(cpu)).unwrap();
            let mut one = CpuSet::new();
            one.set(first);
            sched_setaffinity(None, &one).unwrap();
            default_workers().get()
        });
        assert_eq!(alone.join().unwrap(), 1);
    }

    #[test]
    fn impossible_numbers_of_workers_are_named() {
        assert_eq!(checked(0).unwrap_err().to_string(), "0 workers: there must be 1 to 10000");
        assert!(checked(10_001).unwrap_err().to_string().starts_with("10001 workers"));
        assert_eq!(checked(10_000).unwrap().get(), 10_000);
    }
}
