//! The command behind `cargo xtask compare` and `cargo xtask estimate`.

use std::process::ExitCode;

use bench::command::{Cli, Command};
use bench::request::Request;
use bench::{compare, estimate, runner, techniques};
use clap::Parser;

fn main() -> ExitCode {
    // A worker process of `processes-…` is this same executable.
    runner::serve_if_worker();
    let outcome = match &Cli::parse().command {
        Command::Estimate(flags) | Command::Compare(flags) if flags.lists_techniques() => {
            techniques::print_list()
        }
        Command::Estimate(flags) => {
            Request::estimate(flags).and_then(|request| estimate::run(&request))
        }
        Command::Compare(flags) => {
            Request::compare(flags).and_then(|request| compare::run(&request))
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}
