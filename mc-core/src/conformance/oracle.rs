//! What the moments must be, computed from the rules as plainly as possible
//! and with none of the code that techniques use.

use std::ops::Range;

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256Plus};

use crate::moments::Moments;
use crate::net::directions;
use crate::plan::{Block, Plan};
use crate::problem::Problem;
use crate::sampling::Sampling;

/// The moments of `h` over `block`, node by node.
pub(super) fn moments(
    problem: &Problem,
    h: &dyn Fn(&[f64]) -> f64,
    plan: &Plan,
    block: Block,
) -> Moments {
    tree(&batches(problem, h, plan, block, |_| true))
}

/// The moments of what is finite among the values.
pub(super) fn finite_moments(
    problem: &Problem,
    h: &dyn Fn(&[f64]) -> f64,
    plan: &Plan,
    block: Block,
) -> Moments {
    tree(&batches(problem, h, plan, block, f64::is_finite))
}

/// The moments of each batch, of the values that are to be kept.
fn batches(
    problem: &Problem,
    h: &dyn Fn(&[f64]) -> f64,
    plan: &Plan,
    block: Block,
    keep: impl Fn(f64) -> bool,
) -> Vec<Moments> {
    let net = (plan.sampling() == Sampling::Sobol).then(|| SobolNet::new(problem.dims(), plan));
    let moments = block.batches().map(|index| {
        let first = index * plan.batch_size();
        let samples = first..first + plan.batch_size().min(plan.samples() - first);
        let fractions: Vec<Vec<u64>> = match &net {
            None => random(problem.dims(), plan, index, samples),
            Some(net) => samples.map(|sample| net.point(sample)).collect(),
        };
        let mut values: Vec<f64> =
            fractions.iter().map(|fractions| h(&in_box(problem, fractions))).collect();
        values.retain(|value| keep(*value));
        batch(&values)
    });
    moments.collect()
}

/// The point of the box with these coordinates, as fractions of 2⁵².
fn in_box(problem: &Problem, fractions: &[u64]) -> Vec<f64> {
    let axes = problem.affine().iter().zip(fractions);
    axes.map(|(axis, fraction)| {
        // 1 + the fraction; exact.
        let d = 1.0 + *fraction as f64 * 0.5f64.powi(52);
        axis.scale.mul_add(d, axis.offset)
    })
    .collect()
}

/// The samples of a batch: the top 52 bits of the words of its stream.
fn random(dims: usize, plan: &Plan, batch: u64, samples: Range<u64>) -> Vec<Vec<u64>> {
    let mut rng = stream(plan.seed(), batch);
    samples.map(|_| (0..dims).map(|_| rng.next_u64() >> 12).collect()).collect()
}

/// Where the sequence of words of a seed starts: MurmurHash3's finalizer.
fn start(seed: u64) -> u64 {
    let mut start = seed;
    for factor in [0xff51_afd7_ed55_8ccd, 0xc4ce_b9fe_1a85_ec53] {
        start ^= start >> 33;
        start = start.wrapping_mul(factor);
    }
    start ^ start >> 33
}

/// The streams' states are consecutive SplitMix64 outputs, four a batch.
fn stream(seed: u64, batch: u64) -> Xoshiro256Plus {
    // Each output moves the counter on by the same amount.
    let skipped = batch.wrapping_mul(4).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mut words = SplitMix64::seed_from_u64(start(seed).wrapping_add(skipped));
    let mut seed = [0; 32];
    for place in seed.chunks_exact_mut(8) {
        place.copy_from_slice(&words.next_u64().to_le_bytes());
    }
    Xoshiro256Plus::from_seed(seed)
}

/// Scrambled Sobol' points, each by the definition: no point is made from another.
struct SobolNet {
    /// Of each coordinate the direction numbers, and the rows of the scramble: row i has the digits that
    /// digit i is the sum of.
    coordinates: Vec<([u64; 52], [u64; 52])>,
    start: u64,
    points: u64,
}

impl SobolNet {
    fn new(dims: usize, plan: &Plan) -> Self {
        let start = start(plan.seed() ^ 0x536f_626f_6c27);
        // R is 16 to 31, and N a power of two.
        let mut points = 1;
        while plan.samples() / points >= 32 {
            points *= 2;
        }
        let directions = directions(dims).expect("coordinates that there are");
        let with_scramble = directions.into_iter().enumerate().map(|(j, directions)| {
            let mut rows = [0; 52];
            for column in 0..52 {
                // A one on the diagonal, random digits below it; digit 0 is the highest bit.
                let random = word(start, (j as u64) << 6 | column);
                for (row, digits) in (0..52).zip(&mut rows) {
                    let one = row == column || (row > column && random >> (51 - row) & 1 == 1);
                    *digits |= u64::from(one) << (51 - column);
                }
            }
            (directions, rows)
        });
        Self { coordinates: with_scramble.collect(), start, points }
    }

    /// The coordinates of a sample as fractions of 2⁵².
    fn point(&self, sample: u64) -> Vec<u64> {
        let (replicate, index) = (sample / self.points, sample % self.points);
        let gray = index ^ (index >> 1);
        (0u64..)
            .zip(&self.coordinates)
            .map(|(j, (directions, rows))| {
                let used = (0..52).filter(|k| gray >> k & 1 == 1);
                let plain = used.fold(0, |sum, k| sum ^ directions[k]);
                let digits = rows.iter().map(|row| u64::from((row & plain).count_ones() % 2));
                let scrambled = digits.fold(0, |word, digit| word << 1 | digit);
                scrambled ^ word(self.start, (replicate + 1) << 21 | j) >> 12
            })
            .collect()
    }
}

/// Word `place` of a SplitMix64 sequence.
fn word(start: u64, place: u64) -> u64 {
    let skipped = place.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    SplitMix64::seed_from_u64(start.wrapping_add(skipped)).next_u64()
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
