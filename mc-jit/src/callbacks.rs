//! What LLVM calls where the CPU has no instruction: without FMA or SSE4.1, an
//! operation on a vector becomes a call for each lane.

use inkwell::context::Context;
use inkwell::execution_engine::ExecutionEngine;
use inkwell::module::Module;

extern "C" fn fma(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}

extern "C" fn floor(a: f64) -> f64 {
    a.floor()
}

extern "C" fn roundeven(a: f64) -> f64 {
    a.round_ties_even()
}

/// Gives the loop in `module` these functions by the names that LLVM uses.
///
/// They are in most C libraries too, but not in all, and a name that is not
/// found ends the process.
pub(crate) fn provide<'ctx>(
    context: &'ctx Context,
    module: &Module<'ctx>,
    engine: &ExecutionEngine<'ctx>,
) {
    let functions = [
        ("fma", 3, fma as *const () as usize),
        ("floor", 1, floor as *const () as usize),
        ("roundeven", 1, roundeven as *const () as usize),
    ];
    let number = context.f64_type();
    for (name, args, address) in functions {
        let args = vec![number.into(); args];
        let function = module.add_function(name, number.fn_type(&args, false), None);
        engine.add_global_mapping(&function, address);
    }
}
