//! What the experiments share: how a failure ends the command, and whether bits agree.

use mc_core::Estimate;

use crate::measure::Way;
use crate::process::Failure;

/// Why a part of an experiment gave nothing, as the end of the command.
pub fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Run(error.to_string())
}

/// An error if two of the ways gave other bits.
pub fn same_bits(ways: &[Way<'_, Estimate>]) -> Result<(), Failure> {
    let mut estimates = ways.iter().filter_map(|way| Some((way, way.last?)));
    let Some((first, expected)) = estimates.next() else { return Ok(()) };
    match estimates.find(|(_, estimate)| *estimate != expected) {
        None => Ok(()),
        Some((way, _)) => Err(failed(format!(
            "{} and {} do not agree in every bit: this is a defect, please report it",
            first.name, way.name
        ))),
    }
}
