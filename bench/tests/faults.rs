//! Odd environments and faults: what is not ours is left alone, what is drawn is not lost, and
//! nothing panics or waits for ever.
#![cfg(target_os = "linux")]

use std::fs;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _, symlink};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{Rng as _, SeedableRng as _};
use serde_json::Value;

const BENCH: &str = env!("CARGO_BIN_EXE_bench");

/// Runs `script` in a shell; `"$@"` in it is the program with these arguments.
fn shell(script: &str, folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", BENCH]).args(arguments).current_dir(folder);
    command.stdin(Stdio::null()).output().expect("a shell")
}

fn estimate(folder: &Path, arguments: &[&str]) -> Output {
    shell(r#"exec "$@""#, folder, &[&["estimate", "--format", "json"], arguments].concat())
}

fn words(output: &Output) -> String {
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!words.contains("panicked"), "{words}");
    words
}

/// The bits of an estimate.
fn bits(output: &Output) -> [String; 3] {
    assert!(output.status.success(), "{}", words(output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    ["estimate", "variance", "samples"].map(|field| report[field].to_string())
}

/// The names in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .collect();
    names.sort();
    names
}

const KEPT: [&str; 6] = ["--technique", "serial", "--samples", "1e5", "--checkpoint", "run.mc"];

#[test]
fn a_checkpoint_overwrites_nothing_else() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path();
    fs::write(folder.join("key"), "secret").expect("written");
    symlink("key", folder.join("run.mc.part")).expect("a link");
    let first = bits(&estimate(folder, &KEPT));
    assert_eq!(bits(&estimate(folder, &KEPT)), first);
    assert_eq!(fs::read(folder.join("key")).expect("a file"), b"secret");
    assert_eq!(names(folder), ["key", "run.mc", "run.mc.part"]);
}

#[test]
fn what_is_no_regular_file_is_refused_at_once() {
    let dir = tempfile::tempdir().expect("a folder");
    assert!(shell("mkfifo fifo", dir.path(), &[]).status.success());
    for (path, what) in [("fifo", "a FIFO"), ("/dev/null", "a device"), ("/dev/full", "a device")] {
        let output = estimate(dir.path(), &[&KEPT[..5], &[path]].concat());
        assert_eq!(output.status.code(), Some(2), "{}", words(&output));
        assert!(words(&output).contains(what), "{}", words(&output));
    }
    let kind = fs::symlink_metadata(dir.path().join("fifo")).expect("it is there").file_type();
    assert!(kind.is_fifo());
}

/// No file may grow, as on a full disk. What is finished still gives its estimate; a new run is
/// told before it computes, and nothing half written stays.
#[test]
fn a_finished_checkpoint_on_a_full_disk_gives_its_estimate() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path();
    // Without the trap the signal of this limit would end the process.
    let full = |arguments: &[&str]| {
        let arguments = [&["estimate", "--format", "json"], arguments].concat();
        shell(r#"trap '' XFSZ; ulimit -f 0; exec "$@""#, folder, &arguments)
    };
    let first = full(&KEPT);
    assert_eq!(first.status.code(), Some(1), "{}", words(&first));
    assert!(words(&first).contains("cannot be written"), "{}", words(&first));
    assert!(names(folder).is_empty(), "{:?}", names(folder));

    let expected = bits(&estimate(folder, &KEPT));
    let before = fs::read(folder.join("run.mc")).expect("a checkpoint");
    let again = full(&KEPT);
    assert_eq!(bits(&again), expected);
    assert_eq!(words(&again).matches("cannot be written").count(), 1, "{}", words(&again));
    assert_eq!(fs::read(folder.join("run.mc")).expect("a checkpoint"), before);
    assert_eq!(names(folder), ["run.mc"]);
}

#[test]
fn a_removed_checkpoint_is_not_lost_and_takes_nobodys_place() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path();
    let long = ["--technique", "serial", "--samples", "1e13", "--checkpoint", "run.mc"];
    let mut command = Command::new(BENCH);
    command.args(["estimate", "--checkpoint-every", "600"]).args(long).current_dir(folder);
    let first = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let first = first.spawn().expect("it starts");
    wait_until(|| folder.join("run.mc").exists());
    fs::remove_file(folder.join("run.mc")).expect("it is there");
    // A second run, with another seed, to be seen apart.
    let second = estimate(folder, &[&KEPT[..], &["--seed", "2"]].concat());
    let second = bits(&second);
    signal("TERM", first.id());
    let first = first.wait_with_output().expect("it ends");
    assert!(
        words(&first).contains("kept in") && words(&first).contains("run.mc.2"),
        "{}",
        words(&first)
    );
    assert_eq!(bits(&estimate(folder, &[&KEPT[..], &["--seed", "2"]].concat())), second);
    assert_eq!(names(folder), ["run.mc", "run.mc.2"]);
}

