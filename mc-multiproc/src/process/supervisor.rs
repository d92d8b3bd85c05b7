//! Keeps the worker processes: starts them, hears them, replaces them.

#![allow(
    clippy::indexing_slicing,
    reason = "`place` is one of `places`: the supervisor gave it to the worker itself"
)]

use std::collections::VecDeque;
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ::crossbeam::channel::{Receiver, Sender, bounded};

use super::board::Board;
use super::child::{Child, Event};
use super::error::ProcessError;
use super::frame::{self, FrameError};
use super::message::{Hello, Reply, Role};
use super::program::name_of;
use super::question::{Question, greeted};
use super::starter::Starter;
use super::worker::{ALONE, JOB, WORKER_VARIABLE, is_worker};
use crate::executor::MAX_TRIES;
use crate::executor::StartError;
use crate::place::Places;

/// How long a new process may take to say hello.
pub(super) const HELLO_DEADLINE: Duration = Duration::from_secs(30);

/// And how much longer for each other that starts beside it.
const HELLO_SHARE: Duration = Duration::from_millis(200);

/// How long a worker is silent before it is said; half its deadline, if that is less.
const EARLY: Duration = Duration::from_secs(10);

/// How long to wait for news before looking around.
const TICK: Duration = Duration::from_millis(50);

/// What has happened since we last looked.
pub(super) enum News {
    /// Nothing, or nothing to do about it.
    None,
    /// An answer to a request, and for how long that was in work.
    Answer { place: usize, question: Question, reply: Reply, took: Duration },
    /// A worker is gone and with it the answers to these requests, the one in
    /// work first. Whether a signal ended it.
    Lost { unanswered: VecDeque<Question>, why: String, by_signal: bool },
}

/// The worker processes of a pool.
pub(super) struct Supervisor {
    program: String,
    // Before the starter, so that it ends before that.
    places: Vec<Place>,
    starter: Starter,
    events: Receiver<Event>,
    // Kept so that a new worker's thread can have a copy.
    sender: Sender<Event>,
    serial: u64,
    looked: Instant,
    hello_deadline: Duration,
    // How long a worker may take to end by itself when it is no longer needed.
    patience: Duration,
    /// How long an answer may take.
    pub deadline: Option<Duration>,
    board: Arc<Board>,
}

#[derive(Default)]
struct Place {
    child: Option<Child>,
    /// Workers lost since the last block that was done here.
    tries: u32,
}

impl Supervisor {
    /// Starts `workers` processes and waits until each has said hello.
    ///
    /// Those that are given `patience` are jobs: they end others when they end.
    pub fn start(
        mut command: Command,
        workers: usize,
        hello_deadline: Duration,
        patience: Duration,
        board: Arc<Board>,
    ) -> Result<Self, StartError> {
        if is_worker() {
            return Err(StartError::InsideWorker);
        }
        // Some room for each worker; one that sends more than it was asked for has to wait.
        let (sender, events) = bounded(4 * workers);
        command.env(WORKER_VARIABLE, if patience.is_zero() { ALONE } else { JOB });
        let hello_deadline = hello_deadline + HELLO_SHARE * (workers - 1) as u32;
        let program = name_of(&command);
        let starter = Starter::new(command)
            .map_err(|cause| StartError::process(program.clone(), 0, workers, cause))?;
        let mut supervisor = Self {
            program,
            starter,
            places: (0..workers).map(|_| Place::default()).collect(),
            events,
            sender,
            serial: 0,
            looked: Instant::now(),
            hello_deadline,
            patience,
            deadline: None,
            board,
        };
        for place in 0..workers {
            supervisor.employ(place)?;
        }
        let until = Instant::now() + hello_deadline;
        while supervisor.ready().count() < workers {
            let what = match supervisor.news() {
                // Somebody killed it, or memory was short; or one is stopped while others have
                // said hello: that says nothing of the program.
                Ok(News::Lost { by_signal, .. }) if by_signal || supervisor.ready().count() > 0 => {
                    supervisor.employ_missing()?;
                    continue;
                }
                Ok(News::Lost { why, .. }) => why,
                Ok(_) if Instant::now() < until || supervisor.ready().count() > 0 => continue,
                Ok(_) => format!("said nothing for {hello_deadline:?}"),
                Err(ProcessError::Start(error)) => return Err(error),
                Err(ProcessError::KeepsEnding { last, .. }) => {
                    let program = supervisor.program.clone();
                    return Err(StartError::KeepsEnding { program, last });
                }
                Err(other) => other.to_string(),
            };
            return Err(StartError::NotAWorker { program: supervisor.program.clone(), what });
        }
        Ok(supervisor)
    }

