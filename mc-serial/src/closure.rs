//! Functions that are not generic: they can be run, but not recorded.

use mc_core::{
    BadSample, Block, Density, Draw as _, Evaluator, Integrand, Kernel, Moments, NonFinite, Plan,
    PrepareError, Problem, ProblemError, RunError, Support, Technique, finite_moments,
};

use crate::sample_loop::{SERIAL, moments_by_dims};

/// The loop over any closure: technique `serial` for an f that cannot be
/// written over [`Real`](mc_core::Real), such as a simulation or a call into
/// another library.
///
/// Nothing can be generated from a closure or sent to another process, and a
/// [`Problem`] holds its f as a tape. So a closure meets a problem made by
/// [`Closure::problem`], which says where to integrate and with which density,
/// and has the constant 0 in the place of f. Preparing any other problem fails:
/// a result must not pass as that of an f which was never run.
///
/// ```
/// use mc_core::{Density, Plan, Progress, Support, Technique, run};
/// use mc_serial::Closure;
///
/// // The mean of √(x² + y²) over the unit square, by the standard library.
/// let distance = Closure::new(|x: &[f64]| x[0].hypot(x[1]));
/// let problem = distance.problem(Support::cube(0.0, 1.0, 2)?, Density::Uniform)?;
/// let kernel = distance.prepare(&problem)?;
/// let estimate = run(&*kernel, &Plan::new(100_000, 1)?, &Progress::new())?;
/// let truth = (2f64.sqrt() + 1f64.asinh()) / 3.0;
/// assert!(estimate.distance(truth) < 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Closure<F> {
    f: F,
}

/// What stands for f in the problem of a closure.
const STAND_IN: f64 = 0.0;

impl<F> Closure<F>
where
    F: Fn(&[f64]) -> f64 + Clone + Send + Sync + 'static,
{
    /// The loop over f; it must give the same value whenever it is called with
    /// the same point.
    pub fn new(f: F) -> Self {
        Self { f }
    }

    /// The problem of this closure: support and density, and the units of its values
    /// ([`Scale`](mc_core::Scale)), for which f is called at a few points.
    ///
    /// # Errors
    ///
    /// As [`Problem::new`].
    pub fn problem(&self, support: Support, g: Density) -> Result<Problem, ProblemError> {
        let stand_in = Integrand::parse(&STAND_IN.to_string(), &support)?;
        Problem::standing_in(support, stand_in, g, &self.f)
    }
}

impl<F> Technique for Closure<F>
where
    F: Fn(&[f64]) -> f64 + Clone + Send + Sync + 'static,
{
    fn name(&self) -> &'static str {
        SERIAL
    }

    /// [`PrepareError::Unavailable`] if the problem has an f of its own.
    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        if problem.f().tape().as_constant() != Some(STAND_IN) {
            return Err(PrepareError::Unavailable {
                reason:
                    "the problem has an integrand f of its own, which a closure cannot be compared \
                         with: make the problem with Closure::problem"
                        .to_owned(),
            });
        }
        Ok(Box::new(ClosureLoop { problem: problem.clone(), f: self.f.clone() }))
    }
}

struct ClosureLoop<F> {
    problem: Problem,
    f: F,
}

impl<F: Fn(&[f64]) -> f64 + Send + Sync> Kernel for ClosureLoop<F> {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Other kernels leave it to their moments to show that a value is not
    /// finite, and the sample is then found with the tape. Only the closure
    /// knows its values, so here the kernel itself finds it.
    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let (axes, scale) = (self.problem.affine(), self.problem.scale());
        let mut g = self.problem.g().map(|g| Evaluator::new(g.tape()));
        // Where h has no units of its own, nothing is computed for them.
        let moments = match (&mut g, scale.is_plain()) {
            (None, true) => moments_by_dims(plan, block, axes, &self.f),
            (None, false) => moments_by_dims(plan, block, axes, |x| scale.of_value((self.f)(x))),
            (Some(g), true) => moments_by_dims(plan, block, axes, |x| (self.f)(x) * g.eval(x)),
            (Some(g), false) => {
                moments_by_dims(plan, block, axes, |x| scale.of_product((self.f)(x), g.eval(x)))
            }
        }?;
        if moments.is_finite() {
            return Ok(moments);
        }
        let bad = self.first_bad(plan, block)?.map(|bad| NonFinite::Sample(Box::new(bad)));
        Err(RunError::NonFinite(bad.unwrap_or(NonFinite::Overflow)))
    }

    /// The closure's own values, which the problem's tape does not have.
    fn finite_moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let scale = self.problem.scale();
        let mut g = self.problem.g().map(|g| Evaluator::new(g.tape()));
        finite_moments(&self.problem, plan, block, |x| {
            scale.of_product((self.f)(x), g.as_mut().map_or(1.0, |g| g.eval(x)))
        })
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}

impl<F: Fn(&[f64]) -> f64> ClosureLoop<F> {
    /// The first sample of the block whose h is not a finite number.
    fn first_bad(&self, plan: &Plan, block: Block) -> Result<Option<BadSample>, RunError> {
        let mut points = plan.points(self.problem.dims())?;
        let mut x = vec![0.0; self.problem.dims()];
        for batch in block.batches() {
            points.start(batch);
            for k in 0..plan.batch_len(batch) {
                points.draw(self.problem.affine(), &mut x);
                let f = (self.f)(&x);
                let g = self.problem.g().map(|g| Evaluator::new(g.tape()).eval(&x));
                let h = self.problem.scale().of_product(f, g.unwrap_or(1.0));
                if !h.is_finite() {
                    let sample = batch * plan.batch_size() + k;
                    return Ok(Some(BadSample { seed: plan.seed(), sample, x, f, g }));
                }
            }
        }
        Ok(None)
    }
}
