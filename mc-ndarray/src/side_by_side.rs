//! Many batches side by side: their streams, and their sums.
//!
//! A stream is a chain: each word needs the one before, so one stream gives a word after another. But the
//! streams of other batches do not wait for it: what is done to the state of one is an array operation on
//! the states of all. So is what is done to the sums.

use std::ops::Range;

use mc_core::stream::{initial_state, one_to_two, scramble};
use mc_core::{Affine, Moments};
use ndarray::{Array1, ArrayView1, ArrayViewMut2, Zip};

/// The states of xoshiro256+, an array for each of their words.
pub(crate) struct Streams([Array1<u64>; 4]);

impl Streams {
    /// The streams of these batches.
    pub(crate) fn new(seed: u64, batches: Range<u64>) -> Self {
        let start = scramble(seed);
        let states: Vec<[u64; 4]> = batches.map(|batch| initial_state(start, batch)).collect();
        let words = |k: usize| states.iter().filter_map(|state| state.get(k).copied()).collect();
        Self([0, 1, 2, 3].map(words))
    }

    /// Draws the next point of each batch, a row each, one word a coordinate.
    ///
    /// Two columns are drawn in a pass where there are two: the states are then written and read once for
    /// both.
    pub(crate) fn draw(&mut self, axes: &[Affine], mut points: ArrayViewMut2<'_, f64>) {
        let [a, b, c, d] = &mut self.0;
        let mut columns = points.columns_mut().into_iter().zip(axes);
        while let Some((x, axis)) = columns.next() {
            let states = Zip::from(&mut *a).and(&mut *b).and(&mut *c).and(&mut *d);
            match columns.next() {
                Some((y, other)) => states.and(x).and(y).for_each(|a, b, c, d, x, y| {
                    *x = axis.apply(one_to_two(next(a, b, c, d)));
                    *y = other.apply(one_to_two(next(a, b, c, d)));
                }),
                None => states
                    .and(x)
                    .for_each(|a, b, c, d, x| *x = axis.apply(one_to_two(next(a, b, c, d)))),
            }
        }
    }
}

/// The next word of xoshiro256+, as [`Stream`](mc_core::Stream) has it.
#[inline(always)]
fn next(a: &mut u64, b: &mut u64, c: &mut u64, d: &mut u64) -> u64 {
    let word = a.wrapping_add(*d);
    let shifted = *b << 17;
    *c ^= *a;
    *d ^= *b;
    *b ^= *c;
    *a ^= *d;
    *c ^= shifted;
    *d = d.rotate_left(45);
    word
}

/// The sums of each batch: what [`Accumulator`](mc_core::Accumulator) keeps, as arrays.
pub(crate) struct Sums {
    /// The first value of each batch; none before the first step.
    shift: Option<Array1<f64>>,
    sum: Array1<f64>,
    squares: Array1<f64>,
}

impl Sums {
    /// For so many batches.
    pub(crate) fn new(width: usize) -> Self {
        Self { shift: None, sum: Array1::zeros(width), squares: Array1::zeros(width) }
    }

    /// Takes the next value of each batch.
    pub(crate) fn push(&mut self, values: ArrayView1<'_, f64>) {
        let Some(shift) = &self.shift else {
            self.shift = Some(values.to_owned());
            return;
        };
        Zip::from(values).and(shift).and(&mut self.sum).and(&mut self.squares).for_each(
            |h, shift, sum, squares| {
                let delta = h - shift;
                *sum += delta;
                *squares = delta.mul_add(delta, *squares);
            },
        );
    }

    /// The moments of each batch, of so many values.
    pub(crate) fn moments(self, samples: u64) -> impl Iterator<Item = Moments> {
        let sums = self.shift.unwrap_or_default().into_iter().zip(self.sum).zip(self.squares);
        sums.map(move |((shift, sum), squares)| Moments::from_sums(samples, shift, sum, squares))
    }
}
