//! Odd environments and what is said in them: `wrong/environments.snap` is the table, with all that
//! each line prints.
//!
//! A line is one of a shell, in a folder of its own, where `bench` is the program and `few` a short
//! estimate. What is checked of each: no panic, and no path of this machine. Written anew as
//! `wrong_requests.rs` says.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::{Command, Stdio};

/// What a shell, or cargo, might have set.
const VARIABLES: [&str; 8] =
    ["COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "LC_ALL", "LANG", "TZ", "RUST_BACKTRACE"];

const BEFORE: &str = r#"
few() { bench estimate --samples 1e3 --technique serial "$@"; }
terminal() { width=$1; shift; script -qec "stty rows 24 cols $width; $*" /dev/null | tr -d '\r'; }
"#;

const ANYWHERE: &str = r#"
# Variables

few
HOME= few
HOME=/nonexistent few --checkpoint run.mc
env -u HOME bench estimate --samples 1e3 --technique serial
env -i "$(command -v bench)" estimate --samples 1e3 --technique processes-serial --workers 2
PATH= "$(command -v bench)" estimate --samples 1e3 --technique serial --format csv | cut -d, -f4,10-11
TERM=dumb few
TERM= few --nonsense
NO_COLOR=1 few --nonsense
COLUMNS=20 bench help problems
COLUMNS=0 bench help problems
COLUMNS=wide bench help problems
LC_ALL=C few --f 'x0²'
LC_ALL=xx_YY.KOI8-R few
LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 few
LANG= few
TZ=Mars/Olympus few
TMPDIR=/nonexistent few --checkpoint run.mc
TMPDIR=/nonexistent bench estimate --samples 1e3 --technique processes-serial --workers 2
RUST_BACKTRACE=full few --f y
RUST_LOG=trace few
RAYON_NUM_THREADS=0 bench estimate --samples 1e3 --technique rayon-serial --workers 2
RAYON_NUM_THREADS=many bench estimate --samples 1e3 --technique rayon-serial --workers 2
MC_MULTIPROC_WORKER=0 few
MC_MULTIPROC_WORKER=0 few --strict
MC_BENCH_PEAK=0 few
MC_BENCH_POINTS=0 few

# Streams

few <&-
few >&-
few 2>&-
few --nonsense 2>&-
few >/dev/full
few 2>/dev/full
few --f y 2>/dev/full
bench help language >/dev/full
bench completions fish >/dev/full
bench estimate --help >/dev/full
few --explain=1 >/dev/full 2>/dev/full
few | true

# Terminals

terminal 80 bench help problems
terminal 40 bench help problems
terminal 20 bench help problems
terminal 5 bench help problems
terminal 40 bench man --help
COLUMNS=30 terminal 0 bench help problems
COLUMNS=wide terminal 0 bench help problems
terminal 30 bench estimate --samples 1e3 --technique serial | head -n 7
terminal 80 bench estimate --samples 1e3 --technique serial '| cat'

# Files

mkdir gone; cd gone; rmdir ../gone; few
mkdir gone; cd gone; rmdir ../gone; few --checkpoint run.mc
few --checkpoint "$(printf 'a\nb')" --nonsense
few --checkpoint /proc/run.mc
few --checkpoint /dev/null
ln -s nowhere/run.mc link.mc; few --checkpoint link.mc
ln -s loop.mc loop.mc; few --checkpoint loop.mc
mkfifo fifo; few --checkpoint fifo
few --checkpoint "$(printf '%0300d' 1)"
ulimit -f 0; trap '' XFSZ; few --checkpoint full.mc
ulimit -n 4; few

# Words

few --f "$(printf 'x0\033[31m')"
few --f "$(printf '\377')"
few --problem "$(printf 'a\nb\033[31m')"
few --technique "$(printf '\a')"
bench "$(printf '\377\376')"
few --note "$(printf '\033]0;title\a')"

# What is said

few --quiet
few --f 'if(x0 < 1e-9, 1, 0)'
few --f 'if(x0 < 1e-9, 1, 0)' --strict
few --f 'if(x0 < 1e-9, 1, 0)' --quiet
few --f 'if(x0 < 1e-9, 1, 0)' --quiet --strict
few --f 'x0 < 1e-9' --quiet --format csv | cut -d, -f10-12,30
few --f y --quiet
few --strict
few --digits
bench estimate --technique serial --samples 1k | grep by
bench estimate --technique serial --samples 1_000 | grep by
bench estimate --technique serial --samples 0.001M | grep by
bench estimate --technique serial --samples 10M --rel-error 1%
bench compare --technique serial,serial --samples 100,100 --format csv --budget 0.01 | wc -l
bench compare --technique serial,serial --samples 100,100 --format csv --budget 0.01 --quiet | wc -l
bench help devices nonsense
bench help estimate --quiet | head -n 1
bench man calibrate | grep '^.SH'
bench completions bash mc | tail -n 5
bench completions zsh | head -n 1
"#;

/// What needs a file system that cannot be written, made as root of a namespace.
const READ_ONLY: &str = r#"
# A disk that cannot be written

few
few --checkpoint new.mc
few --checkpoint kept.mc
bench compare --report page.html
"#;

fn shell(line: &str, folder: &Path, namespace: bool) -> std::process::Output {
    let program = Path::new(env!("CARGO_BIN_EXE_bench")).parent().expect("its folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let mut command = if namespace { Command::new("unshare") } else { Command::new("sh") };
    let mount = r#"few --checkpoint kept.mc >kept; cp kept.mc /tmp/kept.$$; mount -t tmpfs none .; cd "$PWD"
cp /tmp/kept.$$ kept.mc; rm /tmp/kept.$$; mount -o remount,ro .; "#;
    match namespace {
        true => command.args(["-rm", "sh", "-c", &format!("{BEFORE}{mount}{line}")]),
        false => command.args(["-c", &format!("{BEFORE}{line}")]),
    };
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    command.env("PATH", format!("{}:{path}", program.display())).env("TERM", "xterm");
    command.current_dir(folder).stdin(Stdio::null()).output().expect("a shell")
}

/// A line and all that it prints, without what differs from run to run.
fn said(line: &str, namespace: bool) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let output = shell(line, folder.path(), namespace);
    let own = std::fs::canonicalize(folder.path()).expect("a folder").display().to_string();
    let told = |bytes: &[u8], mark: &str| -> String {
        let text = String::from_utf8_lossy(bytes).replace(&own, "FOLDER");
        let lines = text.lines().map(|line| {
            let line = match line.split_once(": prepared in ") {
                Some((before, _)) => format!("{before}: prepared in SOME, ran in SOME"),
                None => line.to_owned(),
            };
            // An editor takes spaces at the end of a line away.
            format!("{mark}{line}").trim_end().to_owned() + "\n"
        });
        lines.collect()
    };
    let text = told(&output.stdout, "  ") + &told(&output.stderr, "! ");
    assert!(!text.contains("panicked"), "{line}:\n{text}");
    assert!(!text.contains(env!("CARGO_MANIFEST_DIR")), "{line} tells where we are:\n{text}");
    let code = output.status.code().map_or("a signal".to_owned(), |code| code.to_string());
    format!("$ {line}\n[{code}]\n{text}\n")
}

fn table(name: &str, lines: &str, namespace: bool) -> usize {
    let lines = lines.lines().filter(|line| !line.is_empty());
    let (mut table, mut count) = (String::new(), 0);
    for line in lines {
        if line.starts_with('#') {
            table += &format!("{line}\n\n");
        } else {
            table += &said(line, namespace);
            count += 1;
        }
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("wrong");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, table));
    count
}

#[test]
fn in_any_environment_there_is_a_result_or_a_reason() {
    let count = table("environments", ANYWHERE, false);
    assert!(count >= 70, "{count}");
}

#[test]
#[ignore = "it mounts a disk, which a system may forbid: `cargo xtask test` runs it where it can be"]
fn on_a_disk_that_cannot_be_written() {
    table("read_only", READ_ONLY, true);
}

/// Whatever the terminal's width, no line of a comparison is wider, and each technique has one.
#[test]
fn a_comparison_fits_its_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    for width in [60, 80, 132] {
        let line = format!(
            "terminal {width} 'bench compare --samples 100 --technique serial-interpreted,rayon-serial --budget 0.01 2>&-'"
        );
        let output = shell(&line, folder.path(), false);
        let text = String::from_utf8(output.stdout).expect("text");
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{width}:\n{text}");
        }
        for name in ["\nserial-interpreted", "\nrayon-serial"] {
            assert!(text.contains(name), "{text}");
        }
        assert!(text.lines().any(|line| line.chars().count() > width - 15), "{width}:\n{text}");
    }
}