#[test]
fn what_is_in_the_environment_by_chance_is_ignored() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = ["estimate", "--technique", "processes-serial", "--samples", "1e4", "--workers", "2"];
    for name in ["MC_MULTIPROC_WORKER", "MC_BENCH_POINTS", "MC_BENCH_PEAK"] {
        // stdin stays open, as in a terminal.
        let script = format!(r#"{name}=0; export {name}; sleep 60 | {{ "$@"; kill -s TERM 0; }}"#);
        let mut command = Command::new("setsid");
        command.args(["-w", "sh", "-c", &script, "sh", BENCH]).args(run).current_dir(dir.path());
        let start = Instant::now();
        let output = command.stdin(Stdio::null()).output().expect("a shell");
        assert!(start.elapsed() < Duration::from_secs(50), "{name} makes it wait");
        let said = words(&output).contains("MC_MULTIPROC_WORKER is \"0\"");
        assert_eq!(said, name == "MC_MULTIPROC_WORKER", "{}", words(&output));
        assert!(String::from_utf8_lossy(&output.stdout).contains("estimate"), "{name}");
    }
}

/// A user who may have one thread: an estimate in this thread, and words for all others.
#[test]
#[ignore = "it takes root, setpriv and prlimit: `cargo xtask test` runs it where they are"]
fn where_no_thread_can_be_had_nothing_panics() {
    let dir = tempfile::tempdir().expect("a folder");
    // Another user must reach it, and root has no such limit.
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).expect("ours");
    let program = dir.path().join("bench");
    fs::copy(BENCH, &program).expect("a copy");
    let limited = |technique: &str| {
        let mut command = Command::new("setpriv");
        // An id that hardly anyone has.
        command.args([
            "--reuid",
            "59173",
            "--regid",
            "59173",
            "--clear-groups",
            "prlimit",
            "--nproc=1",
        ]);
        command.arg(&program).args(["estimate", "--samples", "1e6", "--workers", "2"]);
        command.args(["--technique", technique]).current_dir("/").stdin(Stdio::null());
        command.output().expect("setpriv is there")
    };
    let serial = limited("serial");
    assert_eq!(serial.status.code(), Some(0), "{}", words(&serial));
    for technique in ["rayon-serial", "crossbeam-serial", "processes-serial"] {
        let output = limited(technique);
        assert_eq!(output.status.code(), Some(1), "{technique}: {}", words(&output));
        assert!(
            words(&output).contains("ulimit -u") || words(&output).contains("could not be started"),
            "{}",
            words(&output)
        );
    }
}

