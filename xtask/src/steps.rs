//! `cargo xtask test`: everything CI runs, and `--quick`: what to run before each commit.
//!
//! The steps are data, made from what was found. Cheap ones come first. All that can be
//! tested here is tested in one build, which `--quick` shares. The bare step proves that the
//! workspace works without LLVM, OpenCL and MPI: it compiles, and `bench` says what it lacks.
//! Where none of these is there, the one build is bare.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use crate::cargo;
use crate::deny::{self, Deny};
use crate::detect::Found;
use crate::detect::browser::{self, browser};
use crate::detect::peers::Peers;
use crate::install;
use crate::need::{Need, Purpose};
use crate::packages::Source;
use crate::peers::{self, Made};
use crate::rights::Rights;
use crate::system::System;

/// One thing that CI does.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// Cargo with these arguments, and with these variables set.
    Cargo { arguments: Vec<String>, variables: Vec<(String, String)> },
    /// Another program with these arguments.
    Program { program: PathBuf, arguments: Vec<String> },
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

/// Runs everything. True if nothing failed.
pub fn test(system: &dyn System, yes: bool) -> bool {
    let (found, checks) = found(system, yes, &Peers::on(system).missing());
    copy_lock(system);
    let packages = fresh_folder();
    let (deny, made) = (deny::make(system), peers::make(system));
    let steps = steps(system, &found, &checks, &deny, &made, &packages);
    let good = run(system, &steps);
    // What fails to go takes room, and nothing else.
    let _ = fs::remove_dir_all(&packages);
    good
}

/// Runs the quick steps. True if none failed.
pub fn quick_test(system: &dyn System, yes: bool) -> bool {
    let (found, checks) = found(system, yes, &[]);
    run(system, &quick_steps(system, &found, &checks))
}

/// What there is, and what the first steps lack, after what is missing was offered.
fn found(system: &dyn System, yes: bool, more: &[Need]) -> (Found, Vec<Need>) {
    let (found, checks) = (Found::on(system), missing_checks(system));
    let needs = [&found.missing(), &checks, more].concat();
    if install::offer(system, &needs, yes) {
        return (Found::on(system), missing_checks(system));
    }
    (found, checks)
}

/// Runs these, tells of each, and counts them at the end.
fn run(system: &dyn System, steps: &[Step]) -> bool {
    let mut outcomes = Vec::new();
    for (index, step) in steps.iter().enumerate() {
        system.say(&format!("[{}/{}] {}", index + 1, steps.len(), step.line()));
        outcomes.push(step.run(system));
    }
    system.say(&summary(steps, &outcomes));
    !outcomes.iter().any(|outcome| matches!(outcome, Outcome::Failed(_)))
}

/// Where the programs are that use the libraries as a stranger would.
const OUTSIDE: &str = "bench/outside";

/// The programs outside are built with the versions that all else is built with. Cargo drops
/// what they do not need.
fn copy_lock(system: &dyn System) {
    const LOCK: &str = "Cargo.lock";
    let workspace = cargo::workspace();
    if let Some(lock) = system.read(&workspace.join(LOCK)) {
        system.write(&workspace.join(OUTSIDE).join(LOCK), &lock);
    }
}

