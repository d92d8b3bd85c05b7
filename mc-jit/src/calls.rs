//! The technique `jit-calls`: the loop is Rust, and calls compiled functions.

use std::sync::Arc;

use mc_core::{
    Accumulator, Block, Draw, Integrand, Kernel, Moments, Plan, Points, PrepareError, Problem,
    RunError, Tape, Technique, Tree,
};

use crate::compiler::Compiler;
use crate::cpu::{Cpu, Simd};
use crate::emit::{AtPoint, Value};
use crate::engine::{self, Code, Passes};
use crate::error::JitError;
use crate::memory::Memory;

/// The loop of chapter 1, calling a compiled f, and a compiled g where the problem
/// has a density, for each point. This is the lecture's `@jit` before f and g.
///
/// Where h is averaged in units of its own ([`Scale`](mc_core::Scale)), one function is
/// compiled, h in these units: so the loop has none.
///
/// ```
/// use mc_core::{Density, Plan, Problem, Progress, Technique, run};
/// use mc_jit::{Jit, JitCalls};
///
/// let support = "-1:2,3:5".parse()?;
/// let g = Density::parse("prod(1/(hi-lo))", &support)?;
/// let problem = Problem::parse(support, "norm(x)^2", g)?;
/// let plan = Plan::new(10_000, 1)?;
/// let [calls, whole] = [&JitCalls::new() as &dyn Technique, &Jit::new()].map(|technique| {
///     let kernel = technique.prepare(&problem).expect("it compiles");
///     run(&*kernel, &plan, &Progress::new()).expect("finite values")
/// });
/// assert_eq!(calls, whole);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct JitCalls {
    compiler: Compiler,
}

impl JitCalls {
    /// For this machine.
    pub fn new() -> Self {
        Self::default()
    }

    /// As [`Jit::with_simd`](crate::Jit::with_simd).
    pub fn with_simd(self, simd: Simd) -> Self {
        Self { compiler: Compiler { simd: Some(simd), ..self.compiler } }
    }

    /// As [`Jit::with_passes`](crate::Jit::with_passes).
    pub fn with_passes(self, passes: Passes) -> Self {
        Self { compiler: Compiler { passes, ..self.compiler } }
    }

    /// As [`Jit::cold`](crate::Jit::cold).
    pub fn cold(self) -> Self {
        Self { compiler: Compiler { cold: true, ..self.compiler } }
    }

    /// What is called, as LLVM IR with comments.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn llvm_ir(&self, problem: &Problem) -> Result<String, PrepareError> {
        self.text(problem, |_| ";", |function, cpu| engine::llvm_ir(function, cpu))
    }

    /// What is called, as assembly with comments.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn assembly(&self, problem: &Problem) -> Result<String, PrepareError> {
        let mark = |cpu: &Cpu| if cpu.simd == Simd::Neon { "//" } else { "#" };
        self.text(problem, mark, |function, cpu| engine::assembly(function, cpu))
    }

    fn text(
        &self,
        problem: &Problem,
        mark: fn(&Cpu) -> &'static str,
        of: fn(&AtPoint<'_>, &Cpu) -> Result<String, JitError>,
    ) -> Result<String, PrepareError> {
        let text = || {
            let cpu = self.compiler.target()?;
            let one = |name: &str, tape: &Tape| {
                let text = of(&AtPoint::of(tape), &cpu)?;
                Ok::<_, JitError>(format!("{} {name}, called for each point.\n{text}", mark(&cpu)))
            };
            let (f, g) = called(problem);
            let mut text = one(if problem.scale().is_plain() { "f" } else { "h" }, f)?;
            if let Some(g) = g {
                text.push('\n');
                text.push_str(&one("g", g)?);
            }
            Ok(text)
        };
        text().map_err(|error: JitError| error.in_preparing(self.name()))
    }
}

impl Technique for JitCalls {
    fn name(&self) -> &'static str {
        "jit-calls"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let compiled = || {
            let cpu = self.compiler.runs_on()?;
            let (f, g) = called(problem);
            let compile = |tape: &Tape| self.compiler.at_point(tape, cpu.clone());
            Ok((compile(f)?, g.map(compile).transpose()?))
        };
        let (f, g) = compiled().map_err(|error: JitError| error.in_preparing(self.name()))?;
        Ok(Box::new(Calls { problem: problem.clone(), f, g }))
    }
}

/// f, and g if there is one; h, where it has units of its own.
fn called(problem: &Problem) -> (&Tape, Option<&Tape>) {
    match problem.scale().is_plain() {
        true => (problem.f().tape(), problem.g().map(Integrand::tape)),
        false => (problem.h(), None),
    }
}

struct Calls {
    problem: Problem,
    f: Arc<Code<Value>>,
    g: Option<Arc<Code<Value>>>,
}

impl Calls {
    fn moments_at(
        &self,
        mut points: impl Draw,
        plan: &Plan,
        block: Block,
    ) -> Result<Moments, RunError> {
        let most = self.g.iter().map(|g| g.memory()).fold(self.f.memory(), usize::max);
        let mut memory = Memory::new(most)
            .map_err(|error| RunError::Failed { technique: "jit-calls", cause: Box::new(error) })?;
        let (f, g) = (self.f.function(), self.g.as_ref().map(|g| g.function()));
        let mut x = vec![0.0; self.problem.dims()];
        let mut call = |function: Value, x: &[f64]| {
            // SAFETY: `x` has the coordinates of the problem, which f and g take,
            // and `memory` has room for what either needs.
            unsafe { function(x.as_ptr(), memory.as_mut_ptr()) }
        };

        Ok(Tree::of(block.batches().map(|batch| {
            points.start(batch);
            let mut sample = || {
                // Draw the point: one word of the stream a coordinate, or the next point of the net.
                points.draw(self.problem.affine(), &mut x);
                // Evaluate h = f·g there.
                let f = call(f, &x);
                g.map_or(f, |g| f * call(g, &x))
            };
            // Accumulate: deviations from the batch's first value.
            let mut sums = Accumulator::start(sample());
            for _ in 1..plan.batch_len(batch) {
                sums.push(sample());
            }
            sums.moments()
        })))
    }
}

impl Kernel for Calls {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        match plan.points(self.problem.dims())? {
            Points::Random(points) => self.moments_at(points, plan, block),
            Points::Sobol(points) => self.moments_at(points, plan, block),
        }
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}
