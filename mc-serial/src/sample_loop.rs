//! The loop: draw a point, evaluate, accumulate, and again.

use mc_core::{
    Accumulator, Affine, Block, Draw, Kernel, Moments, Plan, Points, Problem, RunError,
    SobolPoints, Tree,
};

/// The name of the loop over native code, and over a tape where there is none.
pub(crate) const SERIAL: &str = "serial";

/// The moments of `h` over the batches of `block`, one sample after another.
///
/// This is the whole method. Every other chapter computes the same numbers in
/// another order or in another place.
///
/// `points` draws them ([`Plan::points`]). `axes` maps what is drawn to the box, one entry a
/// coordinate ([`Problem::affine`]), and the point is kept in `x`, which has as many. Both
/// may be arrays `[_; N]`: then the compiler knows n and keeps the point in
/// registers.
pub fn moments(
    plan: &Plan,
    block: Block,
    mut points: impl Draw,
    axes: &impl AsRef<[Affine]>,
    mut x: impl AsMut<[f64]>,
    mut h: impl FnMut(&[f64]) -> f64,
) -> Moments {
    let (axes, x) = (axes.as_ref(), x.as_mut());
    Tree::of(block.batches().map(|batch| {
        points.start(batch);
        let mut sample = || {
            // Draw the point: at random, or the next one of a net.
            points.draw(axes, x);
            // Evaluate h = f·g there.
            h(x)
        };
        // Accumulate: deviations from the batch's first value.
        let mut sums = Accumulator::start(sample());
        for _ in 1..plan.batch_len(batch) {
            sums.push(sample());
        }
        sums.moments()
    }))
}

/// [`moments`], with the point in registers where n is small: the compiler
/// makes one loop for each of these n. Of Sobol' points that pays where n is very small: all coordinates
/// take the same step, so a loop over them is done in vectors.
pub(crate) fn moments_by_dims(
    plan: &Plan,
    block: Block,
    axes: &[Affine],
    h: impl FnMut(&[f64]) -> f64,
) -> Result<Moments, RunError> {
    macro_rules! known_dims {
        ($points:ident, $state:expr; $($n:literal)+) => {$(
            if let Some(axes) = axes.as_array::<$n>() {
                return Ok(moments(plan, block, $state($points, [0; $n]), axes, [0.0; $n], h));
            }
        )+};
    }
    let x = || vec![0.0; axes.len()];
    match plan.points(axes.len())? {
        Points::Random(points) => {
            known_dims!(points, |points, _| points; 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16);
            Ok(moments(plan, block, points, &axes, x(), h))
        }
        Points::Sobol(points) => {
            known_dims!(points, SobolPoints::kept_in; 1 2 3 4);
            Ok(moments(plan, block, points, &axes, x(), h))
        }
    }
}

/// The loop over one `h`, as a kernel, in the box of `problem`.
pub(crate) fn boxed<H>(problem: &Problem, h: H) -> Box<dyn Kernel>
where
    H: Fn(&[f64]) -> f64 + Send + Sync + 'static,
{
    Box::new(Loop { problem: problem.clone(), h })
}

struct Loop<H> {
    problem: Problem,
    h: H,
}

impl<H: Fn(&[f64]) -> f64 + Send + Sync> Kernel for Loop<H> {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        moments_by_dims(plan, block, self.problem.affine(), &self.h)
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}
