//! Rayon and crossbeam against the one thread of `mc_core::run`.

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::{Duration, Instant};

use common::{Odd, Plain, failed, long_plans, plans, problem, problem_of};
use mc_core::{Estimate, Kernel, Plan, Problem, Progress, RunError, Technique, run, run_nodes};
use mc_multiproc::{Crossbeam, Executor, Rayon};

const WORKERS: [usize; 5] = [1, 2, 3, 7, 16];

fn executors(workers: usize) -> [Box<dyn Executor>; 2] {
    [Box::new(Rayon::new(workers).unwrap()), Box::new(Crossbeam::new(workers).unwrap())]
}

fn plain(problem: &Problem) -> Box<dyn Kernel> {
    Plain.prepare(problem).unwrap()
}

/// Runs both executors with each number of workers.
fn each(kernel: &dyn Kernel, plan: &Plan, check: impl Fn(&str, Result<Estimate, RunError>)) {
    for workers in WORKERS {
        for executor in executors(workers) {
            let name = format!("{} × {workers}, {plan:?}", executor.name());
            check(&name, executor.run(kernel, plan, &Progress::new()));
        }
    }
}

#[test]
fn any_number_of_workers_gives_the_bits_of_one_thread() {
    let problem = problem();
    let kernel = plain(&problem);
    for plan in plans() {
        let progress = Progress::new();
        let expected = run(&*kernel, &plan, &progress).unwrap();
        each(&*kernel, &plan, |name, got| assert_eq!(got.unwrap(), expected, "{name}"));
    }
}

#[test]
fn a_block_has_the_bits_of_one_thread_too() {
    let problem = problem();
    let kernel = plain(&problem);
    for plan in long_plans() {
        for workers in WORKERS {
            for executor in executors(workers) {
                for level in [0, 3, 6, 9, 11, 63] {
                    for block in plan.blocks(level).step_by(1 + 600 / (1 << level.min(9))) {
                        let progress = Progress::new();
                        let got = executor.run_block(&*kernel, &plan, block, &progress);
                        let expected = kernel.moments(&plan, block).unwrap();
                        assert_eq!(got.unwrap(), expected, "{} × {workers}", executor.name());
                        assert_eq!(progress.samples(), block.samples(&plan));
                    }
                }
            }
        }
    }
}

#[test]
fn nodes_have_the_bits_of_one_thread_too() {
    let problem = problem();
    let kernel = plain(&problem);
    let [random, sobol] = long_plans();
    let plans = [(random, &[0, 3, 5, 9, 63][..]), (sobol, &[3, sobol.estimate_level()])];
    for (plan, levels) in plans {
        for workers in WORKERS {
            for executor in executors(workers) {
                for &level in levels {
                    let most = plan.block_count(level);
                    for count in [1, 2, 3, 61, 100, most] {
                        // As a session asks for them: also where they make no node together.
                        let block = plan.first_blocks(level, count.min(most));
                        let nodes = |progress: &Progress| {
                            executor.run_nodes(&*kernel, &plan, block, level, progress)
                        };
                        let (ours, theirs) = (Progress::new(), Progress::new());
                        let expected = run_nodes(&*kernel, &plan, block, level, &theirs).unwrap();
                        assert_eq!(nodes(&ours).unwrap(), expected, "{workers} × {level}");
                        assert_eq!(expected.len() as u64, count.min(most));
                        assert_eq!(ours.samples(), theirs.samples());
                    }
                }
            }
        }
    }
}

#[test]
fn a_bad_sample_among_nodes_is_named_by_all() {
    // Bad where the first coordinate is above 0.99: in nearly every block.
    let problem = problem_of("sqrt(0.99 - x0)");
    let kernel = plain(&problem);
    let plan = Plan::new(100_000, 7).unwrap();
    let whole = run(&*kernel, &plan, &Progress::new()).unwrap_err().to_string();
    for workers in WORKERS {
        for executor in executors(workers) {
            let block = plan.first_blocks(3, 90);
            let got = executor.run_nodes(&*kernel, &plan, block, 3, &Progress::new());
            assert_eq!(got.unwrap_err().to_string(), whole);
        }
    }
}

#[test]
fn progress_counts_every_sample_once() {
    let problem = problem();
    let kernel = plain(&problem);
    for plan in plans() {
        for executor in executors(3) {
            let progress = Progress::new();
            executor.run(&*kernel, &plan, &progress).unwrap();
            assert_eq!(progress.samples(), plan.samples());
        }
    }
}

