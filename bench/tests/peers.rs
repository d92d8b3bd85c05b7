//! The peers: the protocol against made-up ones, and the real ones where
//! `cargo xtask test` has made what they run in.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use bench::peers::{Answer, Patience, Peer, PeerError, PeerName};
use mc_core::Support;
use serde_json::Value;

const MOMENT: Duration = Duration::from_millis(300);
const LONG: Duration = Duration::from_secs(60);

fn start(script: &str, patience: Patience) -> Result<Peer, PeerError> {
    let mut command = Command::new("sh");
    command.args(["-c", script]);
    Peer::start(command, &"-1:2,3:5".parse().expect("a box"), 2, patience)
}

/// One that is patient, started and asked once.
fn asked(script: &str) -> Result<Answer, PeerError> {
    let script = format!("read problem; echo ready now; read run; {script}");
    start(&script, Patience { start: LONG, answer: LONG })?.run(100, 7, 3, MOMENT)
}

#[test]
fn what_is_asked_and_answered() {
    let echo = r#"read p; echo "ready with $p"; while read r; do echo "0.5 2 ${#r}"; done"#;
    let mut peer = start(echo, Patience::default()).expect("it starts");
    assert_eq!(peer.versions(), "with problem 2 -1e0 2e0 3e0 5e0");
    let answer = peer.run(100, 7, 3, MOMENT).expect("an answer");
    let length = "run 100 7 3".len() as f64;
    assert_eq!(answer, Answer { seconds: 0.5, value: 2.0, variance: length });
    assert!(peer.run(10_000, 7, 3, MOMENT).is_ok(), "it can be asked again");
}

#[test]
fn bad_answers_are_named() {
    for line in ["nothing", "1 2", "1 2 3 4", "-1 2 3", "ready again", ""] {
        let error = asked(&format!("echo {line}")).expect_err(line);
        let wanted = "`seconds value variance`";
        assert_eq!(error, PeerError::Nonsense { line: line.to_owned(), wanted });
    }
    let error = asked("echo 1 nan 0").expect_err("not a number");
    assert!(error.to_string().contains("value NaN"), "{error}");
    assert_eq!(asked("echo error no memory"), Err(PeerError::Said("no memory".to_owned())));
    // Without end and without a line: only so much of it is read.
    assert!(matches!(asked("cat /dev/zero"), Err(PeerError::Nonsense { .. })));
    let error = start("echo hello; cat", Patience::default()).expect_err("no ready");
    assert!(error.to_string().contains("`hello`") && error.to_string().contains("`ready"));
}

#[test]
fn an_end_in_the_middle_is_told_with_its_last_words() {
    let error = asked("echo first >&2; echo 'No module named numpy' >&2; exit 3").expect_err("end");
    let words = error.to_string();
    assert!(
        words.contains("exit status: 3") && words.ends_with(": No module named numpy"),
        "{words}"
    );
    let killed = asked("kill -9 $$").expect_err("end").to_string();
    assert!(killed.contains("signal: 9"), "{killed}");
    let error = start("exit 0", Patience::default()).expect_err("it never is ready");
    assert!(matches!(error, PeerError::Ended { .. }), "{error}");
}

#[test]
fn after_an_error_the_same_is_said_again() {
    let mut peer =
        start("read p; echo ready now; read r; exit 3", Patience::default()).expect("ready");
    let error = peer.run(1, 1, 1, MOMENT).expect_err("end");
    assert_eq!(peer.run(1, 1, 1, MOMENT), Err(error));
}

#[test]
fn silence_ends_it() {
    let patience = Patience { start: LONG, answer: MOMENT };
    let mut peer = start("read p; echo ready now; sleep 1000", patience).expect("ready");
    let error = peer.run(1, 1, 1, Duration::ZERO).expect_err("silence");
    assert_eq!(error, PeerError::Silent(MOMENT));
    // One that reads nothing, though more is to be written than a pipe holds.
    let large: Support = "0:1^20000".parse().expect("a box");
    let mut command = Command::new("sleep");
    command.arg("1000");
    let patience = Patience { start: MOMENT, answer: MOMENT };
    let error = Peer::start(command, &large, 1, patience).expect_err("silence");
    assert_eq!(error, PeerError::Silent(MOMENT));
}

#[test]
fn what_is_not_there_is_named() {
    let command = Command::new("/nowhere/python");
    let error = Peer::start(command, &"0:1".parse().expect("a box"), 1, Patience::default());
    assert!(
        matches!(&error, Err(PeerError::Start { program, .. }) if program == "/nowhere/python")
    );
}

