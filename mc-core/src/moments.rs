//! Count, mean and sum of squared deviations, and the fixed tree they merge in.

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// The first two moments of some values h: how many, their mean, and
/// m2 = Σ (h − mean)².
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize))]
pub struct Moments {
    /// How many values.
    pub count: u64,
    /// Their mean.
    pub mean: f64,
    /// The sum of squared deviations from the mean.
    pub m2: f64,
}

impl Moments {
    /// The moments of no values.
    pub const EMPTY: Self = Self { count: 0, mean: 0.0, m2: 0.0 };

    /// The moments of `count` values from their sums about `shift`, any value
    /// near them: `sum` = Σ (h − shift), `squares` = Σ (h − shift)².
    ///
    /// mean = shift + sum/count and m2 = squares − sum·(sum/count), the shifted
    /// form of the textbook formula (Chan, Golub & LeVeque, *The American
    /// Statistician* 37, 1983). Rounding can take m2 a little below 0 where
    /// all values are equal; it is then 0.
    #[inline]
    pub fn from_sums(count: u64, shift: f64, sum: f64, squares: f64) -> Self {
        let step = sum / count as f64;
        let m2 = (-sum).mul_add(step, squares);
        // Not `max`: that would hide a NaN.
        Self { count, mean: shift + step, m2: if m2 < 0.0 { 0.0 } else { m2 } }
    }

    /// The moments of two samples together, `self` first (Chan, Golub &
    /// LeVeque 1983).
    ///
    /// With δ the difference of the means and w the share of `right`:
    /// mean = fma(δ, w, meanₗ) and m2 = fma(δ², countₗ·w, m2ₗ + m2ᵣ). The order
    /// matters in the last bits, so merges follow the fixed [`Tree`].
    #[inline]
    pub fn merge(self, right: Self) -> Self {
        if self.count == 0 {
            return right;
        }
        if right.count == 0 {
            return self;
        }
        let count = self.count + right.count;
        let share = right.count as f64 / count as f64;
        let delta = right.mean - self.mean;
        Self {
            count,
            mean: delta.mul_add(share, self.mean),
            m2: (delta * delta).mul_add(self.count as f64 * share, self.m2 + right.m2),
        }
    }

    /// Whether mean and m2 are finite. A single NaN or infinity among the
    /// values makes this false; so does overflow.
    pub fn is_finite(&self) -> bool {
        self.mean.is_finite() && self.m2.is_finite()
    }
}

/// Takes the values of one batch, one by one, in sample order.
#[derive(Clone, Copy, Debug)]
pub struct Accumulator {
    count: u64,
    shift: f64,
    sum: f64,
    squares: f64,
}

impl Accumulator {
    /// Starts with the batch's first value, which is the shift: δ = 0.
    #[inline(always)]
    pub fn start(first: f64) -> Self {
        Self { count: 1, shift: first, sum: 0.0, squares: 0.0 }
    }

    /// Pushes one value: δ = h − h₀, s += δ, q = fma(δ, δ, q).
    #[inline(always)]
    pub fn push(&mut self, h: f64) {
        let delta = h - self.shift;
        self.count += 1;
        self.sum += delta;
        self.squares = delta.mul_add(delta, self.squares);
    }

    /// The moments of what was pushed.
    #[inline]
    pub fn moments(&self) -> Moments {
        Moments::from_sums(self.count, self.shift, self.sum, self.squares)
    }
}

/// Merges a sequence of moments in a fixed binary tree over their index.
///
/// Leaves 2k and 2k+1 merge, their parents merge likewise, and so on; what has
/// no right neighbour at the end is merged from the right. The tree holds one
/// node a level, so its memory does not grow with the number of leaves.
///
/// ```
/// use mc_core::{Moments, Tree};
///
/// let leaves = [1.0, 2.0, 4.0].map(|h| Moments { count: 1, mean: h, m2: 0.0 });
/// let mut tree = Tree::new();
/// tree.extend(leaves);
/// assert_eq!(tree.root(), leaves[0].merge(leaves[1]).merge(leaves[2]));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    leaves: u64,
    // One complete subtree for each set bit of `leaves`, the largest first.
    subtrees: Vec<Moments>,
}

impl Tree {
    /// A tree without leaves.
    pub fn new() -> Self {
        Self::default()
    }

    /// A tree of `leaves` leaves in the state that pushing them left it in: one
    /// complete subtree for each set bit of their number, the largest first. None
    /// if there are more or fewer.
    pub fn from_subtrees(leaves: u64, subtrees: Vec<Moments>) -> Option<Self> {
        (subtrees.len() == leaves.count_ones() as usize).then_some(Self { leaves, subtrees })
    }

    /// The complete subtrees, the largest first.
    pub fn subtrees(&self) -> &[Moments] {
        &self.subtrees
    }

    /// Pushes the next leaf.
    #[inline]
    pub fn push(&mut self, leaf: Moments) {
        self.push_node(0, leaf, |_, _| ());
    }

