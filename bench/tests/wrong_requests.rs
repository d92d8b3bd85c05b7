//! Wrong requests and what is said to them: `wrong/requests.snap` is the table.
//!
//! Each line of a case is a command line; its words may stand in `'…'`. A line that begins
//! with `#` is a heading. What is checked of each: exit status 2 unless the line says
//! another, nothing on stdout, no panic, no path of this machine. The words
//! themselves are the snapshot; `INSTA_UPDATE=always cargo test -p bench --test
//! wrong_requests` writes it anew, and then every changed message is to be read.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

#[path = "wrong/cases.rs"]
mod cases;

/// What xtask and a shell might have set: a case says itself what it needs.
const VARIABLES: [&str; 7] = [
    "MC_MISSING_JIT",
    "MC_MISSING_OPENCL",
    "MC_MISSING_MPI",
    "MC_MISSING_PEERS_GSL",
    "MC_MISSING_PEERS_PYTHON",
    "MC_PEERS_GSL",
    "MC_PEERS_PYTHON",
];

/// The words of a line, as a shell without variables takes them apart.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted) = (vec![], false);
    let mut word: Option<String> = None;
    for c in line.chars() {
        match c {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    assert!(!quoted, "a quote is open in {line}");
    words
}

/// A case and what is said to it, as the table has it.
///
/// A line may begin with the exit status that is expected if that is not 2, as in
/// `1| estimate …`, and with variables, `NAME=VALUE`.
fn said(line: &str, folder: &Path) -> String {
    let (code, line) = match line.split_once("| ") {
        Some((code, line)) if code.len() == 1 => (code.parse().expect("a digit"), line),
        _ => (2, line),
    };
    let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
    command.current_dir(folder).stdin(Stdio::null());
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    for word in words(line) {
        match word.split_once('=') {
            Some((name, value)) if name.starts_with("MC_") => command.env(name, value),
            _ => command.arg(word),
        };
    }
    let output = command.output().expect("it runs");
    let words = String::from_utf8(output.stderr).expect("text");
    assert_eq!(output.status.code(), Some(code), "{line}: {words}");
    assert!(output.stdout.is_empty(), "{line} prints on stdout");
    assert!(!words.contains("panicked") && !words.trim().is_empty(), "{line}: {words}");
    // The folder has another name in each run.
    let folder = fs::canonicalize(folder).expect("a folder");
    let words = words.replace(&folder.display().to_string(), "FOLDER");
    // So has the run that was kept last.
    let newest = bench::output::runs::newest().expect("a kept run");
    let words = words.replace(&newest, "NEWEST");
    assert!(!words.contains(env!("CARGO_MANIFEST_DIR")), "{line} tells where we are: {words}");
    // An editor takes spaces at the end of a line away.
    let words: Vec<_> = words.lines().map(str::trim_end).collect();
    let (variables, line) = match line.split_once("' ") {
        Some((set, line)) if set.starts_with("MC_") => (format!("{set}' "), line),
        _ => (String::new(), line),
    };
    format!("$ {variables}bench {line}\n[{code}] {}\n\n", words.join("\n").trim_end())
}

/// The table of these lines.
fn table(lines: &str, folder: &Path) -> (String, usize) {
    let (mut table, mut count) = (String::new(), 0);
    for line in lines.lines().filter(|line| !line.trim().is_empty()) {
        if line.starts_with('#') {
            let _ = writeln!(table, "{line}\n");
        } else {
            table.push_str(&said(line, folder));
            count += 1;
        }
    }
    (table, count)
}

/// A folder with the files that the cases name.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path();
    fs::create_dir(path.join("folder")).expect("a folder");
    let keep = |name: &str, more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        let common = ["estimate", "--samples", "5e6", "--technique", "serial", "--checkpoint"];
        let made = command.current_dir(path).args(common).arg(name).args(more).output();
        assert!(made.expect("it runs").status.success(), "{name}");
        fs::read(path.join(name)).expect("a checkpoint")
    };
    let good = keep("good.mc", &[]);
    keep("sobol.mc", &["--sampling", "sobol"]);
    keep("skipped.mc", &["--f", "sqrt(x0 - 0.5)", "--non-finite", "skip"]);
    let make = |name: &str, bytes: &[u8]| fs::write(path.join(name), bytes).expect("a file");
    make("empty.mc", &[]);
    make("notes.mc", b"buy milk");
    make("cut.mc", &good[..good.len() / 2]);
    let mut flipped = good.clone();
    flipped[good.len() / 2] ^= 4;
    make("flipped.mc", &flipped);
    make("older.mc", &cases::of_version("0.0.9", &good));
    make("newer.mc", &cases::of_format("9", &good));
    folder
}

