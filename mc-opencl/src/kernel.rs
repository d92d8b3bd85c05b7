//! Launching the program: batches go in as two numbers, moments come back.

use std::sync::Mutex;

use mc_core::stream::scramble;
use mc_core::{Block, Kernel, Moments, Plan, Problem, RunError, Tree};
use ocl::flags::MemFlags;
use ocl::traits::OclPrm;
use ocl::{Buffer, Queue};

use crate::check;
use crate::device::DeviceInfo;
use crate::error::OpenClError;
use crate::program::{Opened, lock};
use crate::source::{Shape, Source};

/// A launch should not take longer than this, guessed from the work in it:
/// many systems reset a GPU that also drives a display after two seconds, and
/// between launches a run can be stopped.
const SECONDS: f64 = 0.2;

/// What the kernel writes for a work-group: `moments` in `moments.cl`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
struct Node {
    count: u64,
    mean: f64,
    m2: f64,
}

// SAFETY: the fields of the OpenCL C struct, in the same order and with the same
// sizes; all are 8 bytes, so neither side pads.
unsafe impl OclPrm for Node {}

/// The program of one problem on one device.
pub(crate) struct OpenClKernel {
    shape: Shape,
    /// Operations that one sample takes, roughly.
    operations: f64,
    /// Operations that a launch may take.
    work: f64,
    /// Work-groups that a launch may have, for there is scratch for no more.
    max_groups: u64,
    // One thread at a time sets arguments and launches: they belong together.
    launcher: Mutex<Launcher>,
}

impl OpenClKernel {
    /// Builds the program, runs it on a few samples, which is when some
    /// implementations compile, and compares them with the host's.
    ///
    /// # Errors
    ///
    /// If the program cannot be built or run, or gives other bits.
    pub fn new(problem: &Problem, info: &DeviceInfo, shape: Shape) -> Result<Self, OpenClError> {
        let (source, shape) = fitting_source(problem, info, shape)?;
        Self::from_source(problem, info, shape, &source)
    }

    fn from_source(
        problem: &Problem,
        info: &DeviceInfo,
        shape: Shape,
        source: &Source,
    ) -> Result<Self, OpenClError> {
        let scratch_bytes = (source.scratch * shape.group * size_of::<f64>()) as u64;
        let kernel = Self {
            shape,
            operations: check::operations(problem),
            work: SECONDS * info.speed(),
            max_groups: info.buffer_limit().checked_div(scratch_bytes).unwrap_or(u64::MAX),
            launcher: Mutex::new(Launcher::new(source, info, shape)?),
        };
        check::same_bits(problem, info, |plan| kernel.launches(plan, plan.whole()))?;
        Ok(kernel)
    }

    /// The level of blocks that are one launch.
    fn launch_level(&self, plan: &Plan) -> u32 {
        let span = self.shape.span() as u64;
        let by_work = self.work / (self.operations * plan.batch_size() as f64);
        let by_memory = self.max_groups.saturating_mul(span);
        (by_work as u64).min(by_memory).max(span).ilog2()
    }

    /// The moments of a block, in as many launches as it takes.
    fn launches(&self, plan: &Plan, block: Block) -> Result<Moments, OpenClError> {
        let span = self.shape.span() as u64;
        let at_once = 1 << self.launch_level(plan);
        let end = block.first() + block.count();
        let mut launcher = lock(&self.launcher);
        let mut tree = Tree::new();
        for first in (block.first()..end).step_by(at_once) {
            let batches = (end - first).min(at_once as u64);
            let arguments = Arguments {
                start: scramble(plan.seed()),
                first,
                end: first + batches,
                samples: plan.samples(),
                batch_size: plan.batch_size(),
            };
            let nodes = launcher.launch(arguments, batches.div_ceil(span) as usize)?;
            // Merge: the levels above work-groups, here.
            tree.extend(nodes.iter().map(|&Node { count, mean, m2 }| Moments { count, mean, m2 }));
        }
        Ok(tree.root())
    }
}

/// The source for the largest part of `shape` whose scratch fits the device.
fn fitting_source(
    problem: &Problem,
    info: &DeviceInfo,
    mut shape: Shape,
) -> Result<(Source, Shape), OpenClError> {
    loop {
        let source = Source::new(problem, shape);
        let needed = (source.scratch * shape.group * size_of::<f64>()) as u64;
        let available = info.buffer_limit();
        match shape {
            _ if needed <= available => return Ok((source, shape)),
            Shape { group: 2.., .. } => shape.group /= 2,
            Shape { lanes: 2.., .. } => shape.lanes /= 2,
            _ => {
                let device = info.name.clone();
                return Err(OpenClError::TooLarge { device, needed, available });
            }
        }
    }
}

