//! The clock that runs are timed by.

use std::time::Instant;

/// Tells the time.
pub trait Clock {
    /// Seconds since some moment in the past.
    fn seconds(&self) -> f64;
}

/// The time that a person would measure.
#[derive(Clone, Copy, Debug)]
pub struct WallClock(Instant);

impl WallClock {
    /// Counts from now on.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Clock for WallClock {
    fn seconds(&self) -> f64 {
        self.0.elapsed().as_secs_f64()
    }
}
