//! What is said costs no result: stdout and stderr that are full, closed, or read by nobody; signals.
#![cfg(target_os = "linux")]

use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

const BENCH: &str = env!("CARGO_BIN_EXE_bench");

/// Each command with little to do; whether it says something on stderr.
const COMMANDS: [(&str, bool); 9] = [
    ("estimate --samples 1000", true),
    ("estimate --f 1/sqrt(x0) --support 0:1 --technique processes-serial --format csv", true),
    ("estimate --emit tape", false),
    ("compare --samples 1000 --technique serial --budget 0.01 --format json", false),
    ("compare --technique list", false),
    ("calibrate --samples 100 --seeds 20 --technique serial", false),
    ("compare --experiment sum", true),
    ("--help", false),
    ("estimate --help", false),
];

/// Requests that are wrong, or fail.
const FAILURES: [(&str, i32); 4] = [
    ("estimate --f x9", 2),
    ("estimate --samples none", 2),
    ("readme --run nothing", 2),
    ("estimate --f 1/(x0-x0) --technique serial", 1),
];

/// Runs `line` after `env "$0"`, with what else a shell is to do.
fn shell(line: &str) -> Output {
    let mut command = Command::new("bash");
    // Brackets and stars of expressions are nobody's patterns.
    command.args(["-fc", line, BENCH]).stdin(Stdio::null()).output().expect("bash is there")
}

/// The arguments, quoted.
fn quoted(arguments: &str) -> String {
    arguments.split(' ').map(|word| format!("'{word}' ")).collect()
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A line of text that does not depend on the clock.
fn first_line(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}

#[test]
fn words_that_cannot_be_said_cost_neither_result_nor_exit_code() {
    let of = |arguments: &str, code: i32, talks: bool| {
        let arguments = quoted(arguments);
        let plain = shell(&format!("\"$0\" {arguments}"));
        assert_eq!(plain.status.code(), Some(code), "{arguments}: {}", words(&plain));
        assert!(!talks || !plain.stderr.is_empty(), "{arguments} says nothing");
        // The reader of the pipe has gone before anything is said.
        for to in ["2>/dev/full", "2>&-", "2> >(exec true)", "2> >(exec 0<&-; sleep 0.1)"] {
            let output = shell(&format!("\"$0\" {arguments} {to}"));
            assert_eq!(output.status.code(), Some(code), "{arguments} {to}");
            assert_eq!(first_line(&output), first_line(&plain), "{arguments} {to}");
        }
    };
    COMMANDS.iter().for_each(|(arguments, talks)| of(arguments, 0, *talks));
    FAILURES.iter().for_each(|(arguments, code)| of(arguments, *code, true));
}

#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    for (arguments, _) in COMMANDS {
        let arguments = quoted(arguments);
        let output = shell(&format!("\"$0\" {arguments} >/dev/full"));
        assert_eq!(output.status.code(), Some(1), "{arguments}: {}", words(&output));
        let said = "error: the output could not be written: No space left";
        assert!(words(&output).contains(said), "{arguments}: {}", words(&output));
        // Nor can that be said.
        let output = shell(&format!("\"$0\" {arguments} >/dev/full 2>&1"));
        assert_eq!(output.status.code(), Some(1), "{arguments}");
        // Who closes stdout wants nothing.
        let output = shell(&format!("\"$0\" {arguments} >&-"));
        assert_eq!(output.status.code(), Some(0), "{arguments}: {}", words(&output));
    }
}

#[test]
fn a_reader_who_leaves_early_ends_it_quietly() {
    for (arguments, _) in COMMANDS {
        let arguments = quoted(arguments);
        let output = shell(&format!("\"$0\" {arguments} | true; exit ${{PIPESTATUS[0]}}"));
        let said = words(&output);
        assert_eq!(output.status.code(), Some(0), "{arguments}: {said}");
        assert!(!said.contains("panicked") && !said.contains("error:"), "{arguments}: {said}");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let page = folder.path().join("page.html");
    let line = format!(
        "\"$0\" compare --samples 1000 --technique serial --budget 0.01 --report '{}' | true",
        page.display()
    );
    shell(&line);
    assert!(page.exists(), "the page is written all the same");
}

/// Starts it so that signals do what they do at a terminal, and sends one once it computes.
fn interrupted(signal: &str, arguments: &str) -> Output {
    let mut command = Command::new("env");
    command.args(["--default-signal=HUP,INT,TERM", BENCH]).args(arguments.split(' '));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("env is there");
    match arguments.starts_with("estimate") {
        true => wait_until_it_runs(child.id()),
        // It has no such sign; its techniques are prepared in milliseconds.
        false => sleep(Duration::from_secs(1)),
    }
    sleep(Duration::from_millis(1000));
    send(signal, child.id());
    child.wait_with_output().expect("it ends")
}

fn send(signal: &str, id: u32) {
    let kill = format!("kill -s {signal} {id}");
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("sh is there").success());
}

