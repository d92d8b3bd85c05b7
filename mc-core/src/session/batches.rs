//! How far a run of random points is.

use crate::moments::{Moments, Tree};

/// The fewest nodes of equal size that a longer run remembers; the most are fewer
/// than twice as many.
pub(super) const NODES: u64 = 64;

/// The moments of the batches that are done.
///
/// They are full batches, in order, from the first. A short last batch is never part
/// of it, so the run may be made longer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Batches {
    tree: Tree,
    // The complete nodes of one level, in order: how the sample is spread.
    level: u32,
    nodes: Vec<Moments>,
}

impl Batches {
    /// From what the other methods return; none if that cannot be the state of any run.
    pub fn from_parts(
        batch_size: u64,
        tree: Tree,
        level: u32,
        nodes: Vec<Moments>,
    ) -> Option<Self> {
        let fits = is_possible(&tree, batch_size)
            && level < u64::BITS
            && nodes.len() as u64 == tree.leaves() >> level
            && (nodes.len() as u64) < 2 * NODES
            && nodes.iter().all(|moments| are_possible(1 << level, batch_size, moments));
        fits.then_some(Self { tree, level, nodes })
    }

    /// The moments of the batches.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The level of [`Batches::nodes`].
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
}

/// Whether a run can have left a tree like this.
pub(super) fn is_possible(tree: &Tree, batch_size: u64) -> bool {
    let batches = tree.leaves();
    // Each set bit of the number of batches is a subtree, the highest first.
    let sizes = (0..u64::BITS).rev().map(|bit| batches & (1 << bit)).filter(|&size| size > 0);
    batch_size.is_power_of_two()
        && batches.checked_mul(batch_size).is_some()
        && sizes.zip(tree.subtrees()).all(|(size, moments)| are_possible(size, batch_size, moments))
        && tree.root().is_finite()
}

/// Whether these can be the moments of so many batches.
pub(super) fn are_possible(batches: u64, batch_size: u64, moments: &Moments) -> bool {
    let most = batches.checked_mul(batch_size);
    moments.is_finite()
        && moments.m2 >= 0.0
        && most.is_some_and(|most| moments.count <= most)
        && (moments.count > 0 || (moments.mean == 0.0 && moments.m2 == 0.0))
}
