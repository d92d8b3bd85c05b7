//! `cargo xtask …`: finds or installs what is missing, builds, runs.
//!
//! Two commands do everything on a fresh machine: `cargo xtask compare` and
//! `cargo xtask test`. Rust can't bring LLVM or OpenCL along, so this program
//! looks for them ([`detect`]), offers to install what is missing ([`install`]),
//! and starts `cargo` with the features for what is there ([`cargo`], [`steps`]).
//! A technique that is left out is always named, with the reason.
//!
//! It has no dependencies and links no technique, so it builds in seconds and
//! builds everywhere. All it knows about the machine it asks through one trait,
//! [`system::System`]; the tests put a made-up machine in its place.
//!
//! What is said goes to stderr. Only the result of the program that was started
//! goes to stdout, so `cargo xtask estimate --format json` can be piped.
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]
// Nothing here panics: where an index or the like cannot fail, the file says why.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(not(test), warn(clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]

mod bench;
mod cargo;
mod deny;
mod detect;
mod doctor;
mod gpu;
mod install;
mod need;
mod oclgrind;
mod packages;
mod peers;
mod request;
mod rights;
mod steps;
mod system;
mod unchanged;
mod watch;

use std::io::{self, Write as _};
use std::process::ExitCode;

use request::{Command, Request};
use system::{FAILED, Machine, System};

/// The request is wrong.
const WRONG_REQUEST: u8 = 2;

fn main() -> ExitCode {
    let system = Machine;
    let request = match Request::parse(std::env::args_os().skip(1)) {
        Ok(request) => request,
        Err(wrong) => {
            system.say(&wrong);
            return ExitCode::from(WRONG_REQUEST);
        }
    };
    match request.command {
        Command::Help => print(&system, request::USAGE),
        Command::Doctor => print(&system, &doctor::report(&system)),
        Command::Test { quick: false } => ended(steps::test(&system, request.yes)),
        Command::Test { quick: true } => ended(steps::quick_test(&system, request.yes)),
        Command::Oclgrind => ended(oclgrind::test(&system)),
        Command::Gpu { quick } => ended(gpu::run(&system, quick)),
        Command::Bench(verb) => bench::run(&system, verb, &request),
    }
}

/// Prints what was asked for on stdout. A pipe that nobody reads any more is no failure.
fn print(system: &dyn System, text: &str) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            system.say(&format!("the output could not be written: {error}"));
            ExitCode::from(FAILED)
        }
        _ => ExitCode::SUCCESS,
    }
}

fn ended(good: bool) -> ExitCode {
    if good { ExitCode::SUCCESS } else { ExitCode::from(FAILED) }
}
