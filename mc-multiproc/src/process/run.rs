//! One run on the workers: blocks go out, moments come back, none is lost.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use mc_core::{
    Block, Collector, Compute, Estimate, Moments, Plan, Problem, Progress, RunError, Tree,
};

use super::error::ProcessError;
use super::frame;
use super::lock::lock;
use super::message::{MOST_BLOCKS, Refusal, Reply, Request, WHOLE};
use super::prepared::Prepared;
use super::question::Question;
use super::supervisor::{News, Supervisor};
use crate::executor::MAX_TRIES;
use crate::order::Order;

/// Ranges of blocks that a worker has at once: while it computes one, the next
/// is already in its pipe, so it never waits for the coordinator.
const RANGES_AHEAD: usize = 2;

/// A run that will most likely be shorter than this goes out in one range for each
/// worker: a word to a worker and back costs as much as the end of such a run is uneven.
const SHORT: Duration = Duration::from_millis(1);

impl Prepared {
    /// Runs the kernel on all batches of `plan`. One run at a time: another one
    /// on the same pool waits.
    ///
    /// # Errors
    ///
    /// As [`Executor::run`](crate::Executor::run), and [`ProcessError`](crate::ProcessError).
    pub fn run(&self, plan: &Plan, progress: &Progress) -> Result<Estimate, RunError> {
        let nodes = self.run_nodes(plan, plan.whole(), plan.estimate_level(), progress)?;
        Estimate::of_nodes(&nodes, self.problem.scale(), plan)
    }

    /// The part of a [`run`](Prepared::run) that computes `block`: its moments.
    ///
    /// # Errors
    ///
    /// As [`Prepared::run`].
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
    /// [`mc_core::run_nodes`] returns them. The workers share them all.
    ///
    /// # Errors
    ///
    /// As [`Prepared::run`].
    pub fn run_nodes(
        &self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let workers = &mut self.shared.for_a_task();
        let name = self.shared.names.fetch_add(1, Ordering::Relaxed);
        let pace = *lock(&self.pace);
        Run { name, prepared: self, workers, plan, block, node_level: level, progress, pace }
            .nodes()
    }
}

impl Compute for &Prepared {
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

/// One run.
struct Run<'r> {
    // Tells its answers from those of earlier runs.
    name: u64,
    prepared: &'r Prepared,
    workers: &'r mut Supervisor,
    plan: &'r Plan,
    block: Block,
    // The level of the nodes that are asked for.
    node_level: u32,
    progress: &'r Progress,
    // The seconds that a worker takes for a sample: in the last run, or in the slowest range of
    // this one.
    pace: Option<f64>,
}

