//! `compare --experiment`: the smaller experiments of the chapters.

mod compile;
mod compiled_sums;
mod elementwise;
mod memory;
mod points;
mod processes;
mod scaling;
mod sum;
mod way;

pub use points::serve_if_child;

use crate::cli::flags::{Experiment, Flags};
use crate::output;
use crate::output::experiment::Report;
use crate::process::Failure;

/// Runs an experiment and prints what it found.
///
/// # Errors
///
/// What this build lacks for it, or what went wrong.
pub fn run(which: Experiment, flags: &Flags) -> Result<(), Failure> {
    output::print(&found(which, flags)?, flags.format)
}

/// Runs an experiment; what it found.
pub fn found(which: Experiment, flags: &Flags) -> Result<Report, Failure> {
    Ok(match which {
        Experiment::Sum => sum::run()?,
        Experiment::Compile => compile::run()?,
        Experiment::Processes => processes::run(flags)?,
        Experiment::Scaling => scaling::run(flags)?,
        Experiment::Memory => memory::run(flags)?,
        Experiment::Elementwise => elementwise::run(flags)?,
    })
}
