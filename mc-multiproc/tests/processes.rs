//! Worker processes: the same bits, whatever becomes of the workers.
//!
//! These tests send signals and read exit statuses as Unix has them; the
//! conformance suite runs worker processes everywhere.
#![cfg(unix)]

mod common;

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::signals::signal;
#[cfg(target_os = "linux")]
use common::signals::state;
use common::{Plain, long_plans, plans, problem, problem_of};
use mc_core::{
    Estimate, Plan, PrepareError, Problem, Progress, RunError, Sampling, Technique, run, run_nodes,
};
use mc_multiproc::{MAX_TRIES, ProcessPool, StartError};

fn worker() -> Command {
    Command::new(env!("CARGO_BIN_EXE_test-worker"))
}

fn pool(workers: usize) -> ProcessPool {
    ProcessPool::start(worker(), workers).unwrap()
}

fn plan(samples: u64) -> Plan {
    Plan::new(samples, 7).unwrap()
}

/// What one thread gives.
fn expected(problem: &Problem, plan: &Plan) -> Estimate {
    run(&*Plain.prepare(problem).unwrap(), plan, &Progress::new()).unwrap()
}

/// A path for a marker that does not exist yet.
fn marker(dir: &tempfile::TempDir) -> String {
    dir.path().join("done").to_str().unwrap().to_owned()
}

fn kill(id: u32) {
    signal("KILL", id.into());
}

#[test]
fn any_number_of_workers_gives_the_bits_of_one_thread() {
    let problem = problem();
    for workers in [1, 2, 3, 7, 16] {
        let pool = pool(workers);
        assert_eq!(pool.workers().get(), workers);
        let prepared = pool.prepare("plain", "", &problem).unwrap();
        for plan in plans() {
            let progress = Progress::new();
            let got = prepared.run(&plan, &progress).unwrap();
            assert_eq!(got, expected(&problem, &plan), "{workers} workers, {plan:?}");
            assert_eq!(progress.samples(), plan.samples());
        }
        assert_eq!(pool.take_notices(), Vec::<String>::new());
    }
}

#[test]
fn nodes_have_the_bits_of_one_thread_too() {
    let problem = problem();
    let kernel = Plain.prepare(&problem).unwrap();
    for plan in long_plans() {
        for workers in [1, 3] {
            let prepared = pool(workers).prepare("plain", "", &problem).unwrap();
            for level in [0, 3, 5, plan.estimate_level(), 9, 63] {
                for count in [1, 3, 61, plan.block_count(level)] {
                    // As a session asks for them: also where they make no node together.
                    let block = plan.first_blocks(level, count);
                    let (ours, theirs) = (Progress::new(), Progress::new());
                    let got = prepared.run_nodes(&plan, block, level, &ours).unwrap();
                    let expected = run_nodes(&*kernel, &plan, block, level, &theirs);
                    assert_eq!(got, expected.unwrap(), "{workers} workers, level {level}");
                    assert_eq!(ours.samples(), theirs.samples());
                }
            }
        }
    }
}

/// A request to prepare says for which points.
#[test]
fn workers_prepare_for_the_points_that_are_asked_for() {
    let problem = problem();
    let pool = pool(3);
    match pool.prepare("for-sobol", "", &problem) {
        Err(error) => assert!(error.to_string().contains("for random points"), "{error}"),
        Ok(_) => panic!("it was prepared"),
    }
    let prepared = pool.prepare_for("for-sobol", "", &problem, Sampling::Sobol).unwrap();
    // Also by a worker that comes later.
    for plan in long_plans() {
        pool.ids().into_iter().for_each(kill);
        let got = prepared.run(&plan, &Progress::new()).unwrap();
        assert_eq!(got, expected(&problem, &plan));
    }
}

#[test]
fn one_pool_serves_many_problems_in_turn() {
    let pool = pool(2);
    let plan = plan(10_000);
    let problems = ["norm(x)^2", "x0 * x1", "prod(x)"].map(problem_of);
    let prepared = problems.each_ref().map(|problem| pool.prepare("plain", "", problem).unwrap());
    for _ in 0..3 {
        for (problem, prepared) in problems.iter().zip(&prepared) {
            let got = prepared.run(&plan, &Progress::new()).unwrap();
            assert_eq!(got, expected(problem, &plan));
        }
    }
    drop(prepared);
    // Kernels that were dropped here are dropped there, and others take their place.
    for _ in 0..100 {
        let prepared = pool.prepare("plain", "", &problems[0]).unwrap();
        let got = prepared.run(&plan, &Progress::new()).unwrap();
        assert_eq!(got, expected(&problems[0], &plan));
    }
}