impl Run<'_> {
    /// Runs the kernel on all blocks that make up this one: the moments of its nodes.
    fn nodes(mut self) -> Result<Vec<Moments>, RunError> {
        let workers = self.workers.size();
        let level = match self.level()? {
            WHOLE => self.node_level,
            level => self.plan.level_within(self.block, level, workers).min(self.node_level),
        };
        let mut collector = Collector::of_nodes(
            &self.prepared.problem,
            self.plan,
            self.block,
            level,
            self.node_level,
        );
        let mut order = Order::new(collector.indices(), workers);
        let once = self.is_short().then(|| order.left().div_ceil(workers as u64));
        let start = Instant::now();
        let mut endings = HashMap::new();
        while !order.is_done() {
            self.workers.fill().map_err(run_failed)?;
            self.hand_out(&mut order, level, once)?;
            match self.news()? {
                News::Answer { question, reply: Reply::Blocks(moments, failure), took, .. } => {
                    let Question::Blocks { run, first, .. } = question else { continue };
                    if run == self.name {
                        self.clock(&moments, took);
                        let failure = failure.map(|why| run_failed(ProcessError::Kernel(why)));
                        let outcomes = moments.into_iter().map(Ok).chain(failure.map(Err));
                        (first..).zip(outcomes).for_each(|(index, it)| order.put(index, it));
                        order.merge(&mut collector, self.plan, self.progress)?;
                    }
                }
                News::Lost { unanswered, why, .. } => {
                    self.take_back(unanswered, &mut order, &mut endings, &why)?;
                }
                _ => {}
            }
        }
        *lock(&self.prepared.pace) = Some(start.elapsed().as_secs_f64() / self.share());
        collector.nodes()
    }

    /// The samples of each worker.
    fn share(&self) -> f64 {
        self.block.samples(self.plan) as f64 / self.workers.size() as f64
    }

    /// Notes how long a range took.
    fn clock(&mut self, moments: &[Moments], took: Duration) {
        let samples: u64 = moments.iter().map(|moments| moments.count).sum();
        if samples > 0 {
            let pace = took.as_secs_f64() / samples as f64;
            self.pace = Some(self.pace.map_or(pace, |slowest| slowest.max(pace)));
        }
    }

    /// The most blocks in a range. A deadline is for a block, and a worker answers a range at
    /// once: so a range has several blocks only where all of them take a tenth of the deadline,
    /// and then the deadline is for the range.
    fn most_blocks(&self, level: u32) -> u64 {
        const SHARE: f64 = 0.1;
        let Some(deadline) = self.workers.deadline else { return MOST_BLOCKS };
        let block = self.plan.block(level, 0).samples(self.plan) as f64;
        self.pace.map_or(1, |pace| {
            let blocks = SHARE * deadline.as_secs_f64() / (pace * block).max(1e-9);
            (blocks as u64).clamp(1, MOST_BLOCKS)
        })
    }

    /// Whether the kernel was so fast the last time that this run will be short.
    fn is_short(&self) -> bool {
        self.pace.is_some_and(|pace| pace * self.share() < SHORT.as_secs_f64())
    }

    /// The level at which the kernel wants its blocks. The kernel lives in the
    /// workers, so one of them is asked; it depends on the points and their number
    /// only, so the next run of the same size need not ask.
    fn level(&mut self) -> Result<u32, RunError> {
        let size = (self.plan.sampling(), self.plan.samples());
        if let Some((_, level)) = lock(&self.prepared.level).filter(|known| known.0 == size) {
            return Ok(level);
        }
        let request = frame::encode(&Request::Level {
            kernel: self.prepared.kernel,
            plan: *self.plan,
            workers: self.workers.size() as u32,
        })
        .map_err(run_failed)?;
        let wanted = Question::Level { run: self.name };
        let mut is_asked = false;
        loop {
            self.workers.fill().map_err(run_failed)?;
            // The one with the least left to do from a run that was given up.
            let idlest = self.workers.ready().min_by_key(|(_, child)| child.ranges());
            if let (false, Some((_, child))) = (is_asked, idlest) {
                self.prepared.equip(child);
                child.ask(&request, wanted);
                is_asked = true;
            }
            match self.news()? {
                News::Answer { question, reply: Reply::Level(level), .. } if question == wanted => {
                    let level = level.map_err(|why| run_failed(ProcessError::Kernel(why)))?;
                    *lock(&self.prepared.level) = Some((size, level));
                    return Ok(level);
                }
                News::Lost { unanswered, .. } if unanswered.contains(&wanted) => is_asked = false,
                _ => {}
            }
        }
    }

    /// Gives every worker that has too few blocks the next ones.
    ///
    /// A range is a share of what is left, so that ranges get smaller towards
    /// the end and the workers finish together (guided self-scheduling,
    /// Polychronopoulos & Kuck, *IEEE Transactions on Computers* 36, 1987). In a short run
    /// it is as many as a worker gets at `once`.
    fn hand_out(
        &mut self,
        order: &mut Order,
        level: u32,
        once: Option<u64>,
    ) -> Result<(), RunError> {
        let (run, kernel, plan) = (self.name, self.prepared.kernel, *self.plan);
        let shares = (RANGES_AHEAD * self.workers.size()) as u64;
        let most = self.most_blocks(level);
        // One each before any gets its second.
        for ranges in 0..RANGES_AHEAD {
            for (_, child) in self.workers.ready().filter(|(_, child)| child.ranges() == ranges) {
                let share = once.unwrap_or(order.left().div_ceil(shares)).min(most);
                let Some(range) = order.hand_out_range(share) else { return Ok(()) };
                let (first, count) = (range.start, range.end - range.start);
                let request = Request::Blocks { kernel, plan, level, range };
                let frame = frame::encode(&request).map_err(run_failed)?;
                self.prepared.equip(child);
                child.ask(&frame, Question::Blocks { run, plan, level, first, count });
            }
        }
        Ok(())
    }

    /// Takes back what a lost worker had; `endings` counts the workers that
    /// ended over a block.
    fn take_back(
        &self,
        unanswered: VecDeque<Question>,
        order: &mut Order,
        endings: &mut HashMap<u64, u32>,
        why: &str,
    ) -> Result<(), RunError> {
        for (k, question) in unanswered.into_iter().enumerate() {
            let Question::Blocks { run, level, first, count, .. } = question else { continue };
            if run != self.name {
                continue;
            }
            (first..first + count).for_each(|index| order.give_back(index));
            // It was at this one when it ended. Which block of a range it was
            // shows when they are handed out again, one by one.
            if k == 0 && count == 1 {
                let times = endings.entry(first).or_insert(0);
                *times += 1;
                if *times == MAX_TRIES {
                    let last = format!("the last one {why}");
                    return Err(run_failed(ProcessError::BadBlock { block: first, level, last }));
                }
            }
        }
        Ok(())
    }

    /// Waits a moment for something to happen.
    fn news(&mut self) -> Result<News, RunError> {
        self.progress.check()?;
        let news = self.workers.news().map_err(run_failed)?;
        match news {
            News::Answer {
                question: Question::Prepare { kernel },
                reply: Reply::Prepared(Err(why)),
                ..
            } if kernel == self.prepared.kernel => {
                // It could when the others prepared; this one came later.
                let (Refusal::Unavailable(why) | Refusal::Failed(why)) = why;
                Err(run_failed(ProcessError::Kernel(why)))
            }
            news => Ok(news),
        }
    }
}

fn run_failed(cause: impl Into<mc_core::Cause>) -> RunError {
    RunError::Failed { technique: "processes", cause: cause.into() }
}
