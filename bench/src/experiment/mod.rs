//! `compare --experiment`: the smaller experiments of the chapters.

mod elementwise;
#[cfg_attr(not(feature = "opencl"), allow(dead_code))]
mod report;

use crate::Failure;
use crate::command::{Experiment, Flags};

/// Runs an experiment and prints what it found.
///
/// # Errors
///
/// What this build lacks for it, or what went wrong.
pub fn run(which: Experiment, flags: &Flags) -> Result<(), Failure> {
    let report = match which {
        Experiment::Elementwise => elementwise::run(flags)?,
    };
    report.print(flags.format)
}
