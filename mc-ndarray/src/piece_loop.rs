//! The loop over pieces: draw all points of a piece, evaluate, accumulate.

use mc_core::{Affine, Block, Moments, Nodes, Plan, RunError};
use ndarray::{Axis, s};

use crate::evaluate::Arrays;
use crate::points::Points;
use crate::program::Program;
use crate::sums::Sums;

/// The moments of h over the batches of the nodes at `level` that make up `block`, `most` batches side by side, in
/// pieces as long as `arrays`.
///
/// A piece is some steps of all these batches: its rows are sample k of every batch, then sample
/// k + 1 of every batch. It may end inside the batches; what is drawn and what is summed goes on in the
/// next piece. So neither number changes a bit of the result.
pub(crate) fn nodes(
    plan: &Plan,
    block: Block,
    level: u32,
    axes: &[Affine],
    program: &Program,
    arrays: &mut Arrays,
    most: u64,
) -> Result<Vec<Moments>, RunError> {
    let room = arrays.points.nrows() as u64;
    let mut nodes = Nodes::new(level);
    let mut left = block.batches();
    while !left.is_empty() {
        let samples = plan.batch_len(left.start);
        let mut batches = left.start..left.end.min(left.start + most.clamp(1, room));
        if plan.batch_len(batches.end - 1) < samples {
            // The last batch is shorter than the others, and has its turn after them.
            batches.end -= 1;
        }
        left.start = batches.end;
        let width = batches.end - batches.start;
        let mut points = Points::new(plan, axes.len(), batches)?;
        let mut sums = Sums::new(width as usize);
        let mut done = 0;
        while done < samples {
            let steps = (room / width).min(samples - done);
            let (width, len) = (width as usize, (steps * width) as usize);
            // Draw the points: at random, or the next ones of a net.
            points.draw(axes, arrays.points.slice_mut(s![..len, ..]));
            // Evaluate h = f·g there.
            let h = arrays.evaluate(program, len);
            // Accumulate: deviations from each batch's first value.
            h.axis_chunks_iter(Axis(0), width).for_each(|step| sums.push(step));
            done += steps;
        }
        nodes.extend(sums.moments(samples));
    }
    Ok(nodes.all())
}
