//! The compiled loop as a kernel: which batches it computes, and their moments.

use std::collections::TryReserveError;
use std::sync::{Arc, OnceLock};

use inkwell::execution_engine::UnsafeFunctionPointer;
use mc_core::net::{Net, Starts};
use mc_core::stream::scramble;
use mc_core::{Block, Kernel, Moments, Nodes, Plan, Problem, Replicates, RunError, Sampling, Tree};

use crate::compiler::Compiler;
use crate::cpu::Cpu;
use crate::emit::{Loop, SobolLoop};
use crate::engine::Code;
use crate::error::JitError;
use crate::memory::{AT_HAND, Memory, Room};
use crate::shape::{Shape, Wanted};

/// The most batches of one call: their sums stay in the cache.
const BATCHES: u64 = 512;

/// The compiled loop of a problem.
pub(crate) struct JitKernel {
    technique: &'static str,
    problem: Problem,
    compiler: Compiler,
    cpu: Cpu,
    random: Form<Loop>,
    sobol: Form<SobolLoop>,
}

/// A form of the loop, compiled when it is first needed.
struct Form<F> {
    shape: Shape,
    code: OnceLock<Arc<Code<F>>>,
}

impl<F: UnsafeFunctionPointer> Form<F> {
    fn code(
        &self,
        compile: impl FnOnce(Shape) -> Result<Arc<Code<F>>, JitError>,
    ) -> Result<&Code<F>, JitError> {
        if let Some(code) = self.code.get() {
            return Ok(code);
        }
        let code = compile(self.shape)?;
        Ok(self.code.get_or_init(|| code))
    }
}

impl JitKernel {
    /// The kernel of `problem`, compiled for these points already.
    pub(crate) fn new(
        technique: &'static str,
        problem: &Problem,
        compiler: Compiler,
        wanted: &Wanted,
        sampling: Sampling,
    ) -> Result<Self, JitError> {
        let cpu = compiler.runs_on()?;
        let shape = |sampling| Shape::of(problem, &cpu, wanted, sampling);
        let random = Form { shape: shape(Sampling::Random), code: OnceLock::new() };
        let sobol = Form { shape: shape(Sampling::Sobol), code: OnceLock::new() };
        let kernel = Self { technique, problem: problem.clone(), compiler, cpu, random, sobol };
        match sampling {
            Sampling::Random => drop(kernel.random()?),
            Sampling::Sobol => drop(kernel.sobol()?),
        }
        Ok(kernel)
    }

    fn random(&self) -> Result<&Code<Loop>, JitError> {
        let Self { problem, compiler, cpu, .. } = self;
        self.random.code(|shape| compiler.monte_carlo(problem, shape, cpu.clone()))
    }

    fn sobol(&self) -> Result<&Code<SobolLoop>, JitError> {
        let Self { problem, compiler, cpu, .. } = self;
        self.sobol.code(|shape| compiler.monte_carlo_sobol(problem, shape, cpu.clone()))
    }

    fn shape(&self, plan: &Plan) -> &Shape {
        match plan.sampling() {
            Sampling::Random => &self.random.shape,
            Sampling::Sobol => &self.sobol.shape,
        }
    }

    fn failed(&self, cause: JitError) -> RunError {
        RunError::Failed { technique: self.technique, cause: Box::new(cause) }
    }

    fn room(&self, doubles: usize) -> Result<Room, RunError> {
        Room::new(doubles).map_err(|error| RunError::Failed {
            technique: self.technique,
            cause: Box::<TryReserveError>::new(error),
        })
    }

    #[inline(always)]
    fn at_random(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let code = self.random().map_err(|error| self.failed(error))?;
        let mut memory = Memory::of(self.room(code.memory())?);
        let start = scramble(plan.seed());
        let call = |first, groups, samples, sums: &mut Memory| {
            // SAFETY: `sums` has room for 3·width doubles a group, `memory` for
            // what the code needs, and both are aligned to 64 bytes.
            unsafe {
                let (sums, memory) = (sums.as_mut_ptr(), memory.as_mut_ptr());
                code.function()(start, first, groups, samples, sums, memory);
            }
        };
        let mut tree = Tree::new();
        self.in_calls(plan, block, BATCHES, call, |batch| tree.push(batch))?;
        Ok(tree.root())
    }

