//! The most memory that an estimate takes: in a process of its own, since what
//! one technique has freed, another would seem to have needed.
//!
//! A process that is started takes over the peak of the one that starts it: on Linux
//! the size that `exec` replaces counts as a peak of the new program. A comparison has
//! grown large when it comes to this. So the estimate is not started by it, but by a
//! process between the two, which is fresh and small, and tells what it saw. It is one
//! run, as in the comparison: the steps of an `estimate` would need less.

use std::process::{Command as Process, ExitCode, Stdio};

use clap::Parser as _;
use mc_core::Progress;
use mc_multiproc::this_executable;
use wait4::Wait4 as _;

use crate::cli::flags::{Cli, Command};
use crate::cli::request::Request;
use crate::run;
use crate::technique::name::Name;

/// Set for these two processes, to what they are.
const VARIABLE: &str = "MC_BENCH_PEAK";
const BETWEEN: &str = "between";
const RUN: &str = "run";

/// The peak resident set size, in bytes, of one run with this technique, or of
/// the largest of its workers if that is more.
///
/// None where the system does not tell, or the process fails: the technique's row
/// has then said why.
pub(super) fn peak_memory(request: &Request, name: Name, samples: u64) -> Option<u64> {
    let between = this_executable()
        .ok()?
        .env(VARIABLE, BETWEEN)
        .arg("estimate")
        .args(request.arguments_for(name))
        .args(["--technique", &name.to_string(), "--samples", &samples.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let bytes = String::from_utf8(between.stdout).ok()?;
    bytes.trim().parse().ok().filter(|_| between.status.success())
}

/// Does its part, and says how to end, if this process is one of the two. Their workers
/// have the variable as well, so they must have been served before.
pub fn serve_if_watched() -> Option<ExitCode> {
    let done = match std::env::var(VARIABLE).ok()?.as_str() {
        BETWEEN => peak_of(this_executable().ok()?).map(|bytes| println!("{bytes}")),
        RUN => run_once(),
        _ => None,
    };
    Some(if done.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The peak of this program with the arguments of this process.
fn peak_of(mut program: Process) -> Option<u64> {
    program.env(VARIABLE, RUN).args(std::env::args_os().skip(1));
    program.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let ended = program.spawn().ok()?.wait4().ok()?;
    Some(ended.rusage.maxrss).filter(|&bytes| ended.status.success() && bytes > 0)
}

/// One run.
fn run_once() -> Option<()> {
    let Command::Estimate(flags) = Cli::try_parse().ok()?.command else { return None };
    let request = Request::estimate(&flags.common, &flags.ending).ok()?;
    let mut runner = run::prepare(*request.techniques.first()?, &request).ok()?;
    runner.run(request.plans.first()?, &Progress::new()).ok().map(|_| ())
}