#[test]
fn runs_from_many_threads_wait_for_each_other() {
    let pool = pool(2);
    let problem = problem();
    thread::scope(|scope| {
        for seed in 0..4 {
            let (pool, problem) = (&pool, &problem);
            scope.spawn(move || {
                let plan = Plan::new(50_000, seed).unwrap();
                let prepared = pool.prepare("plain", "", problem).unwrap();
                let got = prepared.run(&plan, &Progress::new()).unwrap();
                assert_eq!(got, expected(problem, &plan));
            });
        }
    });
}

#[test]
fn a_worker_that_ends_in_the_midst_is_replaced() {
    let problem = problem();
    for (workers, plan) in [1, 2, 7].into_iter().flat_map(|w| long_plans().map(|plan| (w, plan))) {
        let dir = tempfile::tempdir().unwrap();
        let pool = pool(workers);
        let prepared = pool.prepare("dies-once", &marker(&dir), &problem).unwrap();
        let got = prepared.run(&plan, &Progress::new()).unwrap();
        assert_eq!(got, expected(&problem, &plan));
        let notices = pool.take_notices();
        assert_eq!(notices.len(), 1, "{notices:?}");
        assert!(notices[0].contains("ended (exit status: 7)"), "{notices:?}");
        assert!(pool.take_notices().is_empty());
        assert_eq!(pool.ids().len(), workers);
    }
}

#[test]
fn killing_workers_again_and_again_changes_no_bit() {
    let problem = problem();
    let plan = plan(30_000_000);
    let expected = expected(&problem, &plan);
    let pool = pool(2);
    let prepared = pool.prepare("plain", "", &problem).unwrap();
    let finished = AtomicBool::new(false);
    let killed = thread::scope(|scope| {
        let killer = scope.spawn(|| {
            let mut killed = 0;
            while !finished.load(Ordering::Relaxed) && killed < 10 {
                thread::sleep(Duration::from_millis(30));
                if let Some(&id) = pool.ids().get(killed % 2) {
                    kill(id);
                    killed += 1;
                }
            }
            killed
        });
        let got = prepared.run(&plan, &Progress::new()).unwrap();
        finished.store(true, Ordering::Relaxed);
        assert_eq!(got, expected);
        killer.join().unwrap()
    });
    assert!(killed >= 5, "only {killed} were killed");
    // Those that were killed at the end are noticed by the next run.
    let plan = self::plan(1_000_003);
    assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), self::expected(&problem, &plan));
    let notices = pool.take_notices();
    assert!(notices.iter().all(|line| line.contains("SIGKILL")), "{notices:?}");
    assert!(!notices.is_empty() && notices.len() <= killed, "{notices:?}");
}

#[test]
fn workers_killed_between_runs_are_replaced() {
    let problem = problem();
    let pool = pool(3);
    let prepared = pool.prepare("plain", "", &problem).unwrap();
    let plan = plan(100_000);
    for _ in 0..3 {
        pool.ids().into_iter().for_each(kill);
        let got = prepared.run(&plan, &Progress::new()).unwrap();
        assert_eq!(got, expected(&problem, &plan));
    }
}

#[test]
fn a_worker_that_prints_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let problem = problem();
    let pool = pool(2);
    let prepared = pool.prepare("chatters-once", &marker(&dir), &problem).unwrap();
    let plan = plan(1_000_003);
    assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected(&problem, &plan));
    let notices = pool.take_notices();
    assert!(notices.len() == 1 && notices[0].contains("answered rubbish"), "{notices:?}");
}

#[test]
fn a_worker_that_hangs_past_the_deadline_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    let problem = problem();
    let pool = pool(2);
    pool.set_deadline(Some(Duration::from_millis(500)));
    let prepared = pool.prepare("hangs-once", &marker(&dir), &problem).unwrap();
    let plan = plan(1_000_003);
    assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected(&problem, &plan));
    // On a busy machine a healthy one may be late as well.
    let notices = pool.take_notices();
    let late = |line: &String| line.contains("gave no answer for");
    assert!(!notices.is_empty() && notices.iter().all(late), "{notices:?}");
}

