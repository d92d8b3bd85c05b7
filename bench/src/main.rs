//! The command behind `cargo xtask compare` and `cargo xtask estimate`.

use std::process::ExitCode;

use bench::command::{Cli, Command, CompareFlags, EstimateFlags};
use bench::request::Request;
use bench::{Failure, compare, emit, estimate, problems, runner, techniques};
use clap::Parser;

fn main() -> ExitCode {
    // A worker process of `processes-…` is this same executable.
    runner::serve_if_worker();
    match run(&Cli::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

fn run(command: &Command) -> Result<(), Failure> {
    let (Command::Compare(CompareFlags { common, .. })
    | Command::Estimate(EstimateFlags { common, .. })) = command;
    if common.lists_techniques() {
        return techniques::print_list();
    }
    if common.lists_problems() {
        return problems::print_list();
    }
    match command {
        Command::Compare(flags) => {
            compare::run(&Request::compare(&flags.common)?.with_peers(&flags.peers)?)
        }
        Command::Estimate(flags) => {
            let request = Request::estimate(&flags.common)?;
            match flags.emit {
                Some(what) => emit::run(&request, what),
                None => estimate::run(&request),
            }
        }
    }
}
