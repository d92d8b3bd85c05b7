//! Points, f and g on the host; the product f·g on the device.

#![allow(
    clippy::indexing_slicing,
    reason = "the arrays have room for as many samples as a part has, rounded up to groups"
)]

use std::sync::Arc;

use mc_core::{Affine, Draw, Evaluator, Precision, Problem, Scale, Tape};
use ocl::ffi::{CL_MEM_READ_ONLY, CL_MEM_WRITE_ONLY};

use super::arrays::{Arrays, Groups, Values, capacity};
use crate::cl::{Kernel, Queue};
use crate::device::{Built, DeviceInfo, Numbers, Opened};
use crate::error::{OpenClError, Step};
use crate::source;

/// The arrays of f and g, and a kernel that multiplies them.
#[derive(Debug)]
pub(crate) struct HostProduct {
    affine: Vec<Affine>,
    f: Tape,
    g: Option<Tape>,
    point: Vec<f64>,
    at_f: Vec<f64>,
    at_g: Vec<f64>,
    scale: Scale,
    device: String,
    /// Samples of the largest launch.
    capacity: usize,
    groups: Groups,
    kernel: Kernel,
    queue: Queue,
    buffers: [Numbers; 3],
    _built: Arc<Built>,
    _opened: Arc<Opened>,
}

impl HostProduct {
    /// The program: the same for every problem.
    pub fn source(_: &Problem, precision: Precision) -> Result<String, OpenClError> {
        Ok(source::product(precision))
    }

    /// Prepares the product of as many samples as go in one launch.
    ///
    /// # Errors
    ///
    /// If the device cannot be opened, or has no room.
    pub fn prepare(
        problem: &Problem,
        info: &DeviceInfo,
        precision: Precision,
    ) -> Result<Arrays<Self>, OpenClError> {
        /// f, g and their product.
        const NUMBERS: usize = 3;
        let at = |step| OpenClError::at(step, &info.name);
        let capacity = capacity(info, precision, NUMBERS, 1)?;
        let groups = Groups::of(info);
        let filled = groups.filled(capacity);
        let opened = Opened::device(info)?;
        let built = opened.program(&source::product(precision), precision)?;
        let queue = Queue::new(&opened.context, info.id, false)
            .map_err(at(Step::Opening("opening a queue")))?;
        let array = |flags| {
            Numbers::new(&opened.context, flags, precision, filled)
                .map_err(at(Step::Allocating("making room on the device")))
        };
        let buffers =
            [array(CL_MEM_READ_ONLY)?, array(CL_MEM_READ_ONLY)?, array(CL_MEM_WRITE_ONLY)?];
        let setting = at(Step::Opening("creating the kernel"));
        let mut kernel = built.program.kernel("product").map_err(&setting)?;
        for (index, buffer) in (0..).zip(&buffers) {
            buffer.argument(&mut kernel, index).map_err(&setting)?;
        }
        let values = Self {
            affine: problem.affine().to_vec(),
            f: problem.f().tape().clone(),
            g: problem.g().map(|g| g.tape().clone()),
            point: vec![0.0; problem.dims()],
            at_f: vec![0.0; filled],
            // Under the uniform density h is f, and g stays 1: f·1 is f.
            at_g: vec![1.0; filled],
            scale: problem.scale(),
            device: info.name.clone(),
            capacity,
            groups,
            kernel,
            queue,
            buffers,
            _built: built,
            _opened: opened,
        };
        Arrays::new(problem, info, precision, values)
    }
}

impl Values for HostProduct {
    fn draw(&mut self, points: &mut impl Draw, place: usize, _: usize) {
        points.draw(&self.affine, &mut self.point);
        self.at_f[place] = Evaluator::new(&self.f).eval(&self.point);
        if let Some(g) = &self.g {
            self.at_g[place] = Evaluator::new(g).eval(&self.point);
        }
    }

    fn evaluate(&mut self, h: &mut [f64]) -> Result<(), OpenClError> {
        let device = self.device.clone();
        let at = |step| OpenClError::at(Step::Running(step), &device);
        // The last group is filled with products that nobody reads.
        let filled = self.groups.filled(h.len());
        // In units of its own, h takes a power of two with one of its factors, and a shift.
        multiply(&mut self.at_f[..h.len()], self.scale.factor_of_f());
        if self.g.is_some() {
            multiply(&mut self.at_g[..h.len()], self.scale.factor_of_g());
        }
        let [f, g, product] = &self.buffers;
        f.write(&self.queue, &self.at_f[..filled]).map_err(at("copying f to the device"))?;
        g.write(&self.queue, &self.at_g[..filled]).map_err(at("copying g to the device"))?;
        // SAFETY: each work-item reads and writes its own place, and the arrays
        // have room for more samples than these.
        unsafe { self.queue.launch(&mut self.kernel, &[filled], Some(&[self.groups.size])) }
            .map_err(at("launching the kernel"))?;
        product.read(&self.queue, h).map_err(at("running the kernel"))?;
        if self.scale.shift() != 0.0 {
            h.iter_mut().for_each(|h| *h -= self.scale.shift());
        }
        Ok(())
    }

    fn capacity(&self) -> usize {
        self.capacity
    }
}

/// All values times a factor, which nearly always is 1.
fn multiply(values: &mut [f64], factor: f64) {
    if factor != 1.0 {
        values.iter_mut().for_each(|value| *value *= factor);
    }
}