#[test]
fn a_block_that_kills_every_worker_is_given_up() {
    let problem = problem();
    let plan = plan(1_000_003);
    for workers in [1, 2, 7] {
        for (technique, how) in [("dies", "SIGABRT"), ("panics", "exit status: 101")] {
            let mut quiet = worker();
            quiet.stderr(Stdio::null());
            let pool = ProcessPool::start(quiet, workers).unwrap();
            let prepared = pool.prepare(technique, "", &problem).unwrap();
            let error = prepared.run(&plan, &Progress::new()).unwrap_err().to_string();
            assert!(error.contains(&format!("{MAX_TRIES}")), "{error}");
            assert!(error.contains(how), "{error}");
            // The pool is still of use.
            let prepared = pool.prepare("plain", "", &problem).unwrap();
            let got = prepared.run(&plan, &Progress::new()).unwrap();
            assert_eq!(got, expected(&problem, &plan));
        }
    }
}

#[test]
fn the_first_error_of_the_kernel_ends_the_run() {
    let problem = problem();
    let pool = pool(3);
    let prepared = pool.prepare("fails", "", &problem).unwrap();
    let plan = plan(1_000_003);
    let second = 1u64 << plan.block_level(2, 3);
    for _ in 0..3 {
        let error = prepared.run(&plan, &Progress::new()).unwrap_err().to_string();
        let expected = format!("odd failed: no luck with batch {second}");
        assert_eq!(error, format!("processes failed: in a worker, {expected}"));
    }
    assert!(pool.take_notices().is_empty());
}

#[test]
fn the_first_bad_sample_is_named() {
    let problem = problem_of("sqrt(x0 + 0.99995)");
    let kernel = Plain.prepare(&problem).unwrap();
    let pool = pool(3);
    let prepared = pool.prepare("plain", "", &problem).unwrap();
    for plan in long_plans() {
        let expected = run(&*kernel, &plan, &Progress::new()).unwrap_err().to_string();
        assert_eq!(prepared.run(&plan, &Progress::new()).unwrap_err().to_string(), expected);
    }
}

#[test]
fn cancelling_stops_soon_and_leaves_the_pool_usable() {
    let problem = problem();
    let pool = pool(2);
    let prepared = pool.prepare("slow", "", &problem).unwrap();
    let progress = Progress::new();
    let started = Instant::now();
    let error = thread::scope(|scope| {
        let run = scope.spawn(|| prepared.run(&plan(1 << 50), &progress));
        while progress.samples() == 0 && started.elapsed() < Duration::from_secs(10) {
            thread::sleep(Duration::from_millis(1));
        }
        progress.cancel();
        run.join().unwrap().unwrap_err()
    });
    assert!(matches!(error, RunError::Cancelled), "{error}");
    assert!(started.elapsed() < Duration::from_secs(10));
    // What is still under way must not be taken for an answer of the next run.
    let plan = plan(10_000);
    assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected(&problem, &plan));
    assert!(pool.take_notices().is_empty());
}

#[test]
fn what_a_worker_cannot_prepare_is_unavailable() {
    let pool = pool(2);
    for (technique, reason) in
        [("nosuch", "the worker processes have no technique `nosuch`"), ("not-here", "no quantum")]
    {
        match pool.prepare(technique, "", &problem()) {
            Err(PrepareError::Unavailable { reason: got }) => {
                assert!(got.starts_with(reason), "{got}");
            }
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("`{technique}` was prepared"),
        }
    }
    let plan = plan(1000);
    let prepared = pool.prepare("plain", "", &problem()).unwrap();
    assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected(&problem(), &plan));
}

#[test]
fn a_problem_larger_than_a_pipe_is_sent() {
    let support = mc_core::Support::cube(-1.0, 1.0, 20_000).unwrap();
    let problem = Problem::parse(support, "norm(x)^2", mc_core::Density::Uniform).unwrap();
    let pool = pool(2);
    let prepared = pool.prepare("plain", "", &problem).unwrap();
    let plan = plan(100);
    assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected(&problem, &plan));
}

fn start_error(command: Command, workers: usize) -> StartError {
    match ProcessPool::start(command, workers) {
        Err(error) => error,
        Ok(_) => panic!("a pool was started"),
    }
}

