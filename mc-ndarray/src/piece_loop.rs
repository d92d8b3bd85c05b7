//! The loop over pieces: draw all points of a piece, evaluate, accumulate.

use mc_core::stream::one_to_two;
use mc_core::{Accumulator, Affine, Block, Moments, Plan, Stream, Tree};
use ndarray::{ArrayView1, ArrayViewMut2, Axis, s};

use crate::evaluate::Arrays;
use crate::program::Program;

/// The moments of h over the batches of `block`, in pieces as long as `arrays`.
///
/// Pieces follow one another in sample order and may end inside a batch; what
/// is drawn and what is summed goes on in the next piece. So the length of a
/// piece changes no bit of the result.
pub(crate) fn moments(
    plan: &Plan,
    block: Block,
    axes: &[Affine],
    program: &Program,
    arrays: &mut Arrays,
) -> Moments {
    let mut draws = Draws::new(plan, block);
    let mut sums = Sums::new(plan, block);
    let mut left = block.samples(plan);
    while left > 0 {
        let len = arrays.points.nrows().min(usize::try_from(left).unwrap_or(usize::MAX));
        // Draw the point: one word of the stream a coordinate.
        draws.fill(axes, arrays.points.slice_mut(s![..len, ..]));
        // Evaluate h = f·g there.
        let h = arrays.evaluate(program, len);
        // Accumulate: deviations from the batch's first value.
        sums.push(h);
        left -= len as u64;
    }
    sums.tree.root()
}

/// The points of a block, in order.
struct Draws<'p> {
    plan: &'p Plan,
    /// The batch that comes next.
    batch: u64,
    stream: Stream,
    /// Samples that are left of the stream's batch.
    left: u64,
}

impl<'p> Draws<'p> {
    fn new(plan: &'p Plan, block: Block) -> Self {
        let batch = block.first();
        Self { plan, batch, stream: Stream::new(plan.seed(), batch), left: 0 }
    }

    /// Fills the rows of `points` with the next samples.
    fn fill(&mut self, axes: &[Affine], mut points: ArrayViewMut2<'_, f64>) {
        while points.nrows() > 0 {
            if self.left == 0 {
                self.stream = Stream::new(self.plan.seed(), self.batch);
                self.left = self.plan.batch_len(self.batch);
                self.batch += 1;
            }
            let len = part_of(self.left, points.nrows());
            let (mut part, rest) = points.split_at(Axis(0), len);
            self.left -= len as u64;
            // A copy of the stream, for the compiler keeps that in registers.
            let mut stream = self.stream.clone();
            for mut point in part.rows_mut() {
                for (x, axis) in point.iter_mut().zip(axes) {
                    *x = axis.apply(one_to_two(stream.next_word()));
                }
            }
            self.stream = stream;
            points = rest;
        }
    }
}

/// The moments of the batches of a block, from values of h in order.
struct Sums<'p> {
    plan: &'p Plan,
    /// The batch that comes next.
    batch: u64,
    open: Option<Accumulator>,
    /// Samples that are left of the open batch.
    left: u64,
    tree: Tree,
}

impl<'p> Sums<'p> {
    fn new(plan: &'p Plan, block: Block) -> Self {
        Self { plan, batch: block.first(), open: None, left: 0, tree: Tree::new() }
    }

    /// Takes the next values.
    fn push(&mut self, mut values: ArrayView1<'_, f64>) {
        while let Some(&first) = values.first() {
            let mut sums = self.open.take().unwrap_or_else(|| {
                values.slice_collapse(s![1..]);
                self.left = self.plan.batch_len(self.batch) - 1;
                self.batch += 1;
                Accumulator::start(first)
            });
            let (part, rest) = values.split_at(Axis(0), part_of(self.left, values.len()));
            self.left -= part.len() as u64;
            part.iter().for_each(|&h| sums.push(h));
            if self.left == 0 {
                self.tree.push(sums.moments());
            } else {
                self.open = Some(sums);
            }
            values = rest;
        }
    }
}

/// What is left of a batch, but no more than `room`.
fn part_of(left: u64, room: usize) -> usize {
    usize::try_from(left).unwrap_or(usize::MAX).min(room)
}
