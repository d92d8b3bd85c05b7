//! Builds the program `bench` with what is there, and becomes it. Where it is built already and
//! nothing has changed since, it is started at once ([`crate::unchanged`]).

use std::ffi::OsStr;
use std::process::{Command, ExitCode};

use crate::cargo;
use crate::detect::Found;
use crate::detect::peers::Peers;
use crate::install;
use crate::need::Purpose;
use crate::packages::Source;
use crate::peers;
use crate::request::Request;
use crate::system::{FAILED, System};
use crate::unchanged::{self, Build, Places, Program};
use crate::watch::Watch;

/// Where `bench` reads why a technique was not built into it.
const REASONS: [(Purpose, &str); 3] = [
    (Purpose::Jit, "MC_MISSING_JIT"),
    (Purpose::Opencl, "MC_MISSING_OPENCL"),
    (Purpose::Mpi, "MC_MISSING_MPI"),
];

/// Runs `bench VERB …`. Comes back only if that could not be started (or on a
/// system where a program can't become another).
pub fn run(system: &dyn System, verb: &str, request: &Request) -> ExitCode {
    let only_words = request.only_words();
    let wants_peers = verb == "compare" && request.wants_peers() && !only_words;
    let places = Places::here();
    if !wants_peers && let Some(program) = unchanged::program(system, &places) {
        return become_it(system, command(&program, verb, request));
    }
    let mut asked = Watch::over(system);
    let mut found = Found::on(&asked);
    let mut needs = found.missing();
    if wants_peers {
        needs.extend(Peers::on(system).missing());
    }
    if !only_words && install::offer(system, &needs, request.yes) {
        asked = Watch::over(system);
        found = Found::on(&asked);
    }
    let reasons = reasons(system, &found);
    if !only_words {
        for (_, name, reason) in &reasons {
            system.say(&format!("going on without {name}: {reason}"));
        }
    }

    let features = found.features().join(",");
    let mut build: Vec<&OsStr> =
        ["build", "--release", "--package", "bench"].map(OsStr::new).to_vec();
    if !features.is_empty() {
        build.extend(["--features", &features].map(OsStr::new));
    }
    let llvm = found.llvm.ready();
    let begun = Build::begins(system, &places);
    match cargo::command(&build, llvm).status() {
        Ok(status) if status.success() => {}
        Ok(_) => {
            system
                .say("bench could not be built; `cargo xtask doctor` shows what it was built with");
            return ExitCode::from(FAILED);
        }
        Err(error) => return not_started(system, &cargo::program(), &error),
    }
    let environment = llvm.map(cargo::environment).unwrap_or_default();
    // What is missing is to be told, and offered, each time.
    if reasons.is_empty() {
        begun.ended(system, &places, &asked.into_notes(), &environment);
    }

    let mut command = command(&Program { file: places.program(), environment }, verb, request);
    for (variable, _, reason) in &reasons {
        command.env(variable, reason);
    }
    if wants_peers {
        command.envs(peers::make(system).variables());
    }
    become_it(system, command)
}

/// `bench VERB …` with nothing missing and no peers.
fn command(program: &Program, verb: &str, request: &Request) -> Command {
    let mut command = Command::new(&program.file);
    command.arg(verb).args(&request.rest).envs(program.environment.iter().cloned());
    for variable in REASONS.map(|(_, variable)| variable).iter().chain(&peers::VARIABLES) {
        command.env_remove(variable);
    }
    command
}

/// For each technique that is not there: the variable, its name, and why.
fn reasons(system: &dyn System, found: &Found) -> Vec<(&'static str, &'static str, String)> {
    if found.missing().is_empty() && found.llvm.wrong_prefix.is_none() {
        return Vec::new();
    }
    let source = Source::on(system);
    REASONS
        .into_iter()
        .filter_map(|(purpose, variable)| {
            let reason = found.reason(purpose, system, &source)?;
            Some((variable, purpose.name(), reason))
        })
        .collect()
}

/// One process instead of two: signals and the exit code need no passing on.
#[cfg(unix)]
fn become_it(system: &dyn System, mut command: Command) -> ExitCode {
    use std::os::unix::process::CommandExt;

    let error = command.exec();
    not_started(system, command.get_program(), &error)
}

#[cfg(not(unix))]
fn become_it(system: &dyn System, mut command: Command) -> ExitCode {
    match command.status() {
        // Codes above 255 are Windows' own; none of them means success.
        Ok(status) => status.code().map_or(ExitCode::from(FAILED), |code| {
            ExitCode::from(u8::try_from(code).unwrap_or(FAILED))
        }),
        Err(error) => not_started(system, command.get_program(), &error),
    }
}

fn not_started(system: &dyn System, program: &OsStr, error: &std::io::Error) -> ExitCode {
    system.say(&format!("{} can't be started: {error}", program.display()));
    ExitCode::from(FAILED)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    #[test]
    fn bench_is_told_why_a_technique_is_missing() {
        let system = Fake::debian().llvm(20).mpi();
        let reasons = reasons(&system, &Found::on(&system));
        let [(variable, name, reason)] = reasons.as_slice() else { panic!("{reasons:?}") };
        assert_eq!((*variable, *name), ("MC_MISSING_OPENCL", "opencl"));
        assert!(reason.contains("`apt-get install ocl-icd-opencl-dev pocl-opencl-icd`"));
    }

    #[test]
    fn a_wrong_prefix_is_a_reason() {
        let system = Fake::debian().llvm(20).opencl_loader().pocl().mpi();
        let system = system.var("LLVM_SYS_181_PREFIX", "/nowhere");
        let reasons = reasons(&system, &Found::on(&system));
        assert_eq!(reasons.len(), 1);
        assert!(reasons[0].2.starts_with("LLVM_SYS_181_PREFIX=/nowhere"));
    }
}
