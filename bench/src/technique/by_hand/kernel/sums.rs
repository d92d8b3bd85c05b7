//! The loop by hand at random points: the sums of some batches.
//!
//! Arrays are walked by index: the crate is compiled in many units, and `zip` and
//! `array::from_fn` of the standard library may then be calls, in the middle of the loop.

use mc_core::Affine;

use super::vector::{Vector, next_word, states};

/// Vectors in flight: what one stream waits for, three others fill.
pub(super) const CHAINS: usize = 4;

/// What the loop needs to know of a box.
pub(super) struct Axes {
    pub(super) each: Vec<Affine>,
    /// Whether all are the same: then they stay in registers.
    pub(super) cube: bool,
}

/// The sums over `samples` samples of each of `CHAINS`·L batches from batch
/// `first` on: for every batch h₀, then for every batch Σ δ, then Σ δ².
pub(super) fn group<V: Vector>(
    start: u64,
    first: u64,
    samples: u64,
    axes: &Axes,
    sums: &mut [f64],
) {
    // The loop over coordinates is unrolled where it is short, and reads the
    // box from memory where the sides differ.
    match (axes.each.len(), axes.cube) {
        (2, true) => of_box::<V, 2, true>(start, first, samples, axes, sums),
        (2, false) => of_box::<V, 2, false>(start, first, samples, axes, sums),
        (10, true) => of_box::<V, 10, true>(start, first, samples, axes, sums),
        (_, true) => of_box::<V, 0, true>(start, first, samples, axes, sums),
        (_, false) => of_box::<V, 0, false>(start, first, samples, axes, sums),
    }
}

/// The streams of `CHAINS`·L batches from batch `first` on.
#[inline(always)]
fn chains<V: Vector>(start: u64, first: u64) -> [[V; 4]; CHAINS] {
    let chain = |chain: u64| states(start, first + chain * V::LANES as u64);
    [chain(0), chain(1), chain(2), chain(3)]
}

#[inline(never)]
fn of_box<V: Vector, const DIMS: usize, const CUBE: bool>(
    start: u64,
    first: u64,
    samples: u64,
    axes: &Axes,
    sums: &mut [f64],
) {
    let mut streams = chains::<V>(start, first);
    let zero = V::number(0.0);
    let side = |axis: &Affine| (V::number(axis.scale), V::number(axis.offset));
    let cube = side(&axes.each[0]);

    let mut sample = || {
        let mut h = [zero; CHAINS];
        let mut coordinate = |axis: &Affine| {
            let (scale, offset) = if CUBE { cube } else { side(axis) };
            for chain in 0..CHAINS {
                // Draw the point: one word of the stream a coordinate.
                let word = next_word(&mut streams[chain]);
                let x = V::mul_add(scale, word.one_to_two(), offset);
                // Evaluate h = f·g there.
                h[chain] = V::mul_add(x, x, h[chain]);
            }
        };
        if DIMS > 0 {
            (0..DIMS).for_each(|k| coordinate(&axes.each[k]));
        } else {
            axes.each.iter().for_each(coordinate);
        }
        h
    };

    // Accumulate: deviations from the batch's first value.
    let h0 = sample();
    let mut sum = [zero; CHAINS];
    let mut squares = [zero; CHAINS];
    for _ in 1..samples {
        let h = sample();
        for chain in 0..CHAINS {
            let delta = V::difference(h[chain], h0[chain]);
            sum[chain] = V::sum(sum[chain], delta);
            squares[chain] = V::mul_add(delta, delta, squares[chain]);
        }
    }
    store::<V, CHAINS>([h0, sum, squares], sums);
}

/// Puts h₀, Σ δ and Σ δ² of `N`·L batches one after another.
#[inline(always)]
pub(super) fn store<V: Vector, const N: usize>(parts: [[V::Numbers; N]; 3], sums: &mut [f64]) {
    for (part, vectors) in parts.iter().enumerate() {
        for (chain, vector) in vectors.iter().enumerate() {
            let at = (part * N + chain) * V::LANES;
            V::store(*vector, &mut sums[at..at + V::LANES]);
        }
    }
}

/// The sum modulo 2⁶⁴ of `each` words of each of `CHAINS`·L streams from batch
/// `first` on, of which `batches` count.
#[inline(never)]
pub(super) fn words<V: Vector>(start: u64, first: u64, batches: u64, each: u64) -> u64 {
    let mut streams = chains::<V>(start, first);
    let mut sums = [V::from_fn(|_| 0); CHAINS];
    for _ in 0..each {
        for chain in 0..CHAINS {
            sums[chain] = sums[chain].add(next_word(&mut streams[chain]));
        }
    }
    let mut left = batches;
    let mut total = 0u64;
    for sum in sums {
        let lanes = left.min(V::LANES as u64);
        total = total.wrapping_add(sum.total(lanes as usize));
        left -= lanes;
    }
    total
}
