//! What the moments must be, computed from the rules as plainly as possible
//! and with none of the code that techniques use.

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256Plus};

use crate::moments::Moments;
use crate::plan::{Block, Plan};
use crate::problem::Problem;

/// The moments of `h` over `block`, node by node.
pub(super) fn moments(
    problem: &Problem,
    h: &dyn Fn(&[f64]) -> f64,
    plan: &Plan,
    block: Block,
) -> Moments {
    let batches: Vec<Moments> =
        block.batches().map(|index| batch(&values(problem, h, plan, index))).collect();
    tree(&batches)
}

/// The moments of what is finite among the values.
pub(super) fn finite_moments(
    problem: &Problem,
    h: &dyn Fn(&[f64]) -> f64,
    plan: &Plan,
    block: Block,
) -> Moments {
    let batches: Vec<Moments> = block
        .batches()
        .map(|index| {
            let mut values = values(problem, h, plan, index);
            values.retain(|value| value.is_finite());
            batch(&values)
        })
        .collect();
    tree(&batches)
}

/// The streams' states are consecutive SplitMix64 outputs, four a batch.
fn stream(seed: u64, batch: u64) -> Xoshiro256Plus {
    // MurmurHash3's finalizer.
    let mut start = seed;
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        start ^= start >> 33;
        start = start.wrapping_mul(factor);
    }
    start ^= start >> 33;
    // Each output moves the counter on by the same amount.
    let skipped = batch.wrapping_mul(4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut words = SplitMix64::seed_from_u64(start.wrapping_add(skipped));
    let mut seed = [0; 32];
    for place in seed.chunks_exact_mut(8) {
        place.copy_from_slice(&words.next_u64().to_le_bytes());
    }
    Xoshiro256Plus::from_seed(seed)
}

fn values(problem: &Problem, h: &dyn Fn(&[f64]) -> f64, plan: &Plan, index: u64) -> Vec<f64> {
    let mut rng = stream(plan.seed(), index);
    let first_sample = index * plan.batch_size();
    let count = plan.batch_size().min(plan.samples() - first_sample);
    (0..count)
        .map(|_| {
            let point: Vec<f64> = problem
                .affine()
                .iter()
                .map(|axis| {
                    // 1 + the top 52 bits as a fraction; exact.
                    let d = 1.0 + (rng.next_u64() >> 12) as f64 * 0.5f64.powi(52);
                    axis.scale.mul_add(d, axis.offset)
                })
                .collect();
            h(&point)
        })
        .collect()
}

fn batch(values: &[f64]) -> Moments {
    let Some(&first) = values.first() else {
        return Moments { count: 0, mean: 0.0, m2: 0.0 };
    };
    let count = values.len() as u64;
    let (mut sum, mut squares) = (0.0, 0.0);
    for value in values {
        let delta = value - first;
        sum += delta;
        squares = f64::mul_add(delta, delta, squares);
    }
    let step = sum / count as f64;
    let m2 = f64::mul_add(-sum, step, squares);
    Moments { count, mean: first + step, m2: if m2 < 0.0 { 0.0 } else { m2 } }
}

/// The tree by its definition: the left subtree is the largest complete one
/// that leaves something for the right.
fn tree(leaves: &[Moments]) -> Moments {
    match leaves {
        [] => Moments { count: 0, mean: 0.0, m2: 0.0 },
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(leaves.len().next_power_of_two() / 2);
            let (a, b) = (tree(left), tree(right));
            // Where no value was finite there is nothing to merge.
            if a.count == 0 || b.count == 0 {
                return if a.count == 0 { b } else { a };
            }
            let count = a.count + b.count;
            let share = b.count as f64 / count as f64;
            let delta = b.mean - a.mean;
            Moments {
                count,
                mean: f64::mul_add(delta, share, a.mean),
                m2: f64::mul_add(delta * delta, a.count as f64 * share, a.m2 + b.m2),
            }
        }
    }
}
