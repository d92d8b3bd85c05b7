//! The kernel `batches` with its arguments, its queue and its buffers.

use std::ops::Range;
use std::sync::Arc;

use mc_core::net::{BITS, Net};
use mc_core::stream::scramble;
use mc_core::{Moments, Plan, Precision};
use ocl::ffi::{CL_MEM_READ_ONLY, CL_MEM_READ_WRITE, CL_MEM_WRITE_ONLY};

use crate::cl::{Buffer, Kernel, Queue, Status};
use crate::device::{Built, DeviceInfo, Opened};
use crate::error::{OpenClError, Step};
use crate::source::{Shape, Source};

/// The points of one plan.
#[derive(Debug)]
pub(crate) struct Run {
    /// Where the sequence of streams, or of shifts, starts.
    start: u64,
    seed: u64,
    samples: u64,
    batch_size: u64,
    /// Batches of a replicate; 0 where points are random.
    per_replicate: u64,
    net: Option<Arc<Net>>,
}

impl Run {
    /// # Errors
    ///
    /// [`OpenClError::Points`] where there are none of so many coordinates.
    pub fn of(plan: &Plan, dims: usize) -> Result<Self, OpenClError> {
        let (seed, samples, batch_size) = (plan.seed(), plan.samples(), plan.batch_size());
        let (start, per_replicate, net) = match plan.net(dims)? {
            None => (scramble(seed), 0, None),
            Some((net, replicates)) => {
                let start = net.start_of_shifts().unwrap_or(0);
                (start, replicates.points() / batch_size, Some(net))
            }
        };
        Ok(Self { start, seed, samples, batch_size, per_replicate, net })
    }
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
    /// The direction numbers of the seed that was asked for last.
    net: (Option<u64>, Buffer<u8>),
    _table: Buffer<u8>,
    _built: Arc<Built>,
}

/// The places of the kernel's arguments.
const NET: u32 = 7;
const TABLE: u32 = 8;
const SCRATCH: u32 = 9;
const RESULTS: u32 = 10;

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
        let net = (None, Buffer::new(context, CL_MEM_READ_ONLY, 1).map_err(&allocating)?);
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
            net,
            _table: table,
            _built: built,
            opened,
        };
        launcher.set_buffers().map_err(at(Step::Opening("setting arguments")))?;
        Ok(launcher)
    }

    fn set_buffers(&mut self) -> Result<(), Status> {
        self.kernel.set_buffer(NET, &self.net.1)?;
        self.kernel.set_buffer(TABLE, &self._table)?;
        self.kernel.set_buffer(SCRATCH, &self.scratch)?;
        match &self.results {
            Results::F64 { buffer, .. } => self.kernel.set_buffer(RESULTS, buffer),
            Results::F32 { buffer, .. } => self.kernel.set_buffer(RESULTS, buffer),
        }
    }

    /// Runs the kernel on these batches and reads what it wrote: in f64 the nodes of `reach`
    /// batches each, in f32 the batches.
    pub fn launch(
        &mut self,
        run: &Run,
        batches: Range<u64>,
        reach: u64,
    ) -> Result<(), OpenClError> {
        let count = batches.end - batches.start;
        let groups = count.div_ceil(self.shape.span() as u64) as usize;
        let device = self.device.clone();
        let at = |step| OpenClError::at(step, &device);
        self.send(run)?;
        self.grow(groups, reach).map_err(at(Step::Allocating("making room on the device")))?;
        let Run { start, samples, batch_size, per_replicate, .. } = *run;
        let Range { start: first, end } = batches;
        let numbers = [start, first, end, samples, batch_size, per_replicate, reach];
        for (place, number) in (0..).zip(numbers) {
            self.kernel
                .set_number(place, number)
                .map_err(at(Step::Opening("setting arguments")))?;
        }
        let group = self.shape.group;
        // SAFETY: the kernel writes what `results` has room for and `scratch_each`
        // numbers a work-item, for which there is room too, and reads `table`
        // inside the bounds that the tape was validated for, and `net` for digits and
        // coordinates that a net has.
        unsafe { self.queue.launch(&mut self.kernel, &[groups * group], Some(&[group])) }
            .map_err(at(Step::Running("launching the kernel")))?;
        self.results
            .read(&self.queue, count as usize, reach)
            .map_err(at(Step::Running("running the kernel")))
    }

    /// Copies the direction numbers to the device, unless they are there.
    fn send(&mut self, run: &Run) -> Result<(), OpenClError> {
        let Some(net) = run.net.as_ref().filter(|_| self.net.0 != Some(run.seed)) else {
            return Ok(());
        };
        let device = self.device.clone();
        let at = |step| OpenClError::at(step, &device);
        let words = (0..BITS).flat_map(|digit| net.words(digit));
        let bytes: Vec<u8> = match self.shape.precision {
            Precision::F64 => words.flat_map(|word| word.to_ne_bytes()).collect(),
            // As many digits as a float has.
            Precision::F32 => words.flat_map(|word| ((word >> 29) as u32).to_ne_bytes()).collect(),
        };
        self.net = (
            None,
            Buffer::new(&self.opened.context, CL_MEM_READ_ONLY, bytes.len())
                .map_err(at(Step::Allocating("making room for direction numbers")))?,
        );
        self.queue
            .write(&self.net.1, &bytes)
            .map_err(at(Step::Running("copying direction numbers to the device")))?;
        self.net.0 = Some(run.seed);
        self.set_buffers().map_err(at(Step::Opening("setting arguments")))
    }

    fn grow(&mut self, groups: usize, reach: u64) -> Result<(), Status> {
        let context = &self.opened.context;
        let scratch = groups * self.shape.group * self.scratch_each * self.shape.number_bytes();
        let grown = if self.scratch.len() < scratch {
            self.scratch = Buffer::new(context, CL_MEM_READ_WRITE, scratch)?;
            true
        } else {
            false
        };
        let wanted = self.results.wanted(groups * self.shape.span(), reach);
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

    /// The moments of these batches, after a launch in f32: what
    /// the device rounded away is put back, in f64.
    pub fn batches(&self, plan: &Plan, batches: Range<u64>) -> impl Iterator<Item = Moments> {
        let sums = match &self.results {
            Results::F64 { .. } => &[],
            Results::F32 { host, .. } => host.as_slice(),
        };
        let pair = |[high, low]: [f32; 2]| f64::from(high) + f64::from(low);
        sums.iter().zip(batches).map(move |(sums, batch)| {
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

    /// How many results so many batches have.
    fn wanted(&self, batches: usize, reach: u64) -> usize {
        match self {
            Self::F64 { .. } => batches.div_ceil(reach as usize),
            Self::F32 { .. } => batches,
        }
    }

    fn capacity(&self) -> usize {
        match self {
            Self::F64 { buffer, .. } => buffer.len(),
            Self::F32 { buffer, .. } => buffer.len(),
        }
    }

    fn read(&mut self, queue: &Queue, batches: usize, reach: u64) -> Result<(), Status> {
        let wanted = self.wanted(batches, reach);
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
