//! The lecture's class, with threads for its processes and channels for its queue.
//!
//! The lecture starts one process a worker, gives each a slice of the points,
//! and takes their sums from a queue, in whatever order they come. Here a
//! worker takes the next block from one channel and puts its moments, with the
//! block's index, into another. M need not divide by the number of workers, the
//! points are drawn where they are used, and the sums are merged in order.

use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::thread;

use ::crossbeam::channel::{Receiver, Sender, bounded};
use mc_core::{Block, Collector, Kernel, Moments, Plan, Progress, RunError};

use crate::executor::{Executor, StartError, checked};
use crate::order::{Order, Outcome};
use crate::place::Places;

/// Threads that are born for each run and fed through a channel.
#[derive(Clone, Copy, Debug)]
pub struct Crossbeam {
    workers: NonZeroUsize,
}

impl Crossbeam {
    /// An executor of `workers` threads. They are started by each run.
    ///
    /// # Errors
    ///
    /// If `workers` is 0 or more than [`MAX_WORKERS`](crate::MAX_WORKERS).
    pub fn new(workers: usize) -> Result<Self, StartError> {
        Ok(Self { workers: checked(workers)? })
    }
}

impl Executor for Crossbeam {
    fn name(&self) -> &'static str {
        "crossbeam"
    }

    fn workers(&self) -> NonZeroUsize {
        self.workers
    }

    fn run_block(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        let workers = self.workers.get();
        let level = plan.level_within(block, kernel.block_level(plan, workers), workers);
        let indices = plan.indices(level, block);
        if indices.end - indices.start == 1 {
            // Nothing to share: another thread would only cost.
            return mc_core::run_block(kernel, plan, block, progress);
        }
        let collector = Collector::new(kernel.problem(), plan, block, level);
        self.collect(kernel, plan, collector, progress)?.moments()
    }

    /// All nodes in one go: blocks of several are out at once.
    fn run_nodes(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let nodes = plan.indices(level, block);
        if nodes.end - nodes.start == 1 {
            return self.run_block(kernel, plan, block, progress).map(|node| vec![node]);
        }
        let workers = self.workers.get();
        let inside = plan.level_within(block, kernel.block_level(plan, workers), workers);
        let collector =
            Collector::of_nodes(kernel.problem(), plan, block, inside.min(level), level);
        self.collect(kernel, plan, collector, progress)?.nodes()
    }
}

impl Crossbeam {
    /// Computes the blocks that `collector` collects.
    fn collect<'c>(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        mut collector: Collector<'c>,
        progress: &Progress,
    ) -> Result<Collector<'c>, RunError> {
        let level = collector.level();
        let mut order = Order::new(collector.indices(), self.workers.get());
        let blocks = order.left();

        // Each channel has room for all blocks that can be out, so no one waits
        // for room, and the two cannot wait for each other.
        let (tasks, queue) = bounded(order.most_out());
        let (results, done) = bounded(order.most_out());
        let job = Job { kernel, plan, progress, level };
        let places = &Places::of(self.workers.get());

        thread::scope(move |scope| {
            let workers = blocks.min(self.workers.get() as u64);
            for k in 0..workers {
                let (queue, results) = (queue.clone(), results.clone());
                thread::Builder::new()
                    .name(format!("crossbeam worker {k}"))
                    .spawn_scoped(scope, move || {
                        places.take(k as usize);
                        job.work(queue, results);
                    })
                    .map_err(|cause| {
                        let cause = cause.into();
                        failed(StartError::Threads { workers: workers as usize, cause }.into())
                    })?;
            }
            // Only the workers hold these ends now: if all of them are gone, we see it.
            drop((queue, results));

            while !order.is_done() {
                progress.check()?;
                while let Some(index) = order.hand_out() {
                    tasks.send(index).map_err(|gone| failed(gone.into()))?;
                }
                let (index, outcome) = done.recv().map_err(|gone| failed(gone.into()))?;
                order.put(index, outcome.unwrap_or_else(|panic| resume_unwind(panic)));
                order.merge(&mut collector, plan, progress)?;
            }
            Ok(collector)
            // However we leave, `tasks` and `done` are dropped: a worker finds
            // its queue closed, or nobody to take its result, and ends.
        })
    }
}

fn failed(cause: mc_core::Cause) -> RunError {
    RunError::Failed { technique: "crossbeam", cause }
}

/// What every worker knows.
#[derive(Clone, Copy)]
struct Job<'j> {
    kernel: &'j dyn Kernel,
    plan: &'j Plan,
    progress: &'j Progress,
    level: u32,
}

impl Job<'_> {
    /// What the lecture's `partial_sum` and `partial_var` are: a worker's life.
    fn work(self, queue: Receiver<u64>, results: Sender<(u64, thread::Result<Outcome>)>) {
        for index in queue {
            // A panic must not leave the parent waiting: it takes the way of a result.
            let outcome = catch_unwind(AssertUnwindSafe(|| self.moments(index)));
            if results.send((index, outcome)).is_err() {
                return;
            }
        }
    }

    fn moments(&self, index: u64) -> Outcome {
        self.progress.check()?;
        self.kernel.moments(self.plan, self.plan.block(self.level, index))
    }
}
