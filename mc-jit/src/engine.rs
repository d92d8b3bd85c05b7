//! From a problem to machine code: LLVM, set up for the CPU it runs on.

use std::sync::OnceLock;

use inkwell::OptimizationLevel;
use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::context::Context;
use inkwell::execution_engine::{ExecutionEngine, UnsafeFunctionPointer};
use inkwell::module::Module;
use inkwell::targets::{
    CodeModel, FileType, InitializationConfig, RelocMode, Target, TargetMachine,
};

use crate::emit::Source;
use crate::error::JitError;
use crate::host::Host;
use crate::library;

/// How hard the code generator tries. The loop is vector code already: there is
/// nothing to vectorise, unroll or inline, so no passes run before it.
const LEVEL: OptimizationLevel = OptimizationLevel::Default;

/// The CPU, once LLVM can generate code for it.
pub(crate) fn host() -> Result<&'static Host, JitError> {
    static HOST: OnceLock<Result<Host, String>> = OnceLock::new();
    let host = HOST.get_or_init(|| {
        Target::initialize_native(&InitializationConfig::default())?;
        Ok(Host::detect())
    });
    host.as_ref().map_err(|error| JitError::Target(error.clone()))
}

/// Writes the function into a new module.
fn module<'ctx>(
    context: &'ctx Context,
    source: &impl Source,
    host: &Host,
) -> Result<Module<'ctx>, JitError> {
    let module = context.create_module("mc-jit");
    module.set_triple(&TargetMachine::get_default_triple());
    let function = source.emit(context, &module)?;
    // The engine compiles for a generic CPU unless the function says otherwise.
    for (key, value) in [("target-cpu", &host.cpu), ("target-features", &host.features)] {
        let attribute = context.create_string_attribute(key, value);
        function.add_attribute(AttributeLoc::Function, attribute);
    }
    // Without it, tables for exceptions would be registered with each loop.
    let nounwind = Attribute::get_named_enum_kind_id("nounwind");
    function.add_attribute(AttributeLoc::Function, context.create_enum_attribute(nounwind, 0));
    if cfg!(debug_assertions) {
        module.verify().map_err(|error| JitError::Invalid(error.to_string()))?;
    }
    Ok(module)
}

/// The function as LLVM's own text.
pub(crate) fn llvm_ir(source: &impl Source, host: &Host) -> Result<String, JitError> {
    let context = Context::create();
    Ok(module(&context, source, host)?.print_to_string().to_string())
}

/// The function as assembly.
pub(crate) fn assembly(source: &impl Source, host: &Host) -> Result<String, JitError> {
    let context = Context::create();
    let module = module(&context, source, host)?;
    let triple = TargetMachine::get_default_triple();
    let target =
        Target::from_triple(&triple).map_err(|error| JitError::Target(error.to_string()))?;
    let machine = target
        .create_target_machine(
            &triple,
            &host.cpu,
            &host.features,
            LEVEL,
            RelocMode::Static,
            CodeModel::JITDefault,
        )
        .ok_or_else(|| JitError::Target(format!("no target machine for {triple}")))?;
    let text = machine
        .write_to_memory_buffer(&module, FileType::Assembly)
        .map_err(|error| JitError::Compile(error.to_string()))?;
    Ok(String::from_utf8_lossy(text.as_slice()).trim_end_matches('\0').to_owned())
}

/// Machine code, and what keeps it in memory.
pub(crate) struct Code<F> {
    run: F,
    // Dropped in this order: the engine refers to the context.
    _engine: ExecutionEngine<'static>,
    _context: OwnedContext,
}

/// A context that stays where it is, so that what is made in it can refer to it.
struct OwnedContext(*mut Context);

impl Drop for OwnedContext {
    fn drop(&mut self) {
        // SAFETY: the pointer comes from `Box::into_raw` and is freed only here.
        drop(unsafe { Box::from_raw(self.0) });
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
        host: &Host,
    ) -> Result<Self, JitError> {
        let owned = OwnedContext(Box::into_raw(Box::new(Context::create())));
        // SAFETY: the context lives until `owned` is dropped. That is after the
        // engine and the module: at the end of this function, or of the `Code`.
        let context: &'static Context = unsafe { &*owned.0 };
        let module = module(context, source, host)?;
        let engine = module
            .create_jit_execution_engine(LEVEL)
            .map_err(|error| JitError::Compile(error.to_string()))?;
        library::provide(context, &module, &engine);
        // SAFETY: the function is written with the signature `F`.
        let function = unsafe { engine.get_function::<F>(S::NAME)? };
        // SAFETY: the engine that holds the code is kept as long as the address.
        let run = unsafe { function.as_raw() };
        Ok(Self { run, _engine: engine, _context: owned })
    }

    /// The compiled function.
    pub(crate) fn function(&self) -> F {
        self.run
    }
}
