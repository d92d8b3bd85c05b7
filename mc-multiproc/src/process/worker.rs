//! The worker's side: from the top of `main` to the last answer.

use std::collections::HashMap;
#[cfg(any(not(target_os = "linux"), feature = "mpi"))]
use std::io::BufReader;
use std::io::{self, Write};
use std::ops::Range;
use std::process::exit;
use std::thread;
use std::time::Duration;

#[cfg(any(not(target_os = "linux"), feature = "mpi"))]
use ::crossbeam::channel::{Receiver, bounded};
use mc_core::{Kernel, Moments, Plan, PrepareError, Problem, Sampling, Technique};

use super::frame::{self, FrameError};
use super::message::{Hello, KernelId, MOST_BLOCKS, Refusal, Reply, Request, Role};
use super::starter::end_with_parent;

/// Set for worker processes, and for no other.
pub(super) const WORKER_VARIABLE: &str = "MC_MULTIPROC_WORKER";

/// What it is set to for a process, and for an MPI job, whose rank 0 then serves
/// for all. Another value is not ours: it makes nobody a worker.
pub(super) const ALONE: &str = "mc-multiproc:worker";
pub(super) const JOB: &str = "mc-multiproc:job";

/// How long a worker whose coordinator is gone may take to end by itself.
const GRACE: Duration = Duration::from_secs(1);

/// A job has ranks to dismiss.
#[cfg(feature = "mpi")]
pub(crate) const GRACE_OF_JOB: Duration = Duration::from_secs(4);

/// What a worker process can prepare: a technique cannot be sent, its name can.
///
/// A closure `|technique, key, problem| …` is one too.
pub trait Techniques {
    /// The technique of this name.
    ///
    /// `key` is what the coordinator gave to
    /// [`ProcessPool::prepare`](crate::ProcessPool::prepare), as it is: the name of the problem in a
    /// catalogue, for instance, where native code for it can be found. `problem`
    /// came as tapes and text.
    fn find(&self, technique: &str, key: &str, problem: &Problem) -> Option<Box<dyn Technique>>;
}

impl<F> Techniques for F
where
    F: Fn(&str, &str, &Problem) -> Option<Box<dyn Technique>>,
{
    fn find(&self, technique: &str, key: &str, problem: &Problem) -> Option<Box<dyn Technique>> {
        self(technique, key, problem)
    }
}

/// Serves as a worker and ends the process, if it was started as one; returns
/// at once if not.
///
/// Call it first in `main`: what runs before it runs in every worker too. The
/// worker's stdin and stdout belong to its coordinator, so `techniques` must
/// not print to stdout; stderr is free for words.
pub fn serve_if_worker(techniques: &dyn Techniques) {
    if std::env::var_os(WORKER_VARIABLE).is_none_or(|value| value != ALONE) {
        return;
    }
    end_with_parent();
    let mut service = Service::new(techniques);
    let served = serve(own_frames(), &mut io::stdout().lock(), &mut |r| service.answer(r));
    // The coordinator sees the status, and knows more to say about it than we do.
    exit(if served.is_ok() { 0 } else { 1 });
}

/// Whether this process was started as a worker, alone or in a job.
pub(super) fn is_worker() -> bool {
    std::env::var_os(WORKER_VARIABLE).is_some_and(|value| value == ALONE || value == JOB)
}

/// A word on the environment, if it has the variable that makes a process a worker with a value
/// that is not from a [`ProcessPool`](crate::ProcessPool). It is ignored then.
pub fn odd_environment() -> Option<String> {
    let value = std::env::var_os(WORKER_VARIABLE).filter(|_| !is_worker())?;
    Some(format!(
        "{WORKER_VARIABLE} is {value:?} in the environment, and only a pool of workers sets it: it is ignored"
    ))
}

/// Whether this process is of an MPI job that was started as a worker.
#[cfg(feature = "mpi")]
pub(crate) fn is_job() -> bool {
    std::env::var_os(WORKER_VARIABLE).is_some_and(|value| value == JOB)
}

/// The frames of stdin, read in this thread: to wake another for each costs as much as
/// a range of blocks at small M. A second thread sees that the coordinator is gone.
#[cfg(target_os = "linux")]
fn own_frames() -> impl Iterator<Item = Vec<u8>> {
    use rustix::event::{PollFd, PollFlags, poll};

    let watch = || {
        let stdin = io::stdin();
        // With no event asked for, only the end of the pipe, or an error, wakes it.
        let mut end = [PollFd::new(&stdin, PollFlags::empty())];
        loop {
            match poll(&mut end, None) {
                Ok(_) => break,
                Err(rustix::io::Errno::INTR) => {}
                // The reader will see the end, though not in the midst of a block.
                Err(_) => return,
            }
        }
        thread::sleep(GRACE);
        exit(0);
    };
    // Where no thread can be had, the reader sees the end, and the system ends us with our parent.
    let _ = thread::Builder::new().name("watches stdin".to_owned()).spawn(watch);
    let mut input = io::stdin().lock();
    std::iter::from_fn(move || frame::read(&mut input).ok())
}

