//! The loop by hand at Sobol' points: the sums of some batches.
//!
//! It is that of [`sums`](super::sums) but for the step "draw the point", and takes two points of each batch
//! at a time: the step from the first to the second is always of digit 0, so the states are read and
//! written for every second point only.

use std::array;

use mc_core::Affine;
use mc_core::net::Net;

use super::sums::{Axes, store};
use super::vector::Vector;

/// Vectors of different batches.
pub(super) const ROWS: usize = 2;

/// Points of each batch at a time.
const POINTS: usize = 2;

/// A coordinate of `ROWS`·L points, as d ∈ [1, 2).
type State<V> = [V; ROWS];

/// The sums over `samples` samples, an even number, of each of `ROWS`·L batches whose first points are
/// `states`, coordinate by coordinate: for every batch h₀, then for every batch Σ δ, then Σ δ².
pub(super) fn group<V: Vector>(
    net: &Net,
    states: &[u64],
    samples: u64,
    axes: &Axes,
    sums: &mut [f64],
) {
    let state = |k: usize| -> State<V> {
        array::from_fn(|row| V::from_fn(|lane| states[(k * ROWS + row) * V::LANES + lane as usize]))
    };
    // Two coordinates stay in registers, and their loop is unrolled.
    match (axes.each.len(), axes.cube) {
        (2, true) => of_box::<V, 2, true>(net, [state(0), state(1)], samples, axes, sums),
        (2, false) => of_box::<V, 2, false>(net, [state(0), state(1)], samples, axes, sums),
        (dims, cube) => {
            let states: Vec<State<V>> = (0..dims).map(state).collect();
            if cube {
                of_box::<V, 0, true>(net, states, samples, axes, sums);
            } else {
                of_box::<V, 0, false>(net, states, samples, axes, sums);
            }
        }
    }
}

#[inline(never)]
fn of_box<V: Vector, const DIMS: usize, const CUBE: bool>(
    net: &Net,
    mut states: impl AsMut<[State<V>]>,
    samples: u64,
    axes: &Axes,
    sums: &mut [f64],
) {
    let states = states.as_mut();
    let zero = V::number(0.0);
    let side = |axis: &Affine| (V::number(axis.scale), V::number(axis.offset));
    let cube = side(&axes.each[0]);

    let mut pair = |pair: u64| {
        let mut h = [[zero; ROWS]; POINTS];
        // The step to the next pair is of the digit of the lowest zero in the number of its second sample.
        let steps = [net.words(0), net.words(1 + (pair + 1).trailing_zeros() as usize)];
        let mut coordinate = |k: usize| {
            let (scale, offset) = if CUBE { cube } else { side(&axes.each[k]) };
            let mut state = states[k];
            for point in 0..POINTS {
                let step = V::every(steps[point][k]);
                for row in 0..ROWS {
                    // Draw the point: the state is d, and the next one a direction number away.
                    let x = V::mul_add(scale, state[row].numbers(), offset);
                    state[row] = state[row].xor(step);
                    // Evaluate h = f·g there.
                    h[point][row] = V::mul_add(x, x, h[point][row]);
                }
            }
            states[k] = state;
        };
        let dims = if DIMS > 0 { DIMS } else { axes.each.len() };
        (0..dims).for_each(&mut coordinate);
        h
    };

    // Accumulate: deviations from the batch's first value.
    let [h0, second] = pair(0);
    let mut sum = [zero; ROWS];
    let mut squares = [zero; ROWS];
    let mut push = |h: [V::Numbers; ROWS]| {
        for row in 0..ROWS {
            let delta = V::difference(h[row], h0[row]);
            sum[row] = V::sum(sum[row], delta);
            squares[row] = V::mul_add(delta, delta, squares[row]);
        }
    };
    push(second);
    for k in 1..samples / POINTS as u64 {
        let [first, second] = pair(k);
        push(first);
        push(second);
    }
    store::<V, ROWS>([h0, sum, squares], sums);
}
