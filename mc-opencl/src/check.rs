//! Whether a device computes what it should, on a few samples of the very
//! problem it is prepared for.
//!
//! OpenCL promises IEEE 754 arithmetic for fp64, and compilers are told not to
//! contract. This is to be sure that this device, with this driver, does so. Of
//! f32 it promises little, and the functions of the tape are written for f64: a
//! larger sample shows whether the integrand is one that f32 can hold.

use mc_core::{
    Accumulator, Binary, Draw as _, Evaluator, Moments, Nodes, Op, Plan, Precision, Problem,
    Sampling, Step, Tree, Unary,
};

use crate::device::DeviceInfo;
use crate::error::OpenClError;

/// Compares moments from the device with those from the host: of the nodes of a plan that its estimate is made of.
///
/// # Errors
///
/// What `on_device` returns; [`OpenClError::OtherBits`] in f64, and
/// [`OpenClError::TooCoarse`] in f32.
pub(crate) fn moments(
    problem: &Problem,
    info: &DeviceInfo,
    precision: Precision,
    sampling: Sampling,
    on_device: impl Fn(&Plan) -> Result<Vec<Moments>, OpenClError>,
) -> Result<(), OpenClError> {
    match precision {
        Precision::F64 => same_bits(problem, info, sampling, on_device),
        Precision::F32 => close(problem, info, sampling, on_device),
    }
}

fn same_bits(
    problem: &Problem,
    info: &DeviceInfo,
    sampling: Sampling,
    on_device: impl Fn(&Plan) -> Result<Vec<Moments>, OpenClError>,
) -> Result<(), OpenClError> {
    /// Few samples, so that one wrong bit is not rounded away, with many seeds; of Sobol' points
    /// replicates of two batches of four, of one seed, since a net takes longer to make.
    const SAMPLES: [u64; 2] = [5, 128];
    const SEEDS: f64 = 32.0;
    let (samples, most) = match sampling {
        Sampling::Random => (SAMPLES[0], SEEDS),
        Sampling::Sobol => (SAMPLES[1], 1.0),
    };
    let seeds = (WORK / (samples as f64 * operations(problem))).clamp(1.0, most) as u64;
    for plan in (0..seeds).map_while(|seed| Plan::of(sampling, samples, seed).ok()) {
        for (got, expected) in on_device(&plan)?.into_iter().zip(on_host(problem, &plan)?) {
            let same = got == expected || !got.is_finite() && !expected.is_finite();
            if !same {
                return Err(OpenClError::OtherBits { device: info.name.clone(), got, expected });
            }
        }
    }
    Ok(())
}

/// Operations that the host may spend on it: a few milliseconds.
const WORK: f64 = 1e7;

fn close(
    problem: &Problem,
    info: &DeviceInfo,
    sampling: Sampling,
    on_device: impl Fn(&Plan) -> Result<Vec<Moments>, OpenClError>,
) -> Result<(), OpenClError> {
    const SAMPLES: f64 = 4096.0;
    /// Of Sobol' points there are no fewer.
    const LEAST: f64 = 32.0;
    /// Of the mean, in its own size and in standard deviations: far more than
    /// rounding leaves of seven digits, far less than a failed function does.
    const MEAN: f64 = 1e-4;
    /// Of the variance.
    const VARIANCE: f64 = 1e-2;
    let samples = (WORK / operations(problem)).clamp(LEAST, SAMPLES) as u64;
    let Ok(plan) = Plan::of(sampling, samples, 0) else { return Ok(()) };
    let (got, expected) = (Tree::of(on_device(&plan)?), Tree::of(on_host(problem, &plan)?));
    if !expected.is_finite() {
        // The run itself will find the sample and name it.
        return Ok(());
    }
    let deviation = (expected.m2 / expected.count as f64).sqrt();
    // The size of the values themselves, also where they are averaged as differences.
    let scale = (expected.mean + problem.scale().shift()).abs() + deviation;
    let mean = (got.mean - expected.mean).abs() <= MEAN * scale;
    // A spread below what f32 resolves is noise, in f64 as well as here.
    let resolved = (f64::from(f32::EPSILON) * scale).powi(2) * expected.count as f64;
    let variance = (got.m2 - expected.m2).abs() <= VARIANCE * expected.m2 + 16.0 * resolved;
    if mean && variance {
        Ok(())
    } else {
        Err(OpenClError::TooCoarse { device: info.name.clone(), got, expected })
    }
}

fn on_host(problem: &Problem, plan: &Plan) -> Result<Vec<Moments>, OpenClError> {
    let mut points = plan.points(problem.dims())?;
    let mut h = Evaluator::new(problem.h());
    let mut x = vec![0.0; problem.dims()];
    let mut batch = |batch| {
        points.start(batch);
        let mut next = || {
            // Draw the point: one word of the stream a coordinate.
            points.draw(problem.affine(), &mut x);
            // Evaluate h = f·g there.
            h.eval(&x)
        };
        // Accumulate: deviations from the batch's first value.
        let mut sums = Accumulator::start(next());
        (1..plan.batch_len(batch)).for_each(|_| sums.push(next()));
        sums.moments()
    };
    let mut nodes = Nodes::new(plan.estimate_level());
    nodes.extend((0..plan.batches()).map(&mut batch));
    Ok(nodes.all())
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