/// The frames of stdin.
#[cfg(not(target_os = "linux"))]
fn own_frames() -> Box<dyn Iterator<Item = Vec<u8>>> {
    match stdin_frames(GRACE, || ()) {
        Ok(frames) => Box::new(frames.into_iter()),
        // Without a thread of its own the end is seen between two blocks.
        Err(_) => {
            let mut input = BufReader::new(io::stdin().lock());
            Box::new(std::iter::from_fn(move || frame::read(&mut input).ok()))
        }
    }
}

/// Reads stdin in a thread of its own: so a worker sees in the midst of a long
/// block that its coordinator is gone. It calls `gone` then, and ends the process
/// after `grace` if it still runs. An error, if the system gives no thread.
#[cfg(any(not(target_os = "linux"), feature = "mpi"))]
pub(crate) fn stdin_frames(
    grace: Duration,
    gone: impl FnOnce() + Send + 'static,
) -> io::Result<Receiver<Vec<u8>>> {
    let (sender, frames) = bounded(16);
    thread::Builder::new().name("reads stdin".to_owned()).spawn(move || {
        let mut input = BufReader::new(io::stdin().lock());
        while let Ok(frame) = frame::read(&mut input) {
            if sender.send(frame).is_err() {
                return;
            }
        }
        drop(sender);
        gone();
        thread::sleep(grace);
        exit(0);
    })?;
    Ok(frames)
}

/// Answers frames until there are no more.
///
/// The other side may be anything that delivers frames in order.
pub(crate) fn serve(
    frames: impl IntoIterator<Item = Vec<u8>>,
    output: &mut impl Write,
    answer: &mut dyn FnMut(Request) -> Option<Reply>,
) -> Result<(), FrameError> {
    let mut frames = frames.into_iter();
    let Some(hello) = frames.next() else {
        return Ok(());
    };
    // Said even to another version: the coordinator reports the mismatch.
    frame::write(output, &frame::encode(&Hello::from(Role::Worker))?)?;
    let hello: Hello = frame::decode(&hello)?;
    if !hello.is_from(Role::Coordinator) || !hello.same_version() {
        return Ok(());
    }
    for request in frames {
        if let Some(reply) = answer(frame::decode(&request)?) {
            frame::write(output, &frame::encode(&reply)?)?;
        }
    }
    Ok(())
}

/// The kernels of one worker, whatever the way requests come.
pub(crate) struct Service<'t> {
    techniques: &'t dyn Techniques,
    kernels: HashMap<KernelId, Box<dyn Kernel>>,
}

impl<'t> Service<'t> {
    pub fn new(techniques: &'t dyn Techniques) -> Self {
        Self { techniques, kernels: HashMap::new() }
    }

    /// The reply to `request`, if it has one.
    pub fn answer(&mut self, request: Request) -> Option<Reply> {
        Some(match request {
            Request::Prepare { kernel, technique, key, problem, sampling } => {
                let prepared = self.prepare(&technique, &key, &problem, sampling);
                let prepared = prepared.map(|ready| {
                    self.kernels.insert(kernel, ready);
                });
                Reply::Prepared(prepared.map_err(Refusal::from))
            }
            Request::Level { kernel, plan, workers } => {
                let kernel = self.kernel(kernel);
                Reply::Level(kernel.map(|kernel| kernel.block_level(&plan, workers as usize)))
            }
            Request::Blocks { kernel, plan, level, range } => {
                let mut moments = Vec::new();
                let done = self.blocks(kernel, &plan, level, range, &mut moments);
                Reply::Blocks(moments, done.err())
            }
            Request::Forget { kernel } => {
                self.kernels.remove(&kernel);
                return None;
            }
        })
    }

