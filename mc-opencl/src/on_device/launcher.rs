//! The kernel `batches` with its arguments, its queue and its buffers.

use std::sync::Arc;

use mc_core::{Moments, Plan, Precision};
use ocl::ffi::{CL_MEM_READ_ONLY, CL_MEM_READ_WRITE, CL_MEM_WRITE_ONLY};

use crate::cl::{Buffer, Kernel, Queue, Status};
use crate::device::{Built, DeviceInfo, Opened};
use crate::error::{OpenClError, Step};
use crate::source::{Shape, Source};

/// What changes from launch to launch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arguments {
    pub start: u64,
    pub first: u64,
    pub end: u64,
    pub samples: u64,
    pub batch_size: u64,
}

/// What the f64 kernel writes for a work-group: `moments` in `moments.cl`. All
/// fields are 8 bytes, so neither side pads.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Node {
    count: u64,
    mean: f64,
    m2: f64,
}

/// What the f32 kernel writes for a batch: `out` in `batches_f32.cl`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Sums {
    shift: f32,
    sum: [f32; 2],
    squares: [f32; 2],
}

/// What comes back.
#[derive(Debug)]
enum Results {
    F64 { buffer: Buffer<Node>, host: Vec<Node> },
    F32 { buffer: Buffer<Sums>, host: Vec<Sums> },
}

/// What a launch needs. The program and the device stay open with it.
#[derive(Debug)]
pub(crate) struct Launcher {
    kernel: Kernel,
    queue: Queue,
    opened: Arc<Opened>,
    device: String,
    shape: Shape,
    /// Numbers of scratch for each work-item.
    scratch_each: usize,
    scratch: Buffer<u8>,
    results: Results,
    _table: Buffer<u8>,
    _built: Arc<Built>,
}

/// The places of the kernel's arguments.
const TABLE: u32 = 5;
const SCRATCH: u32 = 6;
const RESULTS: u32 = 7;

impl Launcher {
    pub fn new(
        opened: Arc<Opened>,
        built: Arc<Built>,
        source: &Source,
        info: &DeviceInfo,
    ) -> Result<Self, OpenClError> {
        let shape = source.shape;
        let at = |step| OpenClError::at(step, &info.name);
        let queue = Queue::new(&opened.context, info.id, false)
            .map_err(at(Step::Opening("opening a queue")))?;
        let bytes = bytes(&source.table, shape.precision);
        let allocating = at(Step::Allocating("making room on the device"));
        let context = &opened.context;
        let table = Buffer::new(context, CL_MEM_READ_ONLY, bytes.len()).map_err(&allocating)?;
        queue.write(&table, &bytes).map_err(at(Step::Running("copying tables to the device")))?;
        let scratch = Buffer::new(context, CL_MEM_READ_WRITE, 1).map_err(&allocating)?;
        let results = Results::new(&opened, shape.precision, 1).map_err(&allocating)?;
        let kernel =
            built.program.kernel("batches").map_err(at(Step::Opening("creating the kernel")))?;
        let mut launcher = Self {
            kernel,
            queue,
            device: info.name.clone(),
            shape,
            scratch_each: source.scratch,
            scratch,
            results,
            _table: table,
            _built: built,
            opened,
        };
        launcher.set_buffers().map_err(at(Step::Opening("setting arguments")))?;
        Ok(launcher)
    }

    fn set_buffers(&mut self) -> Result<(), Status> {
        self.kernel.set_buffer(TABLE, &self._table)?;
        self.kernel.set_buffer(SCRATCH, &self.scratch)?;
        match &self.results {
            Results::F64 { buffer, .. } => self.kernel.set_buffer(RESULTS, buffer),
            Results::F32 { buffer, .. } => self.kernel.set_buffer(RESULTS, buffer),
        }
    }

