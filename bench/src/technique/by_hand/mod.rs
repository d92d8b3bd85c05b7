//! The lecture's problem by hand, in the vector instructions of this CPU.
//!
//! The techniques are measured against this. It has one integrand only, ‖x‖²
//! over a box, and is written in the CPU's vector instructions: one batch a
//! lane, several vectors in flight, every number in a register. The bits are
//! those of every technique. A compiler that learns of the integrand only at run time
//! does the same, and orders the instructions a little better or worse; what no code is
//! faster than is in [`ports`](super::ports).
//!
//! Sobol' points have a loop of their own, whose step "draw the point" is another.
//!
//! [`words`] is the part of it that no integrand can save: the random words alone, added up.

#[cfg(all(target_arch = "x86_64", target_feature = "avx2", target_feature = "fma"))]
mod kernel;
mod width;

pub use kernel::words;
pub use width::Width;

use mc_core::{Kernel, PrepareError, Problem, SquaredNorm, Tape, Technique};

/// Why a build has none.
const MISSING: &str = "by-hand is written in AVX2 with FMA and in AVX-512, and this build is for \
                       a CPU without them";

/// The technique `by-hand`: the lecture's problem, and no other, at random points or Sobol' points.
#[derive(Clone, Copy, Debug)]
pub struct ByHand {
    width: Option<Width>,
}

impl ByHand {
    /// Whether `problem` is the mean of ‖x‖² over a box.
    pub fn is_for(problem: &Problem) -> bool {
        let lecture = Tape::trace(&SquaredNorm, problem.dims());
        problem.g().is_none() && lecture.is_ok_and(|tape| tape == *problem.h())
    }

    /// With vectors of this width.
    pub fn with_width(width: Width) -> Self {
        Self { width: Some(width) }
    }
}

/// With the widest vectors of this build.
impl Default for ByHand {
    fn default() -> Self {
        Self { width: Width::widest() }
    }
}

impl Technique for ByHand {
    fn name(&self) -> &'static str {
        "by-hand"
    }

    /// [`PrepareError::Unavailable`] for any problem but the mean of ‖x‖² over a
    /// box, and in builds for other CPUs.
    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let unavailable = |reason: &str| PrepareError::Unavailable { reason: reason.to_owned() };
        if !Self::is_for(problem) {
            return Err(unavailable("by-hand is written for the mean of norm(x)^2 only"));
        }
        let kernel = self.width.and_then(|width| kernel::kernel(width, problem));
        kernel.ok_or_else(|| unavailable(MISSING))
    }
}

/// A build for another CPU has none.
#[cfg(not(all(target_arch = "x86_64", target_feature = "avx2", target_feature = "fma")))]
mod kernel {
    pub(super) fn kernel(_: super::Width, _: &super::Problem) -> Option<Box<dyn super::Kernel>> {
        None
    }

    /// None.
    pub fn words(_: super::Width, _: &mc_core::Plan, _: usize) -> Option<u64> {
        None
    }
}

#[cfg(test)]
mod tests {
    use mc_core::stream::Stream;
    use mc_core::{Plan, Progress, Support, run};
    use mc_serial::Native;

    use super::*;

    #[test]
    fn the_bits_are_those_of_the_loop() {
        for support in ["0:1", "0:1^2", "-1:2,3:5", "0:1^3", "0:1^10", "0:1^7,2:3", "-1:1^100"] {
            let problem = SquaredNorm::problem(support.parse::<Support>().unwrap()).unwrap();
            let serial = Native::new(SquaredNorm).prepare(&problem).unwrap();
            let random = [2, 5, 100, 1_000, 70_001].map(|samples| Plan::new(samples, 5).unwrap());
            let sobol =
                [32, 64, 100, 1_000, 70_001].map(|samples| Plan::sobol(samples, 5).unwrap());
            for plan in random.into_iter().chain(sobol) {
                let estimate = |kernel: &dyn Kernel| run(kernel, &plan, &Progress::new()).unwrap();
                for &width in Width::ALL {
                    let by_hand = ByHand::with_width(width).prepare(&problem).unwrap();
                    let (by_hand, serial) = (estimate(&*by_hand), estimate(&*serial));
                    assert_eq!(by_hand, serial, "{support} {plan:?} {width:?}");
                }
            }
        }
    }

    #[test]
    fn the_words_are_those_of_the_streams() {
        for (samples, dims) in [(2, 1), (100, 2), (12_345, 3)] {
            let plan = Plan::new(samples, 9).unwrap();
            let mut sum = 0u64;
            for batch in 0..plan.batches() {
                let mut stream = Stream::new(plan.seed(), batch);
                for _ in 0..plan.batch_len(batch) * dims as u64 {
                    sum = sum.wrapping_add(stream.next_word());
                }
            }
            for &width in Width::ALL {
                assert_eq!(words(width, &plan, dims), Some(sum), "{samples} {dims} {width:?}");
            }
        }
    }

    #[test]
    fn other_problems_are_refused() {
        let support: Support = "0:1^2".parse().unwrap();
        for (f, g) in [("sum(x)", "uniform"), ("norm(x)^2", "2*x0")] {
            let g = mc_core::Density::parse(g, &support).unwrap();
            let problem = Problem::parse(support.clone(), f, g).unwrap();
            let error = ByHand::default().prepare(&problem).err().unwrap();
            assert!(matches!(error, PrepareError::Unavailable { .. }), "{error}");
        }
    }
}
