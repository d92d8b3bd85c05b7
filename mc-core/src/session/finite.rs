//! Moments of the values that are finite.

use crate::error::RunError;
use crate::moments::{Accumulator, Moments, Tree};
use crate::plan::{Block, Plan};
use crate::points::Draw as _;
use crate::problem::Problem;

/// The moments of what is finite among the values of `h`, in the units of `problem`, over
/// the batches of `block`. A batch without any has the moments of nothing.
///
/// # Errors
///
/// [`RunError::Points`] where there are no points of so many coordinates.
pub fn finite_moments(
    problem: &Problem,
    plan: &Plan,
    block: Block,
    mut h: impl FnMut(&[f64]) -> f64,
) -> Result<Moments, RunError> {
    let mut points = plan.points(problem.dims())?;
    let mut x = vec![0.0; problem.dims()];
    Ok(Tree::of(block.batches().map(|batch| {
        points.start(batch);
        let mut sums: Option<Accumulator> = None;
        for _ in 0..plan.batch_len(batch) {
            // Draw the point.
            points.draw(problem.affine(), &mut x);
            // Evaluate h = f·g there.
            let value = h(&x);
            // Accumulate: deviations from the batch's first value.
            match &mut sums {
                _ if !value.is_finite() => {}
                None => sums = Some(Accumulator::start(value)),
                Some(sums) => sums.push(value),
            }
        }
        sums.map_or(Moments::EMPTY, |sums| sums.moments())
    })))
}
