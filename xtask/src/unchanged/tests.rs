//! A program that is up to date on a made-up machine, and all that ends that.

use super::*;
use crate::system::fake::Fake;

const PROGRAM: &str = "/t/release/bench";
const LIST: &str = "/t/release/bench: /tree/bench/src/main.rs /tree/with\\ space/src/lib.rs\n";

fn places() -> Places {
    Places { target: "/t".into(), own: "/t/debug/xtask".into(), cargo: "/rust/bin/cargo".into() }
}

/// What is done to a tree.
type Change = fn(Fake) -> Fake;

/// A tree that was built at second 10, some time after its sources were written.
fn built() -> Fake {
    Fake::debian()
        .var("HOME", "/home/me")
        .var("CARGO_TERM_COLOR", "always")
        .at(5)
        .file("/rust/bin/cargo", "cargo 1")
        .file("/rust/bin/rustc", "rustc 1")
        .file("/t/debug/xtask", "xtask 1")
        .file("/tree/Cargo.toml", "[workspace]")
        .file("/tree/Cargo.lock", "lock")
        .file("/tree/.cargo/config.toml", "native")
        .file("/tree/bench/Cargo.toml", "[package]")
        .file("/tree/bench/src/main.rs", "fn main() {}")
        .file("/tree/with space/src/lib.rs", "")
        .at(10)
        .file(PROGRAM, "the program")
        .file("/t/release/bench.d", LIST)
        .file("/t/release/build/llvm-sys-1/output", "cargo:rerun-if-env-changed=CFLAGS\n")
        .at(20)
}

/// What cargo does between is done by `meanwhile`.
fn stamped(system: Fake, meanwhile: impl FnOnce(Fake) -> Fake) -> Fake {
    let begun = Build::begins(&system, &places());
    let system = meanwhile(system);
    let mut asked = Notes::default();
    asked.note(&system, Kind::Variable, "MPICC");
    let environment = [("LLVM_SYS_191_PREFIX".to_owned(), "/usr/lib/llvm-19".to_owned())];
    begun.ended(&system, &places(), &asked, &environment);
    system
}

fn is_ready(system: &Fake) -> bool {
    program(system, &places()).is_some()
}

#[test]
fn what_is_unchanged_is_started_with_its_environment() {
    assert!(!is_ready(&built()));
    let system = stamped(built(), |system| system);
    let environment = vec![("LLVM_SYS_191_PREFIX".to_owned(), "/usr/lib/llvm-19".to_owned())];
    let wanted = Program { file: PROGRAM.into(), environment };
    assert_eq!(program(&system, &places()), Some(wanted));
}

#[test]
fn every_change_ends_it() {
    let changes: [(&str, Change); 20] = [
        ("a source", |s| s.file("/tree/bench/src/main.rs", "fn main() { }")),
        ("a source, written again", |s| s.file("/tree/bench/src/main.rs", "fn main() {}")),
        ("a source is gone", |s| s.without("/tree/bench/src/main.rs")),
        ("a name with a space", |s| s.file("/tree/with space/src/lib.rs", "//")),
        ("a manifest", |s| s.file("/tree/bench/Cargo.toml", "[package] ")),
        ("a new manifest", |s| s.file("/tree/with space/Cargo.toml", "")),
        ("the workspace", |s| s.file("/tree/Cargo.toml", "[workspace] ")),
        ("the lock", |s| s.file("/tree/Cargo.lock", "other")),
        ("a setting", |s| s.file("/tree/.cargo/config.toml", "generic")),
        ("a setting at home", |s| s.file("/home/me/.cargo/config.toml", "[build]")),
        ("another home", |s| s.var("CARGO_HOME", "/elsewhere")),
        ("flags", |s| s.var("RUSTFLAGS", "-C opt-level=1")),
        ("a profile", |s| s.var("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")),
        ("what a build script reads", |s| s.var("CFLAGS", "-O0")),
        ("what was asked", |s| s.var("MPICC", "mpicc.mpich")),
        ("the toolchain", |s| s.file("/rust/bin/rustc", "rustc 2")),
        ("this program", |s| s.file("/t/debug/xtask", "xtask 2")),
        ("the program, by another build", |s| s.file(PROGRAM, "other features")),
        ("the program is gone", |s| s.without(PROGRAM)),
        ("the folder", |s| s.within("/tree/bench")),
    ];
    for (what, change) in changes {
        let system = change(stamped(built(), |system| system).at(30));
        assert!(!is_ready(&system), "{what}");
        // The whole thing, and then it is ready again, unless something is missing.
        let system = stamped(system.at(40), |system| system);
        let gone = what.ends_with("gone");
        assert_eq!(is_ready(&system), !gone, "{what}, and once more");
    }
}

#[test]
fn a_variable_of_nobodys_ends_nothing() {
    let system = stamped(built(), |system| system).var("TERM", "xterm").var("PATH", "/opt/bin");
    assert!(is_ready(&system));
}

#[test]
fn after_a_build_cargo_is_asked_once_more() {
    let system = stamped(built(), |system| system.at(25).file(PROGRAM, "a new program"));
    assert!(!is_ready(&system));
    let system = stamped(system.at(30), |system| system);
    assert!(is_ready(&system));
}

#[test]
fn a_source_that_is_written_during_the_build_is_not_taken_for_built() {
    let edit = |system: Fake| system.at(21).file("/tree/bench/src/main.rs", "fn main() { new() }");
    assert!(!is_ready(&stamped(built(), edit)));
}

#[test]
fn where_it_cannot_be_told_there_is_no_stamp() {
    let lacks = [
        built().without("/t/release/bench.d"),
        built().without("/t/release/build/llvm-sys-1/output"),
        built().without("/rust/bin/rustc"),
        built().without(PROGRAM),
        built().file("/t/release/bench.d", "/t/release/bench: /tree/lost.rs\n").at(30),
    ];
    for system in lacks {
        let system = stamped(system, |system| system);
        assert!(!is_ready(&system));
    }
}

#[test]
fn a_stamp_that_says_something_else_is_none() {
    let good = stamped(built(), |system| system);
    let text = good.read(&places().stamp()).unwrap();
    let bad = ["", "rubbish\n", "set\tA", "set\tA\tB\n", &text.replace("state\t/t/", "state\t/u/")];
    for text in bad {
        let system = stamped(built(), |system| system).file("/t/release/bench.unchanged", text);
        assert!(!is_ready(&system), "{text}");
    }
}
