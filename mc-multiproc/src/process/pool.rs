//! The coordinator's side: estimates on a pool of worker processes.

use std::num::NonZeroUsize;
use std::process::Command;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mc_core::{PrepareError, Problem, Sampling};

use super::board::Board;
use super::lock::lock;
use super::prepared::Prepared;
use super::shared::Shared;
use super::supervisor::{HELLO_DEADLINE, Supervisor};
use crate::executor::{StartError, checked};

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

impl ProcessPool {
    /// Starts `workers` processes of `command` ([`this_executable`](crate::this_executable), if
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
        let supervisor =
            Supervisor::start(command, workers, hello_deadline, patience, Arc::clone(&board))?;
        let shared = Shared {
            supervisor: Mutex::new(supervisor),
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
    /// block of a slow integrand may take any time. With a deadline a worker gets
    /// several blocks at once only if all of them surely take less. Half way to it, or after
    /// ten seconds, a notice says that the worker is silent.
    ///
    /// It waits for the run that goes on, if any.
    pub fn set_deadline(&self, deadline: Option<Duration>) {
        lock(&self.shared.supervisor).deadline = deadline;
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
        self.prepare_for(technique, key, problem, Sampling::Random)
    }

    /// [`ProcessPool::prepare`] for plans with these points, as
    /// [`Technique::prepare_for`](mc_core::Technique::prepare_for).
    ///
    /// # Errors
    ///
    /// As [`ProcessPool::prepare`].
    pub fn prepare_for(
        &self,
        technique: &str,
        key: &str,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Prepared, PrepareError> {
        Prepared::new(Arc::clone(&self.shared), technique, key, problem, sampling)
    }

    /// What happened to workers since the last call, one line each. The last
    /// 1000 lines are kept.
    pub fn take_notices(&self) -> Vec<String> {
        self.shared.board.take_notices()
    }

    /// Has `listener` hear at once what [`ProcessPool::take_notices`] would give later. It is
    /// called in the thread that runs an estimate, which waits for it.
    pub fn set_listener(&self, listener: impl Fn(&str) + Send + 'static) {
        self.shared.board.set_listener(Box::new(listener));
    }

    /// The ids of the worker processes as they are now.
    pub fn ids(&self) -> Vec<u32> {
        self.shared.board.ids()
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::frame;
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

    /// A shell script that is a worker once, and then waits: the second of two workers is as
    /// one that was stopped as it started.
    #[test]
    fn a_worker_that_stops_as_it_starts_is_started_again() {
        let dir = tempfile::tempdir().unwrap();
        let hello = dir.path().join("hello");
        std::fs::write(&hello, frame::encode(&Hello::from(Role::Worker)).unwrap()).unwrap();
        let mut command = Command::new("sh");
        // Of all that start, the first to make the folder is silent.
        let script =
            r#"mkdir "$1/first" 2>/dev/null && exec sleep 3600; cat "$1/hello"; exec sleep 3600"#;
        command.args(["-c", script, "sh"]).arg(dir.path());
        let deadline = Duration::from_secs(2);
        let pool = ProcessPool::start_within(command, 2, deadline, Duration::ZERO).unwrap();
        let notices = pool.take_notices();
        assert!(
            notices.iter().any(|line| line.contains("takes its place and its work")),
            "{notices:?}"
        );
        assert_eq!(pool.ids().len(), 2);
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
