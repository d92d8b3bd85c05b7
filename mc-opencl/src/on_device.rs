//! Everything on the device: batches go in as a few numbers, moments come back.

mod compiled;
mod launcher;

use std::sync::{Arc, Mutex};

use mc_core::{Block, Moments, Plan, Problem, Sampling};

use self::compiled::Compiled;
use crate::device::DeviceInfo;
use crate::error::OpenClError;
use crate::lock::lock;
use crate::source::Shape;
use crate::team::Member;

/// One problem on one device: a program for each kind of points, built when it is first needed.
#[derive(Debug)]
pub(crate) struct OnDevice {
    problem: Problem,
    info: DeviceInfo,
    shape: Shape,
    random: Mutex<Option<Arc<Compiled>>>,
    sobol: Mutex<Option<Arc<Compiled>>>,
}

impl OnDevice {
    /// With the program for these points.
    ///
    /// # Errors
    ///
    /// If that cannot be built or run, or gives other bits than the host.
    pub fn new(
        problem: &Problem,
        info: &DeviceInfo,
        shape: Shape,
        sampling: Sampling,
    ) -> Result<Self, OpenClError> {
        let (problem, info) = (problem.clone(), info.clone());
        let device =
            Self { problem, info, shape, random: Mutex::default(), sobol: Mutex::default() };
        device.compiled(sampling)?;
        Ok(device)
    }

    fn compiled(&self, sampling: Sampling) -> Result<Arc<Compiled>, OpenClError> {
        // Held while building: who wants the same program waits for it.
        let mut compiled = lock(match sampling {
            Sampling::Random => &self.random,
            Sampling::Sobol => &self.sobol,
        });
        if let Some(compiled) = &*compiled {
            return Ok(Arc::clone(compiled));
        }
        let new = Arc::new(Compiled::new(&self.problem, &self.info, self.shape, sampling)?);
        Ok(Arc::clone(compiled.insert(new)))
    }
}

impl Member for OnDevice {
    fn info(&self) -> &DeviceInfo {
        &self.info
    }

    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, OpenClError> {
        self.compiled(plan.sampling())?.nodes(plan, block, level)
    }

    fn level(&self, plan: &Plan) -> u32 {
        // What cannot be built says so when it is to run.
        self.compiled(plan.sampling()).map_or(0, |compiled| compiled.level(plan))
    }

    fn smallest(&self) -> u64 {
        self.shape.span() as u64
    }
}

#[cfg(test)]
mod tests;
