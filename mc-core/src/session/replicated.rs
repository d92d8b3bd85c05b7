//! How far a run of Sobol' points is.

use std::mem;

use super::batches::{are_possible, is_possible};
use crate::moments::{Moments, Tree};
use crate::net::BITS;
use crate::plan::{Block, Plan, Replicates};

/// The moments of the replicates: of as many points of each, in stages.
///
/// The first stage computes the first 2^`level` batches of each replicate; the next one as many
/// again of each, and so on: every stage doubles the points. An estimate is made of
/// complete stages.
#[derive(Clone, Debug, PartialEq)]
pub struct Replicated {
    count: u64,
    level: u32,
    // Of each replicate the first 2^level batches; none in the first stage.
    done: Vec<Moments>,
    // Of the first replicates as many again.
    next: Vec<Moments>,
    // Of the replicate after these, batch by batch.
    part: Tree,
}

impl Replicated {
    pub(super) fn new(replicates: Replicates) -> Self {
        Self { count: replicates.count(), level: 0, done: vec![], next: vec![], part: Tree::new() }
    }

    /// From what the other methods return; none if that cannot be the state of any run.
    pub fn from_parts(
        batch_size: u64,
        count: u64,
        level: u32,
        done: Vec<Moments>,
        next: Vec<Moments>,
        part: Tree,
    ) -> Option<Self> {
        let most = (BITS as u32).checked_sub(batch_size.checked_ilog2()?)?;
        let mut nodes = done.iter().chain(&next);
        let fits = (16..32).contains(&count)
            && level < most
            && (done.is_empty() || done.len() as u64 == count)
            && (next.len() as u64) < count
            && part.leaves() >> level == 0
            && is_possible(&part, batch_size)
            && nodes.all(|moments| are_possible(1 << level, batch_size, moments));
        fits.then_some(Self { count, level, done, next, part })
    }

    /// The number of replicates.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// Nodes of 2^level batches are computed.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// The moments of the first 2^level batches of each replicate; nothing in the first stage.
    pub fn done(&self) -> &[Moments] {
        &self.done
    }

    /// Those of as many more, of the first replicates.
    pub fn next(&self) -> &[Moments] {
        &self.next
    }

    /// And of the replicate after these, as far as it is.
    pub fn part(&self) -> &Tree {
        &self.part
    }

    /// All batches that are done.
    pub(super) fn batches(&self) -> u64 {
        let nodes = (self.done.len() + self.next.len()) as u64;
        (nodes << self.level) + self.part.leaves()
    }

    /// Of these, the ones of complete stages.
    pub(super) fn in_stages(&self) -> u64 {
        (self.done.len() as u64) << self.level
    }

    /// How many values were left out.
    pub(super) fn non_finite(&self, batch_size: u64) -> u64 {
        let nodes = self.done.iter().chain(&self.next);
        let counted = nodes.map(|node| node.count).sum::<u64>() + self.part.root().count;
        (self.batches() * batch_size).saturating_sub(counted)
    }

    /// Whether a stage has just ended, or nothing is done yet.
    pub(super) fn is_between_stages(&self) -> bool {
        self.next.is_empty() && self.part.leaves() == 0
    }

    /// The batches of a replicate in a plan that has all that is done.
    pub(super) fn least_level(&self) -> u32 {
        let doubles = !self.done.is_empty() && !self.is_between_stages();
        self.level + u32::from(doubles)
    }

    /// Before anything is done: how long the first stage is.
    pub(super) fn begin(&mut self, level: u32) {
        if self.batches() == 0 {
            self.level = level;
        }
    }

    /// The next node of `plan` to be computed, of at most 2^`most` batches.
    pub(super) fn next_block(&self, plan: &Plan, replicates: Replicates, most: u32) -> Block {
        let begun = self.part.leaves();
        let left = (1 << self.level) - begun;
        let size = begun.trailing_zeros().min(left.ilog2()).min(most);
        let before = if self.done.is_empty() { 0 } else { 1 << self.level };
        let first = ((self.next.len() as u64) << replicates.level()) + before + begun;
        plan.block(size, first >> size)
    }

    /// Takes the moments of the next 2^`size` batches.
    pub(super) fn push(&mut self, size: u32, moments: Moments) {
        self.part.push_node(size, moments, |_, _| ());
        if self.part.leaves() >> self.level == 0 {
            return;
        }
        self.next.push(mem::take(&mut self.part).root());
        if (self.next.len() as u64) < self.count {
            return;
        }
        let next = mem::take(&mut self.next);
        if self.done.is_empty() {
            self.done = next;
        } else {
            self.done.iter_mut().zip(next).for_each(|(done, next)| *done = done.merge(next));
            self.level += 1;
        }
    }
}
