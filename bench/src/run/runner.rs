//! What is ready to run.

use mc_core::{Block, Estimate, Moments, Plan, Precision, Problem, Progress, RunError};

/// A technique that is ready to run.
pub trait Runner {
    /// The problem that it is ready for.
    fn problem(&self) -> &Problem;

    /// One whole estimate.
    fn run(&mut self, plan: &Plan, progress: &Progress) -> Result<Estimate, RunError> {
        let moments = self.run_block(plan, plan.whole(), progress)?;
        Estimate::checked(&moments, self.problem().scale(), plan.samples())
    }

    /// The part of a run that computes `block`: its moments.
    fn run_block(
        &mut self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError>;

    /// The moments of the nodes at `level` that make up `block`, in order.
    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let node = |index| self.run_block(plan, plan.block(level, index), progress);
        plan.indices(level, block).map(node).collect()
    }

    /// The arithmetic that h is evaluated in.
    fn precision(&self) -> Precision {
        Precision::F64
    }

    /// What happened on the way that is worth a line, since the last call.
    fn notices(&mut self) -> Vec<String> {
        Vec::new()
    }
}
