//! The way to a worker: frames into its pipe, without ever waiting for it.

use std::io::{self, Write};
use std::process::ChildStdin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread;

/// What fits into any pipe that is empty: the least that a system gives one.
const SURE_TO_FIT: u64 = 4096;

/// A worker's stdin.
///
/// A pipe that is full makes its writer wait, and it stays full when the worker
/// was stopped or hangs: the coordinator would hang with it, and would never see
/// that a deadline has passed. So a frame is written at once where the pipe
/// surely has room for it, as it has for nearly all; a frame that is too large
/// for that is left to a thread, which may wait. Killing the worker frees it.
pub(super) struct Input {
    pipe: Arc<ChildStdin>,
    // Bytes sent, and those of them that the worker has surely read.
    sent: u64,
    read: u64,
    writer: Option<Writer>,
}

struct Writer {
    frames: Sender<Vec<u8>>,
    // Frames that it has not written yet.
    pending: Arc<AtomicUsize>,
}

impl Input {
    pub fn new(pipe: ChildStdin) -> Self {
        Self { pipe: Arc::new(pipe), sent: 0, read: 0, writer: None }
    }

    /// Sends a frame, after those before it. Returns how many bytes have been sent.
    pub fn send(&mut self, frame: &[u8]) -> io::Result<u64> {
        let idle = self.writer.as_ref().is_none_or(|w| w.pending.load(Ordering::Acquire) == 0);
        self.sent += frame.len() as u64;
        if idle && self.sent - self.read <= SURE_TO_FIT {
            (&*self.pipe).write_all(frame)?;
        } else {
            self.leave_to_writer(frame.to_vec())?;
        }
        Ok(self.sent)
    }

    /// The worker has answered what ended with byte `sent`, so it has read it.
    pub fn was_read(&mut self, sent: u64) {
        self.read = sent;
    }

    fn leave_to_writer(&mut self, frame: Vec<u8>) -> io::Result<()> {
        let writer = match &mut self.writer {
            Some(writer) => writer,
            none => none.insert(Writer::start(Arc::clone(&self.pipe))?),
        };
        writer.pending.fetch_add(1, Ordering::AcqRel);
        writer.frames.send(frame).map_err(|_| io::ErrorKind::BrokenPipe.into())
    }
}

impl Writer {
    fn start(pipe: Arc<ChildStdin>) -> io::Result<Self> {
        let (frames, queue) = channel::<Vec<u8>>();
        let pending = Arc::new(AtomicUsize::new(0));
        let left = Arc::clone(&pending);
        thread::Builder::new().name("worker's input".to_owned()).spawn(move || {
            for frame in queue {
                // It reads no more: its own pipe ends as well, and that tells the supervisor.
                if (&*pipe).write_all(&frame).is_err() {
                    return;
                }
                left.fetch_sub(1, Ordering::AcqRel);
            }
        })?;
        Ok(Self { frames, pending })
    }
}
