//! Frames between rank 0 and the others, as messages of MPI.

use std::io::{self, Write};
use std::thread::{sleep, yield_now};
use std::time::Duration;

use ::mpi::environment::{Universe, initialize_with_threading, library_version};
use ::mpi::point_to_point::Status;
use ::mpi::topology::SimpleCommunicator;
use ::mpi::traits::{Communicator, Destination, MatchedReceiveVec, Source};
use ::mpi::{Rank, Threading};

use super::MpiError;

/// The one who asks.
pub(super) const ROOT: Rank = 0;

/// Polls that only yield, before the first that sleeps.
const EAGER: u32 = 64;

/// The longest pause between two polls: what an idle rank adds to a message.
const LONGEST: Duration = Duration::from_micros(200);

/// This process's place in the job.
///
/// Dropping it leaves the job, which waits for all ranks. A panic must not wait:
/// then the job is aborted.
pub(super) struct Link {
    world: SimpleCommunicator,
    // After `world`: dropping it ends MPI.
    _universe: Universe,
}

impl Link {
    /// Initialises MPI.
    pub fn open() -> Result<Self, MpiError> {
        // Only this thread talks to MPI, but it is not alone in the process.
        let (universe, provided) =
            initialize_with_threading(Threading::Funneled).ok_or(MpiError::Joined)?;
        if provided < Threading::Funneled {
            let library = library_version().unwrap_or_default();
            return Err(MpiError::Threads { library: library.trim().to_owned() });
        }
        Ok(Self { world: universe.world(), _universe: universe })
    }

    pub fn rank(&self) -> Rank {
        self.world.rank()
    }

    pub fn size(&self) -> Rank {
        self.world.size()
    }

    /// Sends bytes; no bytes at all mean the end.
    pub fn send(&self, to: Rank, bytes: &[u8]) {
        self.world.process_at_rank(to).send(bytes);
    }

    /// What has come from any rank, if something has.
    pub fn poll(&self) -> Option<(Rank, Vec<u8>)> {
        let message = self.world.any_process().immediate_matched_probe()?;
        let (bytes, status): (Vec<u8>, Status) = message.matched_receive_vec();
        Some((status.source_rank(), bytes))
    }

    /// The next message from rank 0. MPI's own wait would keep a core busy.
    pub fn receive(&self) -> Vec<u8> {
        let mut pause = Pause::new();
        loop {
            if let Some((_, bytes)) = self.poll() {
                return bytes;
            }
            pause.wait();
        }
    }

    /// Ends all ranks now. `mpirun` ends with this code.
    pub fn abort(&self, code: i32) -> ! {
        self.world.abort(code)
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.abort(1);
        }
    }
}

/// Pauses that grow from nothing, for one who polls.
pub(super) struct Pause {
    polls: u32,
    next: Duration,
}

impl Pause {
    pub fn new() -> Self {
        Self { polls: 0, next: Duration::from_micros(10) }
    }

    pub fn wait(&mut self) {
        self.polls += 1;
        if self.polls <= EAGER {
            yield_now();
        } else {
            sleep(self.next);
            self.next = (2 * self.next).min(LONGEST);
        }
    }
}

/// The requests of rank 0, until it says that there are no more.
pub(super) struct Requests<'l>(pub &'l Link);

impl Iterator for Requests<'_> {
    type Item = Vec<u8>;

    fn next(&mut self) -> Option<Vec<u8>> {
        let frame = self.0.receive();
        content(&frame).map(<[u8]>::to_vec)
    }
}

/// What a message holds after the length that a frame begins with.
pub(super) fn content(frame: &[u8]) -> Option<&[u8]> {
    Some(frame.split_at_checked(crate::process::frame::PREFIX)?.1)
}

/// The way of the answers. A frame is written at once, so it is one message.
pub(super) struct Answers<'l>(pub &'l Link);

impl Write for Answers<'_> {
    fn write(&mut self, frame: &[u8]) -> io::Result<usize> {
        self.0.send(ROOT, frame);
        Ok(frame.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
