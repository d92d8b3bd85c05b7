//! `cargo xtask test`: everything CI runs.
//!
//! The steps are data, made from what was found. Cheap ones come first. The bare
//! build and its tests prove that the workspace works without LLVM and OpenCL;
//! after them only those members are tested that they leave out, and `bench`,
//! which is another program when the techniques are linked into it.

use std::ffi::OsStr;
use std::time::{Duration, Instant};

use crate::cargo;
use crate::detect::Found;
use crate::install;
use crate::need::{Need, Purpose};
use crate::packages::Source;
use crate::system::System;

/// One thing that CI does.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// Cargo with these arguments, and with these variables set.
    Cargo { arguments: Vec<String>, variables: Vec<(String, String)> },
    /// What can't be done here, and why. It is told, never silent.
    Skip { what: String, reason: String },
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    Skipped,
}

/// Runs all steps. True if none failed.
pub fn test(system: &dyn System, yes: bool) -> bool {
    let mut found = Found::on(system);
    let mut checks = missing_checks(system);
    let needs = [found.missing(), checks.clone()].concat();
    if install::offer(system, &needs, yes) {
        found = Found::on(system);
        checks = missing_checks(system);
    }
    let steps = steps(system, &found, &checks);
    let mut outcomes = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        system.say(&format!("[{}/{}] {}", index + 1, steps.len(), step.line()));
        outcomes.push(step.run(system));
    }
    system.say(&summary(&steps, &outcomes));
    !outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(_)))
}

/// The tools of the first steps that this toolchain lacks.
fn missing_checks(system: &dyn System) -> Vec<Need> {
    let cargo = cargo::program();
    let lacks = |tool| match cargo.to_str() {
        Some(cargo) => system.tell(cargo, &[tool, "--version"]).is_none(),
        None => false,
    };
    [("fmt", Need::Rustfmt), ("clippy", Need::Clippy)]
        .into_iter()
        .filter_map(|(tool, need)| lacks(tool).then_some(need))
        .collect()
}

/// What is done on a machine that has this.
fn steps(system: &dyn System, found: &Found, missing_checks: &[Need]) -> Vec<Step> {
    let llvm = found.llvm.ready();
    let variables = llvm.map(cargo::environment).unwrap_or_default();
    let cargo = |line: &str, options: &[String], variables: &[(String, String)]| {
        let words = line.split_whitespace().map(str::to_owned);
        Step::Cargo {
            arguments: words.chain(options.iter().cloned()).collect(),
            variables: variables.to_vec(),
        }
    };
    let check = |need: Need, step: Step| {
        if missing_checks.contains(&need) {
            let tool = need.words();
            let reason = format!("no {tool} here; `rustup component add {tool}` installs it");
            Step::Skip { what: step.line(), reason }
        } else {
            step
        }
    };

    // All members that can be compiled here. Of a technique that is left out,
    // not even the dependencies need be there.
    let mut built = vec!["--workspace".to_owned()];
    for (member, is_there) in [("mc-jit", llvm.is_some()), ("mc-opencl", found.opencl.can_link())] {
        if !is_there {
            built.extend(["--exclude".to_owned(), member.to_owned()]);
        }
    }
    let features: Vec<_> = found.features().iter().map(|name| format!("bench/{name}")).collect();
    built.extend(features_option(&features));

    // All members that can be run here, less those that the bare tests have run.
    let mut run = Vec::new();
    let mut left_out = Vec::new();
    let source = Source::on(system);
    let ready = [
        (Purpose::Jit, "mc-jit", llvm.is_some()),
        (Purpose::Opencl, "mc-opencl", found.opencl.is_ready()),
    ];
    for (purpose, member, is_ready) in ready {
        if is_ready {
            run.extend(["--package".to_owned(), member.to_owned()]);
        } else {
            let reason = found.reason(purpose, system, &source).unwrap_or_default();
            left_out.push(Step::Skip { what: format!("the tests of {member}"), reason });
        }
    }
    let has_device = |feature: &&String| *feature != "bench/opencl" || found.opencl.is_ready();
    let run_features: Vec<_> = features.iter().filter(has_device).cloned().collect();

    let mut documented = variables.clone();
    documented.push(("RUSTDOCFLAGS".to_owned(), "-D warnings".to_owned()));
    let deny = ["--", "-D", "warnings"].map(str::to_owned);
    let mut steps = vec![
        check(Need::Rustfmt, cargo("fmt --all --check", &[], &[])),
        check(
            Need::Clippy,
            cargo("clippy --all-targets", &[built.as_slice(), &deny].concat(), &variables),
        ),
        cargo("doc --no-deps", &built, &documented),
        cargo("build", &[], &[]),
        cargo("test", &[], &[]),
    ];
    if !run.is_empty() {
        run.extend(["--package".to_owned(), "bench".to_owned()]);
        run.extend(features_option(&run_features));
        steps.push(cargo("test", &run, &variables));
    }
    steps.extend(left_out);
    steps
}

fn features_option(features: &[String]) -> Vec<String> {
    if features.is_empty() { Vec::new() } else { vec!["--features".to_owned(), features.join(",")] }
}

impl Step {
    /// As it would be typed.
    fn line(&self) -> String {
        match self {
            Self::Cargo { arguments, variables } => {
                let quoted = |text: &str| {
                    if text.contains(' ') { format!("\"{text}\"") } else { text.to_owned() }
                };
                let mut words: Vec<_> = variables
                    .iter()
                    .map(|(name, value)| format!("{name}={}", quoted(value)))
                    .collect();
                words.push("cargo".to_owned());
                words.extend(arguments.iter().map(|argument| quoted(argument)));
                words.join(" ")
            }
            Self::Skip { what, .. } => what.clone(),
        }
    }

    fn run(&self, system: &dyn System) -> Outcome {
        let (arguments, variables) = match self {
            Self::Cargo { arguments, variables } => (arguments, variables),
            Self::Skip { reason, .. } => {
                system.say(&format!("skipped: {reason}"));
                return Outcome::Skipped;
            }
        };
        let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
        let start = Instant::now();
        let status = cargo::command(&arguments, None)
            .envs(variables.iter().cloned())
            .current_dir(cargo::workspace())
            .status();
        let time = start.elapsed();
        match status {
            Ok(status) if status.success() => Outcome::Passed(time),
            Ok(_) => Outcome::Failed(time),
            Err(error) => {
                system.say(&format!("cargo can't be started: {error}"));
                Outcome::Failed(time)
            }
        }
    }
}

/// All steps on a page, and a last line that counts them.
fn summary(steps: &[Step], outcomes: &[Outcome]) -> String {
    let mut text = "summary\n".to_owned();
    let mut counts = [0; 3];
    for (step, outcome) in steps.iter().zip(outcomes) {
        let line = step.line();
        let (index, told) = match outcome {
            Outcome::Passed(time) => (0, format!("passed  {:6.1} s  {line}", time.as_secs_f64())),
            Outcome::Failed(time) => (1, format!("FAILED  {:6.1} s  {line}", time.as_secs_f64())),
            Outcome::Skipped => (2, format!("not run           {line}")),
        };
        counts[index] += 1;
        text += &format!("  {told}\n");
        if let Step::Skip { reason, .. } = step {
            text += &format!("{:20}because {reason}\n", "");
        }
    }
    let [passed, failed, skipped] = counts;
    text + &format!("steps: {passed} passed, {failed} failed, {skipped} skipped\n")
}

#[cfg(test)]
mod tests;
