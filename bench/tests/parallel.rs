//! Threads, processes and ranks from the command line: their numbers, their ends.

use std::process::{Command, Output};

use serde_json::Value;

const BENCH: &str = env!("CARGO_BIN_EXE_bench");

fn bench(arguments: &[&str]) -> Output {
    Command::new(BENCH).args(arguments).output().expect("it runs")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn estimate(technique: &str, more: &[&str]) -> Value {
    let common = ["estimate", "--samples", "1000003", "--format", "json", "--technique", technique];
    let output = bench(&[&common[..], more].concat());
    assert!(output.status.success(), "{technique} {more:?}: {}", words(&output));
    serde_json::from_slice(&output.stdout).expect("JSON, once")
}

#[test]
fn thousands_of_threads_and_hundreds_of_processes_give_the_same_bits() {
    let alone = estimate("serial", &[]);
    for (technique, workers) in
        [("rayon-serial", "2000"), ("crossbeam-serial", "2000"), ("processes-serial", "200")]
    {
        let many = estimate(technique, &["--workers", workers]);
        assert_eq!(many["estimate"], alone["estimate"], "{technique}");
        assert_eq!(many["variance"], alone["variance"], "{technique}");
    }
}

#[test]
fn numbers_that_make_no_sense_are_named() {
    for (flag, value, part) in [
        ("--workers", "10001", "`10001` is not a number of workers"),
        ("--deadline", "0", "`0` is not a time"),
        ("--deadline", "-3", "`-3` is not a time"),
        ("--launcher", "ssh", "ssh"),
    ] {
        let output = bench(&["estimate", flag, value]);
        assert_eq!(output.status.code(), Some(2), "{}", words(&output));
        assert!(words(&output).contains(part), "{}", words(&output));
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::process::{CommandExt, ExitStatusExt};
    use std::process::Child;
    use std::thread::sleep;
    use std::time::Duration;

    use super::*;

    /// The shell lowers a limit and becomes the program.
    fn limited(limit: &str, arguments: &str) -> Output {
        let line = format!("ulimit {limit} && exec \"$0\" {arguments}");
        Command::new("sh").args(["-c", &line, BENCH]).output().expect("sh is there")
    }

    #[test]
    fn a_limit_that_was_hit_is_named() {
        let output = limited("-n 64", "estimate --technique processes-serial --workers 100");
        let words = words(&output);
        assert_eq!(output.status.code(), Some(1), "{words}");
        assert!(words.contains("of 100 could not be started"), "{words}");
        assert!(words.contains("`ulimit -n`"), "{words}");
    }

    fn state(id: u32) -> Option<char> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        stat.rsplit(')').next()?.trim().chars().next()
    }

    /// The processes that a process has started.
    fn children(id: u32) -> Vec<u32> {
        let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
        let lists = tasks.filter_map(|t| std::fs::read_to_string(t.path().join("children")).ok());
        lists
            .flat_map(|l| l.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
            .collect()
    }

    /// An estimate that would take years, with three workers at work.
    fn long_run() -> (Child, Vec<u32>) {
        let mut command = Command::new(BENCH);
        let line = "estimate --technique processes-serial --workers 3 --samples 1e18";
        let coordinator =
            command.args(line.split(' ')).process_group(0).spawn().expect("it starts");
        loop {
            let ids = children(coordinator.id());
            // They have used some time, so they are past their start.
            let busy = |&id: &u32| {
                let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
                let ticks =
                    stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(11));
                ticks.and_then(|ticks| ticks.parse::<u64>().ok()).is_some_and(|ticks| ticks >= 5)
            };
            if ids.len() == 3 && ids.iter().all(busy) {
                return (coordinator, ids);
            }
            sleep(Duration::from_millis(5));
        }
    }

    /// Ctrl-C in a terminal goes to the process group; `kill` to one process. Either
    /// way the program ends by the signal, and its workers were waited for before.
    #[test]
    fn signals_end_all_and_leave_nothing_in_the_process_table() {
        for (name, number, whole_group) in
            [("INT", 2, true), ("INT", 2, false), ("TERM", 15, false), ("HUP", 1, true)]
        {
            let (mut coordinator, workers) = long_run();
            let group = if whole_group { "-" } else { "" };
            let kill = format!("kill -s {name} -- {group}{}", coordinator.id());
            assert!(Command::new("sh").args(["-c", &kill]).status().expect("sh").success());
            let status = coordinator.wait().expect("it ends");
            assert_eq!(status.signal(), Some(number), "SIG{name}: {status}");
            for id in workers {
                assert_eq!(state(id), None, "worker {id} after SIG{name}");
            }
        }
    }
}

/// `mpi-…`: a job for the whole command line, or one behind a row.
mod mpi {
    use super::*;

    #[test]
    #[cfg_attr(not(feature = "mpi"), ignore = "built without MPI")]
    fn one_two_and_three_ranks_print_once_and_have_the_same_bits() {
        let alone = estimate("serial", &[]);
        for kernel in ["serial", "serial-interpreted", "ndarray", "jit"] {
            if kernel == "jit" && !cfg!(feature = "_jit") {
                continue;
            }
            for ranks in ["1", "2", "3"] {
                let job = estimate(kernel, &["--launcher", "mpirun", "--workers", ranks]);
                assert_eq!(job["technique"], format!("mpi-{kernel}"));
                assert_eq!(job["estimate"], alone["estimate"], "{kernel}, {ranks} ranks");
                assert_eq!(job["variance"], alone["variance"], "{kernel}, {ranks} ranks");
            }
        }
    }

    #[test]
    #[cfg_attr(not(feature = "mpi"), ignore = "built without MPI")]
    fn a_comparison_starts_a_job_for_its_row() {
        let arguments =
            "compare --technique serial,mpi-serial --workers 2 --samples 1000,100000 --format json";
        let output = bench(&arguments.split(' ').collect::<Vec<_>>());
        assert!(output.status.success(), "{}", words(&output));
        let comparison: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(comparison["same_bits"], true);
        for row in comparison["rows"].as_array().expect("rows") {
            assert_eq!(row["available"], true, "{row}");
        }
    }

    #[test]
    #[cfg_attr(not(feature = "mpi"), ignore = "built without MPI")]
    fn a_job_that_fails_says_why_and_keeps_the_exit_code() {
        let job = ["estimate", "--launcher", "mpirun", "--workers", "3", "--samples", "1e7"];
        for (more, code, part) in [
            (&["--f", "sqrt(x0 - 1e-3)"][..], 1, "not finite at sample"),
            (&["--f", "x9"], 2, "indices go from 0 to 1"),
            (&["--technique", "rayon-serial"], 2, "rayon-serial does not run in ranks"),
            (&["--technique", "jitt"], 2, "no technique `jitt`"),
        ] {
            let output = bench(&[&job[..], more].concat());
            assert_eq!(output.status.code(), Some(code), "{more:?}: {}", words(&output));
            assert!(words(&output).contains(part), "{more:?}: {}", words(&output));
            assert!(output.stdout.is_empty(), "{more:?}");
        }
    }

    #[test]
    #[cfg(not(feature = "mpi"))]
    fn without_mpi_the_reason_is_given() {
        for arguments in
            [&["estimate", "--launcher", "mpirun"][..], &["estimate", "--technique", "mpi-serial"]]
        {
            let output = bench(arguments);
            assert_eq!(output.status.code(), Some(1), "{}", words(&output));
            assert!(words(&output).contains("MPI"), "{}", words(&output));
        }
    }
}
