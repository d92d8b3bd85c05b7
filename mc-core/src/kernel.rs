//! What a technique is: prepared once, then it computes moments of batches.

use std::fmt;

use crate::error::{PrepareError, RunError};
use crate::moments::Moments;
use crate::plan::{Block, Plan};
use crate::problem::Problem;
use crate::sampling::Sampling;
use crate::session::finite_moments;
use crate::tape::Evaluator;

/// A way to compute moments, before it knows a problem.
pub trait Technique: Send + Sync {
    /// Its name on the command line, such as `jit`.
    fn name(&self) -> &'static str;

    /// Does what is done once for a problem: compiling, choosing a device.
    ///
    /// # Errors
    ///
    /// [`PrepareError::Unavailable`] where the machine or the problem lacks what
    /// the technique needs, [`PrepareError::NoText`] where that is a text;
    /// [`PrepareError::Failed`] where preparing went wrong.
    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError>;

    /// [`Technique::prepare`] for plans with these points: a technique that compiles another loop for them
    /// compiles it here. The kernel takes other plans too, and is then prepared for them at the first.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    fn prepare_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Box<dyn Kernel>, PrepareError> {
        let _ = sampling;
        self.prepare(problem)
    }
}

/// A technique prepared for a problem.
///
/// One kernel serves any number of plans, and any number of threads at once.
pub trait Kernel: Send + Sync {
    /// The problem it was prepared for. Whoever runs the kernel asks here, so that no
    /// estimate is made of one problem's moments and another's box and density.
    fn problem(&self) -> &Problem;

    /// The moments of h = f·g over the batches of `block`, merged in the tree:
    /// the root over the moments of each batch, as [`Tree`](crate::Tree) does it.
    ///
    /// # Errors
    ///
    /// If the work cannot be done; never because a value is not finite, which
    /// shows in the moments.
    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError>;

    /// The moments of the nodes at `level` that make up `block`, in order: by [`Kernel::moments`], one after
    /// another. `block` is a [`Plan::span`] of that level.
    ///
    /// Only a kernel that must start anew for each node, such as one far away, has to say more than this.
    ///
    /// # Errors
    ///
    /// As [`Kernel::moments`].
    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, RunError> {
        plan.indices(level, block)
            .map(|index| self.moments(plan, plan.block(level, index)))
            .collect()
    }

    /// The moments of those values of h over the batches of `block` that are finite: what
    /// [`Lenient`](crate::Lenient) puts in the place of moments that are not. It goes
    /// through the samples one by one.
    ///
    /// Only a kernel whose values are not those of [`Problem::h`] has to say more than this.
    ///
    /// # Errors
    ///
    /// [`RunError::Points`] where there are none of so many coordinates.
    fn finite_moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.problem().h());
        finite_moments(self.problem(), plan, block, |x| h.eval(x))
    }

    /// The level of the blocks it works best on ([`Plan::block_level`] unless
    /// it says otherwise) when `workers` of them are computed at a time. It
    /// depends on the points, their number and that of workers alone, not on the seed.
    fn block_level(&self, plan: &Plan, workers: usize) -> u32;

    /// The arithmetic that h is evaluated in. All of this workspace's techniques
    /// use [`Precision::F64`] and have the same bits; a device without fp64 has
    /// not, and whoever shows an estimate of such a kernel must say so.
    fn precision(&self) -> Precision {
        Precision::F64
    }
}

/// The arithmetic that a kernel evaluates h in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// Doubles: the bits that every technique gives.
    #[default]
    F64,
    /// Single floats: about seven digits, and other bits.
    F32,
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F64 => "f64",
            Self::F32 => "f32",
        })
    }
}
