//! Values that are not finite, left out of the moments.
//!
//! A kernel returns moments only, and one bad value spoils those of its block. So a
//! spoilt block is halved, and the halves asked for again, until few batches are
//! left: these are gone through value by value, over the tape. It is the same code
//! whatever the technique, so all have the same bits, and what is not spoilt costs
//! nothing.

use crate::error::{PrepareError, RunError};
use crate::kernel::{Kernel, Precision, Technique};
use crate::moments::Moments;
use crate::plan::{Block, Plan};
use crate::problem::Problem;
use crate::sampling::Sampling;

/// Spoilt blocks of this many batches are not halved any more: asking a device for
/// so few costs more than going through them here.
const FEW: u64 = 4;

/// A technique whose kernels leave out the values of h that are not finite.
///
/// [`Moments::count`] is then the number of finite values: what is missing from the
/// samples of the block was not. A batch that has no finite value at all has the
/// moments of nothing, [`Moments::EMPTY`]. If the values are finite and only their
/// sums overflow, the moments stay as they are, not finite.
///
/// ```
/// use mc_core::{Lenient, Technique};
/// # use mc_core::*;
/// # struct Any;
/// # impl Technique for Any {
/// #     fn name(&self) -> &'static str { "any" }
/// #     fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
/// #         Err(PrepareError::Unavailable { reason: String::new() })
/// #     }
/// # }
/// # let technique: Box<dyn Technique> = Box::new(Any);
///
/// let lenient = Lenient(technique);
/// assert_eq!(lenient.name(), "any");
/// ```
pub struct Lenient(
    /// The technique that computes what is not spoilt.
    pub Box<dyn Technique>,
);

impl Technique for Lenient {
    fn name(&self) -> &'static str {
        self.0.name()
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        self.prepare_for(problem, Sampling::Random)
    }

    fn prepare_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Box<dyn Kernel>, PrepareError> {
        let kernel = self.0.prepare_for(problem, sampling)?;
        if kernel.precision() != Precision::F64 {
            let reason = format!(
                "{} computes in {}: values that are not finite can be left out in f64 only",
                self.name(),
                kernel.precision()
            );
            return Err(PrepareError::Unavailable { reason });
        }
        Ok(Box::new(LenientKernel { kernel }))
    }
}

struct LenientKernel {
    kernel: Box<dyn Kernel>,
}

impl Kernel for LenientKernel {
    fn problem(&self) -> &Problem {
        self.kernel.problem()
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        match self.kernel.moments(plan, block) {
            // Some kernels look at the values themselves.
            Err(RunError::NonFinite(_)) => {}
            Ok(moments) if !moments.is_finite() => {}
            done => return done,
        }
        if block.count() <= FEW {
            return self.kernel.finite_moments(plan, block);
        }
        let level = block.level() - 1;
        let halves = plan.indices(level, block).map(|half| plan.block(level, half));
        halves
            .map(|half| self.moments(plan, half))
            .try_fold(Moments::EMPTY, |left, right| Ok(left.merge(right?)))
    }

    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, RunError> {
        match self.kernel.nodes(plan, block, level) {
            Err(RunError::NonFinite(_)) => {}
            Ok(nodes) if !nodes.iter().all(Moments::is_finite) => {}
            done => return done,
        }
        let nodes = plan.indices(level, block).map(|index| plan.block(level, index));
        nodes.map(|node| self.moments(plan, node)).collect()
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        self.kernel.block_level(plan, workers)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conformance::test_kernels::{Good, counting};
    use crate::moments::{Accumulator, Tree};
    use crate::problem::Density;
    use crate::stream::Stream;
    use crate::tape::Evaluator;

    fn problem(f: &str) -> Problem {
        Problem::parse("-1:1^2".parse().unwrap(), f, Density::Uniform).unwrap()
    }

    /// By the definition: all values of a batch first, then the finite ones.
    fn expected(problem: &Problem, plan: &Plan, block: Block) -> Moments {
        let mut h = Evaluator::new(problem.h());
        Tree::of(block.batches().map(|batch| {
            let mut stream = Stream::new(plan.seed(), batch);
            let mut x = [0.0; 2];
            let values: Vec<f64> = (0..plan.batch_len(batch))
                .map(|_| {
                    stream.draw(problem.affine(), &mut x);
                    h.eval(&x)
                })
                .filter(|value| value.is_finite())
                .collect();
            let Some((first, rest)) = values.split_first() else { return Moments::EMPTY };
            let mut sums = Accumulator::start(*first);
            rest.iter().for_each(|value| sums.push(*value));
            sums.moments()
        }))
    }

    #[test]
    fn bad_values_are_left_out_and_the_others_keep_their_bits() {
        for (f, samples) in [
            ("sqrt(x0 + 0.9996)", 100_003),            // a few in 10⁴
            ("1/(x0 - x0) + x1", 1_000),               // all
            ("if(x0 < 0, 1/(x0 - x0), x1)", 20_000),   // half
            ("ln(x0 + 0.99) * sqrt(0.9 - x1)", 5_000), // one in twenty
            ("x0 + x1", 5_000),                        // none
        ] {
            let problem = problem(f);
            let plan = Plan::new(samples, 5).unwrap();
            let kernel = Lenient(Box::new(Good)).prepare(&problem).unwrap();
            for level in [0, 1, 3, 5, 63] {
                let blocks = plan.blocks(level).map(|block| {
                    let moments = kernel.moments(&plan, block).unwrap();
                    assert_eq!(moments, expected(&problem, &plan, block), "{f} {block:?}");
                    moments
                });
                let whole = Tree::of(blocks);
                assert_eq!(whole, expected(&problem, &plan, plan.whole()), "{f}, level {level}");
            }
        }
    }

    #[test]
    fn overflow_is_not_hidden() {
        let plan = Plan::new(10_000, 5).unwrap();
        let kernel = Lenient(Box::new(Good)).prepare(&problem("if(x0 > 0.99, 1e200, x0)")).unwrap();
        assert!(!kernel.moments(&plan, plan.whole()).unwrap().is_finite());
    }

    #[test]
    fn a_bad_value_costs_one_more_walk_down_the_tree() {
        let plan = Plan::new(1 << 20, 1).unwrap();
        let asked = |f: &str| {
            let (technique, batches) = counting();
            let kernel = Lenient(Box::new(technique)).prepare(&problem(f)).unwrap();
            let moments = kernel.moments(&plan, plan.whole()).unwrap();
            (moments.count, batches.load(std::sync::atomic::Ordering::Relaxed))
        };
        let good = plan.batches();
        assert_eq!(asked("x0"), (plan.samples(), good));
        let (count, batches) = asked("sqrt(x0 + 0.99999)");
        let bad = plan.samples() - count;
        // 5 expected: none, or more than 20, once in 100 draws of the seed.
        assert!((1..=20).contains(&bad), "{bad}");
        // A walk halves the block at each step: 1 + 1/2 + 1/4 + … of it, from the top.
        assert!(batches <= (1 + bad) * good, "{batches} batches of {good} for {bad} values");
    }
}
