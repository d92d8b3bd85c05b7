//! From a function to machine code: LLVM, set up for a CPU.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use inkwell::OptimizationLevel;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::execution_engine::{ExecutionEngine, UnsafeFunctionPointer};
use inkwell::module::Module;
use inkwell::passes::PassBuilderOptions;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple,
};

use crate::cpu::Cpu;
use crate::emit::{Emitted, Into, Source};
use crate::error::JitError;
use crate::{callbacks, listing};

/// How hard the code generator tries.
const LEVEL: OptimizationLevel = OptimizationLevel::Default;

/// What LLVM does to the IR before it generates code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Passes {
    /// Nothing: the loop is vector code already, without a call, and every value
    /// is in a register, so there is nothing to vectorise, inline or promote.
    #[default]
    None,
    /// Everything that `-O3` does.
    O3,
}

/// Where the time of one compilation went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CompileTimes {
    /// Writing the IR.
    pub emit: Duration,
    /// Running the [`Passes`].
    pub optimise: Duration,
    /// Generating machine code, and placing it in memory.
    pub machine_code: Duration,
}

impl CompileTimes {
    /// All of it.
    pub fn total(&self) -> Duration {
        self.emit + self.optimise + self.machine_code
    }
}

/// How many compiled functions are in memory.
static LIVE: AtomicUsize = AtomicUsize::new(0);

/// How many compiled functions this process holds: those in use, and those kept
/// for the next time they are asked for.
pub fn compiled_functions() -> usize {
    LIVE.load(Ordering::Relaxed)
}

/// The CPU of this machine, once LLVM can generate code for it.
pub(crate) fn cpu() -> Result<&'static Cpu, JitError> {
    static CPU: OnceLock<Result<Cpu, String>> = OnceLock::new();
    let cpu = CPU.get_or_init(|| {
        Target::initialize_native(&InitializationConfig::default())?;
        Ok(Cpu::detect())
    });
    cpu.as_ref().map_err(|error| JitError::Target(error.clone()))
}

/// LLVM's code generator for `cpu`, which need not be this machine.
fn machine(cpu: &Cpu) -> Result<TargetMachine, JitError> {
    static OTHERS: OnceLock<()> = OnceLock::new();
    OTHERS.get_or_init(|| {
        Target::initialize_x86(&InitializationConfig::default());
        Target::initialize_aarch64(&InitializationConfig::default());
    });
    let triple = TargetTriple::create(&cpu.triple);
    let target =
        Target::from_triple(&triple).map_err(|error| JitError::Target(error.to_string()))?;
    let (name, features) = (&cpu.name, &cpu.features);
    let (relocations, model) = (RelocMode::Static, CodeModel::JITDefault);
    target
        .create_target_machine(&triple, name, features, LEVEL, relocations, model)
        .ok_or_else(|| JitError::Target(format!("no target machine for {}", cpu.triple)))
}

/// Writes the function into a new module.
fn module<'ctx>(
    context: &'ctx Context,
    source: &impl Source,
    cpu: &Cpu,
    notes: bool,
) -> Result<(Module<'ctx>, Emitted), JitError> {
    let module = context.create_module("mc-jit");
    module.set_triple(&TargetTriple::create(&cpu.triple));
    let emitted = source.emit(&Into { context, module: &module, simd: cpu.simd, notes })?;
    // The engine compiles for a generic CPU unless the function says otherwise.
    let target = [("target-cpu", &cpu.name), ("target-features", &cpu.features)]
        .map(|(key, value)| context.create_string_attribute(key, value));
    // Without it, tables for exceptions would be registered with each loop.
    let simple = ["nounwind", "noinline"].map(|name| {
        let kind = Attribute::get_named_enum_kind_id(name);
        context.create_enum_attribute(kind, 0)
    });
    for function in module.get_functions().filter(|f| f.count_basic_blocks() > 0) {
        for attribute in target.iter().chain(&simple) {
            function.add_attribute(AttributeLoc::Function, *attribute);
        }
    }
    if cfg!(debug_assertions) {
        verify(&module)?;
    }
    Ok((module, emitted))
}

fn verify(module: &Module<'_>) -> Result<(), JitError> {
    module.verify().map_err(|error| JitError::Invalid(error.to_string()))
}

fn optimise(module: &Module<'_>, cpu: &Cpu, passes: Passes) -> Result<(), JitError> {
    match passes {
        Passes::None => Ok(()),
        Passes::O3 => module
            .run_passes("default<O3>", &machine(cpu)?, PassBuilderOptions::create())
            .map_err(|error| JitError::Compile(error.to_string())),
    }
}

