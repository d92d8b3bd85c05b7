//! How large the next segment is.

use std::time::Duration;

use crate::plan::Plan;

/// Segments that take less are made larger: breaks between them would cost.
const SHORT: Duration = Duration::from_millis(100);

/// Segments that take more are made smaller: a run should look up now and then.
const LONG: Duration = Duration::from_millis(400);

/// The first segments have about this many coordinates: some milliseconds.
const FIRST: u64 = 1 << 21;

/// Chooses levels of segments by the time that they take. They change nothing but
/// how often a run looks up.
#[derive(Debug)]
pub(super) struct Pace {
    limit: u32,
    seconds_per_batch: Option<f64>,
}

impl Pace {
    /// For a run of points of `dims` coordinates.
    pub fn new(plan: &Plan, dims: usize) -> Self {
        let coordinates = plan.batch_size().saturating_mul(dims as u64).max(1);
        Self { limit: (FIRST / coordinates).max(1).ilog2(), seconds_per_batch: None }
    }

    /// The level of the next segment, at most `most`, so that it most likely ends
    /// within `left`.
    pub fn level(&self, most: u32, left: Option<Duration>) -> u32 {
        let level = most.min(self.limit);
        match (left, self.seconds_per_batch) {
            (Some(left), Some(seconds)) if seconds > 0.0 => {
                let batches = (left.as_secs_f64() / seconds).max(1.0);
                level.min(batches.log2() as u32)
            }
            _ => level,
        }
    }

    /// How long so many batches will most likely take, if any were timed.
    pub fn seconds(&self, batches: u64) -> Option<f64> {
        self.seconds_per_batch.map(|seconds| seconds * batches as f64)
    }

    /// A segment at `level` took this long.
    pub fn took(&mut self, level: u32, time: Duration) {
        self.seconds_per_batch = Some(time.as_secs_f64() / (1u64 << level) as f64);
        if time > LONG {
            self.limit = level.saturating_sub(1);
        } else if time < SHORT && level >= self.limit {
            self.limit = level + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_grow_to_a_fraction_of_a_second_and_not_beyond() {
        let plan = Plan::new(1 << 40, 1).unwrap();
        // A batch takes a microsecond.
        let mut pace = Pace::new(&plan, 2);
        let mut levels = Vec::new();
        for _ in 0..20 {
            let level = pace.level(50, None);
            pace.took(level, Duration::from_micros(1 << level));
            levels.push(level);
        }
        assert_eq!(levels[0], 10);
        assert_eq!(levels[19], 17, "0.13 s");
        assert_eq!(pace.level(3, None), 3);
        // A tenth of that is left: a smaller one.
        assert_eq!(pace.level(50, Some(Duration::from_millis(13))), 13);
        assert_eq!(pace.level(50, Some(Duration::ZERO)), 0);
        pace.took(17, Duration::from_secs(3));
        assert_eq!(pace.level(50, None), 16);
    }
}
