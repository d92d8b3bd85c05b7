//! The samples of a run, cut into batches.

use std::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// How many samples are drawn, from which seed, in which batches.
///
/// The cut depends on the number of samples alone, never on the machine or the
/// number of workers. That is why every technique gives the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(Serialize, Deserialize),
    serde(try_from = "(u64, u64)", into = "(u64, u64)")
)]
pub struct Plan {
    samples: u64,
    seed: u64,
    batch_size: u64,
}

impl Plan {
    /// A run of `samples` samples with streams seeded from `seed`.
    ///
    /// The batch size K is a power of two near √M/2, at least 4 and at most
    /// 1024: enough batches to fill vector lanes, threads and devices at every
    /// M, and enough samples in each that starting its stream costs little.
    ///
    /// # Errors
    ///
    /// A variance needs at least 2 samples.
    pub fn new(samples: u64, seed: u64) -> Result<Self, PlanError> {
        if samples < 2 {
            return Err(PlanError::TooFewSamples { samples });
        }
        let level = (samples.ilog2() / 2).saturating_sub(1).clamp(2, 10);
        Ok(Self { samples, seed, batch_size: 1 << level })
    }

    /// The number of samples, M.
    #[inline]
    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// The seed.
    #[inline]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// Samples in every batch but the last, K: a power of two.
    #[inline]
    pub fn batch_size(&self) -> u64 {
        self.batch_size
    }

    /// The number of batches.
    #[inline]
    pub fn batches(&self) -> u64 {
        self.samples.div_ceil(self.batch_size)
    }

    /// Samples in batch `batch`: K, but for the last batch what is left.
    #[inline]
    pub fn batch_len(&self, batch: u64) -> u64 {
        debug_assert!(batch < self.batches());
        self.batch_size.min(self.samples - batch * self.batch_size)
    }

    /// All batches as one block.
    pub fn whole(&self) -> Block {
        Block { first: 0, count: self.batches() }
    }

    /// The number of blocks at `level`.
    pub fn block_count(&self, level: u32) -> u64 {
        self.batches().div_ceil(1 << level.min(63))
    }

    /// Block `index` at `level`: batches `index·2^level ..`, 2^level of them or
    /// as many as are left.
    pub fn block(&self, level: u32, index: u64) -> Block {
        let size = 1 << level.min(63);
        let first = index * size;
        debug_assert!(first < self.batches());
        Block { first, count: size.min(self.batches() - first) }
    }

    /// The first `count` blocks at `level`, as one: no node, unless `count` is a power of
    /// two or all there are. [`run_nodes`](crate::run_nodes) takes it.
    pub fn first_blocks(&self, level: u32, count: u64) -> Block {
        self.span(level, 0..count)
    }

    /// Blocks at `level` that follow each other, one or more, as one: no node in general,
    /// as [`Plan::first_blocks`].
    pub fn span(&self, level: u32, indices: Range<u64>) -> Block {
        let size = 1 << level.min(63);
        let first = indices.start.saturating_mul(size).min(self.batches());
        let end = indices.end.saturating_mul(size).min(self.batches());
        Block { first, count: end.saturating_sub(first) }
    }

    /// All blocks at `level`, in order.
    pub fn blocks(&self, level: u32) -> impl Iterator<Item = Block> + use<> {
        let plan = *self;
        (0..plan.block_count(level)).map(move |index| plan.block(level, index))
    }

    /// Which blocks at `level` make up `block`, which is of that level or a higher one.
    #[inline]
    pub fn indices(&self, level: u32, block: Block) -> Range<u64> {
        let size = 1 << level.min(63);
        debug_assert_eq!(block.first % size, 0);
        block.first / size..(block.first + block.count).div_ceil(size)
    }

    /// The level for sharing `block` among `workers`, where `level` would be that for
    /// the whole plan: lower, if there were too few blocks for all.
    pub fn level_within(&self, block: Block, level: u32, workers: usize) -> u32 {
        if block.count == self.batches() {
            return level;
        }
        let by_workers = (block.count / (8 * workers.max(1) as u64)).max(1).ilog2();
        level.min(by_workers.max(5)).min(block.level())
    }

