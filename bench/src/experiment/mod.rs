//! `compare --experiment`: the smaller experiments of the chapters.

mod compile;
mod compiled_sums;
mod elementwise;
mod memory;
mod points;
mod processes;
mod report;
mod scaling;
mod sum;

pub use points::serve_if_child;

use crate::Failure;
use crate::command::{Experiment, Flags};
use crate::measure::Competitor;
use report::Report;

/// Runs an experiment and prints what it found.
///
/// # Errors
///
/// What this build lacks for it, or what went wrong.
pub fn run(which: Experiment, flags: &Flags) -> Result<(), Failure> {
    found(which, flags)?.print(flags.format)
}

/// Runs an experiment; what it found.
pub(crate) fn found(which: Experiment, flags: &Flags) -> Result<Report, Failure> {
    Ok(match which {
        Experiment::Sum => sum::run()?,
        Experiment::Compile => compile::run()?,
        Experiment::Processes => processes::run(flags)?,
        Experiment::Scaling => scaling::run(flags)?,
        Experiment::Memory => memory::run(flags)?,
        Experiment::Elementwise => elementwise::run(flags)?,
    })
}

/// Why a part of an experiment gave nothing, as the end of the command.
fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Run(error.to_string())
}

/// One way to an estimate, to be run again and again.
struct Way<'w> {
    name: String,
    run: Box<dyn FnMut() -> Result<mc_core::Estimate, String> + 'w>,
    estimate: Option<mc_core::Estimate>,
}

impl<'w> Way<'w> {
    fn new(
        name: impl Into<String>,
        run: impl FnMut() -> Result<mc_core::Estimate, String> + 'w,
    ) -> Self {
        Self { name: name.into(), run: Box::new(run), estimate: None }
    }
}

impl Competitor for Way<'_> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        self.estimate = Some((self.run)()?);
        Ok(None)
    }
}

/// An error if two of the ways gave other bits.
fn same_bits(ways: &[Way<'_>]) -> Result<(), Failure> {
    let mut estimates = ways.iter().filter_map(|way| Some((way, way.estimate?)));
    let Some((first, expected)) = estimates.next() else { return Ok(()) };
    match estimates.find(|(_, estimate)| *estimate != expected) {
        None => Ok(()),
        Some((way, _)) => Err(failed(format!(
            "{} and {} do not agree in every bit: this is a defect, please report it",
            first.name, way.name
        ))),
    }
}