    /// Pushes the next 2^`level` leaves as the one node that they are. `formed` sees
    /// it, and every larger node that it completes, with its level.
    ///
    /// The number of leaves so far must be a multiple of 2^`level`.
    #[inline]
    pub fn push_node(&mut self, level: u32, node: Moments, mut formed: impl FnMut(u32, &Moments)) {
        debug_assert_eq!(self.leaves & ((1 << level) - 1), 0, "a node of the tree starts here");
        let mut node = node;
        formed(level, &node);
        // As in binary counting: each trailing 1 is a subtree of the same size.
        for above in 1..=(self.leaves >> level).trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                node = left.merge(node);
                formed(level + above, &node);
            }
        }
        self.subtrees.push(node);
        self.leaves += 1 << level;
    }

    /// How many leaves were pushed.
    pub fn leaves(&self) -> u64 {
        self.leaves
    }

    /// The moments of all leaves.
    pub fn root(&self) -> Moments {
        self.subtrees.iter().rev().fold(Moments::EMPTY, |right, &left| left.merge(right))
    }

    /// The root over `leaves`.
    pub fn of(leaves: impl IntoIterator<Item = Moments>) -> Moments {
        let mut tree = Self::new();
        tree.extend(leaves);
        tree.root()
    }
}

impl Extend<Moments> for Tree {
    fn extend<I: IntoIterator<Item = Moments>>(&mut self, leaves: I) {
        for leaf in leaves {
            self.push(leaf);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn batch(values: &[f64]) -> Moments {
        let mut values = values.iter();
        let mut batch = Accumulator::start(*values.next().unwrap());
        values.for_each(|&h| batch.push(h));
        batch.moments()
    }

    #[test]
    fn moments_of_one_to_eight() {
        let moments = batch(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(moments, Moments { count: 8, mean: 4.5, m2: 42.0 });
    }

    #[test]
    fn a_large_mean_costs_no_digits() {
        let values: Vec<f64> = (0..1024).map(|k| 1e12 + f64::from(k % 2)).collect();
        let moments = batch(&values);
        assert_eq!(moments.mean, 1e12 + 0.5);
        assert_eq!(moments.m2, 256.0);
    }

    #[test]
    fn non_finite_values_show() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            for place in 0..4 {
                let mut values = [1.0, 2.0, 3.0, 4.0];
                values[place] = bad;
                assert!(!batch(&values).is_finite());
                assert!(!batch(&[1.0, 5.0]).merge(batch(&values)).is_finite());
                assert!(!batch(&values).merge(batch(&[1.0, 5.0])).is_finite());
            }
            assert!(!batch(&[bad]).is_finite());
        }
    }

    /// The tree by its definition, to compare the streaming one with.
    fn by_definition(leaves: &[Moments]) -> Moments {
        match leaves {
            [] => Moments::EMPTY,
            [leaf] => *leaf,
            _ => {
                let half = leaves.len().next_power_of_two() / 2;
                by_definition(&leaves[..half]).merge(by_definition(&leaves[half..]))
            }
        }
    }

    fn leaves() -> impl Strategy<Value = Vec<Moments>> {
        let leaf = (1u64..2000, -1e3..1e3, 0.0..1e6).prop_map(|(count, mean, m2)| Moments {
            count,
            mean,
            m2,
        });
        prop::collection::vec(leaf, 0..70)
    }

    proptest! {
        #[test]
        fn streaming_tree_is_the_defined_tree(leaves in leaves()) {
            prop_assert_eq!(Tree::of(leaves.clone()), by_definition(&leaves));
        }

        #[test]
        fn blocks_merge_to_the_bits_of_their_batches(leaves in leaves(), level in 0usize..7) {
            let blocks = leaves.chunks(1 << level).map(|block| Tree::of(block.iter().copied()));
            prop_assert_eq!(Tree::of(blocks), by_definition(&leaves));
        }

        #[test]
        fn nodes_of_any_size_merge_to_the_same_bits(
            leaves in leaves(),
            levels in prop::collection::vec(0u32..7, 1..70),
        ) {
            let mut tree = Tree::new();
            let mut levels = levels.into_iter().cycle();
            let mut rest = &leaves[..];
            while !rest.is_empty() {
                let most = rest.len().ilog2().min(tree.leaves().trailing_zeros());
                let level = levels.next().unwrap().min(most);
                let (node, after) = rest.split_at(1 << level);
                tree.push_node(level, by_definition(node), |above, formed| {
                    let end = leaves.len() - after.len();
                    assert_eq!(*formed, by_definition(&leaves[end - (1 << above)..end]));
                });
                rest = after;
            }
            prop_assert_eq!(tree.leaves(), leaves.len() as u64);
            prop_assert_eq!(tree.root(), by_definition(&leaves));
            let copy = Tree::from_subtrees(tree.leaves(), tree.subtrees().to_vec());
            prop_assert_eq!(copy, Some(tree));
        }

        #[test]
        fn merged_is_whole(values in prop::collection::vec(-1e3..1e3f64, 2..200), cut in 1usize..199) {
            let cut = cut.min(values.len() - 1);
            let merged = batch(&values[..cut]).merge(batch(&values[cut..]));
            let whole = batch(&values);
            prop_assert!((merged.mean - whole.mean).abs() <= 1e-12 * 1e3);
            prop_assert!((merged.m2 - whole.m2).abs() <= 1e-11 * whole.m2.max(1.0));
        }
    }
}
