//! All points at once, as in the lecture.

use mc_core::{Block, Kernel, Moments, Plan, PrepareError, Problem, RunError, Technique, Tree};

use crate::memory::{self, Memory};
use crate::piece_loop;
use crate::program::Program;

/// One array of M×n points, and every operation over all of them: technique
/// `ndarray-whole`.
///
/// Memory grows with M. Where it does not suffice the run ends with
/// [`RunError::TooMuchMemory`] before anything is computed.
#[derive(Clone, Copy, Debug)]
pub struct Whole {
    available: fn() -> u64,
}

impl Default for Whole {
    fn default() -> Self {
        Self::new()
    }
}

impl Whole {
    /// Takes as much memory as the machine has left.
    pub fn new() -> Self {
        Self::with_memory(memory::available)
    }

    /// Takes no more memory than `available` says, in bytes; it is asked again
    /// before every run and while arrays are made. Up to 16 MiB are taken
    /// unasked.
    pub fn with_memory(available: fn() -> u64) -> Self {
        Self { available }
    }
}

impl Technique for Whole {
    fn name(&self) -> &'static str {
        "ndarray-whole"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(WholeArrays {
            problem: problem.clone(),
            program: Program::new(problem.h()),
            memory: Memory { technique: self.name(), available: self.available },
        }))
    }
}

struct WholeArrays {
    problem: Problem,
    program: Program,
    memory: Memory,
}

impl Kernel for WholeArrays {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        self.nodes(plan, block, block.level()).map(Tree::of)
    }

    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, RunError> {
        let mut arrays = self.memory.arrays(&self.program, block.samples(plan))?;
        let axes = self.problem.affine();
        piece_loop::nodes(plan, block, level, axes, &self.program, &mut arrays, u64::MAX)
    }

    /// One block a worker, or fewer: the power of two that covers its share.
    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        let share = plan.batches().div_ceil(workers.max(1) as u64);
        share.checked_next_power_of_two().map_or(63, u64::ilog2)
    }
}
