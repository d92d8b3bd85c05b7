//! Points on the host, arrays to the device, arrays back: what the lecture does.

use std::fmt::Debug;
use std::sync::Mutex;

use mc_core::{
    Accumulator, Block, Draw, Moments, Nodes, Plan, Points, Precision, Problem, Sampling,
};

use crate::check;
use crate::device::{DeviceInfo, DeviceKind};
use crate::error::OpenClError;
use crate::lock::lock;
use crate::team::Member;

/// What makes h of samples, with the device's help.
pub(crate) trait Values: Debug + Send {
    /// Takes the next of these points to place `place` of arrays of `of`.
    fn draw(&mut self, points: &mut impl Draw, place: usize, of: usize);

    /// h at the samples that were drawn, as many as `h` is long.
    fn evaluate(&mut self, h: &mut [f64]) -> Result<(), OpenClError>;

    /// The most samples at a time.
    fn capacity(&self) -> usize;
}

/// One device that is sent arrays.
#[derive(Debug)]
pub(crate) struct Arrays<V> {
    info: DeviceInfo,
    dims: usize,
    // One thread at a time: the arrays belong to one.
    values: Mutex<(V, Vec<f64>)>,
}

/// Bytes of all arrays of one launch: enough that starting it costs little.
const LAUNCH: u64 = 64 << 20;

/// Work-items of a work-group, where a device allows as many. One number for all
/// launches, since PoCL compiles a kernel anew for every size that it is launched in.
const GROUP: usize = 64;

/// Samples of a launch on a CPU: PoCL has another kernel for a larger grid, and
/// the arrays of these stay in the cache.
const ON_CPU: usize = (1 << 16) - GROUP;

/// How `samples` samples are launched: in groups of so many work-items, the last
/// one filled up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Groups {
    pub size: usize,
}

impl Groups {
    pub fn of(info: &DeviceInfo) -> Self {
        Self { size: info.max_group.clamp(1, GROUP) }
    }

    /// Work-items for so many samples.
    pub fn filled(self, samples: usize) -> usize {
        samples.next_multiple_of(self.size)
    }
}

/// How many samples go in one launch, where each has so many numbers, and
/// `longest` of them in one array.
pub(crate) fn capacity(
    info: &DeviceInfo,
    precision: Precision,
    numbers: usize,
    longest: usize,
) -> Result<usize, OpenClError> {
    let size = if precision == Precision::F64 { 8 } else { 4 };
    let (numbers, longest) = (numbers as u64 * size, longest as u64 * size);
    let by_memory = (info.max_buffer / longest).min(info.memory / 2 / numbers);
    let samples = by_memory.min((LAUNCH / numbers).max(1));
    if samples == 0 {
        let (device, available) = (info.name.clone(), info.max_buffer.min(info.memory / 2));
        return Err(OpenClError::TooLarge { device, needed: numbers, available });
    }
    let on_cpu = if info.kind == DeviceKind::Cpu { ON_CPU } else { usize::MAX };
    Ok((samples as usize).min(on_cpu))
}

impl<V: Values> Arrays<V> {
    /// Compares a few samples with the host's.
    ///
    /// # Errors
    ///
    /// What the device answers, or if it gives other bits.
    pub fn new(
        problem: &Problem,
        info: &DeviceInfo,
        precision: Precision,
        values: V,
    ) -> Result<Self, OpenClError> {
        let values = Mutex::new((values, Vec::new()));
        let arrays = Self { info: info.clone(), dims: problem.dims(), values };
        // The device has the same to do with all kinds of points.
        check::moments(problem, info, precision, Sampling::Random, |plan| {
            arrays.nodes(plan, plan.whole(), plan.estimate_level())
        })?;
        Ok(arrays)
    }

    fn drawn(
        &self,
        mut points: impl Draw,
        plan: &Plan,
        block: Block,
        level: u32,
    ) -> Result<Vec<Moments>, OpenClError> {
        let mut guard = lock(&self.values);
        let (values, h) = &mut *guard;
        let mut samples = block.batches().flat_map(|batch| {
            let len = plan.batch_len(batch);
            (0..len).map(move |k| ((k == 0).then_some(batch), k + 1 == len))
        });
        let mut nodes = Nodes::new(level);
        let mut sums: Option<Accumulator> = None;
        let mut left = block.samples(plan);
        while left > 0 {
            let now = left.min(values.capacity() as u64) as usize;
            left -= now as u64;
            // Draw the point: one word of the stream a coordinate.
            let mut ends = Vec::with_capacity(now);
            for (starts, end) in samples.by_ref().take(now) {
                if let Some(batch) = starts {
                    points.start(batch);
                }
                values.draw(&mut points, ends.len(), now);
                ends.push(end);
            }
            // Evaluate h = f·g there.
            h.resize(now, 0.0);
            values.evaluate(h)?;
            // Accumulate: deviations from the batch's first value.
            for (&h, ends) in h.iter().zip(ends) {
                match &mut sums {
                    None => sums = Some(Accumulator::start(h)),
                    Some(sums) => sums.push(h),
                }
                if ends {
                    nodes.extend(sums.take().map(|sums| sums.moments()));
                }
            }
        }
        Ok(nodes.all())
    }
}

impl<V: Values> Member for Arrays<V> {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, OpenClError> {
        match plan.points(self.dims)? {
            Points::Random(points) => self.drawn(points, plan, block, level),
            Points::Sobol(points) => self.drawn(points, plan, block, level),
        }
    }

    fn level(&self, plan: &Plan) -> u32 {
        /// Samples of a block: some tenths of a second.
        const SAMPLES: u64 = 1 << 22;
        (SAMPLES / plan.batch_size()).max(1).ilog2()
    }

    fn smallest(&self) -> u64 {
        32
    }
}
