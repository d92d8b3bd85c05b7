//! The compiled loop as a kernel: which batches it computes, and their moments.

use std::collections::TryReserveError;
use std::sync::Arc;

use mc_core::stream::scramble;
use mc_core::{Block, Kernel, Moments, Plan, Problem, RunError, Tree};

use crate::emit::Loop;
use crate::engine::Code;
use crate::memory::Memory;
use crate::shape::Shape;

/// The most batches of one call: their sums stay in the cache.
const BATCHES: u64 = 512;

/// The compiled loop of a problem.
pub(crate) struct JitKernel {
    technique: &'static str,
    code: Arc<Code<Loop>>,
    shape: Shape,
    problem: Problem,
}

impl JitKernel {
    /// `code` is the loop of this shape for `problem`.
    pub(crate) fn new(
        technique: &'static str,
        code: Arc<Code<Loop>>,
        shape: Shape,
        problem: &Problem,
    ) -> Self {
        Self { technique, code, shape, problem: problem.clone() }
    }
}

impl Kernel for JitKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let no_room = |error| RunError::Failed {
            technique: self.technique,
            cause: Box::<TryReserveError>::new(error),
        };
        let width = self.shape.width();
        let mut memory = Memory::new(self.code.memory()).map_err(no_room)?;
        let most = block.count().min(BATCHES).next_multiple_of(width as u64);
        let mut sums = Memory::new(3 * most as usize).map_err(no_room)?;

        let mut tree = Tree::new();
        let mut batches = block.batches();
        while !batches.is_empty() {
            // Batches of one length; the plan's last one may be shorter.
            let samples = plan.batch_len(batches.start);
            let mut count = (batches.end - batches.start).min(most);
            if count > 1 && plan.batch_len(batches.start + count - 1) < samples {
                count -= 1;
            }
            // The last group may have lanes to spare. They compute batches that
            // nobody asked for, each from its own stream, and are not looked at.
            let groups = count.div_ceil(width as u64);
            // SAFETY: `sums` has room for 3·width doubles a group, `memory` for
            // what the code needs, and both are aligned to 64 bytes.
            unsafe {
                let (sums, memory) = (sums.as_mut_ptr(), memory.as_mut_ptr());
                let start = scramble(plan.seed());
                self.code.function()(start, batches.start, groups, samples, sums, memory);
            }
            for batch in 0..count as usize {
                let first = batch / width * 3 * width + batch % width;
                let [shift, sum, squares] = [0, 1, 2].map(|part| sums[first + part * width]);
                tree.push(Moments::from_sums(samples, shift, sum, squares));
            }
            batches.start += count;
        }
        Ok(tree.root())
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        // A block fills at least one group.
        let group = self.shape.width().next_power_of_two().ilog2();
        plan.block_level(self.problem.dims(), workers).max(group)
    }
}
