//! Which steps are made from what was found.

use super::*;
use crate::system::fake::Fake;

fn lines(system: &Fake, missing_checks: &[Need]) -> Vec<String> {
    let made = Made { python: Ok("python".into()), gsl: Err("no GSL".to_owned()) };
    let deny = Deny { program: Ok("cargo-deny".into()), advisories: Err("no net".to_owned()) };
    let folder = Path::new("FRESH");
    let steps = steps(system, &Found::on(system), missing_checks, &deny, &made, folder);
    steps
        .iter()
        .map(|step| match step {
            Step::Cargo { .. } | Step::Program { .. } => {
                step.line().replace(&cargo::target().display().to_string(), "TARGET")
            }
            Step::Skip { what, .. } => format!("skip {what}"),
        })
        .collect()
}

#[test]
fn with_everything_there_all_is_tested_once() {
    let system = Fake::debian().llvm(22).opencl_loader().pocl().mpi();
    assert_eq!(
        lines(&system, &[]),
        [
            "cargo fmt --all --check",
            "LLVM_SYS_221_PREFIX=/usr/lib/llvm-22 cargo clippy --locked --all-targets --workspace \
             --features bench/llvm22,bench/opencl,bench/mpi -- -D warnings",
            "cargo-deny --locked check bans licenses sources",
            "skip cargo deny check advisories",
            "LLVM_SYS_221_PREFIX=/usr/lib/llvm-22 RUSTDOCFLAGS=\"-D warnings\" cargo doc \
             --locked --no-deps --workspace --features bench/llvm22,bench/opencl,bench/mpi",
            "cargo test --locked --no-fail-fast --workspace --exclude xtask --features=mc-jit?/llvm22 \
             --test command_line --test parallel --test wrong_requests",
            "RUSTFLAGS= cargo test --manifest-path bench/outside/Cargo.toml --target-dir TARGET/outside",
            "LLVM_SYS_221_PREFIX=/usr/lib/llvm-22 CARGO_PROFILE_DEV_DEBUG=0 cargo package --locked --allow-dirty --workspace \
             --exclude bench --exclude xtask --features=mc-jit/llvm22 --target-dir FRESH \
             --config patch.crates-io.mc-core.path='mc-core' \
             --config patch.crates-io.mc-serial.path='mc-serial'",
            "LLVM_SYS_221_PREFIX=/usr/lib/llvm-22 cargo test --locked --no-fail-fast --workspace \
             --features bench/llvm22,bench/opencl,bench/mpi",
            "LLVM_SYS_221_PREFIX=/usr/lib/llvm-22 MC_PEERS_PYTHON=python \
             MC_MISSING_PEERS_GSL=\"no GSL\" cargo test --locked --workspace \
             --features bench/llvm22,bench/opencl,bench/mpi --test peers -- --ignored python",
            "skip the tests of the peers (gsl)",
            "skip the tests of the page in a browser",
            "skip the tests of a user without threads",
            "skip the tests of a disk that cannot be written",
        ]
    );
}

#[test]
fn on_a_bare_machine_what_is_left_out_is_named() {
    let system = Fake::debian();
    assert_eq!(
        lines(&system, &[]),
        [
            "cargo fmt --all --check",
            "cargo clippy --locked --all-targets --workspace --exclude mc-jit --exclude mc-opencl \
             -- -D warnings",
            "cargo-deny --locked check bans licenses sources",
            "skip cargo deny check advisories",
            "RUSTDOCFLAGS=\"-D warnings\" cargo doc --locked --no-deps --workspace --exclude mc-jit \
             --exclude mc-opencl",
            "RUSTFLAGS= cargo test --manifest-path bench/outside/Cargo.toml --target-dir TARGET/outside",
            "CARGO_PROFILE_DEV_DEBUG=0 cargo package --locked --allow-dirty --workspace --exclude bench --exclude xtask \
             --exclude mc-jit --exclude mc-opencl --target-dir FRESH \
             --config patch.crates-io.mc-core.path='mc-core' \
             --config patch.crates-io.mc-serial.path='mc-serial'",
            "cargo test --locked --no-fail-fast --workspace --exclude mc-jit --exclude mc-opencl",
            "MC_PEERS_PYTHON=python MC_MISSING_PEERS_GSL=\"no GSL\" cargo test --locked --workspace \
             --exclude mc-jit --exclude mc-opencl --test peers -- --ignored python",
            "skip the tests of the peers (gsl)",
            "skip the tests of the page in a browser",
            "skip the tests of a user without threads",
            "skip the tests of a disk that cannot be written",
            "skip the tests of mc-jit",
            "skip the tests of mc-opencl",
            "skip the tests of mc-multiproc in MPI ranks",
        ]
    );
}

#[test]
fn without_a_device_opencl_is_compiled_and_its_tests_are_named_as_left_out() {
    let system = Fake::debian().llvm(19).opencl_loader();
    let lines = lines(&system, &[]);
    assert!(lines[1].contains("bench/llvm19,bench/opencl"), "{}", lines[1]);
    let tested = "--workspace --exclude mc-opencl --features bench/llvm19";
    assert!(lines[8].ends_with(tested), "{}", lines[8]);
    assert_eq!(lines[14], "skip the tests of mc-opencl");
}