/// A run that has begun has a thread for its progress.
fn wait_until_it_runs(id: u32) {
    let start = Instant::now();
    while !threads(id).iter().any(|name| name.trim() == "progress") {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not begin");
        sleep(Duration::from_millis(5));
    }
}

/// The names of a process's threads.
fn threads(id: u32) -> Vec<String> {
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok()).collect()
}

#[test]
fn an_interrupted_estimate_is_that_of_what_was_drawn() {
    let common = "estimate --samples 1e15 --workers 2 --format json --technique";
    for (signal, code, technique) in [
        ("INT", 130, "serial"),
        ("TERM", 143, "rayon-serial"),
        ("HUP", 129, "crossbeam-ndarray"),
        ("INT", 130, "processes-serial"),
        ("INT", 130, "auto"),
    ] {
        let output = interrupted(signal, &format!("{common} {technique}"));
        let said = words(&output);
        assert_eq!(output.status.code(), Some(code), "{technique}: {said}");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(report["stopped_by"], "interrupt");
        assert!(said.contains("interrupted: the estimate is that of the first"), "{said}");
        // It is the estimate of a run of as many samples.
        let samples = report["samples"].to_string();
        let again = ["estimate", "--samples", &samples, "--format", "json"];
        let again = Command::new(BENCH).args(again).output().expect("it runs");
        let again: Value = serde_json::from_slice(&again.stdout).expect("JSON");
        for field in ["estimate", "variance", "std_error", "samples"] {
            assert_eq!(report[field], again[field], "{technique}: {field}");
        }
    }
}

#[test]
fn every_format_says_that_it_was_interrupted() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("run.mc").display().to_string();
    let common = "estimate --samples 1e15 --technique serial";
    for (more, says) in [
        (
            "--format table".to_owned(),
            "stopped by  interrupt, of at most 1,000,000,000,000,000 samples",
        ),
        ("--format csv".to_owned(), ",interrupt,"),
        (format!("--format json --checkpoint {file}"), "\"stopped_by\": \"interrupt\""),
    ] {
        let output = interrupted("INT", &format!("{common} {more}"));
        assert_eq!(output.status.code(), Some(130), "{}", words(&output));
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(printed.contains(says), "{printed}");
        assert_eq!(words(&output).contains("what is done is kept"), more.contains("checkpoint"));
    }
}

#[test]
fn an_interrupted_comparison_prints_what_was_measured() {
    let line = "compare --samples 1e5,1e13 --technique serial,ndarray --budget 0.2 --format";
    for format in ["json", "csv", "table"] {
        let output = interrupted("INT", &format!("{line} {format}"));
        assert_eq!(output.status.code(), Some(130), "{}", words(&output));
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        match format {
            "json" => {
                let found: Value = serde_json::from_str(&printed).expect("JSON");
                assert_eq!(found["stopped_by"], "interrupt");
                let rows = found["rows"].as_array().expect("rows");
                let measured = rows.iter().filter(|row| row["samples"] == 100_000);
                assert!(measured.clone().count() == 2, "{printed}");
                for row in measured {
                    assert!(row["available"] == true && row["seconds"].is_object(), "{row}");
                }
                for row in rows.iter().filter(|row| row["samples"] != 100_000) {
                    assert_eq!(row["reason"], "interrupted before it was measured");
                }
            }
            "csv" => assert!(printed.lines().skip(1).all(|line| line.ends_with(",interrupt"))),
            _ => assert!(printed.contains("stopped by interrupt"), "{printed}"),
        }
    }
}

