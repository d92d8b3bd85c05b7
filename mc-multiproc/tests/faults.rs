//! The fault test: workers, and coordinators, that are stopped and killed in the
//! midst of their work.
//!
//! The choices are seeded. When a signal arrives is not, and must not matter.
#![cfg(target_os = "linux")]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use common::signals::{signal, state, try_signal, wait_until_gone};
use common::{Native, Plain, problem};
use mc_core::{Density, Plan, Problem, Progress, SquaredNorm, Stream, Support, Technique, run};
use mc_multiproc::ProcessPool;

fn worker() -> Command {
    Command::new(env!("CARGO_BIN_EXE_test-worker"))
}

/// During runs of 10⁹ samples, workers are killed at random moments of the run:
/// three in each of ten runs. Each has the bits of one thread, each kill is told,
/// and no process is left.
#[test]
fn kill_9_at_random_ten_times_in_a_row_during_1e9_samples() {
    const SAMPLES: u64 = 1_000_000_000;
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    let plan = Plan::new(SAMPLES, 1).unwrap();
    let kernel = Native.prepare(&problem).unwrap();
    let expected = run(&*kernel, &plan, &Progress::new()).unwrap();

    let pool = ProcessPool::start(worker(), 2).unwrap();
    let prepared = pool.prepare("native", "", &problem).unwrap();
    let mut choices = Stream::new(20_261_122, 0);
    let mut seen = BTreeSet::new();
    for turn in 0..10 {
        // From 5 to 80 % of the run, so that the run goes on after each.
        let mut moments: Vec<f64> = (0..3)
            .map(|_| 0.05 + 0.75 * (choices.next_word() >> 12) as f64 / 2f64.powi(52))
            .collect();
        moments.sort_by(f64::total_cmp);
        let victims: Vec<usize> = (0..3).map(|_| (choices.next_word() >> 63) as usize).collect();

        let (progress, ended) = (Progress::new(), AtomicBool::new(false));
        let (got, notices) = scope(|scope| {
            let killer = scope.spawn(|| {
                let mut notices = Vec::new();
                for (&moment, &victim) in moments.iter().zip(&victims) {
                    while (progress.samples() as f64) < moment * SAMPLES as f64 {
                        assert!(
                            !ended.load(Ordering::Relaxed),
                            "turn {turn}: the run ended before"
                        );
                        sleep(Duration::from_micros(200));
                    }
                    let ids = pool.ids();
                    seen.extend(&ids);
                    // Its place is empty while its forerunner is replaced.
                    signal("KILL", ids[victim.min(ids.len() - 1)].into());
                    while notices.len() < victims.len() && !ended.load(Ordering::Relaxed) {
                        let new = pool.take_notices();
                        let told = !new.is_empty();
                        notices.extend(new);
                        if told {
                            break;
                        }
                        sleep(Duration::from_micros(200));
                    }
                }
                notices
            });
            let got = prepared.run(&plan, &progress);
            ended.store(true, Ordering::Relaxed);
            (got.unwrap(), killer.join().unwrap())
        });
        assert_eq!(got, expected, "turn {turn}");
        assert_eq!(notices.len(), victims.len(), "turn {turn}: {notices:?}");
        assert!(notices.iter().all(|line| line.contains("SIGKILL")), "{notices:?}");
    }
    seen.extend(pool.ids());
    assert!(seen.len() >= 32, "thirty were replaced: {seen:?}");
    drop((prepared, pool));
    // Ours are waited for: not even a zombie is left.
    let left: Vec<_> = seen.iter().filter(|&&id| state(id).is_some()).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The wide problem does not fit into a pipe, so it is not read to its end by a
/// worker that is stopped: not even then may the coordinator wait for ever.
#[test]
fn a_stopped_worker_is_replaced_also_when_its_pipe_is_full() {
    let support = Support::cube(-1.0, 1.0, 20_000).unwrap();
    let wide = Problem::parse(support, "norm(x)^2", Density::Uniform).unwrap();
    for (problem, samples) in [(problem(), 3_000_000), (wide, 100)] {
        let pool = ProcessPool::start(worker(), 2).unwrap();
        pool.set_deadline(Some(Duration::from_secs(2)));
        let stopped = pool.ids()[0];
        signal("STOP", stopped.into());
        let prepared = pool.prepare("plain", "", &problem).unwrap();
        let plan = Plan::new(samples, 7).unwrap();
        let expected = run(&*Plain.prepare(&problem).unwrap(), &plan, &Progress::new());
        assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected.unwrap());
        let notices = pool.take_notices();
        assert!(!notices.is_empty(), "nobody noticed");
        assert!(notices.iter().all(|line| line.contains("gave no answer for")), "{notices:?}");
        assert_eq!(state(stopped), None);
    }
}

/// A coordinator with three busy workers, in a process group of its own as in a
/// terminal.
fn coordinator(technique: &str) -> (Child, Vec<u32>) {
    // A shell starts what runs in its background deaf to Ctrl-C.
    let mut command = Command::new("env");
    command.args(["--default-signal=INT", env!("CARGO_BIN_EXE_test-worker"), "coordinate"]);
    command.arg(technique).stdout(Stdio::piped()).process_group(0);
    let mut coordinator = command.spawn().unwrap();
    let mut line = String::new();
    BufReader::new(coordinator.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ids: Vec<u32> = line.split_whitespace().map(|id| id.parse().unwrap()).collect();
    assert_eq!(ids.len(), 3);
    assert!(ids.iter().all(|&id| state(id).is_some()));
    (coordinator, ids)
}

/// Whether they compute, sleep for an hour in a block, or are stopped and see nothing.
#[test]
fn workers_end_when_their_coordinator_is_killed() {
    for (technique, stop) in [("plain", false), ("hangs", false), ("plain", true)] {
        let (mut coordinator, ids) = coordinator(technique);
        if stop {
            signal("STOP", ids[1].into());
        }
        coordinator.kill().unwrap();
        coordinator.wait().unwrap();
        wait_until_gone(&ids);
    }
}

/// Ctrl-C in a terminal goes to the process group of the coordinator; a script
/// sends it to the coordinator alone.
#[test]
fn ctrl_c_ends_the_coordinator_and_its_workers() {
    for whole_group in [true, false] {
        let (mut coordinator, ids) = coordinator("plain");
        let id = i64::from(coordinator.id());
        signal("INT", if whole_group { -id } else { id });
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&coordinator.wait().unwrap()),
            Some(2)
        );
        wait_until_gone(&ids);
        assert!(!try_signal("INT", -id), "somebody is left in the group");
    }
}
