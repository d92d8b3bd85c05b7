//! The coordinator's side: estimates on a pool of worker processes.

use std::num::NonZeroUsize;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mc_core::{Block, Estimate, Moments, Plan, PrepareError, Problem, Progress, RunError, Tree};

use super::asked::Asked;
use super::child::Child;
use super::crew::{Board, Crew, HELLO_DEADLINE, News, lock};
use super::frame;
use super::message::{KernelId, Refusal, Reply, Request};
use super::run::Run;
use crate::executor::{StartError, checked};

/// The running program on Linux, even if its file has been replaced since.
pub(super) const SELF: &str = "/proc/self/exe";

/// The program that is running now, to be started as a worker.
///
/// Arguments and environment can be added as for any [`Command`]; stdin and
/// stdout belong to the pool.
///
/// # Errors
///
/// If the system does not say where the executable is.
pub fn this_executable() -> Result<Command, StartError> {
    #[cfg(target_os = "linux")]
    {
        let mut command = Command::new(SELF);
        if let Some(name) = std::env::args_os().next() {
            std::os::unix::process::CommandExt::arg0(&mut command, name);
        }
        Ok(command)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let program = "this executable".to_owned();
        let path = std::env::current_exe();
        Ok(Command::new(path.map_err(|cause| StartError::Program { program, cause })?))
    }
}

/// Worker processes, started once, that serve any number of estimates.
///
/// A worker that ends, answers rubbish or misses the deadline is replaced and
/// its blocks are computed by another; the estimate keeps its bits, and
/// [`ProcessPool::take_notices`] says what happened. The processes end when
/// the pool and everything prepared on it are dropped, and also when this
/// process ends in any other way.
pub struct ProcessPool {
    shared: Arc<Shared>,
}

struct Shared {
    crew: Mutex<Crew>,
    board: Arc<Board>,
    workers: NonZeroUsize,
    names: AtomicU64,
    // Kernels that no one will use again.
    forgotten: Mutex<Vec<KernelId>>,
}

impl ProcessPool {
    /// Starts `workers` processes of `command` ([`this_executable`], if
    /// its `main` begins with [`serve_if_worker`](crate::serve_if_worker)).
    ///
    /// # Errors
    ///
    /// If `workers` is 0 or more than [`MAX_WORKERS`](crate::MAX_WORKERS); if the
    /// program cannot be started, does not serve as a worker, or is of another
    /// version.
    pub fn start(command: Command, workers: usize) -> Result<Self, StartError> {
        Self::start_within(command, workers, HELLO_DEADLINE, Duration::ZERO)
    }

    /// Starts an MPI job as the one worker of a pool. `command` is a launcher and
    /// what it launches, as in `mpirun -n 4 PROGRAM`; the program's `main` begins with
    /// [`Ranks::join`](crate::mpi::Ranks::join) and
    /// [`Ranks::serve_if_worker`](crate::mpi::Ranks::serve_if_worker).
    ///
    /// So a process that is no rank can have estimates from a job, as often as it
    /// likes. Requests and moments pass through the launcher, to rank 0 and back.
    ///
    /// # Errors
    ///
    /// As [`ProcessPool::start`].
    #[cfg(feature = "mpi")]
    pub fn start_job(command: Command) -> Result<Self, StartError> {
        /// For the launcher to end the ranks.
        const PATIENCE: Duration = Duration::from_secs(5);
        Self::start_within(command, 1, HELLO_DEADLINE, PATIENCE)
    }