    /// Before a new task: what went wrong in the last one is forgotten.
    pub fn forgive(&mut self) {
        self.places.iter_mut().for_each(|place| place.tries = 0);
    }

    /// The number of places.
    pub fn size(&self) -> usize {
        self.places.len()
    }

    /// The workers that have said hello.
    pub fn ready(&mut self) -> impl Iterator<Item = (usize, &mut Child)> {
        let children = self.places.iter_mut().map(|place| place.child.as_mut());
        children
            .enumerate()
            .filter_map(|(k, child)| Some((k, child?)))
            .filter(|(_, c)| c.is_ready())
    }

    /// Starts a worker at each empty place.
    pub fn fill(&mut self) -> Result<(), ProcessError> {
        for place in 0..self.size() {
            if self.places[place].child.is_none()
                && let Err(error) = self.employ(place)
            {
                // The system may be short of something for a moment.
                self.places[place].tries += 1;
                if self.places[place].tries > MAX_TRIES {
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Starts a worker at each empty place; an error is final.
    fn employ_missing(&mut self) -> Result<(), StartError> {
        let empty = |places: &[Place]| places.iter().position(|place| place.child.is_none());
        while let Some(place) = empty(&self.places) {
            self.employ(place)?;
        }
        Ok(())
    }

    /// Starts a worker at `place` and says hello to it.
    fn employ(&mut self, place: usize) -> Result<(), StartError> {
        self.serial += 1;
        let (serial, sender) = (self.serial, self.sender.clone());
        let mut child =
            Child::start(&self.starter, place, serial, self.patience, sender).map_err(|cause| {
                let running = self.places.iter().filter(|place| place.child.is_some()).count();
                StartError::process(self.program.clone(), running, self.places.len(), cause)
            })?;
        Places::of(self.places.len()).give(place, child.id());
        let hello = frame::encode(&Hello::from(Role::Coordinator));
        child.ask(&hello.unwrap_or_default(), Question::Hello);
        self.places[place].child = Some(child);
        self.post_ids();
        Ok(())
    }

    /// Waits a moment for something to happen.
    ///
    /// Empty places are left to [`Supervisor::fill`].
    pub fn news(&mut self) -> Result<News, ProcessError> {
        if let Some((place, silent)) = self.overdue() {
            return self.lose(place, Loss::Silent(silent));
        }
        let Ok(Event { serial, place, frame }) = self.events.recv_timeout(TICK) else {
            return Ok(News::None);
        };
        let child = self.places.get_mut(place).and_then(|place| place.child.as_mut());
        let Some(child) = child.filter(|child| child.serial == serial) else {
            return Ok(News::None); // the last words of one that was replaced
        };
        let content = match frame {
            Ok(content) => content,
            Err(FrameError::Ended | FrameError::Truncated { .. }) => {
                return self.lose(place, Loss::Ended);
            }
            Err(error) => return self.lose(place, Loss::Rubbish(error.to_string())),
        };
        let reply = match child.unanswered().front() {
            Some(Question::Hello) => return self.greet(place, &content),
            Some(&question) => question.read(&content).map(|reply| (question, reply)),
            None => return self.lose(place, Loss::Rubbish("it was asked nothing".to_owned())),
        };
        match reply {
            Ok((question, reply)) => {
                let took = child.silent_for();
                child.answered();
                match (question, &reply) {
                    (Question::Prepare { kernel }, Reply::Prepared(Err(_))) => {
                        child.kernels.remove(&kernel);
                    }
                    (Question::Blocks { .. }, _) => self.places[place].tries = 0,
                    _ => {}
                }
                Ok(News::Answer { place, question, reply, took })
            }
            Err(rubbish) => self.lose(place, Loss::Rubbish(rubbish)),
        }
    }

    /// Takes a new worker's hello.
    fn greet(&mut self, place: usize, content: &[u8]) -> Result<News, ProcessError> {
        match greeted(content) {
            Ok(hello) if !hello.same_version() => Err(ProcessError::Start(StartError::Version {
                program: self.program.clone(),
                theirs: hello.to_string(),
                ours: Hello::from(Role::Worker).to_string(),
            })),
            Ok(_) => {
                if let Some(child) = &mut self.places[place].child {
                    child.answered();
                }
                Ok(News::None)
            }
            Err(rubbish) => self.lose(place, Loss::Rubbish(rubbish)),
        }
    }

    /// A worker that has been silent for too long.
    fn overdue(&mut self) -> Option<(usize, Duration)> {
        if self.looked.elapsed() < TICK {
            return None;
        }
        self.looked = Instant::now();
        for (k, place) in self.places.iter_mut().enumerate() {
            let Some(child) = &mut place.child else { continue };
            let limit = match child.unanswered().front() {
                None => continue,
                Some(Question::Hello) => Some(self.hello_deadline),
                Some(_) => self.deadline,
            };
            let silent = child.silent_for();
            if limit.is_some_and(|limit| silent > limit) {
                return Some((k, silent));
            }
            let early = limit.map_or(EARLY, |limit| EARLY.min(limit / 2));
            if silent > early && child.is_first_word() {
                self.board.note(silence(k, child.id(), silent, limit));
            }
        }
        None
    }

    /// Ends the worker at `place`, says why, and leaves the place empty.
    fn lose(&mut self, place: usize, loss: Loss) -> Result<News, ProcessError> {
        let slot = &mut self.places[place];
        let Some(mut child) = slot.child.take() else {
            return Ok(News::None);
        };
        slot.tries += 1;
        let tries = slot.tries;
        let status = child.end();
        let by_signal = matches!(loss, Loss::Ended) && status.as_ref().is_ok_and(is_signal);
        let why = match loss {
            Loss::Ended => match status {
                Ok(status) => format!("ended ({status})"),
                Err(error) => format!("ended ({error})"),
            },
            Loss::Rubbish(what) => format!("answered rubbish ({what})"),
            Loss::Silent(time) => format!("gave no answer for {:.1} s", time.as_secs_f64()),
        };
        let unanswered = child.unanswered().clone();
        self.post_ids();
        self.board.note(format!(
            "worker {place} (process {}) {why}: another takes its place and its work",
            child.id()
        ));
        if tries > MAX_TRIES {
            return Err(ProcessError::KeepsEnding { place, last: format!("it {why}") });
        }
        Ok(News::Lost { unanswered, why, by_signal })
    }

    fn post_ids(&self) {
        let ids = self.places.iter().filter_map(|place| Some(place.child.as_ref()?.id()));
        self.board.post_ids(ids.collect());
    }
}

/// Whether it was a signal that ended a process.
fn is_signal(status: &ExitStatus) -> bool {
    #[cfg(unix)]
    return std::os::unix::process::ExitStatusExt::signal(status).is_some();
    #[cfg(not(unix))]
    {
        let _ = status;
        false
    }
}

/// What is said of a worker that is silent.
fn silence(place: usize, process: u32, silent: Duration, limit: Option<Duration>) -> String {
    let end = limit.map_or("and is waited for".to_owned(), |limit| {
        format!("and after {:.1} s another takes its place", limit.as_secs_f64())
    });
    let silent = silent.as_secs_f64();
    format!("worker {place} (process {process}) gave no answer for {silent:.1} s so far, {end}")
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        // All at once; then each is waited for as it is dropped.
        self.places.iter_mut().filter_map(|place| place.child.as_mut()).for_each(Child::dismiss);
    }
}

/// Why a worker is given up.
enum Loss {
    Ended,
    Rubbish(String),
    Silent(Duration),
}
