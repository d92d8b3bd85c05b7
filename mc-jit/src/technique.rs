//! The techniques `jit-scalar`, `jit-lanes` and `jit`: the loop compiled whole.

use mc_core::{Kernel, PrepareError, Problem, Sampling, Technique};

use crate::compiler::Compiler;
use crate::cpu::{Cpu, Lanes, Simd};
use crate::emit::{MonteCarlo, MonteCarloSobol, Source};
use crate::engine::{self, CompileTimes, Passes};
use crate::error::JitError;
use crate::kernel::JitKernel;
use crate::shape::{Chains, Shape, Wanted};

/// The loop, compiled for the integrand and for this machine.
///
/// ```
/// use mc_core::{Plan, Progress, SquaredNorm, Support, Technique, run};
/// use mc_jit::Jit;
///
/// let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2)?)?;
/// let kernel = Jit::new().prepare(&problem)?;
/// let estimate = run(&*kernel, &Plan::new(100_000, 1)?, &Progress::new())?;
/// assert!(estimate.distance(2.0 / 3.0) < 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// A loop is compiled once: preparing the same problem again finds it, as long
/// as it is among those used last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Jit {
    step: Step,
    wanted: Wanted,
    compiler: Compiler,
}

/// How far the loop has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    Scalar,
    Lanes,
    #[default]
    Tuned,
}

/// Code, as it can be read.
#[derive(Clone, Copy)]
enum Text {
    Ir,
    Assembly,
}

impl Text {
    fn of(self, source: &impl Source, cpu: &Cpu) -> Result<String, JitError> {
        match self {
            Self::Ir => engine::llvm_ir(source, cpu),
            Self::Assembly => engine::assembly(source, cpu),
        }
    }
}

impl Jit {
    /// The tuned loop, technique `jit`: the lanes and chains that suit this
    /// machine and the problem.
    pub fn new() -> Self {
        Self::default()
    }

    /// The loop of chapter 1, compiled whole, technique `jit-scalar`: one lane,
    /// one chain.
    pub fn scalar() -> Self {
        let wanted = Wanted { lanes: Some(Lanes::One), chains: Some(Chains::One), part: None };
        Self { step: Step::Scalar, wanted, ..Self::default() }
    }

    /// One batch a lane of this machine's vectors, technique `jit-lanes`: one
    /// chain.
    pub fn lanes() -> Self {
        let wanted = Wanted { chains: Some(Chains::One), ..Wanted::default() };
        Self { step: Step::Lanes, wanted, ..Self::default() }
    }

    /// With vectors of `lanes` batches, whatever the machine has.
    pub fn with_lanes(lanes: Lanes) -> Self {
        let wanted = Wanted { lanes: Some(lanes), ..Wanted::default() };
        Self { wanted, ..Self::default() }
    }

    /// With `chains` vectors worked on at a time.
    pub fn with_chains(self, chains: Chains) -> Self {
        Self { wanted: Wanted { chains: Some(chains), ..self.wanted }, ..self }
    }

    /// With an integrand cut into functions of `operations`, as long ones are.
    pub fn with_parts_of(self, operations: usize) -> Self {
        Self { wanted: Wanted { part: Some(operations), ..self.wanted }, ..self }
    }

    /// Of these vector instructions instead of the widest that this machine has.
    ///
    /// Preparing fails where the machine lacks them; [`llvm_ir`](Self::llvm_ir)
    /// and [`assembly`](Self::assembly) do not.
    pub fn with_simd(self, simd: Simd) -> Self {
        Self { compiler: Compiler { simd: Some(simd), ..self.compiler }, ..self }
    }

    /// After these passes of LLVM's.
    pub fn with_passes(self, passes: Passes) -> Self {
        Self { compiler: Compiler { passes, ..self.compiler }, ..self }
    }

    /// Compiled anew at each prepare, for measuring it.
    pub fn cold(self) -> Self {
        Self { compiler: Compiler { cold: true, ..self.compiler }, ..self }
    }

    /// Compiles the loop for `problem` anew, and says where the time went.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn times(&self, problem: &Problem) -> Result<CompileTimes, PrepareError> {
        let times = self.compiler.times(problem, |cpu| self.shape(problem, cpu, Sampling::Random));
        times.map_err(|error| error.in_preparing(self.name()))
    }

    /// The loop for `problem` as LLVM IR, before LLVM works on it, with comments.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn llvm_ir(&self, problem: &Problem) -> Result<String, PrepareError> {
        self.llvm_ir_for(problem, Sampling::Random)
    }

    /// [`llvm_ir`](Self::llvm_ir) of the loop for these points.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn llvm_ir_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<String, PrepareError> {
        self.text(problem, sampling, Text::Ir)
    }

    /// The loop for `problem` as assembly, with comments.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn assembly(&self, problem: &Problem) -> Result<String, PrepareError> {
        self.assembly_for(problem, Sampling::Random)
    }

    /// [`assembly`](Self::assembly) of the loop for these points.
    ///
    /// # Errors
    ///
    /// As [`Technique::prepare`].
    pub fn assembly_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<String, PrepareError> {
        self.text(problem, sampling, Text::Assembly)
    }

    fn text(
        &self,
        problem: &Problem,
        sampling: Sampling,
        text: Text,
    ) -> Result<String, PrepareError> {
        let text = self.compiler.target().and_then(|cpu| {
            let shape = self.shape(problem, &cpu, sampling);
            let random = MonteCarlo { h: problem.h(), axes: problem.affine(), shape };
            match sampling {
                Sampling::Random => text.of(&random, &cpu),
                Sampling::Sobol => text.of(&MonteCarloSobol(random), &cpu),
            }
        });
        text.map_err(|error| error.in_preparing(self.name()))
    }

    fn shape(&self, problem: &Problem, cpu: &Cpu, sampling: Sampling) -> Shape {
        Shape::of(problem, cpu, &self.wanted, sampling)
    }
}

impl Technique for Jit {
    fn name(&self) -> &'static str {
        match self.step {
            Step::Scalar => "jit-scalar",
            Step::Lanes => "jit-lanes",
            Step::Tuned => "jit",
        }
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        self.prepare_for(problem, Sampling::Random)
    }

    fn prepare_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Box<dyn Kernel>, PrepareError> {
        let kernel = JitKernel::new(self.name(), problem, self.compiler, &self.wanted, sampling);
        Ok(Box::new(kernel.map_err(|error| error.in_preparing(self.name()))?))
    }
}
