//! Kernels for this crate's own tests: a right one, as slow as it is short, and one
//! that counts what it is asked for.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{PrepareError, RunError};
use crate::kernel::{Kernel, Technique};
use crate::moments::{Accumulator, Moments, Tree};
use crate::plan::{Block, Plan};
use crate::points::Draw as _;
use crate::problem::Problem;
use crate::tape::Evaluator;

/// The loop over the tape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Good;

impl Technique for Good {
    fn name(&self) -> &'static str {
        "good"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(Counted { problem: problem.clone(), batches: Arc::default() }))
    }
}

/// [`Good`], and how many batches it was asked for.
pub(crate) fn counting() -> (Counting, Arc<AtomicU64>) {
    let batches = Arc::default();
    (Counting(Arc::clone(&batches)), batches)
}

#[derive(Debug)]
pub(crate) struct Counting(Arc<AtomicU64>);

impl Technique for Counting {
    fn name(&self) -> &'static str {
        "counting"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(Counted { problem: problem.clone(), batches: Arc::clone(&self.0) }))
    }
}

struct Counted {
    problem: Problem,
    batches: Arc<AtomicU64>,
}

impl Kernel for Counted {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        self.batches.fetch_add(block.count(), Ordering::Relaxed);
        let mut h = Evaluator::new(self.problem.h());
        let mut points = plan.points(self.problem.dims())?;
        let mut x = vec![0.0; self.problem.dims()];
        Ok(Tree::of(block.batches().map(|batch| {
            points.start(batch);
            let mut next = || {
                points.draw(self.problem.affine(), &mut x);
                h.eval(&x)
            };
            let mut moments = Accumulator::start(next());
            (1..plan.batch_len(batch)).for_each(|_| moments.push(next()));
            moments.moments()
        })))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}
