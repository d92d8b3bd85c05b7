//! Blocks at every level, and far from the start.

use super::case::Case;
use super::check::{Mismatch, same_moments};
use crate::kernel::{Kernel, Technique};
use crate::plan::{Block, Plan};
use crate::sampling::Sampling;
use crate::support::Support;

/// Runs a technique on every block of a plan at every level, some of them on
/// several threads at once; what differs.
pub fn check_blocks(technique: &dyn Technique) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    let cases = [
        Case::parsed("norm(x)^2", "uniform", Support::cube(-1.0, 2.0, 3).expect("a box"), &[5_003]),
        Case::parsed("x0*x1", "1 + x0", Support::cube(1.0, 2.0, 2).expect("a box"), &[100, 999]),
        Case::parsed("x0^2 - x1*x2", "uniform", Support::cube(-1.0, 2.0, 3).expect("a box"), &[])
            .with_sobol(&[64, 5_003]),
    ];
    for case in &cases {
        let kernel = match technique.prepare_for(case.problem(), case.sampling()) {
            Ok(kernel) => kernel,
            Err(error) => return vec![Mismatch(format!("{}: {error}", case.name()))],
        };
        for plan in case.plans() {
            let top = plan.batches().next_power_of_two().ilog2();
            for level in 0..=top {
                let mut blocks: Vec<Block> = plan.blocks(level).collect();
                // The first, the last, and some between: all would be too many.
                blocks = blocks.iter().copied().step_by(blocks.len().div_ceil(7)).collect();
                blocks.push(plan.block(level, plan.block_count(level) - 1));
                let found = std::thread::scope(|scope| {
                    let workers = blocks.chunks(3).map(|part| {
                        let (kernel, plan) = (&kernel, &plan);
                        scope.spawn(move || {
                            part.iter()
                                .filter_map(|block| one_block(case, &**kernel, plan, *block))
                                .collect::<Vec<_>>()
                        })
                    });
                    let workers: Vec<_> = workers.collect();
                    workers
                        .into_iter()
                        .flat_map(|worker| worker.join().expect("no panic"))
                        .collect::<Vec<_>>()
                });
                mismatches.extend(found);
            }
        }
        let far = match case.sampling() {
            Sampling::Random => far_blocks(),
            Sampling::Sobol => replicates_ends(),
        };
        let far = far.into_iter();
        mismatches.extend(far.filter_map(|(plan, block)| one_block(case, &*kernel, &plan, block)));
    }
    mismatches
}

/// Blocks of the longest plan, near the places where counters of 32, 53 and 64 bits
/// end: the indices of batches, of samples, and of words of a stream of states.
fn far_blocks() -> Vec<(Plan, Block)> {
    let plan = Plan::new(u64::MAX, 3).expect("enough samples");
    let last = plan.batches() - 1;
    let firsts = [22, 30, 31, 32, 43, 52, 53].map(|bit| (1u64 << bit) - 4);
    let firsts = firsts.into_iter().filter(|&first| first < last).chain([last - 3]);
    let blocks = firsts.flat_map(|first| {
        // The second is on the other side.
        [plan.block(2, first / 4), plan.block(0, first + 3), plan.block(0, (first + 4).min(last))]
    });
    blocks.map(|block| (plan, block)).collect()
}

/// Blocks at the ends and in the midst of replicates of 2²⁰ points, and of the most that there are.
fn replicates_ends() -> Vec<(Plan, Block)> {
    let plans =
        [16 << 20, 31 << 51].map(|samples| Plan::sobol(samples, 3).expect("enough samples"));
    let blocks = plans.into_iter().flat_map(|plan| {
        let each = 1 << plan.estimate_level();
        let last = plan.batches() - 4;
        let firsts = [0, each / 2 - 4, each - 4, 3 * each, 11 * each + each / 2, last];
        firsts.into_iter().flat_map(move |first| {
            [plan.block(2, first / 4), plan.block(0, first + 3)].map(|block| (plan, block))
        })
    });
    blocks.collect()
}

fn one_block(case: &Case, kernel: &dyn Kernel, plan: &Plan, block: Block) -> Option<Mismatch> {
    let expected = case.expected(plan, block);
    let what = format!("{}, {plan:?}, {block:?}", case.name());
    match kernel.moments(plan, block) {
        Ok(got) if same_moments(&got, &expected) => None,
        Ok(got) => Some(Mismatch(format!("{what}: {got:?} instead of {expected:?}"))),
        Err(error) => Some(Mismatch(format!("{what}: {error}"))),
    }
}