/// The stacks of 2000 threads would need more memory than it may have.
#[test]
fn no_more_threads_are_started_than_there_are_blocks() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = |workers: &str, technique: &str| {
        let flags = ["--technique", technique, "--samples", "1e5", "--workers", workers];
        let arguments = [&["estimate", "--format", "json"], &flags[..]].concat();
        bits(&shell(r#"ulimit -v 2500000; exec "$@""#, dir.path(), &arguments))
    };
    let expected = run("1", "rayon-serial");
    for technique in ["rayon-serial", "crossbeam-serial"] {
        assert_eq!(run("2000", technique), expected, "{technique}");
    }
}

fn wait_until(done: impl Fn() -> bool) {
    let start = Instant::now();
    while !done() {
        assert!(start.elapsed() < Duration::from_secs(60), "it does not come");
        thread::sleep(Duration::from_millis(2));
    }
}

/// Sends a signal, unless the process is gone.
fn signal(name: &str, id: u32) {
    let kill = format!("kill -s {name} {id} 2>/dev/null");
    let _ = Command::new("sh").args(["-c", &kill]).status().expect("a shell");
}

/// The worker processes of `id`: children of any of its threads.
fn children(id: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    let ids = |list: String| -> Vec<u32> {
        list.split_whitespace().filter_map(|id| id.parse().ok()).collect()
    };
    lists.flat_map(ids).collect()
}

/// For some seconds (`MC_FAULT_SECONDS`, 6 unless it is set; a release is tested with 60): runs that keep
/// checkpoints, whose workers are killed and stopped, whose processor is taken away for a while, which
/// are killed themselves, whose file is removed, damaged or written where no file may grow. Whatever
/// happens, what ends has the bits of a run without a fault, and no worker stays. The choices are
/// seeded; the moments are the machine's.
#[test]
fn workers_and_checkpoints_are_killed_stopped_and_starved_and_no_bit_is_lost() {
    let seconds =
        std::env::var("MC_FAULT_SECONDS").map_or(6, |text| text.parse().expect("seconds"));
    let until = Instant::now() + Duration::from_secs(seconds);
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path();
    let file = folder.join("run.mc");
    let mut random = Xoshiro256Plus::seed_from_u64(15);
    let mut below = |most: u64| (random.next_u64() >> 11) % most;
    let common = ["--samples", "60000123", "--seed", "3"];
    let expected =
        bits(&estimate(folder, &[&common[..], &["--technique", "rayon-serial"]].concat()));
    let (mut faults, mut ends, mut resumed, mut workers) = ([0; 8], 0, 0, Vec::new());
    while Instant::now() < until || ends == 0 {
        let technique =
            ["serial", "rayon-serial", "processes-serial", "processes-serial"][below(4) as usize];
        let start = |script: &str| -> Child {
            let mut command = Command::new("sh");
            command.args(["-c", script, "sh", BENCH, "estimate", "--format", "json"]).args(common);
            command.args(["--technique", technique, "--workers", "3", "--deadline", "1"]);
            command.args(["--checkpoint", "run.mc", "--checkpoint-every", "0.01"]);
            command
                .current_dir(folder)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped());
            command.spawn().expect("it starts")
        };
        let full = below(8) == 0;
        let child =
            start(if full { r#"trap '' XFSZ; ulimit -f 0; exec "$@""# } else { r#"exec "$@""# });
        faults[7] += u64::from(full);
        for _ in 0..below(4) {
            thread::sleep(Duration::from_millis(below(120)));
            let own = children(child.id());
            workers.extend(&own);
            let victim = own.get(below(own.len().max(1) as u64) as usize).copied();
            let fault = below(7) as usize;
            match (fault, victim) {
                (0 | 1, Some(worker)) => signal("KILL", worker),
                (2, Some(worker)) => signal("STOP", worker),
                (3, _) => signal("KILL", child.id()),
                // The whole run does not get a processor for a while.
                (4, _) => {
                    signal("STOP", child.id());
                    thread::sleep(Duration::from_millis(below(200)));
                    signal("CONT", child.id());
                }
                (5, _) => drop(fs::remove_file(&file)),
                (6, _) => signal("INT", child.id()),
                _ => continue,
            }
            faults[fault] += 1;
        }
        let output = child.wait_with_output().expect("it ends");
        let said = words(&output);
        resumed += u64::from(said.contains("going on from"));
        match output.status.code() {
            Some(0) => {
                assert_eq!(bits(&output), expected, "{said}");
                ends += 1;
                let _ = fs::remove_file(&file);
            }
            // A new run that cannot write is told so at once.
            Some(1) if full => assert!(said.contains("cannot be written"), "{said}"),
            // Interrupted, and what it prints is marked; unless it ended in the same moment.
            Some(130) => {
                let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
                let by = report["stopped_by"].as_str();
                assert!(matches!(by, None | Some("interrupt" | "samples")), "{report}");
            }
            Some(code) => panic!("exit code {code}: {said}"),
            None => {}
        }
        // What is there is a whole checkpoint, or nothing.
        if file.exists() && below(6) == 0 {
            let again = estimate(
                folder,
                &[&common[..], &["--technique", "serial", "--checkpoint", "run.mc"]].concat(),
            );
            assert_eq!(bits(&again), expected);
        }
    }
    println!("faults by kind {faults:?}, {resumed} runs taken up, {ends} ended");
    let _ = fs::remove_file(&file);
    bits(&estimate(
        folder,
        &[&common[..], &["--technique", "serial", "--checkpoint", "run.mc"]].concat(),
    ));
    assert_eq!(names(folder), ["run.mc"], "the next run removes what killed ones left");
    wait_until(|| workers.iter().all(|id| !is_ours(*id)));
}

/// Whether a process of this program has that id and still runs.
fn is_ours(id: u32) -> bool {
    fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|program| program == Path::new(BENCH))
}