impl Kernel for OpenClKernel {
    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        Ok(self.launches(plan, block)?)
    }

    /// Blocks of one launch: a device is filled by thousands of batches.
    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        let share = plan.batches() / workers.max(1) as u64;
        self.launch_level(plan).min(share.max(self.shape.span() as u64).ilog2())
    }
}

/// What changes from launch to launch.
struct Arguments {
    start: u64,
    first: u64,
    end: u64,
    samples: u64,
    batch_size: u64,
}

/// The kernel with its arguments, its queue and its buffers.
struct Launcher {
    kernel: ocl::Kernel,
    queue: Queue,
    group: usize,
    /// Doubles of scratch for each work-item.
    scratch_each: usize,
    scratch: Buffer<f64>,
    nodes: Buffer<Node>,
    host_nodes: Vec<Node>,
}

impl Launcher {
    fn new(source: &Source, info: &DeviceInfo, shape: Shape) -> Result<Self, OpenClError> {
        let opened = Opened::device(info)?;
        let program = opened.program(&source.text)?;
        let queue = Queue::new(&opened.context, info.device, None)
            .map_err(OpenClError::at("opening a queue"))?;
        // A buffer has at least one element.
        let some = if source.table.is_empty() { &[0.0][..] } else { &source.table };
        let table = Buffer::builder()
            .queue(queue.clone())
            .flags(MemFlags::new().read_only().host_no_access())
            .len(some.len())
            .copy_host_slice(some)
            .build()
            .map_err(OpenClError::at("copying tables to the device"))?;
        let room = OpenClError::at("making room on the device");
        let scratch = buffer(&queue, scratch_flags(), 1).map_err(&room)?;
        let nodes = buffer(&queue, nodes_flags(), 1).map_err(&room)?;
        let kernel = ocl::Kernel::builder()
            .program(&program)
            .name("batches")
            .queue(queue.clone())
            .local_work_size(shape.group)
            .arg_named("start", 0u64)
            .arg_named("first", 0u64)
            .arg_named("end", 0u64)
            .arg_named("samples", 0u64)
            .arg_named("batch_size", 0u64)
            .arg_named("table", &table)
            .arg_named("scratch", &scratch)
            .arg_named("nodes", &nodes)
            .build()
            .map_err(OpenClError::at("creating the kernel"))?;
        let (group, scratch_each) = (shape.group, source.scratch);
        Ok(Self { kernel, queue, group, scratch_each, scratch, nodes, host_nodes: Vec::new() })
    }

    /// Runs the kernel in `groups` work-groups and reads what they wrote.
    fn launch(&mut self, arguments: Arguments, groups: usize) -> Result<&[Node], OpenClError> {
        self.make_room(groups).map_err(OpenClError::at("making room on the device"))?;
        self.set(arguments).map_err(OpenClError::at("setting arguments"))?;
        let command = self.kernel.cmd().global_work_size(groups * self.group);
        // SAFETY: the kernel writes `groups` nodes and `scratch_each` doubles a
        // work-item, for which there is room, and reads `table` inside the
        // bounds that the tape was validated for.
        unsafe { command.enq() }.map_err(OpenClError::at("launching the kernel"))?;
        self.host_nodes.resize(groups, Node::default());
        self.nodes
            .read(&mut self.host_nodes)
            .enq()
            .map_err(OpenClError::at("running the kernel"))?;
        Ok(&self.host_nodes)
    }

    fn make_room(&mut self, groups: usize) -> ocl::Result<()> {
        if self.nodes.len() < groups {
            self.nodes = buffer(&self.queue, nodes_flags(), groups)?;
            self.kernel.set_arg("nodes", &self.nodes)?;
        }
        let scratch = groups * self.group * self.scratch_each;
        if self.scratch.len() < scratch {
            self.scratch = buffer(&self.queue, scratch_flags(), scratch)?;
            self.kernel.set_arg("scratch", &self.scratch)?;
        }
        Ok(())
    }

    fn set(&self, arguments: Arguments) -> ocl::Result<()> {
        let Arguments { start, first, end, samples, batch_size } = arguments;
        self.kernel.set_arg("start", start)?;
        self.kernel.set_arg("first", first)?;
        self.kernel.set_arg("end", end)?;
        self.kernel.set_arg("samples", samples)?;
        self.kernel.set_arg("batch_size", batch_size)
    }
}

fn buffer<T: OclPrm>(queue: &Queue, flags: MemFlags, len: usize) -> ocl::Result<Buffer<T>> {
    Buffer::builder().queue(queue.clone()).flags(flags).len(len).build()
}

fn scratch_flags() -> MemFlags {
    MemFlags::new().read_write().host_no_access()
}

fn nodes_flags() -> MemFlags {
    MemFlags::new().write_only().host_read_only()
}

#[cfg(test)]
mod tests;
