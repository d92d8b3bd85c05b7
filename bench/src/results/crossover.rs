//! From how many samples on an executor pays.

use serde::{Deserialize, Serialize};

/// What was found for one technique.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Crossover {
    /// The executor and the kernel.
    pub technique: String,
    /// The kernel alone.
    pub against: String,
    /// The number of samples from which the technique is faster; none if it never was.
    pub samples: Option<u64>,
    /// The largest number of samples that was tried.
    pub searched_to: u64,
    /// Why nothing was measured.
    pub reason: Option<String>,
}
