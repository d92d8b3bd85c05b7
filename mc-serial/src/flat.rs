//! No native code: the tape, interpreted step by step in one flat array.

use mc_core::{
    Block, Evaluator, Kernel, Moments, Plan, PrepareError, Problem, RunError, Technique,
};

use crate::sample_loop::{SERIAL, moments_by_dims};

/// The loop over the problem's tape: technique `serial` for an integrand given
/// as text, which has no native code.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flat;

impl Technique for Flat {
    fn name(&self) -> &'static str {
        SERIAL
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(FlatLoop { problem: problem.clone() }))
    }
}

struct FlatLoop {
    problem: Problem,
}

impl Kernel for FlatLoop {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.problem.h());
        moments_by_dims(plan, block, self.problem.affine(), |x| h.eval(x))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}
