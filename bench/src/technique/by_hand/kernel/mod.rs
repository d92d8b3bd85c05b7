//! Which batches the loop by hand computes, and their moments.

mod sums;
mod vector;

use mc_core::stream::scramble;
use mc_core::{Block, Kernel, Moments, Plan, Problem, RunError, Tree};

use super::width::Width;
use sums::{Axes, CHAINS};
#[cfg(target_feature = "avx512f")]
use vector::Eight;
use vector::Four;

/// Lanes of the widest group.
const WIDEST: usize = CHAINS * 8;

/// The loop by hand for a box.
struct ByHandKernel {
    width: Width,
    axes: Axes,
    problem: Problem,
}

/// That for the support of `problem`, whose integrand is ‖x‖².
pub(super) fn kernel(width: Width, problem: &Problem) -> Option<Box<dyn Kernel>> {
    let each = problem.affine().to_vec();
    let axes = Axes { cube: each.iter().all(|axis| *axis == each[0]), each };
    Some(Box::new(ByHandKernel { width, axes, problem: problem.clone() }))
}

impl Kernel for ByHandKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let width = CHAINS * self.width.lanes();
        let mut sums = [0.0; 3 * WIDEST];
        let mut tree = Tree::new();
        let group = match self.width {
            #[cfg(target_feature = "avx512f")]
            Width::Avx512 => sums::group::<Eight>,
            _ => sums::group::<Four>,
        };
        for Run { first, batches, samples } in runs(plan, block, width) {
            group(scramble(plan.seed()), first, samples, &self.axes, &mut sums[..3 * width]);
            // The last group may have lanes to spare: they are not looked at.
            for batch in 0..batches as usize {
                let (shift, sum) = (sums[batch], sums[width + batch]);
                tree.push(Moments::from_sums(samples, shift, sum, sums[2 * width + batch]));
            }
        }
        Ok(tree.root())
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        let group = (CHAINS * self.width.lanes()).ilog2();
        plan.block_level(self.axes.each.len(), workers).max(group)
    }
}

/// Batches of one length that one group computes.
struct Run {
    first: u64,
    batches: u64,
    samples: u64,
}

/// The batches of `block` in groups of up to `width`, the plan's last batch alone if it is shorter.
fn runs(plan: &Plan, block: Block, width: usize) -> impl Iterator<Item = Run> {
    let mut left = block.batches();
    std::iter::from_fn(move || {
        let first = left.start;
        if left.is_empty() {
            return None;
        }
        let samples = plan.batch_len(first);
        let mut batches = (left.end - first).min(width as u64);
        if batches > 1 && plan.batch_len(first + batches - 1) < samples {
            batches -= 1;
        }
        left.start += batches;
        Some(Run { first, batches, samples })
    })
}

/// The sum, modulo 2⁶⁴, of all random words of a run of `plan` over `dims`
/// coordinates, by vectors of this width; None where the build has none.
pub fn words(width: Width, plan: &Plan, dims: usize) -> Option<u64> {
    let words = match width {
        #[cfg(target_feature = "avx512f")]
        Width::Avx512 => sums::words::<Eight>,
        _ => sums::words::<Four>,
    };
    let of =
        |run: Run| words(scramble(plan.seed()), run.first, run.batches, run.samples * dims as u64);
    let runs = runs(plan, plan.whole(), CHAINS * width.lanes());
    Some(runs.map(of).fold(0, u64::wrapping_add))
}