#[test]
fn the_first_bad_sample_is_named_by_all() {
    // Bad in about 50 places of the plan.
    let problem = problem_of("sqrt(x0 + 0.99995)");
    let kernel = plain(&problem);
    for plan in long_plans() {
        let expected = run(&*kernel, &plan, &Progress::new()).unwrap_err().to_string();
        assert!(expected.contains("not finite at sample"), "{expected}");
        each(&*kernel, &plan, |name, got| {
            assert_eq!(got.unwrap_err().to_string(), expected, "{name}");
        });
    }
}

#[test]
fn moments_that_overflow_are_named_by_all() {
    // No pilot sees the large values. Within a batch all is well; the merged squares overflow.
    let problem = problem_of("if(x0 < 1.997, x1, 5e153)");
    let kernel = plain(&problem);
    let plan = Plan::new(1_000_003, 5).unwrap();
    let expected = run(&*kernel, &plan, &Progress::new()).unwrap_err().to_string();
    assert!(expected.contains("overflow"), "{expected}");
    each(&*kernel, &plan, |name, got| {
        assert_eq!(got.unwrap_err().to_string(), expected, "{name}");
    });
}

#[test]
fn the_first_error_of_the_kernel_ends_the_run() {
    let problem = problem();
    let kernel = Odd(
        |_: &_, block: mc_core::Block| {
            if block.first() >= 300 { Err(failed(block)) } else { Ok(()) }
        },
    );
    let kernel = kernel.prepare(&problem).unwrap();
    let plan = Plan::new(1_000_003, 5).unwrap();
    for workers in WORKERS {
        let level = kernel.block_level(&plan, workers);
        let first = 300u64.next_multiple_of(1 << level);
        for executor in executors(workers) {
            let error = executor.run(&*kernel, &plan, &Progress::new()).unwrap_err();
            let expected = format!("odd failed: no luck with batch {first}");
            assert_eq!(error.to_string(), expected, "{} × {workers}", executor.name());
        }
    }
}

#[test]
fn a_panic_of_the_kernel_arrives_here_and_nothing_hangs() {
    let problem = problem();
    let kernel = Odd(|_: &_, block: mc_core::Block| {
        assert!(!block.batches().contains(&300), "batch 300 is too much");
        Ok(())
    });
    let kernel = kernel.prepare(&problem).unwrap();
    let plan = Plan::new(1_000_003, 5).unwrap();
    for workers in WORKERS {
        for executor in executors(workers) {
            let run = || executor.run(&*kernel, &plan, &Progress::new());
            let panic = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
            assert_eq!(panic.downcast_ref(), Some(&"batch 300 is too much"));
        }
    }
}

#[test]
fn cancelling_stops_soon() {
    let problem = problem();
    let kernel = Odd(|_: &_, _| {
        thread::sleep(Duration::from_millis(1));
        Ok(())
    });
    let kernel = kernel.prepare(&problem).unwrap();
    // Years of work.
    let plan = Plan::new(1 << 50, 5).unwrap();
    for executor in executors(4) {
        let progress = Progress::new();
        let started = Instant::now();
        let error = thread::scope(|scope| {
            let run = scope.spawn(|| executor.run(&*kernel, &plan, &progress));
            while progress.samples() == 0 && started.elapsed() < Duration::from_secs(10) {
                thread::sleep(Duration::from_millis(1));
            }
            progress.cancel();
            run.join().unwrap().unwrap_err()
        });
        assert!(matches!(error, RunError::Cancelled), "{error}");
        assert!(started.elapsed() < Duration::from_secs(10), "{}", executor.name());
    }
}

#[test]
fn a_pool_serves_many_runs_and_many_threads() {
    let problem = problem();
    let kernel = plain(&problem);
    for executor in executors(3) {
        thread::scope(|scope| {
            for seed in 0..4 {
                let (executor, kernel) = (&executor, &kernel);
                scope.spawn(move || {
                    let plan = Plan::new(100_000, seed).unwrap();
                    let expected = run(&**kernel, &plan, &Progress::new()).unwrap();
                    for _ in 0..5 {
                        let got = executor.run(&**kernel, &plan, &Progress::new());
                        assert_eq!(got.unwrap(), expected);
                    }
                });
            }
        });
    }
}

#[test]
fn no_workers_is_an_error() {
    assert_eq!(Rayon::new(0).unwrap_err().to_string(), "0 workers: there must be 1 to 10000");
    assert_eq!(Crossbeam::new(0).unwrap_err().to_string(), "0 workers: there must be 1 to 10000");
}