/// A folder that no run had before.
fn fresh_folder() -> PathBuf {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    cargo::target().join("packages").join(now.as_nanos().to_string())
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

/// What is done on a machine that has this; `folder` is for the packages.
fn steps(
    system: &dyn System,
    found: &Found,
    missing_checks: &[Need],
    deny: &Deny,
    made: &Made,
    folder: &Path,
) -> Vec<Step> {
    let llvm = environment(found);
    let strict_docs = [llvm.as_slice(), &[text_pair("RUSTDOCFLAGS", "-D warnings")]].concat();
    let mut steps = checks(found, missing_checks).to_vec();
    steps.extend(supply(deny));
    steps.push(cargo_step("doc --locked --no-deps", &members_that_compile(found), &strict_docs));
    let tested = members_to_test(found);
    if tested.iter().any(|word| word == FEATURES) {
        let lacking = "--test command_line --test parallel --test wrong_requests";
        steps.push(cargo_step(TEST, &[bare_bench(found), options(lacking)].concat(), &[]));
    }
    steps.extend([outside(), packages(found, &llvm, folder)]);
    steps.push(cargo_step(TEST, &tested, &llvm));
    steps.extend(peer_tests(made, &tested, &llvm));
    steps.push(browser_tests(system, &tested, &llvm));
    steps.extend(limit_tests(system, &tested, &llvm));
    steps.extend(left_out(system, found));
    steps
}

/// What `--quick` does on a machine that has this: in the same build as the whole, the tests
/// that find most mistakes in the shortest time.
fn quick_steps(system: &dyn System, found: &Found, missing_checks: &[Need]) -> Vec<Step> {
    let mut steps = checks(found, missing_checks).to_vec();
    let tests = QUICK_TESTS.map(|name| format!("--test {name}")).join(" ");
    let tested = [members_to_test(found), options("--lib --bins"), options(&tests)].concat();
    steps.push(cargo_step(TEST, &tested, &environment(found)));
    steps.extend(NOT_QUICK.map(|what| Step::Skip {
        what: what.to_owned(),
        reason: "it takes long; `cargo xtask test` does it".to_owned(),
    }));
    steps.extend(left_out(system, found));
    steps
}

/// The tests beside unit tests that `--quick` runs, each in seconds: of all chapters the
/// conformance suite and what shows their functions, of the program its words, of the
/// repository its shape.
const QUICK_TESTS: [&str; 14] = [
    "conformance",
    "catalogue",
    "expressions",
    "tape",
    "native",
    "closure",
    "pieces",
    "chapters",
    "prose",
    "command_line",
    "wrong_requests",
    "floors",
    "circles",
    "top",
];

/// What `--quick` leaves out.
const NOT_QUICK: [&str; 9] = [
    "cargo deny",
    "the documentation, built without warnings",
    "the tests of bench without LLVM, OpenCL and MPI",
    "the programs outside",
    "each library, built from its package",
    "the long tests, and the examples in the documentation",
    "the tests of the peers",
    "the tests of the page in a browser",
    "the tests of a user without threads",
];

/// Form and style.
fn checks(found: &Found, missing: &[Need]) -> [Step; 2] {
    let strict = [members_that_compile(found), options("-- -D warnings")].concat();
    let clippy = cargo_step("clippy --locked --all-targets", &strict, &environment(found));
    [
        check(Need::Rustfmt, missing, cargo_step("fmt --all --check", &[], &[])),
        check(Need::Clippy, missing, clippy),
    ]
}

/// What is built from: licences, sources, wildcards, and what someone has warned of.
fn supply(deny: &Deny) -> [Step; 2] {
    let check = |which: &str| match &deny.program {
        Ok(program) => Step::Program {
            program: program.clone(),
            arguments: options(&format!("--locked check {which}")),
        },
        Err(reason) => {
            Step::Skip { what: format!("cargo deny check {which}"), reason: reason.clone() }
        }
    };
    let advisories = match &deny.advisories {
        Ok(()) => check("advisories"),
        Err(reason) => {
            Step::Skip { what: "cargo deny check advisories".to_owned(), reason: reason.clone() }
        }
    };
    [check("bans licenses sources"), advisories]
}

/// What a build with the LLVM that was found needs.
fn environment(found: &Found) -> Vec<(String, String)> {
    found.llvm.ready().map(cargo::environment).unwrap_or_default()
}

/// A failure must not hide another.
const TEST: &str = "test --locked --no-fail-fast";

const FEATURES: &str = "--features";

/// The options that select all members that can be compiled here. Of a technique
/// that is left out, not even the dependencies need be there.
fn members_that_compile(found: &Found) -> Vec<String> {
    let mut words = options("--workspace");
    if found.llvm.ready().is_none() {
        words.extend(options("--exclude mc-jit"));
    }
    if !found.opencl.can_link() {
        words.extend(options("--exclude mc-opencl"));
    }
    words.extend(features(found.features()));
    words
}

/// The options that select all members that can be tested here. OpenCL without a device
/// compiles, but can't be tested.
fn members_to_test(found: &Found) -> Vec<String> {
    let mut words = options("--workspace");
    let mut names = found.features();
    if found.llvm.ready().is_none() {
        words.extend(options("--exclude mc-jit"));
    }
    if !found.opencl.is_ready() {
        words.extend(options("--exclude mc-opencl"));
        names.retain(|name| name != "opencl");
    }
    words.extend(features(names));
    words
}

/// The options that select `bench` without its features, beside the libraries that are tested here
/// with theirs. So what both builds are made of is compiled once: Cargo turns on the features that all
/// that is selected wants. Only tests of `bench` are asked for, and nothing else is built.
/// The `?` keeps `bench` from linking mc-jit because of its feature.
fn bare_bench(found: &Found) -> Vec<String> {
    let mut words = options("--workspace --exclude xtask");
    match found.llvm.ready() {
        Some(install) => words.push(format!("--features=mc-jit?/{}", install.feature())),
        None => words.extend(options("--exclude mc-jit")),
    }
    if !found.opencl.is_ready() {
        words.extend(options("--exclude mc-opencl"));
    }
    words
}

/// The README's programs as a stranger's: a workspace of their own, and none of the
/// vector instructions that `.cargo/config.toml` allows. Its lock is made from the workspace's.
fn outside() -> Step {
    let folder = cargo::target().join("outside").display().to_string();
    let target = ["--target-dir".to_owned(), folder];
    let step = format!("test --manifest-path {OUTSIDE}/Cargo.toml");
    cargo_step(&step, &target, &[text_pair("RUSTFLAGS", "")])
}

/// Whether each library can be built from its package alone, with nothing around it.
/// Git's state is CI's affair.
///
/// On crates.io `mc-core` is somebody else's crate, so those that others depend on are taken from
/// here. What Cargo unpacks stays in its home, by the name of `folder`, and it would take that
/// again in place of what is packed now.
fn packages(found: &Found, llvm: &[(String, String)], folder: &Path) -> Step {
    let mut words = options("--exclude bench --exclude xtask");
    match found.llvm.ready() {
        Some(install) => words.push(format!("--features=mc-jit/{}", install.feature())),
        None => words.extend(options("--exclude mc-jit")),
    }
    if !found.opencl.can_link() {
        words.extend(options("--exclude mc-opencl"));
    }
    words.extend(["--target-dir".to_owned(), folder.display().to_string()]);
    for name in ["mc-core", "mc-serial"] {
        words.extend(["--config".to_owned(), format!("patch.crates-io.{name}.path='{name}'")]);
    }
    // Nobody debugs these.
    let variables = [llvm, &[text_pair("CARGO_PROFILE_DEV_DEBUG", "0")]].concat();
    cargo_step("package --locked --allow-dirty --workspace", &words, &variables)
}

/// The tests that start real peers. They are ignored unless they are asked for, since
/// what they need is not there before this program has made it. The members are those of
/// the test before, so that nothing is built anew.
fn peer_tests(made: &Made, members: &[String], llvm: &[(String, String)]) -> [Step; 2] {
    let variables = [llvm, &made.variables()].concat();
    [("python", &made.python), ("gsl", &made.gsl)].map(|(name, made)| match made {
        Ok(_) => {
            let only = options(&format!("--test peers -- --ignored {name}"));
            cargo_step("test --locked", &[members, &only].concat(), &variables)
        }
        Err(reason) => {
            Step::Skip { what: format!("the tests of the peers ({name})"), reason: reason.clone() }
        }
    })
}

/// The tests that look at the page with a browser, in the same build too.
fn browser_tests(system: &dyn System, members: &[String], llvm: &[(String, String)]) -> Step {
    let what = "the tests of the page in a browser";
    match browser(system) {
        Some(path) => {
            let variable = text_pair("MC_BROWSER", &path.to_string_lossy());
            let only = options("--test browser -- --ignored");
            cargo_step("test --locked", &[members, &only].concat(), &[llvm, &[variable]].concat())
        }
        None => Step::Skip {
            what: what.to_owned(),
            reason: format!("none of {} is in the PATH", browser::NAMES.join(", ")),
        },
    }
}

/// The tests that need more than a user's rights: to become another user, who may have no
/// threads, and to mount a disk that cannot be written.
fn limit_tests(system: &dyn System, members: &[String], llvm: &[(String, String)]) -> [Step; 2] {
    let does = |program, arguments: &[&str]| system.tell(program, arguments).is_some();
    let another = Rights::on(system) == Rights::Root
        && does("setpriv", &["--version"])
        && does("prlimit", &["--version"]);
    let disk = does("unshare", &["-rm", "mount", "-t", "tmpfs", "none", "/mnt"]);
    [
        ("faults", another, "a user without threads", "they take root, setpriv and prlimit"),
        ("environments", disk, "a disk that cannot be written", "no disk can be mounted here"),
    ]
    .map(|(test, possible, about, reason)| match possible {
        true => {
            let only = options(&format!("--test {test} -- --ignored"));
            cargo_step("test --locked", &[members, &only].concat(), llvm)
        }
        false => Step::Skip { what: format!("the tests of {about}"), reason: reason.to_owned() },
    })
}

/// The tests that can't be run here.
fn left_out(system: &dyn System, found: &Found) -> Vec<Step> {
    let source = Source::on(system);
    [
        (Purpose::Jit, "the tests of mc-jit"),
        (Purpose::Opencl, "the tests of mc-opencl"),
        (Purpose::Mpi, "the tests of mc-multiproc in MPI ranks"),
    ]
    .into_iter()
    .filter_map(|(purpose, what)| {
        let reason = found.reason(purpose, system, &source)?;
        Some(Step::Skip { what: what.to_owned(), reason })
    })
    .collect()
}

/// The step, or a word about the tool that it lacks.
fn check(need: Need, missing: &[Need], step: Step) -> Step {
    if !missing.contains(&need) {
        return step;
    }
    let tool = need.words();
    let reason = format!("no {tool} here; `rustup component add {tool}` installs it");
    Step::Skip { what: step.line(), reason }
}

fn cargo_step(line: &str, more: &[String], variables: &[(String, String)]) -> Step {
    Step::Cargo {
        arguments: [options(line).as_slice(), more].concat(),
        variables: variables.to_vec(),
    }
}

fn options(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// The option that turns on these features of `bench`, and so of what it links.
fn features(names: Vec<String>) -> Vec<String> {
    if names.is_empty() {
        return names;
    }
    let names: Vec<_> = names.iter().map(|name| format!("bench/{name}")).collect();
    vec![FEATURES.to_owned(), names.join(",")]
}

fn text_pair(name: &str, value: &str) -> (String, String) {
    (name.to_owned(), value.to_owned())
}

impl Step {
    /// As it would be typed.
    fn line(&self) -> String {
        let quoted = |text: &str| {
            if text.contains(' ') { format!("\"{text}\"") } else { text.to_owned() }
        };
        let mut words = Vec::new();
        let arguments = match self {
            Self::Cargo { arguments, variables } => {
                words.extend(
                    variables.iter().map(|(name, value)| format!("{name}={}", quoted(value))),
                );
                words.push("cargo".to_owned());
                arguments
            }
            Self::Program { program, arguments } => {
                words.push(quoted(&program.to_string_lossy()));
                arguments
            }
            Self::Skip { what, .. } => return what.clone(),
        };
        words.extend(arguments.iter().map(|argument| quoted(argument)));
        words.join(" ")
    }

    fn run(&self, system: &dyn System) -> Outcome {
        let mut command = match self {
            Self::Cargo { arguments, variables } => {
                let arguments: Vec<_> = arguments.iter().map(OsStr::new).collect();
                let mut command = cargo::command(&arguments, None);
                command.envs(variables.iter().cloned());
                command
            }
            Self::Program { program, arguments } => {
                let mut command = Command::new(program);
                command.args(arguments);
                command
            }
            Self::Skip { reason, .. } => {
                system.say(&format!("skipped: {reason}"));
                return Outcome::Skipped;
            }
        };
        let start = Instant::now();
        let say = |words: &str| system.say(words);
        let status = limit::run(command.current_dir(cargo::workspace()), limit::STEP, &say);
        let time = start.elapsed();
        match status {
            Ok(Some(status)) if status.success() => Outcome::Passed(time),
            Ok(_) => Outcome::Failed(time),
            Err(error) => {
                system.say(&format!("it can't be run: {error}"));
                Outcome::Failed(time)
            }
        }
    }
}

/// All steps on a page, the time they took, and a last line that counts them.
fn summary(steps: &[Step], outcomes: &[Outcome]) -> String {
    let mut text = "summary\n".to_owned();
    let [mut passed, mut failed, mut skipped] = [0; 3];
    let mut all = Duration::ZERO;
    for (step, outcome) in steps.iter().zip(outcomes) {
        let line = step.line();
        let (count, told) = match outcome {
            Outcome::Passed(time) => {
                (&mut passed, format!("passed  {:6.1} s  {line}", time.as_secs_f64()))
            }
            Outcome::Failed(time) => {
                (&mut failed, format!("FAILED  {:6.1} s  {line}", time.as_secs_f64()))
            }
            Outcome::Skipped => (&mut skipped, format!("not run           {line}")),
        };
        *count += 1;
        if let Outcome::Passed(time) | Outcome::Failed(time) = outcome {
            all += *time;
        }
        text += &format!("  {told}\n");
        if let Step::Skip { reason, .. } = step {
            text += &format!("{:20}because {reason}\n", "");
        }
    }
    text += &format!("  in all  {:6.1} s\n", all.as_secs_f64());
    text + &format!("steps: {passed} passed, {failed} failed, {skipped} skipped\n")
}

mod limit;
#[cfg(test)]
mod tests;