fn snapshot(name: &str, table: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("wrong");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, table));
}

#[test]
fn every_wrong_request_has_its_message() {
    let folder = folder();
    let (table, count) = table(cases::ALWAYS, folder.path());
    assert!(count >= 50, "{count} cases");
    snapshot("requests", &(said("", folder.path()) + &table));
    // What was refused was left as it was.
    assert_eq!(fs::read(folder.path().join("notes.mc")).expect("a file"), b"buy milk");
    assert!(!folder.path().join("new.mc").exists(), "a wrong request makes no file");
}

#[test]
fn every_flag_has_a_case() {
    use clap::CommandFactory as _;
    let without = [cases::WITHOUT_LLVM, cases::WITHOUT_OPENCL].concat();
    let all = [cases::ALWAYS, &without, cases::WITH_LLVM, cases::WITH_A_DEVICE].concat();
    let cli = bench::cli::flags::Cli::command();
    for command in cli.get_subcommands() {
        for flag in command.get_arguments().filter_map(clap::Arg::get_long) {
            let (long, name) = (format!("--{flag}"), command.get_name());
            let of_it = all.lines().filter(|line| words(line).iter().any(|word| word == name));
            let named = |line: &str| words(line).iter().any(|w| w.split('=').next() == Some(&long));
            // A flag that both take is told the same by both.
            assert!(
                of_it.clone().any(named) || flag == "help" || shared(&all, &long),
                "{name} {long} has no case"
            );
        }
    }
}

fn shared(all: &str, long: &str) -> bool {
    use clap::Args as _;
    let common = bench::cli::common::Flags::augment_args(clap::Command::new("flags"));
    let is_common = common
        .get_arguments()
        .any(|flag| Some(flag.get_long().unwrap_or_default()) == long.strip_prefix("--"));
    is_common
        && all.lines().any(|line| words(line).iter().any(|w| w.split('=').next() == Some(long)))
}

/// The table does not depend on who runs `compare`: what both commands take, both refuse.
#[test]
fn compare_refuses_what_estimate_refuses() {
    let folder = folder();
    let common = cases::ALWAYS.split("# Both commands").nth(1).expect("a heading");
    let common = common.split("\n#").next().expect("cases");
    for line in common.lines().filter(|line| line.starts_with("estimate ")) {
        let other = line.replacen("estimate", "compare", 1);
        let words = |line: &str| {
            let said = said(line, folder.path());
            said.lines().nth(1).map(str::to_owned)
        };
        assert_eq!(words(&other), words(line));
    }
}

/// That is to show before an hour is spent on measuring. A system file, since root may
/// write anywhere else.
#[test]
#[cfg(target_os = "linux")]
fn a_page_that_cannot_be_written_is_refused_at_once() {
    let folder = folder();
    let said = said("compare --report /proc/page.html", folder.path());
    assert!(said.contains("--report: /proc/page.html cannot be written: "), "{said}");
}

/// A run that is under way has its checkpoint for itself: no wrong request, so exit code 1.
#[test]
#[cfg(unix)]
fn a_checkpoint_of_a_run_that_is_under_way_is_refused() {
    let folder = folder();
    let file = fs::File::open(folder.path().join("good.mc")).expect("a file");
    file.lock().expect("nobody else has it");
    let line = "1| estimate --samples 5e6 --technique serial --checkpoint good.mc";
    assert!(said(line, folder.path()).contains("belongs to a run that is under way"));
}

#[test]
#[cfg(not(feature = "_jit"))]
fn without_llvm() {
    let folder = folder();
    snapshot("without_llvm", &table(cases::WITHOUT_LLVM, folder.path()).0);
}

#[test]
#[cfg(not(feature = "opencl"))]
fn without_opencl() {
    let folder = folder();
    snapshot("without_opencl", &table(cases::WITHOUT_OPENCL, folder.path()).0);
}

#[test]
#[cfg_attr(not(feature = "_jit"), ignore = "built without LLVM")]
fn with_llvm() {
    let folder = folder();
    snapshot("with_llvm", &table(cases::WITH_LLVM, folder.path()).0);
}

/// The names of devices are this machine's.
#[test]
#[cfg_attr(not(feature = "opencl"), ignore = "built without OpenCL")]
fn with_a_device() {
    let folder = folder();
    let (mut table, _) = table(cases::WITH_A_DEVICE, folder.path());
    while let Some((before, rest)) = table.split_once(" of 0: ") {
        let (_, after) = rest.split_once(", or `all`").expect("the end of the list");
        table = format!("{before} of DEVICES, or `all`{after}");
    }
    snapshot("with_a_device", &table);
}