    /// Runs the kernel in `groups` work-groups and reads what they wrote.
    pub fn launch(&mut self, arguments: Arguments, groups: u64) -> Result<(), OpenClError> {
        let groups = groups as usize;
        let device = self.device.clone();
        let at = |step| OpenClError::at(step, &device);
        self.grow(groups).map_err(at(Step::Allocating("making room on the device")))?;
        let Arguments { start, first, end, samples, batch_size } = arguments;
        for (place, number) in (0..).zip([start, first, end, samples, batch_size]) {
            self.kernel
                .set_number(place, number)
                .map_err(at(Step::Opening("setting arguments")))?;
        }
        let group = self.shape.group;
        // SAFETY: the kernel writes what `results` has room for and `scratch_each`
        // numbers a work-item, for which there is room too, and reads `table`
        // inside the bounds that the tape was validated for.
        unsafe { self.queue.launch(&mut self.kernel, &[groups * group], Some(&[group])) }
            .map_err(at(Step::Running("launching the kernel")))?;
        self.results
            .read(&self.queue, groups, self.shape)
            .map_err(at(Step::Running("running the kernel")))
    }

    fn grow(&mut self, groups: usize) -> Result<(), Status> {
        let context = &self.opened.context;
        let scratch = groups * self.shape.group * self.scratch_each * self.shape.number_bytes();
        let grown = if self.scratch.len() < scratch {
            self.scratch = Buffer::new(context, CL_MEM_READ_WRITE, scratch)?;
            true
        } else {
            false
        };
        let wanted = self.results.wanted(groups, self.shape);
        if self.results.capacity() < wanted {
            self.results = Results::new(&self.opened, self.shape.precision, wanted)?;
        } else if !grown {
            return Ok(());
        }
        self.set_buffers()
    }

    /// The nodes of the work-groups, after a launch in f64.
    pub fn nodes(&self) -> impl Iterator<Item = Moments> {
        let nodes = match &self.results {
            Results::F64 { host, .. } => host.as_slice(),
            Results::F32 { .. } => &[],
        };
        nodes.iter().map(|&Node { count, mean, m2 }| Moments { count, mean, m2 })
    }

    /// The moments of `count` batches from `first`, after a launch in f32: what
    /// the device rounded away is put back, in f64.
    pub fn batches(&self, plan: &Plan, first: u64, count: u64) -> impl Iterator<Item = Moments> {
        let sums = match &self.results {
            Results::F64 { .. } => &[],
            Results::F32 { host, .. } => host.as_slice(),
        };
        let pair = |[high, low]: [f32; 2]| f64::from(high) + f64::from(low);
        sums.iter().zip(first..first + count).map(move |(sums, batch)| {
            let Sums { shift, sum, squares } = *sums;
            let count = plan.batch_len(batch);
            Moments::from_sums(count, shift.into(), pair(sum), pair(squares))
        })
    }
}

impl Results {
    fn new(opened: &Opened, precision: Precision, len: usize) -> Result<Self, Status> {
        let (context, flags) = (&opened.context, CL_MEM_WRITE_ONLY);
        Ok(match precision {
            Precision::F64 => {
                Self::F64 { buffer: Buffer::new(context, flags, len)?, host: Vec::new() }
            }
            Precision::F32 => {
                Self::F32 { buffer: Buffer::new(context, flags, len)?, host: Vec::new() }
            }
        })
    }

    /// How many results so many work-groups have.
    fn wanted(&self, groups: usize, shape: Shape) -> usize {
        match self {
            Self::F64 { .. } => groups,
            Self::F32 { .. } => groups * shape.span(),
        }
    }

    fn capacity(&self) -> usize {
        match self {
            Self::F64 { buffer, .. } => buffer.len(),
            Self::F32 { buffer, .. } => buffer.len(),
        }
    }

    fn read(&mut self, queue: &Queue, groups: usize, shape: Shape) -> Result<(), Status> {
        let wanted = self.wanted(groups, shape);
        match self {
            Self::F64 { buffer, host } => {
                host.resize(wanted, Node::default());
                queue.read(buffer, host)?;
            }
            Self::F32 { buffer, host } => {
                host.resize(wanted, Sums::default());
                queue.read(buffer, host)?;
            }
        }
        Ok(())
    }
}

/// Numbers as the device reads them.
pub(crate) fn bytes(numbers: &[f64], precision: Precision) -> Vec<u8> {
    match precision {
        Precision::F64 => numbers.iter().flat_map(|c| c.to_ne_bytes()).collect(),
        Precision::F32 => numbers.iter().flat_map(|c| (*c as f32).to_ne_bytes()).collect(),
    }
}
