//! Whether a device computes the bits it should, on a few samples of the very
//! problem it is prepared for.
//!
//! OpenCL promises IEEE 754 arithmetic for fp64, and compilers are told not to
//! contract. This is to be sure that this device, with this driver, does so.

use mc_core::{
    Accumulator, Binary, Evaluator, Moments, Op, Plan, Problem, Step, Stream, Tree, Unary,
};

use crate::device::DeviceInfo;
use crate::error::OpenClError;

/// Compares moments from the device with those from the host.
///
/// # Errors
///
/// What `on_device` returns, and [`OpenClError::OtherBits`].
pub(crate) fn same_bits(
    problem: &Problem,
    info: &DeviceInfo,
    on_device: impl Fn(&Plan) -> Result<Moments, OpenClError>,
) -> Result<(), OpenClError> {
    /// Few samples, so that one wrong bit is not rounded away, with many seeds.
    const SAMPLES: u64 = 5;
    const SEEDS: f64 = 32.0;
    /// Operations that the host may spend on it: a few milliseconds.
    const WORK: f64 = 1e7;
    let seeds = (WORK / (SAMPLES as f64 * operations(problem))).clamp(1.0, SEEDS) as u64;
    for plan in (0..seeds).map_while(|seed| Plan::new(SAMPLES, seed).ok()) {
        let got = on_device(&plan)?;
        let expected = on_host(problem, &plan);
        let same = got == expected || !got.is_finite() && !expected.is_finite();
        if !same {
            return Err(OpenClError::OtherBits { device: info.name.clone(), got, expected });
        }
    }
    Ok(())
}

fn on_host(problem: &Problem, plan: &Plan) -> Moments {
    let mut h = Evaluator::new(problem.h());
    let mut x = vec![0.0; problem.dims()];
    let mut batch = |batch| {
        let mut stream = Stream::new(plan.seed(), batch);
        let mut next = || {
            // Draw the point: one word of the stream a coordinate.
            stream.draw(problem.affine(), &mut x);
            // Evaluate h = f·g there.
            h.eval(&x)
        };
        // Accumulate: deviations from the batch's first value.
        let mut sums = Accumulator::start(next());
        (1..plan.batch_len(batch)).for_each(|_| sums.push(next()));
        sums.moments()
    };
    Tree::of((0..plan.batches()).map(&mut batch))
}

/// About how many additions one sample costs.
pub(crate) fn operations(problem: &Problem) -> f64 {
    fn of_steps(steps: &[Step]) -> f64 {
        let one = |step: &Step| match &step.op {
            Op::Fold(fold) => f64::from(fold.len) * of_steps(&fold.body),
            Op::Unary(Unary::Sqrt, _) | Op::Binary(Binary::Div, ..) => 16.0,
            _ => 1.0,
        };
        steps.iter().map(one).sum()
    }
    /// For one coordinate: a step of the stream, and the map to the box.
    const DRAW: f64 = 12.0;
    DRAW * problem.dims() as f64 + of_steps(problem.h().steps())
}
