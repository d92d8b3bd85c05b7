//! What a calibration says.

use serde::Serialize;

use super::coverage::Coverage;
use super::proof::Proof;
use crate::results::{Host, Made};

/// What `calibrate --format json` prints.
#[derive(Debug, Serialize)]
pub struct Calibration {
    /// The version of this document.
    pub schema: u32,
    /// When, by which command and from which source it was made.
    pub made: Made,
    /// The machine.
    pub host: Host,
    /// f, as text.
    pub f: String,
    /// g, as text.
    pub g: String,
    /// The box, as text.
    pub support: String,
    /// The number of coordinates.
    pub dims: usize,
    /// The value of the integral.
    pub truth: f64,
    /// The technique that made the estimates.
    pub technique: String,
    /// The seeds are this one and those that follow it.
    pub first_seed: u64,
    /// One for each number of samples.
    pub rows: Vec<Coverage>,
    /// That the other techniques would have given the same.
    pub proof: Proof,
}
