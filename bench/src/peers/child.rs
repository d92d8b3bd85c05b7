//! A peer's process and its pipes.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use mc_core::{Short, Support};

use super::protocol::{self, Answer, Line};

/// Why a peer gives no estimate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PeerError {
    /// The system does not start it.
    #[error("`{program}` could not be started: {cause}")]
    Start {
        /// What was to be started.
        program: String,
        /// What the system says.
        cause: String,
    },
    /// It says why itself.
    #[error("{0}")]
    Said(String),
    /// The process is gone.
    #[error("its process ended ({how}){words}")]
    Ended {
        /// The exit code or signal.
        how: String,
        /// The last thing that it wrote to stderr, after a colon.
        words: String,
    },
    /// No answer came in time, so it was ended.
    #[error("it said nothing for {0:.1?} and was ended")]
    Silent(Duration),
    /// A line that the protocol does not have.
    #[error("it answered `{line}`, but {wanted} was expected")]
    Nonsense {
        /// What it wrote.
        line: String,
        /// What it should have written.
        wanted: &'static str,
    },
    /// Its formulas left the range of f64.
    #[error("its result is not finite: value {}, variance {}", Short(*value), Short(*variance))]
    NotFinite {
        /// φ̂.
        value: f64,
        /// Its variance.
        variance: f64,
    },
}

/// How long is waited before a peer is given up.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For it to be ready: an interpreter and its packages.
    pub start: Duration,
    /// For an answer, beyond the time that the run is expected to take. The first
    /// may include a compiler's work.
    pub answer: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { start: Duration::from_secs(120), answer: Duration::from_secs(120) }
    }
}

/// The most that is read of one line, in bytes.
const LONGEST_LINE: u64 = 1 << 16;

/// How long a peer may take to end by itself when nothing more is asked of it.
const GOODBYE: Duration = Duration::from_secs(2);

/// How often is looked whether something has ended.
const TICK: Duration = Duration::from_millis(5);

/// A running peer. Dropping it ends its process.
#[derive(Debug)]
pub struct Peer {
    process: Child,
    /// None once nothing more will be asked.
    requests: Option<Sender<String>>,
    lines: Receiver<io::Result<String>>,
    errors: Option<thread::JoinHandle<()>>,
    last_words: Arc<Mutex<String>>,
    patience: Patience,
    versions: String,
    failed: Option<PeerError>,
}

impl Peer {
    /// Starts `command` for a box, and waits until it is ready.
    pub fn start(
        mut command: Command,
        support: &Support,
        workers: usize,
        patience: Patience,
    ) -> Result<Self, PeerError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let failed = |cause: io::Error| PeerError::Start {
            program: program.clone(),
            cause: cause.to_string(),
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // What is not there, or has no more processes or threads, is the reason in the peer's row.
        let mut process = command.spawn().map_err(failed)?;
        // The pipes have threads of their own: a peer that neither reads nor writes must
        // not keep this one waiting.
        let (requests, to_write) = channel();
        let last_words = Arc::new(Mutex::new(String::new()));
        let (sender, lines) = sync_channel(1);
        let (input, output) = (process.stdin.take(), process.stdout.take());
        let errors = process.stderr.take();
        // From here on dropping it ends the process.
        let mut peer = Self {
            process,
            requests: Some(requests),
            lines,
            errors: None,
            last_words,
            patience,
            versions: String::new(),
            failed: None,
        };
        let thread = |name: &str| thread::Builder::new().name(name.to_owned());
        if let Some(mut input) = input {
            let mut write =
                move |request: String| writeln!(input, "{request}").and_then(|()| input.flush());
            // The end of the requests closes the pipe.
            let write_down = move || drop(to_write.iter().try_for_each(&mut write));
            thread("peer's input").spawn(write_down).map_err(failed)?;
        }
        if let Some(errors) = errors {
            let words = peer.last_words.clone();
            let listen = move || listen(errors, &words);
            peer.errors = Some(thread("peer's words").spawn(listen).map_err(failed)?);
        }
        if let Some(output) = output {
            // Until it ends, or nobody listens.
            let pass_on = move || drop(lines_of(output).try_for_each(|line| sender.send(line)));
            thread("peer's answers").spawn(pass_on).map_err(failed)?;
        }
        let line = peer.ask(protocol::problem(support, workers), patience.start)?;
        match protocol::read(&line) {
            Line::Ready(versions) => peer.versions = versions,
            _ => return Err(peer.nonsense(&line, "`ready …`")),
        }
        Ok(peer)
    }

