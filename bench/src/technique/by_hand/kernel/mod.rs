//! Which batches the loop by hand computes, and their moments.

mod net;
mod sums;
mod vector;

use mc_core::net::{Net, Starts};
use mc_core::stream::scramble;
use mc_core::{Block, Kernel, Moments, Plan, Problem, Replicates, RunError, Sampling, Tree};

use super::width::Width;
use net::ROWS;
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
        Ok(match plan.net(self.axes.each.len())? {
            None => self.at_random(plan, block),
            Some((net, replicates)) => self.at_sobol(&net, replicates, plan, block),
        })
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        let vectors = match plan.sampling() {
            Sampling::Random => CHAINS,
            Sampling::Sobol => ROWS,
        };
        let group = (vectors * self.width.lanes()).ilog2();
        plan.block_level(self.axes.each.len(), workers).max(group)
    }
}

impl ByHandKernel {
    fn at_random(&self, plan: &Plan, block: Block) -> Moments {
        let width = CHAINS * self.width.lanes();
        let group = match self.width {
            #[cfg(target_feature = "avx512f")]
            Width::Avx512 => sums::group::<Eight>,
            _ => sums::group::<Four>,
        };
        moments(plan, block, width, |first, samples, sums| {
            group(scramble(plan.seed()), first, samples, &self.axes, sums);
        })
    }

    fn at_sobol(&self, net: &Net, replicates: Replicates, plan: &Plan, block: Block) -> Moments {
        let width = ROWS * self.width.lanes();
        let group = match self.width {
            #[cfg(target_feature = "avx512f")]
            Width::Avx512 => net::group::<Eight>,
            _ => net::group::<Four>,
        };
        let mut starts = Starts::new(net, replicates, plan);
        let mut states = vec![0; width * net.dims()];
        moments(plan, block, width, |first, samples, sums| {
            starts.fill(first, width, &mut states);
            group(net, &states, samples, &self.axes, sums);
        })
    }
}

/// The moments of `block`, whose sums `group` computes for `width` batches at a time.
#[inline(always)]
fn moments(
    plan: &Plan,
    block: Block,
    width: usize,
    mut group: impl FnMut(u64, u64, &mut [f64]),
) -> Moments {
    let mut sums = [0.0; 3 * WIDEST];
    let mut tree = Tree::new();
    for Run { first, batches, samples } in runs(plan, block, width) {
        group(first, samples, &mut sums[..3 * width]);
        // The last group may have lanes to spare: they are not looked at.
        for batch in 0..batches as usize {
            let (shift, sum) = (sums[batch], sums[width + batch]);
            tree.push(Moments::from_sums(samples, shift, sum, sums[2 * width + batch]));
        }
    }
    tree.root()
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