#[test]
fn it_ends_when_it_is_dropped() {
    let folder = tempfile::tempdir().expect("a folder");
    let mark = folder.path().join("ended");
    let script = format!("read p; echo ready now; read r; echo yes > {}", mark.display());
    drop(start(&script, Patience::default()).expect("ready"));
    assert!(mark.exists(), "it saw the end of its input, and was waited for");
    // One that does not care is ended.
    let script = "read p; echo ready $$; exec sleep 1000";
    let peer = start(script, Patience::default()).expect("ready");
    let id = peer.versions().to_owned();
    drop(peer);
    assert!(!is_alive(&id));
}

fn is_alive(id: &str) -> bool {
    let told = Command::new("sh").args(["-c", &format!("kill -0 {id} 2>&1")]).output();
    told.expect("sh runs").status.success()
}

/// `bench compare` with a script in the place of GSL.
fn compare(script: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("peer");
    std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).expect("written");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("executable");
    let mut command = assert_cmd::Command::cargo_bin("bench").expect("the program is built");
    command.args(["compare", "--technique", "serial", "--format", "json"]);
    if !arguments.contains(&"--budget") {
        command.args(["--budget", "1"]);
    }
    command.args(arguments).env("MC_PEERS_GSL", &path).env_remove("MC_PEERS_PYTHON");
    command.env("MC_MISSING_PEERS_PYTHON", "there is no Python");
    command.output().expect("it runs")
}

fn row(output: &Output, name: &str) -> Value {
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    let comparison: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows = comparison["rows"].as_array().expect("rows");
    rows.iter().find(|row| row["technique"] == name).expect(name).clone()
}

/// Answers at once, and says that it took so long.
fn answering(seconds: &str) -> String {
    format!("read p; echo ready Made-up 1.0; while read r; do echo {seconds} 0.6667 1e-6; done")
}

#[test]
fn a_peer_has_a_row_beside_the_techniques_by_its_own_clock() {
    let output = compare(&answering("0.001"), &["--peers=gsl", "--samples", "1000"]);
    let peer = row(&output, "gsl");
    assert_eq!((&peer["available"], &peer["peer"]), (&Value::Bool(true), &Value::Bool(true)));
    assert_eq!(peer["estimate"], 0.6667);
    assert_eq!(peer["std_error"], 1e-3);
    assert!(peer["distance"].as_f64().is_some_and(|z| z < 0.1), "{peer}");
    assert_eq!(peer["seconds"]["median"], 0.001);
    assert!(peer["speedup"].as_f64().is_some_and(|speedup| speedup < 1.0), "{peer}");
    let serial = row(&output, "serial");
    assert_eq!(serial["peer"], false);
    let comparison: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(comparison["same_bits"], true, "a peer has numbers of its own");
    assert_eq!(comparison["peers"][0]["versions"], "Made-up 1.0");
}

#[test]
fn a_slow_peer_runs_less_often_or_not_at_all() {
    let output = compare(&answering("2.5"), &["--peers=gsl", "--samples", "1000", "--budget", "3"]);
    let slow = row(&output, "gsl");
    assert_eq!(slow["seconds"]["runs"], 1);
    assert!(slow["first_seconds"].is_null(), "{slow}");
    let output = compare(&answering("3"), &["--peers=gsl", "--samples", "1000,100000"]);
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let rows: Vec<_> = rows["rows"].as_array().expect("rows").iter().collect();
    let too_slow = rows.iter().find(|row| row["technique"] == "gsl" && row["samples"] == 100_000);
    let reason = too_slow.expect("a row")["reason"].as_str().expect("a reason");
    assert!(
        reason.contains("would take about 300 s, longer than the --budget of 1.00 s"),
        "{reason}"
    );
}

#[test]
fn a_peer_that_is_not_there_is_a_row_that_says_why() {
    let output = compare("echo no >&2; exit 1", &["--peers", "--samples", "1000"]);
    for name in PeerName::ALL {
        let row = row(&output, name.text());
        let reason = row["reason"].as_str().expect("a reason");
        assert_eq!(row["available"], false);
        match name {
            PeerName::GSL => assert!(reason.contains("exit status: 1") && reason.ends_with(": no")),
            _ => assert_eq!(reason, "there is no Python"),
        }
    }
    let other = compare(&answering("1"), &["--peers=gsl", "--f", "x0", "--samples", "100"]);
    let reason = row(&other, "gsl")["reason"].clone();
    assert!(reason.as_str().is_some_and(|r| r.contains("the lecture's problem only")), "{reason}");
}

