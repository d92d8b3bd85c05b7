//! Everything on the device: batches go in as two numbers, moments come back.

mod launcher;

use std::sync::{Arc, Mutex};
use std::time::Instant;

use mc_core::stream::scramble;
use mc_core::{Block, Moments, Plan, Precision, Problem, Tree};

use self::launcher::{Arguments, Launcher};
use crate::check;
use crate::device::{DeviceInfo, Opened};
use crate::error::OpenClError;
use crate::lock::lock;
use crate::source::{Shape, Source};
use crate::team::Member;

/// A launch should take this long: many systems reset a GPU that also drives a
/// display after two seconds, between launches a run can be stopped, and what
/// starting one costs is nothing against it.
const SECONDS: f64 = 0.05;

/// The program of one problem on one device.
#[derive(Debug)]
pub(crate) struct OnDevice {
    info: DeviceInfo,
    shape: Shape,
    /// Samples that a launch may take.
    samples: f64,
    /// Work-groups that a launch may have, for there is scratch for no more.
    max_groups: u64,
    // One thread at a time sets arguments and launches: they belong together.
    launcher: Mutex<Launcher>,
}

impl OnDevice {
    /// Builds the program, runs it on a few samples, which is when some
    /// implementations compile, and compares them with the host's.
    ///
    /// # Errors
    ///
    /// If the program cannot be built or run, or gives other bits.
    pub fn new(problem: &Problem, info: &DeviceInfo, shape: Shape) -> Result<Self, OpenClError> {
        Self::from_source(problem, info, &fitting_source(problem, info, shape)?)
    }

    fn from_source(
        problem: &Problem,
        info: &DeviceInfo,
        source: &Source,
    ) -> Result<Self, OpenClError> {
        let shape = source.shape;
        let opened = Opened::device(info)?;
        let built = opened.program(&source.text, shape.precision)?;
        let launcher = Launcher::new(opened, Arc::clone(&built), source, info)?;
        let scratch_bytes = (source.scratch * shape.group * shape.number_bytes()) as u64;
        let mut device = Self {
            info: info.clone(),
            shape,
            samples: 0.0,
            max_groups: info.buffer_limit().checked_div(scratch_bytes).unwrap_or(u64::MAX),
            launcher: Mutex::new(launcher),
        };
        check::moments(problem, info, shape.precision, |plan| device.launches(plan, plan.whole()))?;
        let seconds = match built.seconds_per_sample.get() {
            Some(seconds) => *seconds,
            None => {
                let seconds = device.measure()?;
                *built.seconds_per_sample.get_or_init(|| seconds)
            }
        };
        device.samples = SECONDS / seconds;
        Ok(device)
    }

    /// Seconds that one sample takes in a launch that fills the device. It only
    /// decides where a run is cut, never what it gives.
    fn measure(&self) -> Result<f64, OpenClError> {
        /// From here on, starting the launch no longer counts.
        const ENOUGH: f64 = 1e-3;
        /// How fast the launches grow.
        const TIMES: u64 = 8;
        let span = self.shape.span() as u64;
        let mut seconds_each = 1e-6;
        // Short batches first: a simulator, or a very slow device, is done there.
        for samples in [1 << 13, 1 << 40] {
            let Ok(plan) = Plan::new(samples, 0) else { continue };
            let most = self.max_groups.saturating_mul(span).min(plan.batches());
            let mut batches = span.min(most);
            loop {
                let clock = Instant::now();
                let groups = batches.div_ceil(span);
                lock(&self.launcher).launch(arguments(&plan, 0, batches), groups)?;
                let seconds = clock.elapsed().as_secs_f64();
                seconds_each = seconds.max(1e-9) / (batches * plan.batch_size()) as f64;
                if seconds >= ENOUGH {
                    return Ok(seconds_each);
                }
                if batches.saturating_mul(TIMES) > most {
                    break;
                }
                batches *= TIMES;
            }
        }
        Ok(seconds_each)
    }

    /// The moments of a block, in as many launches as it takes.
    fn launches(&self, plan: &Plan, block: Block) -> Result<Moments, OpenClError> {
        let span = self.shape.span() as u64;
        let at_once = 1 << self.level(plan);
        let end = block.first() + block.count();
        let mut launcher = lock(&self.launcher);
        let mut tree = Tree::new();
        for first in (block.first()..end).step_by(at_once) {
            let batches = (end - first).min(at_once as u64);
            let groups = batches.div_ceil(span);
            launcher.launch(arguments(plan, first, first + batches), groups)?;
            // Merge: the levels that the device leaves, here.
            match self.shape.precision {
                Precision::F64 => tree.extend(launcher.nodes()),
                Precision::F32 => tree.extend(launcher.batches(plan, first, batches)),
            }
        }
        Ok(tree.root())
    }
}

impl Member for OnDevice {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, OpenClError> {
        self.launches(plan, block)
    }

    fn level(&self, plan: &Plan) -> u32 {
        let span = self.shape.span() as u64;
        let by_time = self.samples / plan.batch_size() as f64;
        let by_memory = self.max_groups.saturating_mul(span);
        (by_time as u64).min(by_memory).max(span).ilog2()
    }

    fn smallest(&self) -> u64 {
        self.shape.span() as u64
    }
}

fn arguments(plan: &Plan, first: u64, end: u64) -> Arguments {
    let (start, samples) = (scramble(plan.seed()), plan.samples());
    Arguments { start, first, end, samples, batch_size: plan.batch_size() }
}

/// The source for the largest part of `shape` whose scratch fits the device.
fn fitting_source(
    problem: &Problem,
    info: &DeviceInfo,
    mut shape: Shape,
) -> Result<Source, OpenClError> {
    loop {
        let source = Source::new(problem, shape)?;
        shape = source.shape;
        let needed = (source.scratch * shape.group * shape.number_bytes()) as u64;
        let available = info.buffer_limit();
        match shape {
            _ if needed <= available => return Ok(source),
            Shape { group: 2.., .. } => shape.group /= 2,
            Shape { chains: 2.., .. } => shape.chains /= 2,
            Shape { lanes: 2.., .. } => shape.lanes /= 2,
            _ => {
                let device = info.name.clone();
                return Err(OpenClError::TooLarge { device, needed, available });
            }
        }
    }
}

#[cfg(test)]
mod tests;
