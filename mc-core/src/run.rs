//! From a kernel to an estimate: block after block, merged in the tree.

use std::ops::Range;

use crate::error::RunError;
use crate::estimate::Estimate;
use crate::kernel::Kernel;
use crate::moments::Moments;
use crate::nodes::Nodes;
use crate::plan::{Block, Plan};
use crate::problem::{NonFinite, Problem};
use crate::progress::Progress;
use crate::sampling::Sampling;

/// Runs a kernel on all batches of `plan`, in this thread: the executor that
/// others are measured against.
///
/// # Errors
///
/// What the kernel returns; [`RunError::NonFinite`] at the first value of h
/// that is not a finite number; [`RunError::Cancelled`].
pub fn run(kernel: &dyn Kernel, plan: &Plan, progress: &Progress) -> Result<Estimate, RunError> {
    let scale = kernel.problem().scale();
    if plan.sampling() == Sampling::Random {
        // A short run is over before a list of one node is made.
        let moments = run_block(kernel, plan, plan.whole(), progress)?;
        return Estimate::checked(&moments, scale, plan.samples());
    }
    let nodes = run_nodes(kernel, plan, plan.whole(), plan.estimate_level(), progress)?;
    Estimate::of_nodes(&nodes, scale, plan)
}

/// The part of a [`run`] that computes `block`: its moments. A
/// [`Session`](crate::Session) makes a whole run of such parts.
///
/// # Errors
///
/// As [`run`].
pub fn run_block(
    kernel: &dyn Kernel,
    plan: &Plan,
    block: Block,
    progress: &Progress,
) -> Result<Moments, RunError> {
    let level = plan.level_within(block, kernel.block_level(plan, 1), 1);
    let mut collector = Collector::new(kernel.problem(), plan, block, level);
    for index in collector.indices() {
        progress.check()?;
        let block = plan.block(level, index);
        collector.push(kernel.moments(plan, block)?)?;
        progress.add(block.samples(plan));
    }
    collector.moments()
}

/// The moments of the nodes at `level` that make up `block`, in order, in this thread.
///
/// `block` is a node of that level or a higher one, or the first blocks of a plan
/// ([`Plan::first_blocks`]). A [`Session`](crate::Session) makes a run of these, and sees by the
/// nodes how the sample is spread.
///
/// # Errors
///
/// As [`run`].
pub fn run_nodes(
    kernel: &dyn Kernel,
    plan: &Plan,
    block: Block,
    level: u32,
    progress: &Progress,
) -> Result<Vec<Moments>, RunError> {
    let mut indices = plan.indices(level, block);
    let together = kernel.block_level(plan, 1);
    if together <= level {
        let node = |index| run_block(kernel, plan, plan.block(level, index), progress);
        return indices.map(node).collect();
    }
    // Nodes that are smaller than the blocks it works best on, as many at a time as such a block has.
    let mut collector = Collector::of_nodes(kernel.problem(), plan, block, level, level);
    while !indices.is_empty() {
        progress.check()?;
        let end = indices.end.min(indices.start.saturating_add(1 << (together - level).min(63)));
        let part = plan.span(level, indices.start..end);
        kernel.nodes(plan, part, level)?.into_iter().try_for_each(|node| collector.push(node))?;
        progress.add(part.samples(plan));
        indices.start = end;
    }
    collector.nodes()
}

/// What computes the moments of a problem: a kernel in this thread, or a kernel and an executor, worker
/// processes, ranks.
///
/// A [`Session`](crate::Session) runs it. It says itself of which problem the moments are, so no
/// estimate is made of one problem's moments in the box and the units of another.
pub trait Compute {
    /// The problem whose moments they are.
    fn problem(&self) -> &Problem;

    /// As [`run_nodes`], wherever the kernel runs.
    ///
    /// # Errors
    ///
    /// As [`run`].
    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError>;
}

/// In this thread.
impl Compute for &(dyn Kernel + '_) {
    fn problem(&self) -> &Problem {
        (**self).problem()
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        run_nodes(*self, plan, block, level, progress)
    }
}

impl<C: Compute + ?Sized> Compute for &mut C {
    fn problem(&self) -> &Problem {
        (**self).problem()
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        (**self).run_nodes(plan, block, level, progress)
    }
}

/// Puts the moments of the blocks of one larger block, in order, together.
#[derive(Debug)]
pub struct Collector<'p> {
    problem: &'p Problem,
    plan: Plan,
    level: u32,
    indices: Range<u64>,
    next: u64,
    nodes: Nodes,
}

impl<'p> Collector<'p> {
    /// For the blocks at `level` that make up `whole`, which may be all of `plan`
    /// ([`Plan::whole`]).
    pub fn new(problem: &'p Problem, plan: &Plan, whole: Block, level: u32) -> Self {
        Self::of_nodes(problem, plan, whole, level, u32::MAX)
    }

    /// For the blocks at `level` that make up `whole`, to be merged no further than to
    /// nodes at `node_level`, which is `level` or above ([`run_nodes`]).
    pub fn of_nodes(
        problem: &'p Problem,
        plan: &Plan,
        whole: Block,
        level: u32,
        node_level: u32,
    ) -> Self {
        let indices = plan.indices(level, whole);
        Self {
            problem,
            plan: *plan,
            level,
            next: indices.start,
            indices,
            nodes: Nodes::new(node_level.saturating_sub(level)),
        }
    }

    /// The level of the blocks.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// The indices of the blocks at their level.
    pub fn indices(&self) -> Range<u64> {
        self.indices.clone()
    }

    /// The index of the next block.
    pub fn next_index(&self) -> u64 {
        self.next
    }

    /// Pushes the moments of the next block.
    ///
    /// # Errors
    ///
    /// [`RunError::NonFinite`] if they are not finite: the block's samples are
    /// then gone through one by one to find the first bad one. Since blocks come
    /// in order, every technique reports the same sample.
    pub fn push(&mut self, block: Moments) -> Result<(), RunError> {
        if !block.is_finite() {
            let block = self.plan.block(self.level, self.next);
            return Err(RunError::NonFinite(self.problem.first_non_finite(&self.plan, block)));
        }
        self.nodes.push(block);
        self.next += 1;
        Ok(())
    }

    /// The moments of all blocks, once they are pushed.
    ///
    /// # Errors
    ///
    /// [`RunError::Incomplete`] if blocks are missing, [`RunError::NonFinite`]
    /// if merging overflows.
    pub fn moments(&self) -> Result<Moments, RunError> {
        self.complete()?;
        finite(self.nodes.root())
    }

    /// The moments of the nodes, once all blocks are pushed.
    ///
    /// # Errors
    ///
    /// As [`Collector::moments`].
    pub fn nodes(self) -> Result<Vec<Moments>, RunError> {
        self.complete()?;
        self.nodes.all().into_iter().map(finite).collect()
    }

    fn complete(&self) -> Result<(), RunError> {
        match self.next == self.indices.end {
            true => Ok(()),
            false => Err(RunError::Incomplete { got: self.next, blocks: self.indices.end }),
        }
    }
}

/// What finite blocks were merged to.
fn finite(merged: Moments) -> Result<Moments, RunError> {
    match merged.is_finite() {
        true => Ok(merged),
        false => Err(RunError::NonFinite(NonFinite::Overflow)),
    }
}
