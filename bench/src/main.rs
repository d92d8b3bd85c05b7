//! The command behind `cargo xtask compare` and `cargo xtask estimate`.
// Words and results go through `process::say` and `process::print`, which do not panic; and what may
// panic has its reason beside it.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used))]

use std::io::Write as _;
use std::process::ExitCode;

use bench::cli::parse;
use bench::commands::{self, compare, experiment};
use bench::process::{self, Failure, interrupt};
use bench::run;

/// The exit code of `--strict` after a warning.
const WARNED: u8 = 3;

fn main() -> ExitCode {
    if let Some(code) = experiment::serve_if_child() {
        return code;
    }
    // A worker process of `processes-…`, and a rank of `mpi-…`, is this same executable.
    let served = run::serve_if_worker();
    let code = match served.and_then(|()| compare::serve_if_watched().map_or_else(parsed, Ok)) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    };
    run::leave();
    interrupt::code().map_or(code, ExitCode::from)
}

/// Reads the command line and does what it says.
fn parsed() -> Result<ExitCode, Failure> {
    match parse::parse(std::env::args_os()) {
        Ok(cli) => {
            commands::run(&cli.command)?;
            let warned = cli.strict && process::has_warned();
            Ok(if warned { ExitCode::from(WARNED) } else { ExitCode::SUCCESS })
        }
        // Not `exit`: an MPI job must be left in good order.
        Err(error) => {
            let printed = error.print();
            // What is wrong with a request goes to stderr, help to stdout.
            if !error.use_stderr() {
                printed?;
                std::io::stdout().flush()?;
            }
            Ok(ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1)))
        }
    }
}
