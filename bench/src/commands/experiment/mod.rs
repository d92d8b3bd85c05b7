//! `experiment`: the smaller experiments of the chapters.

mod compile;
mod compiled_sums;
pub mod elementwise;
mod memory;
mod points;
mod processes;
mod scaling;
pub mod sum;
mod way;
mod way_to_sum;

pub use points::serve_if_child;

use crate::cli::flags::{Experiment, Flags};
use crate::output;
use crate::process::Failure;

/// Runs an experiment and prints what it found.
pub fn run(which: &Experiment) -> Result<(), Failure> {
    let (found, format) = match which {
        Experiment::Sum(format) => (sum::run()?, format),
        Experiment::Compile(format) => (compile::run()?, format),
        Experiment::Processes(flags) => (processes::run(&Flags::from(flags))?, &flags.format),
        Experiment::Scaling(flags) => (scaling::run(flags)?, &flags.format),
        Experiment::Memory(flags) => (memory::run(&Flags::from(flags))?, &flags.of.format),
        Experiment::Elementwise(flags) => {
            (elementwise::run(&flags.samples, flags.device.as_deref())?, &flags.format)
        }
    };
    output::print(&found, format.format)
}
