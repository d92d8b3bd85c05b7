//! What the experiments share: how a failure ends the command, warm pools, and whether bits agree.

use std::error::Error;

use mc_core::Estimate;
use mc_multiproc::{Prepared, ProcessPool, this_executable};

use crate::cli::request::Request;
use crate::measure::Way;
use crate::process::Failure;
use crate::run::worker;
use crate::technique::name::KernelName;

/// Why a part of an experiment gave nothing, as the end of the command.
pub fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Run(error.to_string())
}

/// So many worker processes, which have prepared `kernel` for the problem of `request`.
pub fn pool(
    workers: usize,
    kernel: KernelName,
    request: &Request,
) -> Result<(ProcessPool, Prepared), Box<dyn Error>> {
    let pool = ProcessPool::start(this_executable()?, workers)?;
    let prepared = pool.prepare(kernel.text(), worker::key(request), &request.problem)?;
    Ok((pool, prepared))
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
