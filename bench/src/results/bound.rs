//! What no code is faster than, on one core.

use serde::{Deserialize, Serialize};

/// The port bound of a comparison: see `technique/ports.rs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The cores, and their vector ports.
    pub cpu: String,
    /// Lanes of 64 bits that these do in a cycle.
    pub lanes_per_cycle: f64,
    /// Vector instructions of a sample: drawing the words.
    pub stream: f64,
    /// The map to the box.
    pub map: f64,
    /// f.
    pub f: f64,
    /// The moments.
    pub moments: f64,
    /// Cycles a second, measured in the same run.
    pub hertz: f64,
    /// Samples a second that follow, at the largest number of samples.
    pub samples_per_second: f64,
}
