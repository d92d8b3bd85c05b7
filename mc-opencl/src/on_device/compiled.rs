//! The program of one problem, for one kind of points, on one device.

use std::sync::{Arc, Mutex};
use std::time::Instant;

use mc_core::{Block, Moments, Nodes, Plan, Precision, Problem, Sampling};

use super::launcher::{Launcher, Run};
use crate::check;
use crate::device::{DeviceInfo, Opened};
use crate::error::OpenClError;
use crate::lock::lock;
use crate::source::{Shape, Source};

/// A launch should take this long: many systems reset a GPU that also drives a
/// display after two seconds, between launches a run can be stopped, and what
/// starting one costs is nothing against it.
const SECONDS: f64 = 0.05;

/// The program, and how it is launched.
#[derive(Debug)]
pub(super) struct Compiled {
    pub shape: Shape,
    dims: usize,
    sampling: Sampling,
    /// Samples that a launch may take.
    pub samples: f64,
    /// Work-groups that a launch may have, for there is scratch for no more.
    pub max_groups: u64,
    // One thread at a time sets arguments and launches: they belong together.
    launcher: Mutex<Launcher>,
}

impl Compiled {
    /// Builds the program, runs it on a few samples, which is when some
    /// implementations compile, and compares them with the host's.
    ///
    /// # Errors
    ///
    /// If the program cannot be built or run, or gives other bits.
    pub fn new(
        problem: &Problem,
        info: &DeviceInfo,
        shape: Shape,
        sampling: Sampling,
    ) -> Result<Self, OpenClError> {
        let source = fitting_source(problem, info, shape, sampling)?;
        Self::from_source(problem, info, &source, sampling)
    }

    pub fn from_source(
        problem: &Problem,
        info: &DeviceInfo,
        source: &Source,
        sampling: Sampling,
    ) -> Result<Self, OpenClError> {
        let shape = source.shape;
        let opened = Opened::device(info)?;
        let built = opened.program(&source.text, shape.precision)?;
        let launcher = Launcher::new(opened, Arc::clone(&built), source, info)?;
        let scratch_bytes = (source.scratch * shape.group * shape.number_bytes()) as u64;
        let mut compiled = Self {
            shape,
            dims: problem.dims(),
            sampling,
            samples: 0.0,
            max_groups: info.buffer_limit().checked_div(scratch_bytes).unwrap_or(u64::MAX),
            launcher: Mutex::new(launcher),
        };
        let nodes = |plan: &Plan| compiled.nodes(plan, plan.whole(), plan.estimate_level());
        check::moments(problem, info, shape.precision, sampling, nodes)?;
        let seconds = match built.seconds_per_sample.get() {
            Some(seconds) => *seconds,
            None => {
                let seconds = compiled.measure()?;
                *built.seconds_per_sample.get_or_init(|| seconds)
            }
        };
        compiled.samples = SECONDS / seconds;
        Ok(compiled)
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
            let Ok(plan) = Plan::of(self.sampling, samples, 0) else { continue };
            let run = Run::of(&plan, self.dims)?;
            let most = self.max_groups.saturating_mul(span).min(plan.batches());
            let mut batches = span.min(most);
            loop {
                let launch = || -> Result<f64, OpenClError> {
                    let clock = Instant::now();
                    lock(&self.launcher).launch(&run, 0..batches, span)?;
                    Ok(clock.elapsed().as_secs_f64())
                };
                // The first one may wait for threads that sleep, or for another program.
                let seconds = launch()?.min(launch()?);
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

    /// The moments of the nodes at `level` that make up `block`, in as many launches as it takes.
    pub fn nodes(
        &self,
        plan: &Plan,
        block: Block,
        level: u32,
    ) -> Result<Vec<Moments>, OpenClError> {
        // As far as a work-group reaches, nodes are merged on the device.
        let reach = level.min(self.shape.span().ilog2());
        let run = Run::of(plan, self.dims)?;
        let (at_once, end) = (1 << self.level(plan), block.batches().end);
        let mut nodes = Nodes::new(level - reach);
        let mut launcher = lock(&self.launcher);
        for first in block.batches().step_by(at_once) {
            let batches = first..end.min(first + at_once as u64);
            launcher.launch(&run, batches.clone(), 1 << reach)?;
            // Merge: the levels that the device leaves, here.
            match self.shape.precision {
                Precision::F64 => nodes.extend(launcher.nodes()),
                Precision::F32 => {
                    let mut reached = Nodes::new(reach);
                    reached.extend(launcher.batches(plan, batches));
                    nodes.extend(reached.all());
                }
            }
        }
        Ok(nodes.all())
    }

    pub fn level(&self, plan: &Plan) -> u32 {
        let span = self.shape.span() as u64;
        let by_time = self.samples / plan.batch_size() as f64;
        let by_memory = self.max_groups.saturating_mul(span);
        (by_time as u64).min(by_memory).max(span).ilog2()
    }
}

/// The source for the largest part of `shape` whose scratch fits the device.
pub(super) fn fitting_source(
    problem: &Problem,
    info: &DeviceInfo,
    mut shape: Shape,
    sampling: Sampling,
) -> Result<Source, OpenClError> {
    loop {
        let source = Source::new(problem, shape, sampling)?;
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