#[test]
fn a_toolchain_without_its_checkers_skips_them_aloud() {
    let system = Fake::debian().llvm(19).opencl_loader().pocl();
    let lines = lines(&system, &[Need::Rustfmt, Need::Clippy]);
    assert_eq!(lines[0], "skip cargo fmt --all --check");
    assert!(lines[1].starts_with("skip LLVM_SYS_191_PREFIX=/usr/lib/llvm-19 cargo clippy"));
    assert!(lines[4].contains("cargo doc"), "{}", lines[4]);
}

#[test]
fn without_its_program_nothing_of_the_supply_is_checked_and_that_is_said() {
    let deny = |program: Result<PathBuf, String>, advisories| Deny { program, advisories };
    let none = supply(&deny(Err("no Python".to_owned()), Err("no Python".to_owned())));
    for step in none {
        assert!(matches!(step, Step::Skip { reason, .. } if reason == "no Python"));
    }
    let [_, advisories] = supply(&deny(Ok("bin/cargo-deny".into()), Ok(())));
    assert_eq!(advisories.line(), "bin/cargo-deny --locked check advisories");
}

#[test]
fn the_page_is_looked_at_with_the_browser_that_is_there() {
    let system = Fake::debian().var("PATH", "/bin").file("/bin/chrome", "");
    let lines = lines(&system, &[]);
    let tested = "--workspace --exclude mc-jit --exclude mc-opencl";
    let wanted =
        format!("MC_BROWSER=/bin/chrome cargo test --locked {tested} --test browser -- --ignored");
    assert!(lines.contains(&wanted), "{lines:?}");
}

#[test]
fn the_limits_of_another_user_are_tried_where_they_can_be() {
    let system = Fake::debian().program("setpriv --version", "2").program("prlimit --version", "2");
    let tested = "--workspace --exclude mc-jit --exclude mc-opencl";
    let wanted = |test| format!("cargo test --locked {tested} --test {test} -- --ignored");
    assert!(lines(&system, &[]).contains(&wanted("faults")));
    let other = system.program("id -u", "1000");
    assert!(!lines(&other, &[]).contains(&wanted("faults")));
    assert!(!lines(&other, &[]).contains(&wanted("environments")));
    let mounts = other.program("unshare -rm mount -t tmpfs none /mnt", "");
    assert!(lines(&mounts, &[]).contains(&wanted("environments")));
}

#[test]
fn quick_shares_the_build_of_the_whole_and_says_what_it_leaves_out() {
    let system = Fake::debian().llvm(22).opencl_loader().pocl().mpi();
    let found = Found::on(&system);
    let quick: Vec<_> = quick_steps(&system, &found, &[]).iter().map(Step::line).collect();
    let whole = lines(&system, &[]);
    assert_eq!(quick[..2], whole[..2]);
    let tests =
        whole.iter().find(|line| line.contains("--no-fail-fast --workspace --features bench"));
    let rest = quick[2].strip_prefix(tests.unwrap()).unwrap();
    assert!(rest.starts_with(" --lib --bins --test conformance"), "{rest}");
    assert_eq!(quick[3..], NOT_QUICK);
    let bare = Fake::debian();
    let left_out = quick_steps(&bare, &Found::on(&bare), &[Need::Clippy]);
    assert!(matches!(&left_out[1], Step::Skip { .. }));
    assert_eq!(left_out.last().unwrap().line(), "the tests of mc-multiproc in MPI ranks");
}

#[test]
fn the_programs_outside_get_the_lock_of_the_workspace() {
    let workspace = cargo::workspace();
    let path = |name: &str| workspace.join(name).display().to_string();
    let system = Fake::debian().file(&path("Cargo.lock"), "versions");
    copy_lock(&system);
    let copy = workspace.join(OUTSIDE).join("Cargo.lock");
    assert_eq!(system.read(&copy).as_deref(), Some("versions"));
}

#[test]
fn the_summary_counts_and_gives_reasons() {
    let steps = [
        Step::Cargo { arguments: vec!["build".to_owned()], variables: vec![] },
        Step::Cargo { arguments: vec!["test".to_owned()], variables: vec![] },
        Step::Skip { what: "the tests of mc-jit".to_owned(), reason: "no LLVM".to_owned() },
    ];
    let time = Duration::from_millis(12_340);
    let outcomes = [Outcome::Passed(time), Outcome::Failed(time), Outcome::Skipped];
    assert_eq!(
        summary(&steps, &outcomes),
        "summary\n  \
         passed    12.3 s  cargo build\n  \
         FAILED    12.3 s  cargo test\n  \
         not run           the tests of mc-jit\n                    \
         because no LLVM\n  \
         in all    24.7 s\n\
         steps: 1 passed, 1 failed, 1 skipped\n"
    );
}

/// Cargo fails for a name that no member has.
#[test]
fn every_quick_test_is_there() {
    for name in QUICK_TESTS {
        let crates = fs::read_dir(cargo::workspace()).unwrap().flatten();
        let mut folders = crates.map(|entry| entry.path().join("tests").join(name));
        let there = |folder: PathBuf| folder.with_extension("rs").exists() || folder.is_dir();
        assert!(folders.any(there), "no test {name}");
    }
}
