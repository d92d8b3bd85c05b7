//! What a run and whoever waits for it tell each other: how far it is, and whether to stop.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::error::RunError;

/// How far a run is, and whether it should stop. Shared between threads.
#[derive(Debug, Default)]
pub struct Progress {
    samples: AtomicU64,
    goal: AtomicU64,
    cancelled: AtomicBool,
}

impl Progress {
    /// Nothing done yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds to the samples that are done.
    pub fn add(&self, samples: u64) {
        self.samples.fetch_add(samples, Ordering::Relaxed);
    }

    /// How many samples are done.
    #[inline]
    pub fn samples(&self) -> u64 {
        self.samples.load(Ordering::Relaxed)
    }

    /// Says how many samples the run will most likely need.
    pub fn set_goal(&self, samples: u64) {
        self.goal.store(samples, Ordering::Relaxed);
    }

    /// How many samples the run will most likely need, where it has said so.
    pub fn goal(&self) -> Option<u64> {
        Some(self.goal.load(Ordering::Relaxed)).filter(|&samples| samples > 0)
    }

    /// Asks the run to stop at the next block.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// [`RunError::Cancelled`] once [`Progress::cancel`] was called.
    #[inline]
    pub fn check(&self) -> Result<(), RunError> {
        if self.cancelled.load(Ordering::Relaxed) { Err(RunError::Cancelled) } else { Ok(()) }
    }
}
