//! The samples of a run, cut into batches.

use std::ops::Range;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

use crate::net::BITS;
use crate::sampling::Sampling;

/// How many samples are drawn, what kind of points, from which seed, in which batches.
///
/// The cut depends on the kind and the number of samples alone, never on the machine or the
/// number of workers. That is why every technique gives the same bits.
///
/// Sobol' points come in R *replicates* of N = 2ᵏ points: R is between 16 and 31, which leaves N to be
/// chosen so that R·N is at most M, and more than M − M/16. A replicate is a node of the merge tree, of N/K
/// batches; batch b is points K·(b mod N/K) .. of replicate b div N/K.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(
    feature = "serde",
    derive(Serialize, Deserialize),
    serde(try_from = "(u64, u64, Sampling)", into = "(u64, u64, Sampling)")
)]
pub struct Plan {
    samples: u64,
    seed: u64,
    batch_size: u64,
    sampling: Sampling,
}

/// The fewest replicates of Sobol' points: with 15 degrees of freedom, t is 9 % above the normal
/// quantile. The most are fewer than twice as many.
const REPLICATES: u64 = 16;

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
        Ok(Self { samples, seed, batch_size: 1 << level, sampling: Sampling::Random })
    }

    /// A run of Sobol' points, at most `samples` of them: [`Plan::samples`] says how many.
    ///
    /// The batch size is as in [`Plan::new`], but no more than a replicate has points.
    ///
    /// # Errors
    ///
    /// 16 replicates of two points need 32 samples, and no replicate has more than 2⁵¹ points.
    pub fn sobol(samples: u64, seed: u64) -> Result<Self, PlanError> {
        let Some(points) = (samples / REPLICATES).checked_ilog2().filter(|points| *points > 0)
        else {
            return Err(PlanError::TooFewForReplicates { samples });
        };
        if points as usize >= BITS {
            return Err(PlanError::TooManyForReplicates { samples });
        }
        let samples = samples >> points << points;
        let plan = Self::new(samples, seed)?;
        let batch_size = plan.batch_size.min(1 << points);
        Ok(Self { batch_size, sampling: Sampling::Sobol, ..plan })
    }

    /// [`Plan::new`] or [`Plan::sobol`].
    ///
    /// # Errors
    ///
    /// As these.
    pub fn of(sampling: Sampling, samples: u64, seed: u64) -> Result<Self, PlanError> {
        match sampling {
            Sampling::Random => Self::new(samples, seed),
            Sampling::Sobol => Self::sobol(samples, seed),
        }
    }

    /// What kind of points is drawn.
    #[inline]
    pub fn sampling(&self) -> Sampling {
        self.sampling
    }

    /// The replicates of Sobol' points; none where points are random.
    #[inline]
    pub fn replicates(&self) -> Option<Replicates> {
        match self.sampling {
            Sampling::Random => None,
            Sampling::Sobol => {
                let points = (self.samples / REPLICATES).max(1).ilog2();
                Some(Replicates {
                    points,
                    batch: self.batch_size.ilog2(),
                    count: self.samples >> points,
                })
            }
        }
    }

    /// The level of the nodes that an estimate is made of: the replicates, or all as one node.
    #[inline]
    pub fn estimate_level(&self) -> u32 {
        self.replicates().map_or(self.whole().level(), |replicates| replicates.level())
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

impl TryFrom<(u64, u64, Sampling)> for Plan {
    type Error = PlanError;

    fn try_from((samples, seed, sampling): (u64, u64, Sampling)) -> Result<Self, PlanError> {
        Self::of(sampling, samples, seed)
    }
}

impl From<Plan> for (u64, u64, Sampling) {
    fn from(plan: Plan) -> Self {
        (plan.samples, plan.seed, plan.sampling)
    }
}

/// How Sobol' points are shared among replicates and batches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Replicates {
    // Powers of two: points of a replicate and of a batch.
    points: u32,
    batch: u32,
    count: u64,
}

impl Replicates {
    /// How many replicates there are, R: 16 to 31.
    #[inline]
    pub fn count(self) -> u64 {
        self.count
    }

    /// The points of each, N: a power of two.
    #[inline]
    pub fn points(self) -> u64 {
        1 << self.points
    }

    /// The level of the nodes that they are.
    #[inline]
    pub fn level(self) -> u32 {
        self.points - self.batch
    }

    /// The replicate of a batch, and the index of the batch's first point in it.
    #[inline]
    pub fn place(self, batch: u64) -> (u64, u64) {
        let batches = 1 << self.level();
        (batch / batches, (batch % batches) << self.batch)
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
    /// Fewer than 32 Sobol' points.
    #[error(
        "{samples} samples are too few for Sobol' points: their error is told by {REPLICATES} replicates, and each has at \
         least 2 points. Take {} or more", 2 * REPLICATES
    )]
    TooFewForReplicates {
        /// How many were asked for.
        samples: u64,
    },
    /// More Sobol' points than there are.
    #[error("{samples} samples are too many for Sobol' points: {REPLICATES} replicates have at most {} in all", REPLICATES << (BITS - 1))]
    TooManyForReplicates {
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
    fn replicates_are_nodes_of_the_tree() {
        for samples in [32, 33, 100, 511, 512, 1_000, 65_535, 1_000_000, 1 << 30, 31 << 51] {
            let plan = Plan::sobol(samples, 1).unwrap();
            let replicates = plan.replicates().unwrap();
            assert!((16..32).contains(&replicates.count()));
            assert_eq!(replicates.count() * replicates.points(), plan.samples());
            assert!(plan.samples() <= samples && samples - plan.samples() < samples / 16 + 1);
            // As many again are the same plan.
            assert_eq!(Plan::sobol(plan.samples(), 1), Ok(plan));
            assert_eq!(plan.block_count(plan.estimate_level()), replicates.count());
            for (index, block) in (0..).zip(plan.blocks(replicates.level())) {
                assert_eq!(block.samples(&plan), replicates.points());
                assert_eq!(replicates.place(block.first()), (index, 0));
                let last = replicates.place(block.batches().end - 1);
                assert_eq!(last, (index, replicates.points() - plan.batch_size()));
            }
        }
        for samples in [0, 1, 16, 31] {
            let message = Plan::sobol(samples, 1).unwrap_err().to_string();
            assert!(message.contains(&format!("{samples} samples")) && message.contains("32"));
        }
        let message = Plan::sobol(u64::MAX, 1).unwrap_err().to_string();
        assert!(message.contains(&u64::MAX.to_string()), "{message}");
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
