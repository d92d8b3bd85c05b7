//! The command behind `cargo xtask compare` and `cargo xtask estimate`.

use std::process::ExitCode;

use bench::command::{Command, CompareFlags, EstimateFlags, Flags};
use bench::request::Request;
use bench::{
    Failure, calibrate, compare, devices, emit, estimate, experiment, interrupt, launcher,
    problems, readme, runner, runs, techniques, together,
};

fn main() -> ExitCode {
    if let Some(code) = experiment::serve_if_child() {
        return code;
    }
    // A worker process of `processes-…`, and a rank of `mpi-…`, is this same executable.
    let served = runner::serve_if_worker();
    let code = match served.and_then(|()| compare::serve_if_watched().map_or_else(parsed, Ok)) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    };
    runner::leave();
    interrupt::end_if_it_came();
    code
}

/// Reads the command line and does what it says.
fn parsed() -> Result<ExitCode, Failure> {
    match together::parse(std::env::args_os()) {
        Ok(cli) => run(&cli.command).map(|()| ExitCode::SUCCESS),
        // Not `exit`: an MPI job must be left in good order.
        Err(error) => {
            error.print()?;
            Ok(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1)))
        }
    }
}

fn run(command: &Command) -> Result<(), Failure> {
    match command {
        Command::Compare(flags) => only_words(&flags.common).unwrap_or_else(|| compare(flags)),
        Command::Estimate(flags) => only_words(&flags.common).unwrap_or_else(|| estimate(flags)),
        Command::Readme(flags) => readme::run(flags),
    }
}

/// The lists of names, if they are all that is asked for.
fn only_words(flags: &Flags) -> Option<Result<(), Failure>> {
    if flags.lists_techniques() {
        Some(techniques::print_list())
    } else if flags.lists_problems() {
        Some(problems::print_list())
    } else if flags.lists_devices() {
        Some(devices::print_list())
    } else {
        None
    }
}

fn compare(flags: &CompareFlags) -> Result<(), Failure> {
    match flags.experiment {
        Some(which) => experiment::run(which, &flags.common),
        None if flags.calibrate => calibrate::run(&Request::calibrate(&flags.common)?, flags.seeds),
        None => compare::run(flags),
    }
}

fn estimate(flags: &EstimateFlags) -> Result<(), Failure> {
    if let Some(launcher) = flags.launcher {
        return launcher::launch(launcher, &flags.common);
    }
    let request = Request::estimate(&flags.common, &flags.ending)?;
    if let Some(path) = &flags.ending.checkpoint {
        runs::can_be_a_file("--checkpoint", path, "run.mc")?;
    }
    match flags.emit {
        Some(what) => emit::run(&request, what),
        None => estimate::run(&request, &flags.ending, flags.explain),
    }
}
