//! What is compiled, for which CPU, and whether it has been compiled before.

use std::sync::{Arc, LazyLock};

use inkwell::execution_engine::UnsafeFunctionPointer;
use mc_core::{Affine, Problem, Tape};

use crate::cache::Cache;
use crate::cpu::{Cpu, Simd};
use crate::emit::{AtPoint, Loop, MonteCarlo, MonteCarloSobol, SobolLoop, Source, Value};
use crate::engine::{self, Code, CompileTimes, Passes};
use crate::error::JitError;
use crate::shape::Shape;

/// More operations are refused: these take some ten seconds.
const LONGEST: usize = 200_000;

/// Operations in all the code that is kept for the next time; LLVM keeps its own
/// form of each beside the machine code.
const KEPT: usize = 100_000;

/// What a function counts for beyond its operations.
const OVERHEAD: usize = 1_000;

/// How functions are compiled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Compiler {
    /// The vector instructions to use, if not the widest there are.
    pub(crate) simd: Option<Simd>,
    pub(crate) passes: Passes,
    /// Whether nothing is taken from before, or kept.
    pub(crate) cold: bool,
}

/// What makes one compiled function differ from another.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    tape: Tape,
    axes: Vec<[u64; 2]>,
    shape: Option<Shape>,
    part: Option<usize>,
    cpu: Cpu,
    passes: Passes,
}

static LOOPS: LazyLock<Cache<Key, Code<Loop>>> = LazyLock::new(|| Cache::new(KEPT));
static SOBOL_LOOPS: LazyLock<Cache<Key, Code<SobolLoop>>> = LazyLock::new(|| Cache::new(KEPT));
static VALUES: LazyLock<Cache<Key, Code<Value>>> = LazyLock::new(|| Cache::new(KEPT));

impl Compiler {
    /// The CPU to write code for; it need not be able to run it.
    pub(crate) fn target(&self) -> Result<Cpu, JitError> {
        let cpu = engine::cpu()?;
        Ok(self.simd.map_or_else(|| cpu.clone(), |simd| cpu.with(simd)))
    }

    /// The CPU to write code for that is run here.
    pub(crate) fn runs_on(&self) -> Result<Cpu, JitError> {
        let cpu = engine::cpu()?;
        match self.simd {
            Some(asked) if !cpu.has(asked) => Err(JitError::Simd { asked, widest: cpu.simd }),
            _ => self.target(),
        }
    }

    /// The loop of this form for `problem`.
    pub(crate) fn monte_carlo(
        &self,
        problem: &Problem,
        shape: Shape,
        cpu: Cpu,
    ) -> Result<Arc<Code<Loop>>, JitError> {
        let (h, axes) = (problem.h(), problem.affine());
        let source = MonteCarlo { h, axes, shape };
        self.compile(&LOOPS, &source, h, axes, Some(shape), cpu)
    }

    /// The loop of this form for `problem` at Sobol' points.
    pub(crate) fn monte_carlo_sobol(
        &self,
        problem: &Problem,
        shape: Shape,
        cpu: Cpu,
    ) -> Result<Arc<Code<SobolLoop>>, JitError> {
        let (h, axes) = (problem.h(), problem.affine());
        let source = MonteCarloSobol(MonteCarlo { h, axes, shape });
        self.compile(&SOBOL_LOOPS, &source, h, axes, Some(shape), cpu)
    }

    /// The function of `tape`.
    pub(crate) fn at_point(&self, tape: &Tape, cpu: Cpu) -> Result<Arc<Code<Value>>, JitError> {
        self.compile(&VALUES, &AtPoint::of(tape), tape, &[], None, cpu)
    }

    fn compile<F: UnsafeFunctionPointer>(
        &self,
        cache: &Cache<Key, Code<F>>,
        source: &impl Source<Signature = F>,
        tape: &Tape,
        axes: &[Affine],
        shape: Option<Shape>,
        cpu: Cpu,
    ) -> Result<Arc<Code<F>>, JitError> {
        let (operations, passes) = (tape.len(), self.passes);
        if operations > LONGEST {
            return Err(JitError::TooLong { operations, most: LONGEST });
        }
        if self.cold {
            return Ok(Arc::new(Code::compile(source, &cpu, passes)?));
        }
        let key = Key {
            tape: tape.clone(),
            axes: axes.iter().map(|axis| [axis.scale, axis.offset].map(f64::to_bits)).collect(),
            shape,
            part: shape.and_then(|shape| shape.part),
            cpu: cpu.clone(),
            passes,
        };
        cache.get(key, operations + OVERHEAD, || Code::compile(source, &cpu, passes))
    }

    /// Compiles anew, and says where the time went.
    pub(crate) fn times(
        &self,
        problem: &Problem,
        shape: impl FnOnce(&Cpu) -> Shape,
    ) -> Result<CompileTimes, JitError> {
        let cpu = self.runs_on()?;
        let (shape, cold) = (shape(&cpu), Self { cold: true, ..*self });
        Ok(cold.monte_carlo(problem, shape, cpu)?.times())
    }
}
