//! One way to an estimate, to be timed beside others.

use crate::measure::Competitor;
use crate::process::Failure;

/// Why a part of an experiment gave nothing, as the end of the command.
pub fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Run(error.to_string())
}

/// One way to an estimate, to be run again and again.
pub struct Way<'w> {
    /// What it is.
    pub name: String,
    run: Box<dyn FnMut() -> Result<mc_core::Estimate, String> + 'w>,
    /// What its last run gave.
    pub estimate: Option<mc_core::Estimate>,
}

impl<'w> Way<'w> {
    /// Gives it a name.
    pub fn new(
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
pub fn same_bits(ways: &[Way<'_>]) -> Result<(), Failure> {
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