    /// What it runs with, as in "Python 3.11.7, NumPy 2.4.6".
    pub fn versions(&self) -> &str {
        &self.versions
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// `repeats` estimates in a row: the last one, and the seconds of one of them.
    /// All together are expected to take about `expected`.
    ///
    /// # Errors
    /// After the first error the process is gone, and every call says the same.
    pub fn run(
        &mut self,
        samples: u64,
        seed: u64,
        repeats: u32,
        expected: Duration,
    ) -> Result<Answer, PeerError> {
        if let Some(error) = &self.failed {
            return Err(error.clone());
        }
        // A busy machine is slower, but not by so much.
        let wait = self.patience.answer.saturating_add(expected.saturating_mul(10));
        let line = self.ask(protocol::run(samples, seed, repeats), wait)?;
        match protocol::read(&line) {
            Line::Answer(answer) if answer.value.is_finite() && answer.variance.is_finite() => {
                Ok(answer)
            }
            Line::Answer(Answer { value, variance, .. }) => {
                Err(self.fail(PeerError::NotFinite { value, variance }))
            }
            _ => Err(self.nonsense(&line, "`seconds value variance`")),
        }
    }

    /// Sends a line and waits for the answer to it.
    fn ask(&mut self, request: String, wait: Duration) -> Result<String, PeerError> {
        if let Some(requests) = &self.requests {
            // If it reads no more, its output ends too, and that tells us more.
            let _ = requests.send(request);
        }
        let line = match self.lines.recv_timeout(wait) {
            Ok(Ok(line)) => line,
            Err(RecvTimeoutError::Timeout) => return Err(self.fail(PeerError::Silent(wait))),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                let how = self.end();
                let words = self.last_words();
                return Err(self.fail(PeerError::Ended { how, words }));
            }
        };
        match protocol::read(&line) {
            Line::Error(words) => Err(self.fail(PeerError::Said(words))),
            _ => Ok(line),
        }
    }

    /// The line is none that could be expected.
    fn nonsense(&mut self, line: &str, wanted: &'static str) -> PeerError {
        let line: String = line.trim().chars().take(80).collect();
        self.fail(PeerError::Nonsense { line, wanted })
    }

    /// Ends the process and remembers why.
    fn fail(&mut self, error: PeerError) -> PeerError {
        self.requests = None;
        // It fails where the process has ended, which is what we want.
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.failed.insert(error).clone()
    }

    /// The last line on stderr, after a colon.
    fn last_words(&self) -> String {
        let patience = Instant::now() + Duration::from_millis(500);
        while self.errors.as_ref().is_some_and(|thread| !thread.is_finished())
            && Instant::now() < patience
        {
            thread::sleep(TICK);
        }
        match lock(&self.last_words).trim() {
            "" => String::new(),
            words => format!(": {words}"),
        }
    }

    /// Asks for nothing more and waits; in the end, how the process ended.
    fn end(&mut self) -> String {
        self.requests = None;
        let until = Instant::now() + GOODBYE;
        while Instant::now() < until {
            match self.process.try_wait() {
                Ok(Some(status)) => return status.to_string(),
                Ok(None) => thread::sleep(TICK),
                Err(_) => break,
            }
        }
        let _ = self.process.kill();
        self.process.wait().map_or_else(|error| error.to_string(), |status| status.to_string())
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.end();
    }
}

/// Keeps the last line that says something.
fn listen(errors: impl Read, words: &Mutex<String>) {
    let said = lines_of(errors).map_while(Result::ok).filter(|line| !line.trim().is_empty());
    said.for_each(|line| *lock(words) = line);
}

/// The lines, or as much of each as is reasonable.
fn lines_of(input: impl Read) -> impl Iterator<Item = io::Result<String>> {
    let mut input = BufReader::new(input);
    std::iter::from_fn(move || {
        let mut bytes = Vec::new();
        match input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes) {
            Ok(0) => None,
            Ok(_) => Some(Ok(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error) => Some(Err(error)),
        }
    })
}

/// Locks, also after a panic elsewhere: a text is never half written.
fn lock(text: &Mutex<String>) -> std::sync::MutexGuard<'_, String> {
    text.lock().unwrap_or_else(PoisonError::into_inner)
}
