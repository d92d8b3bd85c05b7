//! One worker process, its pipes, and what it was asked.

use std::collections::{HashSet, VecDeque};
use std::io::{self, BufReader};
use std::process::{self, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use ::crossbeam::channel::Sender;

use super::frame::{self, FrameError};
use super::input::Input;
use super::message::KernelId;
use super::question::Question;
use super::starter::Starter;

/// Something that a worker process sent, or why nothing more will come.
pub(super) struct Event {
    /// The [`Child::serial`] of the process.
    pub serial: u64,
    /// Its place among the workers.
    pub place: usize,
    /// The content of a frame.
    pub frame: Result<Vec<u8>, FrameError>,
}

/// A running worker process. Dropping it ends the process and waits for it.
pub(super) struct Child {
    /// Tells it from the processes that had the same place before.
    pub serial: u64,
    process: process::Child,
    // None once nothing more will be asked.
    input: Option<Input>,
    unanswered: VecDeque<Question>,
    // For each of `unanswered`, how many bytes it had been sent with it.
    marks: VecDeque<u64>,
    // When the first of `unanswered` became the first.
    since: Instant,
    // Whether it was said that it is silent over the first of `unanswered`.
    is_told: bool,
    // How long it may take to end by itself.
    patience: Duration,
    /// The kernels it was told to prepare.
    pub kernels: HashSet<KernelId>,
}

impl Child {
    /// Starts a worker, and a thread that reads what it answers.
    pub fn start(
        starter: &Starter,
        place: usize,
        serial: u64,
        patience: Duration,
        events: Sender<Event>,
    ) -> io::Result<Self> {
        let mut process = starter.start()?;
        let (Some(input), Some(output)) = (process.stdin.take(), process.stdout.take()) else {
            return Err(io::Error::other("it has no pipes"));
        };
        let child = Self {
            serial,
            process,
            input: Some(Input::new(input)),
            unanswered: VecDeque::new(),
            marks: VecDeque::new(),
            since: Instant::now(),
            is_told: false,
            patience,
            kernels: HashSet::new(),
        };
        thread::Builder::new().name(format!("worker {place} answers")).spawn(move || {
            let mut output = BufReader::new(output);
            loop {
                let frame = frame::read(&mut output);
                let last = frame.is_err();
                if events.send(Event { serial, place, frame }).is_err() || last {
                    return;
                }
            }
        })?;
        Ok(child)
    }

    /// The process id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends a request that has no answer. Returns how many bytes it has been sent.
    pub fn tell(&mut self, frame: &[u8]) -> u64 {
        match self.input.as_mut().map(|input| input.send(frame)) {
            Some(Ok(sent)) => sent,
            _ => {
                // It reads no more. Its pipe will end, and that tells the supervisor.
                self.kill();
                0
            }
        }
    }

    /// Sends a request, which is this question.
    pub fn ask(&mut self, frame: &[u8], question: Question) {
        if self.unanswered.is_empty() {
            self.since = Instant::now();
            self.is_told = false;
        }
        self.unanswered.push_back(question);
        let mark = self.tell(frame);
        self.marks.push_back(mark);
    }

    /// What the answer that now came is about.
    pub fn answered(&mut self) -> Option<Question> {
        self.since = Instant::now();
        self.is_told = false;
        if let (Some(input), Some(mark)) = (&mut self.input, self.marks.pop_front()) {
            input.was_read(mark);
        }
        self.unanswered.pop_front()
    }

    /// What it has not answered yet, the one in work first.
    pub fn unanswered(&self) -> &VecDeque<Question> {
        &self.unanswered
    }

    /// How long the first unanswered request has been the first.
    pub fn silent_for(&self) -> Duration {
        if self.unanswered.is_empty() { Duration::ZERO } else { self.since.elapsed() }
    }

    /// Whether its silence over the first unanswered request is still to be told: once.
    pub fn is_first_word(&mut self) -> bool {
        !std::mem::replace(&mut self.is_told, true)
    }

    /// Whether it has said hello.
    pub fn is_ready(&self) -> bool {
        self.unanswered.front() != Some(&Question::Hello)
    }

    /// How many ranges of blocks it has, of this run or an earlier one.
    pub fn ranges(&self) -> usize {
        self.unanswered
            .iter()
            .filter(|question| matches!(question, Question::Blocks { .. }))
            .count()
    }

    /// Ends it, at once.
    pub fn kill(&mut self) {
        // It fails where the process has ended, which is what we want.
        let _ = self.process.kill();
    }

    /// Lets it see that it is no longer needed; kills it unless it has been
    /// given time to end by itself.
    pub fn dismiss(&mut self) {
        self.input = None;
        if self.patience.is_zero() {
            self.kill();
        }
    }

    /// Ends it and says how it ended. Waiting takes it off the process table.
    pub fn end(&mut self) -> io::Result<ExitStatus> {
        self.dismiss();
        let until = Instant::now() + self.patience;
        while Instant::now() < until {
            match self.process.try_wait() {
                Ok(None) => thread::sleep(Duration::from_millis(1)),
                Ok(Some(status)) => return Ok(status),
                Err(_) => break,
            }
        }
        self.kill();
        self.process.wait()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = self.end();
    }
}
