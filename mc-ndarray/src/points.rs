//! The points of many batches side by side.
//!
//! A batch is a chain: each point comes of the one before, so one batch gives a point after another. But
//! the other batches do not wait for it: what is done to the state of one is an array operation on the states
//! of all.

use std::ops::Range;
use std::sync::Arc;

use mc_core::net::Net;
use mc_core::stream::{initial_state, one_to_two, scramble};
use mc_core::{Affine, Plan, Replicates, RunError};
use ndarray::{Array1, Array2, ArrayViewMut2, Axis, ShapeBuilder, Zip};

/// The points of some batches of a plan, whatever they are.
pub(crate) enum Points {
    Random(Streams),
    Sobol(Starts),
}

impl Points {
    /// From the first point of each of these batches on.
    pub(crate) fn new(plan: &Plan, dims: usize, batches: Range<u64>) -> Result<Self, RunError> {
        Ok(match plan.net(dims)? {
            None => Self::Random(Streams::new(plan.seed(), batches)),
            Some((net, replicates)) => Self::Sobol(Starts::new(net, plan, replicates, batches)),
        })
    }

    /// Draws the next points of each batch into `piece`: a row for each batch, then again one for each, as often
    /// as there are rows.
    pub(crate) fn draw(&mut self, axes: &[Affine], piece: ArrayViewMut2<'_, f64>) {
        match self {
            Self::Random(streams) => streams.draw(axes, piece),
            Self::Sobol(starts) => starts.draw(axes, piece),
        }
    }
}

/// Random points: the states of xoshiro256+, an array for each of their words.
pub(crate) struct Streams([Array1<u64>; 4]);

impl Streams {
    fn new(seed: u64, batches: Range<u64>) -> Self {
        let start = scramble(seed);
        let states: Vec<[u64; 4]> = batches.map(|batch| initial_state(start, batch)).collect();
        let words = |k: usize| states.iter().filter_map(|state| state.get(k).copied()).collect();
        Self([0, 1, 2, 3].map(words))
    }

    /// One word a coordinate: coordinate after coordinate of a point of each batch, then of the next.
    ///
    /// Two columns are drawn in a pass where there are two: the states are then written and read once for
    /// both.
    fn draw(&mut self, axes: &[Affine], mut piece: ArrayViewMut2<'_, f64>) {
        let [a, b, c, d] = &mut self.0;
        for mut step in piece.axis_chunks_iter_mut(Axis(0), a.len()) {
            let mut columns = step.columns_mut().into_iter().zip(axes);
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

/// Sobol' points: the first point of each batch, a column a coordinate, and how far all batches are from it.
///
/// All batches take the same steps. So what is to be added, without carry, to the first point of a batch for
/// its sample k is one number a coordinate, whatever the batch.
pub(crate) struct Starts {
    net: Arc<Net>,
    /// The bits of d.
    first: Array2<u64>,
    /// The index of the next sample of each batch, and what is added for it in each coordinate.
    sample: u64,
    added: Vec<u64>,
}

impl Starts {
    fn new(net: Arc<Net>, plan: &Plan, replicates: Replicates, batches: Range<u64>) -> Self {
        let (dims, width) = (net.dims(), (batches.end - batches.start) as usize);
        let mut first = Array2::zeros((width, dims).f());
        let mut point = vec![0; dims];
        for (batch, row) in batches.clone().zip(first.rows_mut()) {
            let (replicate, index) = replicates.place(batch);
            if index == 0 || batch == batches.start {
                net.start(replicate, index, &mut point);
            } else {
                // In the order of the Gray code the last point of a batch is one digit from the first,
                net.step(plan.batch_size() / 2 - 1, &mut point);
                // and from there it is a step to the next batch.
                net.step(index - 1, &mut point);
            }
            row.into_iter().zip(&point).for_each(|(place, &word)| *place = word);
        }
        Self { net, first, sample: 0, added: vec![0; dims] }
    }

    /// One pass a coordinate: an array of words, and a number that is added to all.
    fn draw(&mut self, axes: &[Affine], mut piece: ArrayViewMut2<'_, f64>) {
        for mut step in piece.axis_chunks_iter_mut(Axis(0), self.first.nrows()) {
            let columns = step.columns_mut().into_iter().zip(self.first.columns());
            for (((x, first), axis), added) in columns.zip(axes).zip(&self.added) {
                Zip::from(x)
                    .and(first)
                    .for_each(|x, first| *x = axis.apply(f64::from_bits(first ^ added)));
            }
            self.net.step(self.sample, &mut self.added);
            self.sample += 1;
        }
    }
}
