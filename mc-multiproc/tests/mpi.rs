//! Ranks of an MPI job, started by `mpirun` as a user starts them.
//!
//! Without the feature they are shown as ignored; with it, `mpirun` must be there.

mod common;

use std::process::Output;

#[cfg(feature = "mpi")]
use common::long_plans;
use common::{Plain, mpirun, problem_of};
#[cfg(feature = "mpi")]
use mc_core::{Plan, Sampling, run_nodes};
use mc_core::{Progress, Technique, run};
#[cfg(feature = "mpi")]
use mc_multiproc::ProcessPool;

const WORKER: &str = env!("CARGO_BIN_EXE_test-worker");
const F: &str = "norm(x)^2";

fn job(ranks: usize, arguments: &[&str]) -> Output {
    mpirun(WORKER, ranks).args(arguments).output().expect("mpirun is in the path")
}

fn words(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
#[cfg_attr(not(feature = "mpi"), ignore = "built without the feature `mpi`")]
fn one_two_and_three_ranks_give_the_bits_of_one_thread() {
    // A number that begins with `sobol` is one of Sobol' points.
    let samples = ["2", "100", "10000", "3000007", "sobol32", "sobol1000", "sobol3000007"];
    let problem = problem_of(F);
    let kernel = Plain.prepare(&problem).unwrap();
    let expected: String = samples
        .iter()
        .chain(&samples)
        .map(|samples| {
            let plan = common::plan_of(samples);
            let estimate = run(&*kernel, &plan, &Progress::new()).unwrap();
            format!("{:x} {:x}\n", estimate.value.to_bits(), estimate.variance.to_bits())
        })
        .collect();
    for ranks in [1, 2, 3, 7] {
        let output = job(ranks, &[&[F, "plain"], &samples[..]].concat());
        assert!(output.status.success(), "{}", words(&output));
        // Once: the other ranks print nothing.
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{ranks} ranks");
    }
}

#[test]
#[cfg_attr(not(feature = "mpi"), ignore = "built without the feature `mpi`")]
fn the_first_bad_sample_is_named_by_any_number_of_ranks() {
    let bad = "sqrt(x0 + 0.99995)";
    let problem = problem_of(bad);
    let kernel = Plain.prepare(&problem).unwrap();
    for samples in ["3000007", "sobol3000007"] {
        let plan = common::plan_of(samples);
        let expected = run(&*kernel, &plan, &Progress::new()).unwrap_err().to_string();
        for ranks in [1, 2, 3] {
            let output = job(ranks, &[bad, "plain", samples]);
            assert!(!output.status.success());
            assert!(words(&output).contains(&expected), "{}", words(&output));
        }
    }
}

#[test]
#[cfg_attr(not(feature = "mpi"), ignore = "built without the feature `mpi`")]
fn a_rank_that_fails_aborts_the_job_with_its_reason() {
    for (technique, reason) in [
        // An error of the kernel, a panic, a crash, and a technique that is not there.
        ("fails", "odd failed: no luck with batch"),
        ("panics", "is too much"),
        ("dies", "ignal"),
        ("not-here", "no quantum device was found"),
        ("nosuch", "no technique `nosuch`"),
    ] {
        for ranks in [2, 3] {
            let output = job(ranks, &[F, technique, "3000007"]);
            assert!(!output.status.success(), "{technique}");
            assert!(words(&output).contains(reason), "{technique}: {}", words(&output));
            assert!(output.stdout.is_empty(), "{technique}");
        }
    }
}

/// A rank that is killed takes the job with it, and nothing hangs.
///
/// It is killed while it computes: what becomes of one that dies in `MPI_Init` is the launcher's business,
/// and Open MPI 4.1's own sometimes waits for ever.
#[test]
#[cfg(target_os = "linux")]
#[cfg_attr(not(feature = "mpi"), ignore = "built without the feature `mpi`")]
fn a_rank_that_is_killed_ends_the_job() {
    use common::signals::{descendants, signal, wait_at_most, wait_until_gone};
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;
    use std::time::Duration;

    let samples = (1u64 << 50).to_string();
    let mut job = mpirun(WORKER, 3)
        .args([F, "plain", "10000", &samples])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The first run is done, so all ranks have joined.
    let mut line = String::new();
    BufReader::new(job.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(!line.is_empty());
    let ranks = descendants(job.id(), WORKER);
    assert_eq!(ranks.len(), 3);
    signal("KILL", ranks[1].into());
    assert!(!wait_at_most(&mut job, Duration::from_secs(60)).success());
    wait_until_gone(&ranks);
}

/// A job as the one worker of a pool: it stays, and serves many runs.
#[test]
#[cfg(feature = "mpi")]
fn a_job_serves_a_pool() {
    let problem = problem_of(F);
    let kernel = Plain.prepare(&problem).unwrap();
    for ranks in [1, 3] {
        let pool = ProcessPool::start_job(mpirun(WORKER, ranks)).unwrap();
        for _ in 0..2 {
            let prepared = pool.prepare("plain", "", &problem).unwrap();
            let plans = [2, 1000, 3_000_007].map(|samples| Plan::new(samples, 7).unwrap());
            for plan in plans.into_iter().chain(long_plans()) {
                let expected = run(&*kernel, &plan, &Progress::new()).unwrap();
                assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected);
                // The nodes from which a session makes it.
                let (block, level) = (plan.first_blocks(3, plan.block_count(3)), 3);
                let nodes = prepared.run_nodes(&plan, block, level, &Progress::new()).unwrap();
                let expected = run_nodes(&*kernel, &plan, block, level, &Progress::new());
                assert_eq!(nodes, expected.unwrap());
            }
        }
        assert!(pool.prepare("for-sobol", "", &problem).is_err());
        let prepared = pool.prepare_for("for-sobol", "", &problem, Sampling::Sobol).unwrap();
        let [_, plan] = long_plans();
        let expected = run(&*kernel, &plan, &Progress::new()).unwrap();
        assert_eq!(prepared.run(&plan, &Progress::new()).unwrap(), expected);
        let bad = problem_of("sqrt(x0 + 0.99995)");
        let plan = Plan::new(1_000_003, 7).unwrap();
        let kernel = Plain.prepare(&bad).unwrap();
        let expected = run(&*kernel, &plan, &Progress::new()).unwrap_err().to_string();
        let prepared = pool.prepare("plain", "", &bad).unwrap();
        let error = prepared.run(&plan, &Progress::new()).unwrap_err().to_string();
        assert_eq!(error, expected);
        assert!(pool.prepare("nosuch", "", &problem).is_err());
        assert_eq!(pool.take_notices(), Vec::<String>::new());
    }
}
