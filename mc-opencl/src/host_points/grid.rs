//! Points on the host; on the device a grid of samples × coordinates, then what
//! must keep its order.

#![allow(
    clippy::indexing_slicing,
    reason = "the arrays have room for as many samples as a part has"
)]

use std::sync::Arc;

use mc_core::{Affine, Draw, Precision, Problem};
use ocl::ffi::{CL_MEM_READ_ONLY, CL_MEM_READ_WRITE, CL_MEM_WRITE_ONLY};

use super::arrays::{Arrays, Groups, Values, capacity};
use crate::cl::{Context, Kernel, Queue, Status};
use crate::device::{Built, DeviceInfo, Numbers, Opened};
use crate::error::{OpenClError, Step};
use crate::source::GridSource;

/// The arrays of points, terms and values, and the two kernels.
#[derive(Debug)]
pub(crate) struct HostGrid {
    /// [1, 2) in each coordinate.
    unit: Vec<Affine>,
    point: Vec<f64>,
    /// Coordinate k of all samples, then coordinate k + 1: neighbours on the
    /// device read neighbouring numbers.
    from: Vec<f64>,
    precision: Precision,
    capacity: usize,
    groups: Groups,
    height: usize,
    device: String,
    each: Kernel,
    values: Kernel,
    queue: Queue,
    buffers: Buffers,
    _built: Arc<Built>,
    _opened: Arc<Opened>,
}

#[derive(Debug)]
struct Buffers {
    table: Numbers,
    from: Numbers,
    x: Numbers,
    terms: Numbers,
    h: Numbers,
}

impl Buffers {
    fn new(
        context: &Context,
        source: &GridSource,
        precision: Precision,
        samples: usize,
        dims: usize,
    ) -> Result<Self, Status> {
        let array = |flags, numbers: usize| Numbers::new(context, flags, precision, numbers);
        Ok(Self {
            table: array(CL_MEM_READ_ONLY, source.table.len())?,
            from: array(CL_MEM_READ_ONLY, dims * samples)?,
            x: array(CL_MEM_READ_WRITE, dims * samples)?,
            terms: array(CL_MEM_READ_WRITE, source.terms * samples)?,
            h: array(CL_MEM_WRITE_ONLY, samples)?,
        })
    }

    fn arguments(&self, each: &mut Kernel, values: &mut Kernel) -> Result<(), Status> {
        for (index, numbers) in (1..).zip([&self.table, &self.from, &self.x, &self.terms]) {
            numbers.argument(each, index)?;
        }
        for (index, numbers) in (1..).zip([&self.table, &self.x, &self.terms, &self.h]) {
            numbers.argument(values, index)?;
        }
        Ok(())
    }
}

impl HostGrid {
    /// The program.
    pub fn source(problem: &Problem, precision: Precision) -> Result<String, OpenClError> {
        Ok(GridSource::new(problem, precision)?.text)
    }

    /// Prepares the kernels for as many samples as go in one launch.
    ///
    /// # Errors
    ///
    /// If the device cannot be opened, or has no room, or the program cannot be
    /// built.
    pub fn prepare(
        problem: &Problem,
        info: &DeviceInfo,
        precision: Precision,
    ) -> Result<Arrays<Self>, OpenClError> {
        let at = |step| OpenClError::at(step, &info.name);
        let dims = problem.dims();
        let source = GridSource::new(problem, precision)?;
        let numbers = 2 * dims + source.terms + 1;
        let capacity = capacity(info, precision, numbers, dims.max(source.terms))?;
        let opened = Opened::device(info)?;
        let built = opened.program(&source.text, precision)?;
        let queue = Queue::new(&opened.context, info.id, false)
            .map_err(at(Step::Opening("opening a queue")))?;
        let buffers = Buffers::new(&opened.context, &source, precision, capacity, dims)
            .map_err(at(Step::Allocating("making room on the device")))?;
        buffers
            .table
            .write(&queue, &source.table)
            .map_err(at(Step::Running("copying tables to the device")))?;
        let setting = at(Step::Opening("creating the kernel"));
        let mut each = built.program.kernel("each").map_err(&setting)?;
        let mut values = built.program.kernel("values").map_err(&setting)?;
        buffers.arguments(&mut each, &mut values).map_err(&setting)?;
        let values = Self {
            unit: vec![Affine { scale: 1.0, offset: 0.0 }; dims],
            point: vec![0.0; dims],
            from: vec![1.0; dims * capacity],
            precision,
            capacity,
            groups: Groups::of(info),
            height: source.height,
            device: info.name.clone(),
            each,
            values,
            queue,
            buffers,
            _built: built,
            _opened: opened,
        };
        Arrays::new(problem, info, precision, values)
    }
}

/// The leading bits of d, as many as f32 has: not the nearest, which may be 2.
fn truncated(d: f64) -> f64 {
    const KEPT: u64 = !((1 << (52 - 23)) - 1);
    f64::from_bits(d.to_bits() & KEPT)
}

impl Values for HostGrid {
    fn draw(&mut self, points: &mut impl Draw, place: usize, of: usize) {
        points.draw(&self.unit, &mut self.point);
        for (column, &d) in self.from.chunks_mut(of).zip(&self.point) {
            column[place] = match self.precision {
                Precision::F64 => d,
                Precision::F32 => truncated(d),
            };
        }
    }

    fn evaluate(&mut self, h: &mut [f64]) -> Result<(), OpenClError> {
        let device = self.device.clone();
        let at = |step| OpenClError::at(Step::Running(step), &device);
        let (samples, columns) = (h.len(), h.len() as u64);
        let (filled, size) = (self.groups.filled(samples), self.groups.size);
        self.each.set_number(0, columns).map_err(at("setting arguments"))?;
        self.values.set_number(0, columns).map_err(at("setting arguments"))?;
        let points = self.point.len() * samples;
        self.buffers
            .from
            .write(&self.queue, &self.from[..points])
            .map_err(at("copying points to the device"))?;
        // SAFETY: a work-item reads and writes at its own sample and round, below
        // `capacity` and the numbers that the buffers were made for; those past the
        // last sample do nothing.
        unsafe {
            self.queue
                .launch(&mut self.each, &[filled, self.height], Some(&[size, 1]))
                .map_err(at("launching the grid"))?;
            self.queue
                .launch(&mut self.values, &[filled], Some(&[size]))
                .map_err(at("launching the columns"))?;
        }
        self.buffers.h.read(&self.queue, h).map_err(at("running the kernels"))
    }

    fn capacity(&self) -> usize {
        self.capacity
    }
}
