//! Points on the host, arrays to the device, arrays back: what the lecture does.

use std::fmt::Debug;
use std::sync::Mutex;

use mc_core::{Accumulator, Block, Moments, Plan, Precision, Problem, Stream, Tree};

use crate::check;
use crate::device::{DeviceInfo, DeviceKind};
use crate::error::OpenClError;
use crate::lock::lock;
use crate::team::Member;

/// What makes h of samples, with the device's help.
pub(crate) trait Values: Debug + Send {
    /// Takes the next sample of a stream to place `place` of arrays of `of`.
    fn draw(&mut self, stream: &mut Stream, place: usize, of: usize);

    /// h at the samples that were drawn, as many as `h` is long.
    fn evaluate(&mut self, h: &mut [f64]) -> Result<(), OpenClError>;

    /// The most samples at a time.
    fn capacity(&self) -> usize;
}

/// One device that is sent arrays.
#[derive(Debug)]
pub(crate) struct Arrays<V> {
    info: DeviceInfo,
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
        let arrays = Self { info: info.clone(), values: Mutex::new((values, Vec::new())) };
        check::moments(problem, info, precision, |plan| arrays.moments(plan, plan.whole()))?;
        Ok(arrays)
    }
}

impl<V: Values> Member for Arrays<V> {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, OpenClError> {
        let mut guard = lock(&self.values);
        let (values, h) = &mut *guard;
        let mut samples = block.batches().flat_map(|batch| {
            let mut stream = Some(Stream::new(plan.seed(), batch));
            (0..plan.batch_len(batch)).map(move |k| (batch, k, stream.take()))
        });
        let mut tree = Tree::new();
        let mut sums: Option<Accumulator> = None;
        let mut stream = Stream::new(plan.seed(), block.first());
        let mut left = block.samples(plan);
        while left > 0 {
            let now = left.min(values.capacity() as u64) as usize;
            left -= now as u64;
            // Draw the point: one word of the stream a coordinate.
            let mut ends = Vec::with_capacity(now);
            for (batch, k, fresh) in samples.by_ref().take(now) {
                stream = fresh.unwrap_or(stream);
                values.draw(&mut stream, ends.len(), now);
                ends.push(k + 1 == plan.batch_len(batch));
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
                    tree.extend(sums.take().map(|sums| sums.moments()));
                }
            }
        }
        Ok(tree.root())
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
