//! What a run knows at a batch boundary.

use crate::moments::{Moments, Tree};
use crate::plan::Plan;

/// The fewest nodes of equal size that a longer run remembers; the most are fewer
/// than twice as many.
pub(super) const NODES: u64 = 64;

/// The moments of the batches that are done: all that is needed to go on with a run.
///
/// They are full batches, in order, from the first. A short last batch is never part
/// of it, so the run may be made longer.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    batch_size: u64,
    tree: Tree,
    // The complete nodes of one level, in order: how the sample is spread.
    level: u32,
    nodes: Vec<Moments>,
}

impl State {
    /// Nothing is done yet.
    pub fn new(plan: &Plan) -> Self {
        Self { batch_size: plan.batch_size(), tree: Tree::new(), level: 0, nodes: Vec::new() }
    }

    /// From what the other methods return; none if that cannot be the state of any run.
    pub fn from_parts(
        batch_size: u64,
        tree: Tree,
        level: u32,
        nodes: Vec<Moments>,
    ) -> Option<Self> {
        let batches = tree.leaves();
        let possible = |batches: u64, moments: &Moments| {
            let most = batches.checked_mul(batch_size);
            moments.is_finite()
                && moments.m2 >= 0.0
                && most.is_some_and(|most| moments.count <= most)
                && (moments.count > 0 || (moments.mean == 0.0 && moments.m2 == 0.0))
        };
        // Each set bit of the number of batches is a subtree, the highest first.
        let sizes = (0..u64::BITS).rev().map(|bit| batches & (1 << bit)).filter(|&size| size > 0);
        let fits = batch_size.is_power_of_two()
            && batches.checked_mul(batch_size).is_some()
            && sizes.zip(tree.subtrees()).all(|(size, moments)| possible(size, moments))
            && tree.root().is_finite()
            && level < u64::BITS
            && nodes.len() as u64 == batches >> level
            && (nodes.len() as u64) < 2 * NODES
            && nodes.iter().all(|moments| possible(1 << level, moments));
        fits.then_some(Self { batch_size, tree, level, nodes })
    }

    /// Samples in each batch.
    pub fn batch_size(&self) -> u64 {
        self.batch_size
    }

    /// The number of batches done.
    pub fn batches(&self) -> u64 {
        self.tree.leaves()
    }

    /// The number of samples drawn.
    pub fn samples(&self) -> u64 {
        self.tree.leaves() * self.batch_size
    }

    /// How many of their values were not finite, and left out.
    pub fn non_finite(&self) -> u64 {
        self.samples().saturating_sub(self.tree.root().count)
    }

    /// The moments of the batches.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The level of [`State::nodes`].
    pub fn level(&self) -> u32 {
        self.level
    }

    /// The moments of all complete nodes of one level, fewer than 128 of them. What they
    /// are depends on the batches done, not on how the run went.
    pub fn nodes(&self) -> &[Moments] {
        &self.nodes
    }

    /// The level at which a run of `batches` batches has 64 to 127 nodes.
    pub(super) fn level_of(batches: u64) -> u32 {
        batches.checked_ilog2().unwrap_or(0).saturating_sub(NODES.ilog2())
    }

    /// Takes the moments of the next 2^`level` batches.
    pub(super) fn push(&mut self, level: u32, moments: Moments) {
        while self.level < level {
            self.coarsen();
        }
        let (keep, nodes) = (self.level, &mut self.nodes);
        self.tree.push_node(level, moments, |formed, node| {
            if formed == keep {
                nodes.push(*node);
            }
        });
        while self.level < Self::level_of(self.tree.leaves()) {
            self.coarsen();
        }
    }

    /// Merges pairs of nodes; one without a partner is not yet complete at the new level.
    fn coarsen(&mut self) {
        let pairs = self.nodes.as_chunks::<2>().0.iter();
        self.nodes = pairs.map(|[left, right]| left.merge(*right)).collect();
        self.level += 1;
    }

    /// Whether a run of `plan` can go on from here; a run that refuses values that are
    /// not finite cannot go on from one that has left some out.
    pub(super) fn check(&self, plan: &Plan, refuse: bool) -> Result<(), ResumeError> {
        let (samples, kept) = (plan.samples(), self.samples());
        if kept > samples {
            return Err(ResumeError::TooMany { kept, samples });
        }
        if self.batch_size != plan.batch_size() {
            let (kept, wanted) = (self.batch_size, plan.batch_size());
            return Err(ResumeError::BatchSize { kept, wanted });
        }
        match self.non_finite() {
            non_finite if refuse && non_finite > 0 => Err(ResumeError::NonFinite { non_finite }),
            _ => Ok(()),
        }
    }
}

/// Why a run cannot go on from a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// It is further than the run is to go.
    #[error(
        "{kept} samples are done already, more than the {samples} asked for: ask for as many or more"
    )]
    TooMany {
        /// Samples done.
        kept: u64,
        /// Samples of the plan.
        samples: u64,
    },
    /// The batch size depends on the number of samples while these are fewer than 2²².
    #[error("the samples done are in batches of {kept}, this run needs batches of {wanted}")]
    BatchSize {
        /// Samples in each batch that is done.
        kept: u64,
        /// Samples in each batch of the plan.
        wanted: u64,
    },
    /// Values were left out, and this run wants none left out.
    #[error(
        "{non_finite} of the values so far were not finite and were left out: a run that goes on must skip such \
         values, or count them as zero, too"
    )]
    NonFinite {
        /// How many.
        non_finite: u64,
    },
}
