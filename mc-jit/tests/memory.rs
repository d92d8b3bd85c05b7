//! Compiled code goes when its kernel goes. Alone in this file, since it looks at
//! the memory of the whole process.

#![cfg(target_os = "linux")]

use mc_core::{Density, Plan, Problem, Support, Technique};
use mc_jit::{Jit, Lanes};

/// The resident memory of this process in KiB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

#[test]
fn code_is_freed() {
    let support = Support::cube(1.0, 2.0, 20).unwrap();
    let problem = Problem::parse(support, "sum(i*x)/x0", Density::Uniform).unwrap();
    let plan = Plan::new(1000, 7).unwrap();
    let cycle = |times: usize| {
        for _ in 0..times {
            let kernel = Jit::with_lanes(Lanes::Two).prepare(&problem).unwrap();
            kernel.moments(&plan, plan.whole()).unwrap();
        }
    };
    cycle(50);
    let before = resident();
    cycle(300);
    let grown = resident().saturating_sub(before);
    assert!(grown < 2048, "{grown} KiB more after 300 loops were compiled and dropped");
}
