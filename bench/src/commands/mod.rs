//! What a user can ask for.

pub mod calibrate;
pub mod compare;
mod crowd;
mod emit;
mod estimate;
pub mod experiment;
mod files;
mod help;
mod launch;
mod lists;
pub mod readme;

use crate::cli::common::Flags;
use crate::cli::flags::{Command, EstimateFlags};
use crate::cli::request::Request;
use crate::process::Failure;

/// Does what a command line says.
pub fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Compare(flags) => only_words(&flags.common).unwrap_or_else(|| compare::run(flags)),
        Command::Estimate(flags) => only_words(&flags.common).unwrap_or_else(|| estimate(flags)),
        Command::Calibrate(flags) => {
            let common = Flags::from(flags);
            only_words(&common)
                .unwrap_or_else(|| calibrate::run(&Request::calibrate(&common)?, flags.seeds))
        }
        Command::Experiment(which) => experiment::run(which),
        Command::Readme(flags) => readme::run(flags),
        Command::Help(flags) => help::help(&flags.topic),
        Command::Completions(flags) => help::completions(flags.shell, &flags.name),
        Command::Man(flags) => help::man(&flags.command),
    }
}

/// The lists of names, if they are all that is asked for.
fn only_words(flags: &Flags) -> Option<Result<(), Failure>> {
    if flags.lists_techniques() {
        Some(lists::techniques())
    } else if flags.lists_problems() {
        Some(lists::problems())
    } else if flags.lists_devices() {
        Some(lists::devices())
    } else {
        None
    }
}

fn estimate(flags: &EstimateFlags) -> Result<(), Failure> {
    if let Some(launcher) = flags.launcher {
        return launch::launch(launcher, &flags.common);
    }
    let request = Request::estimate(&flags.common, &flags.ending)?;
    if let Some(path) = &flags.ending.checkpoint {
        files::can_be_a_file("--checkpoint", path, "run.mc")?;
    }
    match flags.emit {
        Some(what) => emit::run(&request, what),
        None => estimate::run(&request, flags),
    }
}