    /// The nodes at `level`: one, or replicates. Apart: its states would make the stack of the other larger, and a short run slower.
    #[inline(never)]
    fn at_sobol(
        &self,
        net: &Net,
        replicates: Replicates,
        plan: &Plan,
        block: Block,
        level: u32,
    ) -> Result<Vec<Moments>, RunError> {
        let code = self.sobol().map_err(|error| self.failed(error))?;
        let width = self.sobol.shape.width();
        let group = width * net.dims();
        // Few at a time: for most problems neither states nor sums need an allocation then.
        let groups = AT_HAND / group.max(3 * width);
        let most = groups.max(1) * width;
        let mut memory = Memory::of(self.room(code.memory())?);
        let mut states = Memory::of(self.room(most * net.dims())?);
        let mut starts = Starts::new(net, replicates, plan);
        let call = |first, groups, samples, sums: &mut Memory| {
            let of_groups = states.words_mut().chunks_exact_mut(group).take(groups as usize);
            for (of_group, first) in of_groups.zip((first..).step_by(width)) {
                starts.fill(first, width, of_group);
            }
            // SAFETY: as above; `states` are those of all groups, and the net has the words of all digits.
            unsafe {
                let (states, words) = (states.words_mut().as_mut_ptr(), net.all_words().as_ptr());
                let (sums, memory) = (sums.as_mut_ptr(), memory.as_mut_ptr());
                code.function()(groups, samples, words, states, sums, memory);
            }
        };
        let mut nodes = Nodes::new(level);
        self.in_calls(plan, block, most as u64, call, |batch| nodes.push(batch))?;
        Ok(nodes.all())
    }

    /// Pushes the moments of the batches of `block`, of which `call` computes the sums of at most `most` at a time: the
    /// first batch, how many groups, how many samples of each batch.
    #[inline(always)]
    fn in_calls(
        &self,
        plan: &Plan,
        block: Block,
        most: u64,
        mut call: impl FnMut(u64, u64, u64, &mut Memory),
        mut push: impl FnMut(Moments),
    ) -> Result<(), RunError> {
        let width = self.shape(plan).width();
        let most = block.count().min(most).next_multiple_of(width as u64);
        let mut sums = Memory::of(self.room(3 * most as usize)?);

        let mut batches = block.batches();
        while !batches.is_empty() {
            // Batches of one length; the plan's last one may be shorter.
            let samples = plan.batch_len(batches.start);
            let mut count = (batches.end - batches.start).min(most);
            if count > 1 && plan.batch_len(batches.start + count - 1) < samples {
                count -= 1;
            }
            // The last group may have lanes to spare. They compute batches that
            // nobody asked for, each from its own stream or point, and are not looked at.
            let groups = count.div_ceil(width as u64);
            call(batches.start, groups, samples, &mut sums);
            for batch in 0..count as usize {
                let first = batch / width * 3 * width + batch % width;
                let [shift, sum, squares] = [0, 1, 2].map(|part| sums[first + part * width]);
                push(Moments::from_sums(samples, shift, sum, squares));
            }
            batches.start += count;
        }
        Ok(())
    }
}

impl Kernel for JitKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        match plan.net(self.problem.dims())? {
            None => self.at_random(plan, block),
            Some((net, replicates)) => {
                self.at_sobol(&net, replicates, plan, block, block.level()).map(Tree::of)
            }
        }
    }

    /// Replicates side by side, where one has fewer batches than there are lanes.
    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, RunError> {
        match plan.net(self.problem.dims())? {
            Some((net, replicates)) if level == replicates.level() => {
                self.at_sobol(&net, replicates, plan, block, level)
            }
            _ => plan
                .indices(level, block)
                .map(|index| self.moments(plan, plan.block(level, index)))
                .collect(),
        }
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        // A block fills at least one group.
        let group = self.shape(plan).width().next_power_of_two().ilog2();
        plan.block_level(self.problem.dims(), workers).max(group)
    }
}
