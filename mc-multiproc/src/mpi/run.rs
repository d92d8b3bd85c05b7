//! One run on the ranks: rank 0 hands out blocks, and computes some itself.

use mc_core::{Block, Collector, Moments, Plan, Progress, RunError, Tree};

use super::MpiError;
use super::link::Pause;
use super::ranks::OnRanks;
use crate::order::Order;
use crate::process::frame;
use crate::process::message::{MOST_BLOCKS, Reply, Request};
use crate::process::question::Question;

/// Ranges of blocks that a rank has at once. Rank 0 looks around only between two
/// blocks of its own, and the system may pause it for many milliseconds: so the
/// others must have something to go on with.
const RANGES_AHEAD: usize = 4;

/// Likewise a rank that is paused must not stop the others, who may be this many
/// times as far ahead of it as other workers.
const PATIENCE: usize = 4;

impl OnRanks<'_> {
    /// The part of a [`run`](OnRanks::run) that computes `block`: its moments.
    ///
    /// # Errors
    ///
    /// As [`OnRanks::run`].
    pub fn run_block(
        &self,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        let nodes = self.run_nodes(plan, block, block.level(), progress)?;
        Ok(Tree::of(nodes))
    }

    /// The moments of the nodes at `level` that make up `block`, as
    /// [`mc_core::run_nodes`] returns them. The ranks share them all.
    ///
    /// # Errors
    ///
    /// As [`OnRanks::run`].
    pub fn run_nodes(
        &self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let size = self.job.size().get();
        let node_level = level;
        let level = plan.level_within(block, self.own.block_level(plan, size), size).min(level);
        let mut collector = Collector::of_nodes(self.own.problem(), plan, block, level, node_level);
        let mut order = Order::new(collector.indices(), PATIENCE * size);
        let alone = order.left() == 1;
        let name = self.job.name();
        let mut pause = Pause::new();
        while !order.is_done() {
            progress.check()?;
            let mut news = false;
            while let Some((rank, question, reply)) = self.job.news().map_err(run_failed)? {
                news = true;
                // Answers to a run that was given up are dropped.
                if let (Question::Blocks { run, first, .. }, Reply::Blocks(moments, failure)) =
                    (question, reply)
                    && run == name
                {
                    let failure = failure.map(|why| run_failed(MpiError::Rank { rank, why }));
                    let outcomes = moments.into_iter().map(Ok).chain(failure.map(Err));
                    (first..).zip(outcomes).for_each(|(index, it)| order.put(index, it));
                }
            }
            // A single block is not worth a message.
            if !alone {
                self.hand_out(&mut order, name, plan, level)?;
            }
            match order.hand_out() {
                Some(index) => {
                    order.put(index, self.own.moments(plan, plan.block(level, index)));
                    pause = Pause::new();
                }
                None if news => pause = Pause::new(),
                None => pause.wait(),
            }
            order.merge(&mut collector, plan, progress)?;
        }
        collector.nodes()
    }

    /// Gives every other rank that has too few blocks the next ones: a share of
    /// what is left, as worker processes get it.
    fn hand_out(
        &self,
        order: &mut Order,
        run: u64,
        plan: &Plan,
        level: u32,
    ) -> Result<(), RunError> {
        let shares = (RANGES_AHEAD * self.job.size().get()) as u64;
        // One each before any gets its second.
        for ranges in 0..RANGES_AHEAD {
            for other in self.job.others().iter_mut().filter(|o| o.unanswered.len() == ranges) {
                let share = order.left().div_ceil(shares).min(MOST_BLOCKS);
                let Some(range) = order.hand_out_range(share) else { return Ok(()) };
                let (first, count) = (range.start, range.end - range.start);
                let request = Request::Blocks { kernel: self.kernel, plan: *plan, level, range };
                let frame = frame::encode(&request).map_err(run_failed)?;
                let question = Question::Blocks { run, plan: *plan, level, first, count };
                self.job.ask(other, &frame, question);
            }
        }
        Ok(())
    }
}

fn run_failed(cause: impl Into<mc_core::Cause>) -> RunError {
    RunError::Failed { technique: "mpi", cause: cause.into() }
}