    /// A good level for handing out work: about 2²⁰ coordinates a block (some
    /// tenths of a millisecond), yet at least eight blocks for each of
    /// `workers` while a block still has 32 batches.
    pub fn block_level(&self, dims: usize, workers: usize) -> u32 {
        let coordinates = self.batch_size.saturating_mul(dims as u64).max(1);
        let by_work = (1u64 << 20).checked_div(coordinates).unwrap_or(1).max(1).ilog2();
        let by_workers = (self.batches() / (8 * workers.max(1) as u64)).max(1).ilog2();
        by_work.min(by_workers.max(5))
    }
}

impl TryFrom<(u64, u64)> for Plan {
    type Error = PlanError;

    fn try_from((samples, seed): (u64, u64)) -> Result<Self, PlanError> {
        Self::new(samples, seed)
    }
}

impl From<Plan> for (u64, u64) {
    fn from(plan: Plan) -> Self {
        (plan.samples, plan.seed)
    }
}

/// A node of the merge tree: a run of batches that starts at a multiple of a
/// power of two and has that many batches, fewer only at the end of the plan.
///
/// Because a block is a node, its moments do not depend on what else a worker
/// computes, and moments of blocks merge to the same bits as moments of batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Block {
    first: u64,
    count: u64,
}

impl Block {
    /// The index of the first batch.
    pub fn first(&self) -> u64 {
        self.first
    }

    /// The number of batches, at least 1.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The indices of the batches.
    #[inline]
    pub fn batches(&self) -> Range<u64> {
        self.first..self.first + self.count
    }

    /// The lowest level at which this is a single block.
    pub fn level(&self) -> u32 {
        self.count.next_power_of_two().ilog2()
    }

    /// The number of samples in these batches of `plan`.
    #[inline]
    pub fn samples(&self, plan: &Plan) -> u64 {
        let full = self.count - 1;
        full * plan.batch_size + plan.batch_len(self.first + full)
    }
}

/// Why a plan is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// Fewer than 2 samples.
    #[error("{samples} samples are too few: a variance needs at least 2")]
    TooFewSamples {
        /// How many were asked for.
        samples: u64,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_cover_the_samples() {
        for samples in [2, 3, 4, 5, 100, 1000, 1_000_003, 1 << 22, 10_000_000_000_000, u64::MAX] {
            let plan = Plan::new(samples, 1).unwrap();
            let full = plan.batches() - 1;
            assert!(plan.batch_size().is_power_of_two());
            assert_eq!(full * plan.batch_size() + plan.batch_len(full), samples);
            assert!(plan.batch_len(full) >= 1);
            assert_eq!(plan.whole().samples(&plan), samples);
        }
        assert!(Plan::new(1, 1).unwrap_err().to_string().contains("1 samples"));
    }

    #[test]
    fn blocks_cover_the_batches_and_are_aligned() {
        let plan = Plan::new(1_000_003, 1).unwrap();
        for level in 0..16 {
            let mut next = 0;
            for block in plan.blocks(level) {
                assert_eq!(block.first(), next);
                assert_eq!(block.first() % (1 << level), 0);
                assert!(block.count() >= 1 && block.count() <= 1 << level);
                next += block.count();
            }
            assert_eq!(next, plan.batches());
        }
        assert_eq!(plan.blocks(63).count(), 1);
    }

    #[test]
    fn a_block_is_made_of_lower_blocks() {
        let plan = Plan::new(1_000_003, 1).unwrap();
        for level in 0..13 {
            for block in plan.blocks(level) {
                assert!(block.level() <= level);
                for workers in [1, 3, 100] {
                    let below = plan.level_within(block, 20, workers);
                    let indices = plan.indices(below, block);
                    let mut next = block.first();
                    for index in indices {
                        let part = plan.block(below, index);
                        assert_eq!(part.first(), next);
                        next += part.count();
                    }
                    assert_eq!(next, block.batches().end);
                }
            }
        }
        // A plan as a whole is shared as the kernel says.
        assert_eq!(plan.level_within(plan.whole(), 11, 100), 11);
        assert_eq!(plan.indices(63, plan.whole()), 0..1);
    }
}