#[test]
fn one_that_dies_in_the_race_has_its_reason_at_every_number_of_samples() {
    // The call that compiles, two that tell how fast it is, and then no more.
    let script = "read p; echo ready now; for k in 1 2 3; do read r; echo 0.06 1 1; done; exit 9";
    let output = compare(script, &["--peers=gsl", "--samples", "1000,2000"]);
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mut rows = rows["rows"].as_array().expect("rows").iter();
    let last = rows.rfind(|row| row["technique"] == "gsl").expect("a row");
    assert!(last["reason"].as_str().is_some_and(|r| r.contains("exit status: 9")), "{last}");
}

/// The mean of ‖x‖² over a box and the variance of one value, in closed form.
fn truth(support: &Support) -> (f64, f64) {
    let sides = support.sides().iter().map(|side| {
        let (a, b) = (side.lo(), side.hi());
        let mean = (a * a + a * b + b * b) / 3.0;
        (mean, (b.powi(5) - a.powi(5)) / (5.0 * (b - a)) - mean * mean)
    });
    sides.fold((0.0, 0.0), |sum, side| (sum.0 + side.0, sum.1 + side.1))
}

/// Both estimators of a real peer against their closed forms.
///
/// Every seed is fixed. Had they been drawn at random, a right peer would be more than
/// 5 standard errors off in one of 2·10⁶ cases. The variance estimate has a relative
/// standard error of less than 1.5 % here; 10 % are allowed.
fn estimates_right(name: PeerName) {
    for (support, workers) in [("0:1^2", 1), ("-1:2,3:5", 2), ("-2:-1,0:0.5,1:3^5", 3)] {
        let support: Support = support.parse().expect("a box");
        let mut peer = name.start(&support, workers, Patience::default()).expect("it starts");
        let (mean, variance) = truth(&support);
        let mut run = |seed| peer.run(20_001, seed, 1, LONG).expect("an answer");
        for seed in [1, u64::MAX] {
            let answer = run(seed);
            let z = (answer.value - mean) / answer.variance.sqrt();
            assert!(z.abs() < 5.0, "{name} on {support}, seed {seed}: {z} standard errors off");
            let ratio = answer.variance * 20_001.0 / variance;
            assert!((ratio - 1.0).abs() < 0.1, "{name} on {support}: variance {ratio} times");
            let again = run(seed);
            // Not to the last bit: the lecture's processes are added as they come.
            let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-12;
            assert!(near(again.value, answer.value), "{name}: {again:?}, {answer:?}");
            assert!(near(again.variance, answer.variance), "{name}: {again:?}, {answer:?}");
        }
        assert_ne!(run(1).value, run(2).value, "{name}: seeds give other points");
        let few = peer.run(2, 3, 1, LONG).expect("an answer");
        assert!(few.variance > 0.0, "{name}: 2 samples are enough for a variance");
    }
}

#[test]
#[ignore = "needs the environment that `cargo xtask test` makes"]
fn python_peers_estimate_right() {
    for name in PeerName::ALL.into_iter().filter(|name| *name != PeerName::GSL) {
        estimates_right(name);
    }
}

#[test]
#[ignore = "needs the program that `cargo xtask test` makes"]
fn gsl_estimates_right() {
    estimates_right(PeerName::GSL);
}

/// The processes that this one has started, from the fields of /proc/ID/stat: after
/// the name in parentheses its state and its parent.
#[cfg(target_os = "linux")]
fn children(parent: u32) -> Vec<String> {
    let entries = std::fs::read_dir("/proc").expect("there is /proc").flatten();
    let ids = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let is_child = |id: &String| {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default();
        fields.split_whitespace().nth(1) == Some(&parent.to_string())
    };
    ids.filter(is_child).collect()
}

/// The workers of the pool end with their peer, even if it is ended from outside.
#[test]
#[cfg(target_os = "linux")]
#[ignore = "needs the environment that `cargo xtask test` makes"]
fn python_processes_end_with_their_peer() {
    for kill in [false, true] {
        let support: Support = "0:1^2".parse().expect("a box");
        let peer = PeerName::POOL.start(&support, 2, Patience::default());
        let peer = peer.expect("it starts");
        let workers = children(peer.id());
        assert!(workers.len() >= 2, "{workers:?}");
        if kill {
            let line = format!("kill -9 {}", peer.id());
            assert!(Command::new("sh").args(["-c", &line]).status().expect("sh").success());
        }
        drop(peer);
        let until = Instant::now() + LONG;
        while workers.iter().any(|id| is_alive(id)) {
            assert!(Instant::now() < until, "{workers:?} go on without their peer");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}