    fn prepare(
        &self,
        technique: &str,
        key: &str,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Box<dyn Kernel>, PrepareError> {
        match self.techniques.find(technique, key, problem) {
            Some(technique) => technique.prepare_for(problem, sampling),
            None => Err(PrepareError::Unavailable {
                reason: format!("the worker processes have no technique `{technique}`"),
            }),
        }
    }

    fn blocks(
        &self,
        kernel: KernelId,
        plan: &Plan,
        level: u32,
        range: Range<u64>,
        moments: &mut Vec<Moments>,
    ) -> Result<(), String> {
        let kernel = self.kernel(kernel)?;
        if range.end > plan.block_count(level) {
            return Err(format!("there are no blocks {range:?} at level {level}"));
        }
        if range.end.saturating_sub(range.start) > MOST_BLOCKS {
            return Err(format!("{range:?} are more than {MOST_BLOCKS} blocks in one request"));
        }
        for index in range {
            let block = plan.block(level, index);
            moments.push(kernel.moments(plan, block).map_err(|error| error.to_string())?);
        }
        Ok(())
    }

    fn kernel(&self, kernel: KernelId) -> Result<&dyn Kernel, String> {
        let known = self.kernels.get(&kernel).map(Box::as_ref);
        known.ok_or_else(|| format!("kernel {kernel} is not prepared"))
    }
}

#[cfg(test)]
mod tests {
    use mc_core::Density;

    use super::*;

    fn none(_: &str, _: &str, _: &Problem) -> Option<Box<dyn Technique>> {
        None
    }

    /// The frames with which a worker answers these.
    fn answers(frames: Vec<Vec<u8>>) -> (Result<(), FrameError>, Vec<Vec<u8>>) {
        let mut output = Vec::new();
        let frames = frames.into_iter().map(|frame| frame[4..].to_vec());
        let mut service = Service::new(&none);
        let served = serve(frames, &mut output, &mut |request| service.answer(request));
        let mut output = &output[..];
        (served, std::iter::from_fn(|| frame::read(&mut output).ok()).collect())
    }

    fn hello() -> Vec<u8> {
        frame::encode(&Hello::from(Role::Coordinator)).unwrap()
    }

    /// A kernel that nobody should ask.
    struct Never;

    impl Kernel for Never {
        fn problem(&self) -> &Problem {
            panic!("asked for its problem")
        }

        fn moments(&self, _: &Plan, block: mc_core::Block) -> Result<Moments, mc_core::RunError> {
            panic!("asked for {block:?}")
        }

        fn block_level(&self, _: &Plan, _: usize) -> u32 {
            0
        }
    }

    #[test]
    fn a_worker_that_is_not_asked_ends_quietly() {
        assert!(matches!(answers(vec![]), (Ok(()), frames) if frames.is_empty()));
        assert!(matches!(answers(vec![hello()]), (Ok(()), frames) if frames.len() == 1));
    }

    #[test]
    fn another_version_gets_a_hello_and_no_more() {
        let mut other = Hello::from(Role::Coordinator);
        other.version = "0.0.0".to_owned();
        let forget = frame::encode(&Request::Forget { kernel: 1 }).unwrap();
        let (served, frames) = answers(vec![frame::encode(&other).unwrap(), forget]);
        assert!(served.is_ok());
        assert_eq!(frames.len(), 1);
        assert!(frame::decode::<Hello>(&frames[0]).unwrap().is_from(Role::Worker));
    }

    #[test]
    fn rubbish_ends_a_worker() {
        let (served, _) = answers(vec![hello(), frame::encode(&"rubbish").unwrap()]);
        assert!(served.is_err());
    }

    #[test]
    fn requests_that_make_no_sense_get_words() {
        let mut service = Service::new(&none);
        let plan = Plan::new(100, 1).unwrap();
        match service.answer(Request::Level { kernel: 9, plan, workers: 1 }) {
            Some(Reply::Level(Err(why))) => assert_eq!(why, "kernel 9 is not prepared"),
            other => panic!("{other:?}"),
        }
        match service.answer(Request::Blocks { kernel: 9, plan, level: 0, range: 0..1 }) {
            Some(Reply::Blocks(moments, Some(why))) => {
                assert!(moments.is_empty());
                assert_eq!(why, "kernel 9 is not prepared");
            }
            other => panic!("{other:?}"),
        }
        // More than an answer would hold, and more than there is time for.
        service.kernels.insert(8, Box::new(Never));
        let plan = Plan::new(u64::MAX, 1).unwrap();
        match service.answer(Request::Blocks { kernel: 8, plan, level: 0, range: 0..1 << 50 }) {
            Some(Reply::Blocks(_, Some(why))) => assert!(why.contains("more than 16"), "{why}"),
            other => panic!("{other:?}"),
        }
        let problem = Problem::parse("0:1".parse().unwrap(), "x", Density::Uniform).unwrap();
        let (technique, key) = ("fast".to_owned(), String::new());
        let (problem, sampling) = (Box::new(problem), Sampling::Sobol);
        match service.answer(Request::Prepare { kernel: 9, technique, key, problem, sampling }) {
            Some(Reply::Prepared(Err(Refusal::Unavailable(why)))) => {
                assert!(why.contains("`fast`"), "{why}");
            }
            other => panic!("{other:?}"),
        }
        assert!(service.answer(Request::Forget { kernel: 9 }).is_none());
    }
}
