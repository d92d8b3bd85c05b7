//! Moments in order, merged to nodes of a higher level.

use std::mem;

use crate::moments::{Moments, Tree};

/// Merges moments that come in order, no further than to nodes of the tree that are so many levels above
/// them.
///
/// ```
/// use mc_core::{Moments, Nodes, Tree};
///
/// let leaves = [1.0, 2.0, 4.0].map(|h| Moments { count: 1, mean: h, m2: 0.0 });
/// let mut nodes = Nodes::new(1);
/// nodes.extend(leaves);
/// assert_eq!(nodes.all(), [leaves[0].merge(leaves[1]), leaves[2]]);
/// ```
#[derive(Debug)]
pub struct Nodes {
    each: u64,
    tree: Tree,
    done: Vec<Moments>,
}

impl Nodes {
    /// Nodes of 2^`levels` moments each.
    pub fn new(levels: u32) -> Self {
        // No plan has that many batches.
        let each = 1u64.checked_shl(levels).unwrap_or(u64::MAX);
        Self { each, tree: Tree::new(), done: Vec::new() }
    }

    /// Pushes the next moments.
    #[inline]
    pub fn push(&mut self, moments: Moments) {
        self.tree.push(moments);
        if self.tree.leaves() == self.each {
            self.done.push(mem::take(&mut self.tree).root());
        }
    }

    /// The moments of all that was pushed.
    pub fn root(&self) -> Moments {
        let rest = (self.tree.leaves() > 0).then(|| self.tree.root());
        Tree::of(self.done.iter().copied().chain(rest))
    }

    /// All of them; the last takes what is left.
    pub fn all(mut self) -> Vec<Moments> {
        if self.tree.leaves() > 0 {
            self.done.push(self.tree.root());
        }
        self.done
    }
}

impl Extend<Moments> for Nodes {
    fn extend<I: IntoIterator<Item = Moments>>(&mut self, moments: I) {
        moments.into_iter().for_each(|moments| self.push(moments));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_node_takes_what_is_left() {
        let one = |k: u64| Moments { count: 1 + k, mean: (k as f64).sin(), m2: 0.0 };
        for (levels, count) in [(0, 3), (1, 5), (2, 8), (63, 7), (64, 7), (3, 0)] {
            let mut nodes = Nodes::new(levels);
            nodes.extend((0..count).map(one));
            let all: Vec<_> = (0..count).map(one).collect();
            let each = 1 << levels.min(20);
            let expected: Vec<_> = all.chunks(each).map(|node| Tree::of(node.to_vec())).collect();
            assert_eq!(nodes.root(), Tree::of(all), "{levels} {count}");
            assert_eq!(nodes.all(), expected, "{levels} {count}");
        }
    }
}