/// The function as LLVM's own text, with the steps as comments.
pub(crate) fn llvm_ir<S: Source>(source: &S, cpu: &Cpu) -> Result<String, JitError> {
    let context = Context::create();
    let (module, _) = module(&context, source, cpu, true)?;
    Ok(listing::ir(&module.print_to_string().to_string(), S::ABOUT))
}

/// The function as assembly, with the step of each instruction beside it.
pub(crate) fn assembly<S: Source>(source: &S, cpu: &Cpu) -> Result<String, JitError> {
    let context = Context::create();
    let (module, _) = module(&context, source, cpu, true)?;
    let machine = machine(cpu)?;
    machine.set_asm_verbosity(true);
    let text = machine
        .write_to_memory_buffer(&module, FileType::Assembly)
        .map_err(|error| JitError::Compile(error.to_string()))?;
    let text = String::from_utf8_lossy(text.as_slice());
    Ok(listing::assembly(text.trim_end_matches('\0'), S::ABOUT, S::NOTES, cpu))
}

/// Machine code, and what keeps it in memory.
pub(crate) struct Code<F> {
    run: F,
    memory: usize,
    times: CompileTimes,
    // Dropped in this order: the engine refers to the context.
    _engine: ExecutionEngine<'static>,
    _context: OwnedContext,
}

/// A context that stays where it is, so that what is made in it can refer to it.
struct OwnedContext(*mut Context);

impl OwnedContext {
    fn new() -> Self {
        LIVE.fetch_add(1, Ordering::Relaxed);
        Self(Box::into_raw(Box::new(Context::create())))
    }
}

impl Drop for OwnedContext {
    fn drop(&mut self) {
        // SAFETY: the pointer comes from `Box::into_raw` and is freed only here.
        drop(unsafe { Box::from_raw(self.0) });
        LIVE.fetch_sub(1, Ordering::Relaxed);
    }
}

// SAFETY: once compiled, a `Code` gives out nothing but the address of machine
// code, which needs no particular thread. Engine and context belong to this
// `Code` alone, and only its drop touches them again.
unsafe impl<F: UnsafeFunctionPointer> Send for Code<F> {}
// SAFETY: as above; the machine code is not changed while the `Code` lives.
unsafe impl<F: UnsafeFunctionPointer> Sync for Code<F> {}

impl<F: UnsafeFunctionPointer> Code<F> {
    /// Compiles the function.
    pub(crate) fn compile<S: Source<Signature = F>>(
        source: &S,
        cpu: &Cpu,
        passes: Passes,
    ) -> Result<Self, JitError> {
        let clock = Instant::now();
        let owned = OwnedContext::new();
        // SAFETY: the context lives until `owned` is dropped. That is after the
        // engine and the module: at the end of this function, or of the `Code`.
        let context: &'static Context = unsafe { &*owned.0 };
        let (module, emitted) = module(context, source, cpu, false)?;
        let emit = clock.elapsed();
        optimise(&module, cpu, passes)?;
        let optimised = clock.elapsed();
        let engine = module
            .create_jit_execution_engine(LEVEL)
            .map_err(|error| JitError::Compile(error.to_string()))?;
        callbacks::provide(context, &module, &engine);
        // SAFETY: the function is written with the signature `F`.
        let function = unsafe { engine.get_function::<F>(S::NAME)? };
        // SAFETY: the engine that holds the code is kept as long as the address.
        let run = unsafe { function.as_raw() };
        let (optimise, machine_code) = (optimised - emit, clock.elapsed() - optimised);
        let times = CompileTimes { emit, optimise, machine_code };
        // What does not fit in usize does not fit in memory: allocating it fails.
        let memory = usize::try_from(emitted.doubles).unwrap_or(usize::MAX);
        Ok(Self { run, memory, times, _engine: engine, _context: owned })
    }

    /// The compiled function.
    pub(crate) fn function(&self) -> F {
        self.run
    }

    /// The doubles of memory that each call of it needs.
    pub(crate) fn memory(&self) -> usize {
        self.memory
    }

    /// How long it took to compile.
    pub(crate) fn times(&self) -> CompileTimes {
        self.times
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_carry_the_words_of_llvm() {
        let nowhere = Cpu { triple: "nowhere-unknown-none".into(), ..Cpu::detect() };
        let error = machine(&nowhere).unwrap_err();
        assert!(matches!(&error, JitError::Target(text) if text.contains("nowhere")), "{error}");

        let context = Context::create();
        let module = context.create_module("without an end");
        let function = module.add_function("f", context.void_type().fn_type(&[], false), None);
        context.append_basic_block(function, "entry");
        let error = verify(&module).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("does not have terminator"), "{text}");
    }
}