/// Where nothing is drawn yet, and at the second time, it ends at once.
#[test]
fn before_it_begins_and_the_second_time_a_signal_ends_it_at_once() {
    use std::os::unix::process::ExitStatusExt as _;
    // One batch takes many seconds, and only then it would look at the first signal.
    let slow = "estimate --samples 1e17 --technique serial-interpreted --f sum(gamma(x)) --support 0.5:1^300000";
    let start = |line: &str| {
        let mut command = Command::new("env");
        command.args(["--default-signal=INT", BENCH]).args(line.split(' '));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().expect("env is there")
    };
    let mut child = start(slow);
    wait_until_it_runs(child.id());
    send("INT", child.id());
    sleep(Duration::from_millis(500));
    assert!(child.try_wait().expect("it is ours").is_none(), "it looks up sooner");
    let second = Instant::now();
    send("INT", child.id());
    assert_eq!(child.wait().expect("it ends").signal(), Some(2));
    assert!(second.elapsed() < Duration::from_secs(10), "{:?}", second.elapsed());
    // Hundreds of workers take a while to prepare.
    let mut child = start("estimate --technique processes-serial --workers 300 --samples 1e15");
    sleep(Duration::from_millis(50));
    let prepared = threads(child.id()).iter().any(|name| name.trim() == "progress");
    send("INT", child.id());
    let status = child.wait().expect("it ends");
    assert!(!prepared, "it is prepared in no time");
    assert_eq!(status.signal(), Some(2));
}

/// `compare` warns of what `estimate` warns of, each once.
#[test]
fn a_comparison_warns_as_the_estimates_do() {
    let problem = ["--f", "1/x0^0.9", "--support", "0:1", "--samples", "10000"];
    let json = |command: &[&str]| -> Value {
        let mut bench = Command::new(BENCH);
        bench.args(command).args(problem).args(["--format", "json"]);
        let output = bench.output().expect("it runs");
        assert!(output.status.success(), "{}", words(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let estimate = json(&["estimate", "--technique", "serial"]);
    let both = ["compare", "--technique", "serial,ndarray", "--budget", "0.1"];
    let compared = json(&both);
    assert!(!estimate["warnings"].as_array().expect("a list").is_empty());
    for row in compared["rows"].as_array().expect("rows") {
        assert_eq!(row["warnings"], estimate["warnings"]);
    }
    let table = Command::new(BENCH).args(both).args(problem).output().expect("it runs");
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert_eq!(table.matches("warning at M = 10,000: ").count(), 1, "{table}");
    let csv = Command::new(BENCH).args(both).args(problem).args(["--format", "csv"]).output();
    let csv = String::from_utf8_lossy(&csv.expect("it runs").stdout).into_owned();
    assert!(csv.lines().next().expect("a header").contains(",warnings,"), "{csv}");
    assert_eq!(csv.matches("heavy tails").count(), 2, "{csv}");
}

/// No number has more digits than it needs, and no column is lost to one.
#[test]
fn tiny_and_huge_numbers_have_exponents() {
    for factor in ["1e-300", "1e-310", "1e300"] {
        let f = format!("{factor}*(1+x0)");
        let common = ["--f", &f, "--support", "0:1", "--samples", "1000"];
        for command in [
            &["estimate", "--technique", "serial"][..],
            &["estimate", "--technique", "serial", "--format", "markdown"],
            &["compare", "--technique", "serial", "--budget", "0.01"],
            &["estimate", "--emit", "tape"],
        ] {
            let output = Command::new(BENCH).args(command).args(common).output().expect("it runs");
            assert!(output.status.success(), "{}", words(&output));
            let all = String::from_utf8_lossy(&output.stdout).into_owned() + &words(&output);
            let longest = all.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
            assert!(longest < Some(20), "{all}");
            if command[0] == "compare" {
                for column in ["estimate", "bits", "run", "samples/s"] {
                    assert!(all.contains(column), "{all}");
                }
                assert!(!all.contains("Left out for want of room: estimate"), "{all}");
            }
        }
    }
    // The warning about values that are all equal.
    let equal = ["--f", "1e-300*if(x0<2,1,2)+1e-300", "--support", "0:1", "--samples", "1000"];
    let output = Command::new(BENCH).arg("estimate").args(equal).output().expect("it runs");
    assert!(words(&output).contains("e-300"), "{}", words(&output));
}
