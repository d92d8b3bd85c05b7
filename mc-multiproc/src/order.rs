//! Blocks go out in order, results come back in any: this puts them in order.

use std::collections::{BTreeSet, VecDeque};
use std::ops::Range;

use mc_core::{Collector, Moments, Plan, Progress, RunError};

/// What came of a block.
pub(crate) type Outcome = Result<Moments, RunError>;

/// How many blocks a worker may be ahead of the slowest one.
///
/// A worker that the system pauses for some 10 ms must not stop the others: 64
/// blocks of some tenths of a millisecond last longer. An outcome takes less
/// than 100 bytes, so this stays small.
const AHEAD: u64 = 64;

/// Hands out the indices of blocks and takes their outcomes in any order.
///
/// At most 64 blocks for each worker are out or waiting to be merged. That
/// bounds the memory whatever the number of samples.
#[derive(Debug)]
pub(crate) struct Order {
    // The index after the last.
    end: u64,
    window: u64,
    // Blocks below this one were handed out.
    fresh: u64,
    // Of these, the ones that must be handed out again.
    lost: BTreeSet<u64>,
    // Blocks below this one were merged; then the outcomes that wait for it.
    merged: u64,
    waiting: VecDeque<Option<Outcome>>,
}

impl Order {
    /// For the blocks with these indices.
    pub fn new(indices: Range<u64>, workers: usize) -> Self {
        let window = AHEAD.saturating_mul(workers as u64);
        Self {
            window,
            fresh: indices.start,
            lost: BTreeSet::new(),
            merged: indices.start,
            waiting: VecDeque::new(),
            end: indices.end,
        }
    }

    /// The most blocks that will be out at once, before any was handed out.
    pub fn most_out(&self) -> usize {
        self.window.min(self.left()) as usize
    }

    /// The next block to compute, unless all are handed out or too many wait.
    pub fn hand_out(&mut self) -> Option<u64> {
        if let Some(again) = self.lost.pop_first() {
            return Some(again);
        }
        let index = self.fresh;
        if index == self.end || index - self.merged == self.window {
            return None;
        }
        self.fresh += 1;
        self.waiting.push_back(None);
        Some(index)
    }

    /// The next blocks to compute, up to `most` of them; one that is handed out
    /// again comes alone.
    pub fn hand_out_range(&mut self, most: u64) -> Option<Range<u64>> {
        let again = !self.lost.is_empty();
        let first = self.hand_out()?;
        let mut range = first..first + 1;
        while !again && range.end - first < most && self.hand_out().is_some() {
            range.end += 1;
        }
        Some(range)
    }

    /// How many blocks were never handed out.
    pub fn left(&self) -> u64 {
        self.end - self.fresh
    }

    /// A block that was handed out, and whose outcome will not come.
    pub fn give_back(&mut self, index: u64) {
        debug_assert!((self.merged..self.fresh).contains(&index));
        self.lost.insert(index);
    }

    /// The outcome of a block that was handed out.
    pub fn put(&mut self, index: u64, outcome: Outcome) {
        let place = index.checked_sub(self.merged).and_then(|k| self.waiting.get_mut(k as usize));
        debug_assert!(matches!(place, Some(None)), "block {index} was not out");
        if let Some(place) = place {
            *place = Some(outcome);
        }
    }

    /// Merges the outcomes whose turn it is.
    pub fn merge(
        &mut self,
        collector: &mut Collector<'_>,
        plan: &Plan,
        progress: &Progress,
    ) -> Result<(), RunError> {
        while let Some(Some(outcome)) = self.waiting.pop_front_if(|front| front.is_some()) {
            collector.push(outcome?)?;
            progress.add(plan.block(collector.level(), self.merged).samples(plan));
            self.merged += 1;
        }
        Ok(())
    }

    /// Whether all blocks are merged.
    pub fn is_done(&self) -> bool {
        self.merged == self.end
    }
}

#[cfg(test)]
mod tests {
    use mc_core::{Density, Tree};
    use proptest::prelude::*;

    use super::*;

    /// A plan of 10⁵ samples, and moments for its blocks at level 0 that no two share.
    fn blocks() -> (mc_core::Problem, Plan, Vec<Moments>) {
        let support = mc_core::Support::cube(0.0, 1.0, 1).unwrap();
        let problem = mc_core::Problem::parse(support, "x", Density::Uniform).unwrap();
        let plan = Plan::new(100_000, 1).unwrap();
        let moments = |index| Moments {
            count: plan.block(0, index).samples(&plan),
            mean: (index as f64).sin(),
            m2: index as f64,
        };
        (problem, plan, (0..plan.block_count(0)).map(moments).collect())
    }

    proptest! {
        #[test]
        fn any_order_of_results_gives_the_tree(
            workers in 1usize..5,
            choices in prop::collection::vec((any::<prop::sample::Index>(), 0u8..10), 1..50),
        ) {
            let (problem, plan, moments) = blocks();
            let mut order = Order::new(0..moments.len() as u64, workers);
            let mut collector = Collector::new(&problem, &plan, plan.whole(), 0);
            let most_out = order.most_out();
            let (progress, mut out) = (Progress::new(), Vec::new());
            let mut choices = choices.into_iter().cycle();
            // So that a cycle of nothing but bad luck ends too.
            let mut losses = 0;
            while !order.is_done() {
                out.extend(std::iter::from_fn(|| order.hand_out()));
                prop_assert!(out.len() <= most_out);
                let (which, luck) = choices.next().unwrap();
                let index = out.swap_remove(which.index(out.len()));
                if luck == 0 && losses < 100 {
                    losses += 1;
                    order.give_back(index);
                } else {
                    order.put(index, Ok(moments[index as usize]));
                    order.merge(&mut collector, &plan, &progress).unwrap();
                }
            }
            prop_assert_eq!(order.hand_out(), None);
            prop_assert_eq!(progress.samples(), plan.samples());
            prop_assert_eq!(collector.moments().unwrap(), Tree::of(moments));
        }
    }

    #[test]
    fn the_first_error_in_order_counts() {
        let (problem, plan, moments) = blocks();
        let mut order = Order::new(0..moments.len() as u64, 1);
        let mut collector = Collector::new(&problem, &plan, plan.whole(), 0);
        let mut merge = |order: &mut Order| order.merge(&mut collector, &plan, &Progress::new());
        let error = |index: u64| {
            Err(RunError::Failed { technique: "test", cause: format!("block {index}").into() })
        };
        (0..3).for_each(|index| assert_eq!(order.hand_out(), Some(index)));
        order.put(2, error(2));
        merge(&mut order).unwrap();
        order.put(1, error(1));
        merge(&mut order).unwrap();
        order.put(0, Ok(moments[0]));
        assert_eq!(merge(&mut order).unwrap_err().to_string(), "test failed: block 1");
    }
}
