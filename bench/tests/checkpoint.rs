//! Runs that are kept in a file: killed, broken off, taken up again by others.
#![cfg(unix)]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::Duration;

use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};
use serde_json::Value;

/// What a run may be taken up by.
const TECHNIQUES: [(&str, &str); 6] = [
    ("serial", "1"),
    ("rayon-serial", "2"),
    ("processes-serial", "3"),
    ("ndarray", "1"),
    ("crossbeam-ndarray", "3"),
    ("serial", "1"),
];

fn command(arguments: &[&str]) -> Command {
    // A shell without job control has what it starts in the background ignore Ctrl-C.
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_bench")]);
    command.args(["estimate", "--format", "json"]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().expect("it runs")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// What does not depend on the machine.
fn result(output: &Output) -> [String; 6] {
    assert!(output.status.success(), "{}", words(output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    ["estimate", "variance", "samples", "non_finite", "stopped_by", "warnings"]
        .map(|field| report[field].to_string())
}

fn text(path: &Path) -> &str {
    path.to_str().expect("text")
}

/// SIGKILL at 50 random moments, whatever the process does then: start, compute, write.
/// Each time the run must go on, and what ends must have the bits of a run without a
/// break. A run that ends before it is killed starts again under another seed.
#[test]
fn kill_nine_at_fifty_random_moments() {
    const KILLS: u32 = 50;
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("run");
    let mut random = Xoshiro256Plus::seed_from_u64(9);
    let (mut kills, mut resumed, mut ends) = (0, 0, 0);
    for seed in 0.. {
        let seed = seed.to_string();
        let common = ["--samples", "40000123", "--seed", &seed];
        let expected = result(&run(&[&common[..], &["--technique", "rayon-serial"]].concat()));
        loop {
            let (technique, workers) = TECHNIQUES[random.next_u64() as usize % TECHNIQUES.len()];
            let more = ["--checkpoint", text(&file), "--checkpoint-every", "0.001"];
            let by = ["--technique", technique, "--workers", workers];
            let mut child = command(&[&common[..], &more, &by].concat()).spawn().expect("a child");
            if kills < KILLS {
                thread::sleep(Duration::from_micros(random.next_u64() % 150_000));
                child.kill().expect("it was not waited for");
            }
            let output = child.wait_with_output().expect("it ends");
            resumed += u32::from(words(&output).contains("going on from"));
            if output.status.code().is_none() {
                kills += 1;
                continue;
            }
            assert_eq!(result(&output), expected, "after {kills} kills, seed {seed}");
            ends += 1;
            break;
        }
        // What has ended is kept too, and costs no more than its last batch.
        let again = run(&[&common[..], &["--checkpoint", text(&file)]].concat());
        assert_eq!(result(&again), expected);
        fs::remove_file(&file).expect("the checkpoint");
        if kills == KILLS {
            break;
        }
    }
    println!("{kills} kills, {resumed} runs taken up, {ends} ended");
    assert!(resumed > 0);
}

/// Reads `child`'s words up to the first line that has one of `parts`.
fn wait_for(child: &mut Child, parts: &[&str]) -> String {
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let line = lines.by_ref().map_while(Result::ok).find(|l| parts.iter().all(|p| l.contains(p)));
    // The rest must be read, or the child might wait for it.
    thread::spawn(move || lines.for_each(drop));
    line.unwrap_or_else(|| panic!("it ended without {parts:?}"))
}

fn interrupt(mut child: Child) {
    let id = child.id().to_string();
    let kill = format!("kill -INT {id}");
    assert!(Command::new("sh").args(["-c", &kill]).status().expect("sh").success());
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
}

#[test]
fn ten_to_the_thirteenth_starts_shows_how_long_is_kept_at_ctrl_c_and_goes_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("run");
    let flags = ["--samples", "1e13", "--checkpoint", text(&file), "--checkpoint-every", "600"];
    let mut child = command(&flags).spawn().expect("a child");
    let line = wait_for(&mut child, &["% of 1.00e13 samples", "/s, ", " left"]);
    // From minutes to years: whatever this machine takes for so many.
    assert!([" min", "h ", "d ", "years"].iter().any(|unit| line.contains(unit)), "{line}");
    let first = fs::read(&file).expect("it is written at the start");
    interrupt(child);
    let kept = fs::read(&file).expect("a checkpoint");
    assert_ne!(first, kept, "Ctrl-C writes it");

    let mut child = command(&[&flags[..], &["--technique", "ndarray"]].concat());
    let mut child = child.spawn().expect("a child");
    wait_for(&mut child, &["going on from", "samples are done"]);
    interrupt(child);
}

#[test]
fn samples_may_be_raised_and_a_target_added() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("run");
    let kept = |more: &[&str]| run(&[&["--checkpoint", text(&file), "--f", "x0"], more].concat());
    let fresh = |more: &[&str]| run(&[&["--f", "x0"], more].concat());
    // Batches of another size: the few samples are computed anew, and it says so.
    let flags = ["--samples", "100003"];
    assert_eq!(result(&kept(&flags)), result(&fresh(&flags)));
    let flags = ["--samples", "5000003", "--technique", "ndarray"];
    let longer = kept(&flags);
    assert!(words(&longer).contains("starting anew"), "{}", words(&longer));
    assert_eq!(result(&longer), result(&fresh(&flags)));
    // From 2²² on they go on.
    let flags = ["--samples", "9000001", "--technique", "rayon-serial"];
    let longer = kept(&flags);
    assert!(words(&longer).contains("going on from"), "{}", words(&longer));
    assert!(words(&longer).contains("4,999,168 samples are done"), "{}", words(&longer));
    assert_eq!(result(&longer), result(&fresh(&flags)));
    let flags = ["--rel-error", "1e-4"];
    assert_eq!(result(&kept(&flags)), result(&fresh(&flags)));
    // Fewer cannot be had any more.
    let fewer = kept(&["--samples", "5000003"]);
    assert_eq!(fewer.status.code(), Some(2));
    assert!(words(&fewer).contains("more than the 5000003 asked for"), "{}", words(&fewer));
}

#[test]
fn values_left_out_are_kept_count_of() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("run");
    let f = ["--f", "sqrt(x0 - 0.2)", "--samples", "5000000"];
    let kept = |more: &[&str]| run(&[&f[..], &["--checkpoint", text(&file)], more].concat());
    let skipped = kept(&["--non-finite", "skip", "--technique", "serial"]);
    assert_eq!(result(&skipped), result(&run(&[&f[..], &["--non-finite", "skip"]].concat())));
    let refused = kept(&[]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(words(&refused).contains("not finite and were left out"), "{}", words(&refused));
    // The same values, taken for 0 now.
    let zero = kept(&["--non-finite", "zero"]);
    assert_eq!(result(&zero), result(&run(&[&f[..], &["--non-finite", "zero"]].concat())));
}

#[test]
fn what_is_of_another_run_is_refused_and_left_untouched() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("run");
    let common = ["--samples", "100000", "--checkpoint", text(&file), "--technique", "serial"];
    let with = |more: &[&str]| run(&[&common[..], more].concat());
    assert!(with(&[]).status.success());
    let refuse = |more: &[&str], says: &str| {
        let before = fs::read(&file).expect("a file");
        let output = with(more);
        assert_eq!(output.status.code(), Some(2), "{}", words(&output));
        assert!(words(&output).contains(says), "{}", words(&output));
        assert!(output.stdout.is_empty());
        assert_eq!(fs::read(&file).expect("a file"), before);
    };
    refuse(&["--f", "x0"], "another problem");
    refuse(&["--support", "0:2^2"], "another problem");
    refuse(&["--g", "1"], "another problem");
    refuse(&["--seed", "2"], "of seed 1");
    let mut bytes = fs::read(&file).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 4;
    fs::write(&file, &bytes).expect("written");
    refuse(&[], "damaged");
    fs::write(&file, "notes").expect("written");
    refuse(&[], "no checkpoint");

    // Two runs at the same file.
    fs::remove_file(&file).expect("a file");
    let long = ["--samples", "1e13", "--checkpoint", text(&file)];
    let mut child = command(&long).spawn().expect("a child");
    wait_for(&mut child, &["left"]);
    let second = run(&long);
    assert_eq!(second.status.code(), Some(1));
    assert!(words(&second).contains("under way"), "{}", words(&second));
    interrupt(child);
}
