//! What is ready to run.

use mc_core::{
    Block, Compute, Estimate, Moments, Plan, Precision, Progress, RunError, Sampling, Tree,
};

/// A technique that is ready to run.
pub trait Runner: Compute {
    /// The moments of `block`, which is a node.
    fn run_block(
        &mut self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        self.run_nodes(plan, block, block.level(), progress).map(Tree::of)
    }

    /// One whole estimate; or why there is none, in words.
    fn run(&mut self, plan: &Plan, progress: &Progress) -> Result<Estimate, String> {
        let scale = self.problem().scale();
        let estimate = match plan.sampling() {
            Sampling::Random => self
                .run_block(plan, plan.whole(), progress)
                .and_then(|moments| Estimate::checked(&moments, scale, plan.samples())),
            Sampling::Sobol => self
                .run_nodes(plan, plan.whole(), plan.estimate_level(), progress)
                .and_then(|nodes| Estimate::of_nodes(&nodes, scale, plan)),
        };
        estimate.map_err(|error| error.to_string())
    }

    /// The arithmetic that h is evaluated in.
    fn precision(&self) -> Precision {
        Precision::F64
    }

    /// The processes that were started to work for it, or that start those that do.
    fn processes(&self) -> Vec<u32> {
        Vec::new()
    }

    /// Has `listener` hear at once what [`Runner::notices`] would give later, where that can be.
    fn tell_at_once(&mut self, _listener: fn(&str)) {}

    /// What happened on the way that is worth a line, since the last call.
    fn notices(&mut self) -> Vec<String> {
        Vec::new()
    }
}