    fn start_within(
        command: Command,
        workers: usize,
        hello_deadline: Duration,
        patience: Duration,
    ) -> Result<Self, StartError> {
        let count = checked(workers)?;
        let board = Arc::new(Board::default());
        let crew = Crew::start(command, workers, hello_deadline, patience, Arc::clone(&board))?;
        let shared = Shared {
            crew: Mutex::new(crew),
            board,
            workers: count,
            names: AtomicU64::new(0),
            forgotten: Mutex::default(),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// The number of workers.
    pub fn workers(&self) -> NonZeroUsize {
        self.shared.workers
    }

    /// How long a worker may take over one block, or over preparing, before it
    /// counts as hung and is replaced. There is no limit at first, since a
    /// block of a slow integrand may take any time.
    ///
    /// It waits for the run that goes on, if any.
    pub fn set_deadline(&self, deadline: Option<Duration>) {
        lock(&self.shared.crew).deadline = deadline;
    }

    /// Prepares `technique` for `problem` in every worker.
    ///
    /// The workers' [`Techniques`](crate::Techniques) find it by its name and
    /// `key`, which they get as it is.
    ///
    /// # Errors
    ///
    /// What the technique says in the first worker that refuses;
    /// [`ProcessError`](crate::ProcessError) if workers keep ending.
    pub fn prepare(
        &self,
        technique: &str,
        key: &str,
        problem: &Problem,
    ) -> Result<Prepared, PrepareError> {
        let kernel = self.shared.names.fetch_add(1, Ordering::Relaxed);
        let request = Request::Prepare {
            kernel,
            technique: technique.to_owned(),
            key: key.to_owned(),
            problem: Box::new(problem.clone()),
        };
        let prepare = frame::encode(&request).map_err(|cause| prepare_failed(cause.into()))?;
        let prepared = Prepared {
            shared: Arc::clone(&self.shared),
            kernel,
            prepare,
            problem: problem.clone(),
            level: Mutex::new(None),
            pace: Mutex::new(None),
        };
        prepared.prepare_all()?;
        Ok(prepared)
    }

    /// What happened to workers since the last call, one line each. The last
    /// 1000 lines are kept.
    pub fn take_notices(&self) -> Vec<String> {
        self.shared.board.take_notices()
    }

    /// The ids of the worker processes as they are now.
    pub fn ids(&self) -> Vec<u32> {
        self.shared.board.ids()
    }
}

/// A problem prepared in all workers of a [`ProcessPool`].
pub struct Prepared {
    shared: Arc<Shared>,
    pub(super) kernel: KernelId,
    // The whole frame, for the workers that come later.
    prepare: Vec<u8>,
    pub(super) problem: Problem,
    // The level of the last plan, by its samples.
    pub(super) level: Mutex<Option<(u64, u32)>>,
    // The seconds that a worker took for a sample in the last run.
    pub(super) pace: Mutex<Option<f64>>,
}

impl Prepared {
    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Runs the kernel on all batches of `plan`. One run at a time: another one
    /// on the same pool waits.
    ///
    /// # Errors
    ///
    /// As [`Executor::run`](crate::Executor::run), and [`ProcessError`](crate::ProcessError).
    pub fn run(&self, plan: &Plan, progress: &Progress) -> Result<Estimate, RunError> {
        let moments = self.run_block(plan, plan.whole(), progress)?;
        Estimate::checked(&moments, self.problem.scale(), plan.samples())
    }

    /// The part of a [`run`](Prepared::run) that computes `block`: its moments.
    ///
    /// # Errors
    ///
    /// As [`Prepared::run`].
    pub fn run_block(
        &self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        let nodes = self.run_nodes(plan, block, block.level(), progress)?;
        Ok(Tree::of(nodes))
    }

    /// The moments of the nodes at `level` that make up `block`, as
    /// [`mc_core::run_nodes`] returns them. The workers share them all.
    ///
    /// # Errors
    ///
    /// As [`Prepared::run`].
    pub fn run_nodes(
        &self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let mut crew = lock(&self.shared.crew);
        crew.forgive();
        self.shared.pass_on_forgotten(&mut crew);
        let name = self.shared.names.fetch_add(1, Ordering::Relaxed);
        let crew = &mut crew;
        Run { name, prepared: self, crew, plan, block, node_level: level, progress }.nodes()
    }

    /// Has every worker prepare, and waits for it.
    fn prepare_all(&self) -> Result<(), PrepareError> {
        let mut crew = lock(&self.shared.crew);
        crew.forgive();
        self.shared.pass_on_forgotten(&mut crew);
        let mut done = vec![false; crew.size()];
        while done.contains(&false) {
            crew.fill().map_err(|error| prepare_failed(error.into()))?;
            crew.ready().for_each(|(_, child)| self.equip(child));
            match crew.news().map_err(|error| prepare_failed(error.into()))? {
                News::Answer { place, asked: Asked::Prepare { kernel }, reply }
                    if kernel == self.kernel =>
                {
                    match reply {
                        Reply::Prepared(Err(Refusal::Unavailable(reason))) => {
                            return Err(PrepareError::Unavailable { reason });
                        }
                        Reply::Prepared(Err(Refusal::Failed(message))) => {
                            return Err(prepare_failed(message.into()));
                        }
                        _ => done[place] = true,
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Sends the problem to a worker that has not got it.
    pub(super) fn equip(&self, child: &mut Child) {
        if child.kernels.insert(self.kernel) {
            child.ask(&self.prepare, Asked::Prepare { kernel: self.kernel });
        }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        lock(&self.shared.forgotten).push(self.kernel);
    }
}

impl Shared {
    /// Lets the workers drop the kernels that no one will use again.
    fn pass_on_forgotten(&self, crew: &mut Crew) {
        for kernel in lock(&self.forgotten).drain(..) {
            if let Ok(frame) = frame::encode(&Request::Forget { kernel }) {
                for (_, child) in crew.ready() {
                    if child.kernels.remove(&kernel) {
                        child.tell(&frame);
                    }
                }
            }
        }
    }
}

fn prepare_failed(cause: mc_core::Cause) -> PrepareError {
    PrepareError::Failed { technique: "processes", cause }
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::message::{Hello, Role};
    use super::*;

    fn message(command: Command) -> String {
        match ProcessPool::start_within(command, 1, Duration::from_millis(200), Duration::ZERO) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("a pool was started"),
        }
    }

    #[test]
    fn a_program_that_says_nothing_is_not_waited_for() {
        let mut sleep = Command::new("sleep");
        sleep.arg("3600");
        assert!(message(sleep).contains("said nothing for 200ms"));
    }

    #[test]
    fn a_worker_of_another_version_is_refused() {
        let mut hello = Hello::from(Role::Worker);
        hello.version = "7.0.0".to_owned();
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("hello");
        std::fs::write(&file, frame::encode(&hello).unwrap()).unwrap();
        let mut cat = Command::new("cat");
        cat.arg(file).arg("-");
        let message = message(cat);
        assert!(message.contains("7.0.0") && message.contains("the same version"), "{message}");
    }
}
