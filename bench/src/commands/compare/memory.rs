//! The most memory that an estimate takes: in a process of its own, since what
//! one technique has freed, another would seem to have needed. It is one run, as in the
//! comparison: the steps of an `estimate` would need less.

use std::process::{ExitCode, Stdio};

use clap::Parser as _;
use mc_core::Progress;
use mc_multiproc::this_executable;

use crate::cli::flags::{Cli, Command};
use crate::cli::given::Given;
use crate::cli::request::Request;
use crate::measure::memory::{peak, running};
use crate::process::print;
use crate::run;
use crate::technique::name::Name;

/// Set for this process.
const VARIABLE: &str = "MC_BENCH_PEAK";

/// What it is set to: another value is not ours.
const VALUE: &str = "bench:peak";

/// The flags of a comparison that ask for the same estimate again; the samples and the technique
/// are said anew.
const AGAIN: [&str; 9] =
    ["f", "g", "support", "problem", "dims", "seed", "sampling", "workers", "deadline"];

/// The peak resident set size, in bytes, of one run with this technique, or of
/// the largest of its workers if that is more.
///
/// None where the system does not tell, or the process fails: the technique's row
/// has then said why.
pub fn peak_memory(name: Name, samples: u64) -> Option<u64> {
    let output = this_executable()
        .ok()?
        .env(VARIABLE, VALUE)
        .arg("estimate")
        .args(Given::here().only(&flags_for(name)).words())
        .args(["--technique", &name.to_string(), "--samples", &samples.to_string()])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let bytes = String::from_utf8(output.stdout).ok()?;
    bytes.trim().parse().ok().filter(|_| output.status.success())
}

/// Those about other techniques would be refused.
fn flags_for(name: Name) -> Vec<&'static str> {
    let compiled: &[_] = if name.kernel.is_compiled() { &["simd"] } else { &[] };
    let device: &[_] = if name.kernel.is_on_device() { &["device", "precision"] } else { &[] };
    [&AGAIN[..], compiled, device].concat()
}

/// Makes the run, tells its peak, and says how to end, if this process was started for it. Its
/// workers have the variable as well, so they must have been served before.
pub fn serve_if_watched() -> Option<ExitCode> {
    std::env::var_os(VARIABLE).filter(|value| value == VALUE)?;
    let bytes = run_once();
    let told = bytes.is_some_and(|bytes| print(bytes.to_string()).is_ok());
    Some(if told { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One run, and the peak of this process or of the largest that works for it.
fn run_once() -> Option<u64> {
    let Command::Estimate(flags) = Cli::try_parse().ok()?.command else { return None };
    let request = Request::estimate(&flags.common, &flags.ending).ok()?;
    let mut runner = run::prepare(*request.techniques.first()?, &request).ok()?;
    runner.run(request.plans.first()?, &Progress::new()).ok()?;
    let own = std::env::current_exe().ok()?;
    let workers = runner.processes().into_iter().flat_map(|id| running(&own, id));
    let peaks = workers.filter_map(|id| peak(&id.to_string()));
    peaks.chain(peak("self")).max()
}

#[cfg(test)]
mod tests {
    use clap::Args as _;

    use super::*;
    use crate::cli::common::Flags;
    use crate::technique::name::KernelName;

    /// Whoever adds a flag decides here whether it is given again.
    #[test]
    fn every_flag_is_given_again_or_said_anew() {
        const ANEW: [&str; 3] = ["samples", "technique", "format"];
        let all = [KernelName::Jit, KernelName::OpenCl];
        let again: Vec<_> = all.into_iter().flat_map(|k| flags_for(Name::alone(k))).collect();
        for flag in Flags::augment_args(clap::Command::new("flags")).get_arguments() {
            let long = flag.get_long().expect("a long flag");
            assert!(again.contains(&long) != ANEW.contains(&long), "--{long}");
        }
        assert!(!flags_for(Name::alone(KernelName::Serial)).contains(&"simd"));
    }
}
