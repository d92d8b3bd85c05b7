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

/// Every executor with every kernel and each of these numbers of workers.
#[test]
fn any_number_of_workers_gives_the_same_bits_with_every_kernel() {
    let mut kernels = vec!["serial", "serial-interpreted", "ndarray", "ndarray-whole"];
    if cfg!(feature = "_jit") {
        kernels.push("jit");
    }
    let alone = estimate("serial", &[]);
    for kernel in kernels {
        for executor in ["rayon", "crossbeam", "processes"] {
            for workers in ["1", "2", "3", "7", "16"] {
                let name = format!("{executor}-{kernel}");
                let many = estimate(&name, &["--workers", workers]);
                assert_eq!(many["estimate"], alone["estimate"], "{name}, {workers} workers");
                assert_eq!(many["variance"], alone["variance"], "{name}, {workers} workers");
            }
        }
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Stdio};
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
        // A shell without job control has what it starts in the background ignore Ctrl-C,
        // and `nohup` the end of the terminal.
        let mut command = Command::new("env");
        let line = "estimate --technique processes-serial --workers 3 --samples 1e18";
        command
            .args(["--default-signal=HUP,INT,TERM", BENCH])
            .args(line.split(' '))
            .process_group(0);
        let coordinator = command.spawn().expect("it starts");
        let workers = busy_children(coordinator.id(), 3);
        (coordinator, workers)
    }

    /// Waits until a process has as many children, and all have computed a while.
    fn busy_children(id: u32, count: usize) -> Vec<u32> {
        loop {
            let ids = children(id);
            // They have used some time, so they are past their start.
            let busy = |&id: &u32| {
                let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
                let ticks =
                    stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(11));
                ticks.and_then(|ticks| ticks.parse::<u64>().ok()).is_some_and(|ticks| ticks >= 5)
            };
            if ids.len() == count && ids.iter().all(busy) {
                return ids;
            }
            sleep(Duration::from_millis(5));
        }
    }

    fn shell(line: &str) {
        assert!(Command::new("sh").args(["-c", line]).status().expect("sh is there").success());
    }

    /// One worker is killed and another stopped in the midst of a run: the estimate is
    /// that of one thread, and stderr says what happened.
    #[test]
    fn a_killed_and_a_stopped_worker_are_replaced_and_told() {
        let line = "estimate --samples 1e9 --format json --deadline 1 --technique";
        let alone = bench(&[line, "serial"].join(" ").split(' ').collect::<Vec<_>>());
        let alone: Value = serde_json::from_slice(&alone.stdout).expect("JSON");
        let mut command = Command::new(BENCH);
        command.args(line.split(' ')).args(["processes-serial", "--workers", "3"]);
        let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let workers = busy_children(run.id(), 3);
        shell(&format!("kill -s KILL {} && kill -s STOP {}", workers[0], workers[1]));
        let output = run.wait_with_output().expect("it ends");
        let words = words(&output);
        assert!(output.status.success(), "{words}");
        let estimate: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(estimate["estimate"], alone["estimate"]);
        assert_eq!(estimate["variance"], alone["variance"]);
        for (worker, what) in [(workers[0], "SIGKILL"), (workers[1], "gave no answer for")] {
            let told =
                |line: &str| line.contains(&format!("process {worker})")) && line.contains(what);
            assert!(words.lines().any(told), "{words}");
        }
        assert!(workers.iter().all(|&id| state(id).is_none()));
    }

    /// What `nohup` ignores stays ignored: a hang-up does not end the run.
    #[test]
    fn an_ignored_signal_stays_ignored() {
        let line = "trap '' HUP; exec \"$0\" estimate --technique processes-serial --samples 1e18";
        let mut run = Command::new("sh").args(["-c", line, BENCH]).spawn().expect("sh is there");
        let workers = busy_children(run.id(), mc_multiproc::default_workers().get());
        shell(&format!("kill -s HUP {}", run.id()));
        sleep(Duration::from_millis(200));
        assert!(run.try_wait().expect("it is ours").is_none(), "it ended");
        shell(&format!("kill -s TERM {}", run.id()));
        assert_eq!(run.wait().expect("it ends").code(), Some(143));
        assert!(workers.iter().all(|&id| state(id).is_none()));
    }

    /// Ctrl-C in a terminal goes to the process group; `kill` to one process. Either
    /// way the exit code tells of the signal, and the workers were waited for before.
    #[test]
    fn signals_end_all_and_leave_nothing_in_the_process_table() {
        for (name, number, whole_group) in
            [("INT", 2, true), ("INT", 2, false), ("TERM", 15, false), ("HUP", 1, true)]
        {
            let (mut coordinator, workers) = long_run();
            let group = if whole_group { "-" } else { "" };
            shell(&format!("kill -s {name} -- {group}{}", coordinator.id()));
            let status = coordinator.wait().expect("it ends");
            assert_eq!(status.code(), Some(128 + number), "SIG{name}: {status}");
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
        for kernel in ["serial", "serial-interpreted", "ndarray", "ndarray-whole", "jit"] {
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
