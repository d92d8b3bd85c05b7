//! Work stealing: the merge tree is the tree of joins.

use std::num::NonZeroUsize;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use ::rayon::{ThreadPool, ThreadPoolBuilder, join};
use mc_core::{Block, Kernel, Moments, NonFinite, Plan, Progress, RunError};

use crate::executor::{Executor, StartError, checked};
use crate::place::Places;

/// A pool of threads, started once, that steal blocks from each other.
///
/// A node of the merge tree is computed by computing its two children, at the
/// same time if a thread is idle ([`rayon::join`](::rayon::join)), and merging
/// them. So results need no ordering and no buffer: the call tree is the order.
#[derive(Debug)]
pub struct Rayon {
    pool: ThreadPool,
    workers: NonZeroUsize,
}

impl Rayon {
    /// Starts `workers` threads, which live as long as this value.
    ///
    /// # Errors
    ///
    /// If `workers` is 0 or more than [`MAX_WORKERS`](crate::MAX_WORKERS), or
    /// the system does not give that many threads.
    pub fn new(workers: usize) -> Result<Self, StartError> {
        let count = checked(workers)?;
        let places = Places::of(workers);
        let pool = ThreadPoolBuilder::new()
            .num_threads(workers)
            .thread_name(|k| format!("rayon worker {k}"))
            .start_handler(move |k| places.take(k))
            .build()
            .map_err(|cause| StartError::Threads { workers, cause: cause.into() })?;
        Ok(Self { pool, workers: count })
    }
}

impl Executor for Rayon {
    fn name(&self) -> &'static str {
        "rayon"
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
        let Range { start, end } = plan.indices(level, block);
        if end - start == 1 {
            // Nothing to share: waking another thread would only cost.
            return mc_core::run_block(kernel, plan, block, progress);
        }
        let run = Run { kernel, plan, progress, level, end, failure: Failure::none() };
        // The root of the block: a block is a node, so it starts at a multiple of its size.
        let height = (end - start).next_power_of_two().trailing_zeros();
        let root = self.pool.install(|| run.node(height, start >> height));
        match root {
            None => Err(run.failure.into_error()),
            // All blocks were finite, so merging them overflowed.
            Some(root) if !root.is_finite() => Err(RunError::NonFinite(NonFinite::Overflow)),
            Some(root) => Ok(root),
        }
    }

    /// All nodes in one go: the tree of joins ends at the level asked for.
    fn run_nodes(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let Range { start, end } = plan.indices(level, block);
        if end - start == 1 {
            return self.run_block(kernel, plan, block, progress).map(|node| vec![node]);
        }
        let workers = self.workers.get();
        let inside =
            plan.level_within(block, kernel.block_level(plan, workers), workers).min(level);
        let end_inside = plan.indices(inside, block).end;
        let failure = Failure::none();
        let run = Run { kernel, plan, progress, level: inside, end: end_inside, failure };
        let mut nodes = vec![None; (end - start) as usize];
        self.pool.install(|| run.nodes(level - inside, start, &mut nodes));
        let nodes: Option<Vec<Moments>> = nodes.into_iter().collect();
        match nodes {
            None => Err(run.failure.into_error()),
            Some(nodes) if nodes.iter().all(Moments::is_finite) => Ok(nodes),
            Some(_) => Err(RunError::NonFinite(NonFinite::Overflow)),
        }
    }
}

/// One run, shared by the threads.
struct Run<'r> {
    kernel: &'r dyn Kernel,
    plan: &'r Plan,
    progress: &'r Progress,
    level: u32,
    // The index after that of the last block.
    end: u64,
    failure: Failure,
}

impl Run<'_> {
    /// The moments of blocks `index·2^height ..`, 2^height of them or as many
    /// as are left; none if the run failed.
    fn node(&self, height: u32, index: u64) -> Option<Moments> {
        let first = index << height;
        if first >= self.end {
            return Some(Moments::EMPTY);
        }
        if self.failure.is_before(first) {
            return None;
        }
        if height == 0 {
            return self.block(index).map_err(|error| self.failure.note(index, error)).ok();
        }
        let (left, right) =
            join(|| self.node(height - 1, 2 * index), || self.node(height - 1, 2 * index + 1));
        Some(left?.merge(right?))
    }

    /// The nodes of this height from `index` on, one for each place; none where the run
    /// failed.
    fn nodes(&self, height: u32, index: u64, places: &mut [Option<Moments>]) {
        if let [place] = places {
            *place = self.node(height, index);
        }
        if places.len() < 2 {
            return;
        }
        let half = places.len() / 2;
        let (left, right) = places.split_at_mut(half);
        join(|| self.nodes(height, index, left), || self.nodes(height, index + half as u64, right));
    }

    fn block(&self, index: u64) -> Result<Moments, RunError> {
        self.progress.check()?;
        let block = self.plan.block(self.level, index);
        let moments = self.kernel.moments(self.plan, block)?;
        if !moments.is_finite() {
            let bad = self.kernel.problem().first_non_finite(self.plan, block);
            return Err(RunError::NonFinite(bad));
        }
        self.progress.add(block.samples(self.plan));
        Ok(moments)
    }
}

/// The failure of the first block that failed.
///
/// Blocks after it are skipped; those before it are still computed, since one
/// of them may fail as well: the error is then the same in every run.
struct Failure {
    index: AtomicU64,
    error: Mutex<Option<(u64, RunError)>>,
}

impl Failure {
    fn none() -> Self {
        Self { index: AtomicU64::new(u64::MAX), error: Mutex::new(None) }
    }

    fn is_before(&self, index: u64) -> bool {
        self.index.load(Ordering::Relaxed) < index
    }

    fn note(&self, index: u64, error: RunError) {
        // Who cancels wants no block at all.
        let index = if matches!(error, RunError::Cancelled) { 0 } else { index };
        self.index.fetch_min(index, Ordering::Relaxed);
        let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|(earlier, _)| index < *earlier) {
            *first = Some((index, error));
        }
    }

    fn into_error(self) -> RunError {
        let first = self.error.into_inner().unwrap_or_else(PoisonError::into_inner);
        first.map_or(RunError::Cancelled, |(_, error)| error)
    }
}