#[test]
fn what_cannot_be_started_is_named() {
    let message = start_error(worker(), 0).to_string();
    assert_eq!(message, "0 workers: there must be 1 to 10000");
    let message = start_error(Command::new("/no/such/program"), 2).to_string();
    assert!(message.starts_with("the worker process `/no/such/program` could not be started"));
}

#[test]
fn a_program_that_is_no_worker_is_named() {
    for (program, what) in [
        ("true", "ended (exit status: 0)"),
        ("false", "ended (exit status: 1)"),
        // It echoes our hello.
        ("cat", "not a worker's hello"),
        ("yes", "a frame of"),
    ] {
        let error = start_error(Command::new(program), 2);
        let message = error.to_string();
        assert!(matches!(error, StartError::NotAWorker { .. }), "{message}");
        assert!(message.contains(program) && message.contains(what), "{message}");
        assert!(message.contains("serve_if_worker"), "{message}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nothing_remains_of_a_pool() {
    let problem = problem();
    let pool = pool(4);
    let prepared = pool.prepare("slow", "", &problem).unwrap();
    let mut ids = pool.ids();
    assert!(ids.iter().all(|&id| state(id).is_some()));
    kill(ids[1]);
    prepared.run(&plan(10_000), &Progress::new()).unwrap();
    ids.extend(pool.ids());
    drop(pool);
    prepared.run(&plan(10_000), &Progress::new()).unwrap();
    drop(prepared);
    for id in ids {
        assert_eq!(state(id), None, "process {id}");
    }
}

/// A worker that is killed before it says hello says nothing of the program.
#[test]
fn a_worker_that_is_killed_as_it_starts_is_started_again() {
    let dir = tempfile::tempdir().unwrap();
    let dying = |times: u32| {
        let mut command = worker();
        command.env("DIES_IN", dir.path()).env("DIES", times.to_string());
        command
    };
    let pool = ProcessPool::start(dying(4), 2).unwrap();
    let notices = pool.take_notices();
    assert_eq!(notices.len(), 4, "{notices:?}");
    assert!(notices.iter().all(|line| line.contains("SIGKILL")), "{notices:?}");
    let (problem, plan) = (problem(), plan(10_000));
    let prepared = pool.prepare("plain", "", &problem).unwrap();
    assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected(&problem, &plan));

    let error = start_error(dying(1000), 2);
    assert!(matches!(error, StartError::KeepsEnding { .. }), "{error}");
    assert!(error.to_string().contains("SIGKILL"), "{error}");
}

/// What is in the environment by chance makes no worker, which would wait for ever.
#[test]
fn only_a_pool_makes_a_worker() {
    for value in ["", "0", "1", "job"] {
        let output = worker().env("MC_MULTIPROC_WORKER", value).output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains("started by them"), "{words}");
    }
}

/// A deadline is for a block: it is not sixteen times as long for the sixteen blocks that a
/// worker may get at once. Half way to it, it is said that the worker is silent.
#[test]
fn a_stopped_worker_is_told_early_and_replaced_at_the_deadline() {
    let problem = problem();
    let pool = pool(2);
    let deadline = Duration::from_secs(2);
    pool.set_deadline(Some(deadline));
    let prepared = pool.prepare("slow", "", &problem).unwrap();
    let (told, lines) = std::sync::mpsc::channel();
    pool.set_listener(move |line| told.send((Instant::now(), line.to_owned())).unwrap());
    let progress = Progress::new();
    // 20 ms a block; some are done before, so that their pace is known.
    let plan = plan(1_000_003);
    let stopped = pool.ids()[0];
    let (got, since) = thread::scope(|scope| {
        let run = scope.spawn(|| prepared.run(&plan, &progress));
        while progress.samples() == 0 {
            thread::sleep(Duration::from_millis(1));
        }
        signal("STOP", stopped.into());
        let since = Instant::now();
        (run.join().unwrap().unwrap(), since)
    });
    assert_eq!(got, expected(&problem, &plan));
    assert!(pool.take_notices().is_empty(), "they were heard");
    let lines: Vec<(Instant, String)> = lines.try_iter().collect();
    let mine = |words: &str| {
        let about = format!("(process {stopped})");
        let line = lines.iter().find(|(_, line)| line.contains(&about) && line.contains(words));
        line.unwrap_or_else(|| panic!("{words}: {lines:?}")).0.duration_since(since)
    };
    let (early, late) = (mine("so far"), mine("takes its place and its work"));
    assert!(early < late && late < 3 * deadline, "{early:?}, {late:?}");
}
