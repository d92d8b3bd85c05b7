//! What a pool and all that is prepared on it have in common.

use std::num::NonZeroUsize;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard};

use super::board::Board;
use super::frame;
use super::lock::lock;
use super::message::{KernelId, Request};
use super::supervisor::Supervisor;

/// The workers of a pool, until it and everything prepared on it are dropped.
pub(super) struct Shared {
    pub supervisor: Mutex<Supervisor>,
    pub board: Arc<Board>,
    pub workers: NonZeroUsize,
    pub names: AtomicU64,
    // Kernels that no one will use again.
    pub forgotten: Mutex<Vec<KernelId>>,
}

impl Shared {
    /// The workers, for a new task; waits until those before it are done.
    pub fn for_a_task(&self) -> MutexGuard<'_, Supervisor> {
        let mut workers = lock(&self.supervisor);
        workers.forgive();
        self.pass_on_forgotten(&mut workers);
        workers
    }

    /// Lets the workers drop the kernels that no one will use again.
    fn pass_on_forgotten(&self, workers: &mut Supervisor) {
        for kernel in lock(&self.forgotten).drain(..) {
            if let Ok(frame) = frame::encode(&Request::Forget { kernel }) {
                for (_, child) in workers.ready() {
                    if child.kernels.remove(&kernel) {
                        child.tell(&frame);
                    }
                }
            }
        }
    }
}
