//! Compiled code goes when nobody needs it. Alone in this file, since it looks at
//! the memory of the whole process.

#![cfg(target_os = "linux")]

use std::sync::{Mutex, MutexGuard, PoisonError};

use mc_core::{Density, Plan, Problem, Sampling, Support, Technique};
use mc_jit::{Jit, Lanes, compiled_functions};

/// One test at a time: each counts what the process holds.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The resident memory of this process in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

fn problem(f: &str) -> Problem {
    Problem::parse(Support::cube(1.0, 2.0, 20).unwrap(), f, Density::Uniform).unwrap()
}

/// Compiles, runs and drops the same loop again and again, nothing kept.
fn cycles(times: usize) {
    let (problem, plan) = (problem("sum(i*x)/x0"), Plan::new(1000, 7).unwrap());
    let jit = Jit::with_lanes(Lanes::Two).cold();
    let cycle = |times: usize| {
        for _ in 0..times {
            let kernel = jit.prepare(&problem).unwrap();
            kernel.moments(&plan, plan.whole()).unwrap();
        }
    };
    cycle(50);
    let (held, before) = (compiled_functions(), resident());
    cycle(times);
    assert_eq!(compiled_functions(), held, "every one that was compiled is gone");
    let grown = resident().saturating_sub(before);
    assert!(grown < 2048, "{grown} KiB more after {times} loops were compiled and dropped");
}

#[test]
fn code_is_freed() {
    let _alone = alone();
    cycles(300);
}

#[test]
#[ignore = "compiles for minutes: cargo test -p mc-jit --test memory -- --ignored"]
fn ten_thousand_cycles_leave_nothing() {
    let _alone = alone();
    cycles(10_000);
}

#[test]
fn the_same_loop_is_compiled_once() {
    let _alone = alone();
    let problem = problem("sum(x)*prod(x)");
    let before = compiled_functions();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..2_500 {
                    drop(Jit::new().prepare(&problem).unwrap());
                }
            });
        }
    });
    assert_eq!(compiled_functions(), before + 1, "10,000 times prepared and dropped");
    // Another form of it is another function.
    drop(Jit::scalar().prepare(&problem).unwrap());
    assert_eq!(compiled_functions(), before + 2);
}

#[test]
fn a_loop_for_other_points_is_compiled_when_it_is_needed() {
    let _alone = alone();
    let problem = problem("sum(x)/prod(x)");
    let [random, sobol] = Sampling::ALL.map(|sampling| Plan::of(sampling, 100, 7).unwrap());
    let before = compiled_functions();
    let kernel = Jit::new().prepare_for(&problem, Sampling::Sobol).unwrap();
    kernel.moments(&sobol, sobol.whole()).unwrap();
    assert_eq!(compiled_functions(), before + 1);
    for _ in 0..2 {
        kernel.moments(&random, random.whole()).unwrap();
        assert_eq!(compiled_functions(), before + 2);
    }
}

#[test]
fn what_is_kept_is_bounded() {
    let _alone = alone();
    for k in 0..150 {
        drop(Jit::scalar().prepare(&problem(&format!("x0 + {k}"))).unwrap());
    }
    let held = compiled_functions();
    assert!(held <= 110, "{held} functions are kept");
}
