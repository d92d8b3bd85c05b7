//! What compiled code calls: where the CPU has no instruction, since without FMA or SSE4.1
//! an operation on a vector becomes a call for each lane; and what hardly any argument
//! needs, angles beyond 2⁴¹ and remainders of huge quotients.

use inkwell::context::Context;
use inkwell::execution_engine::ExecutionEngine;
use inkwell::module::Module;
use mc_core::{Binary, Ternary};

extern "C" fn fma(a: f64, b: f64, c: f64) -> f64 {
    a.mul_add(b, c)
}

extern "C" fn floor(a: f64) -> f64 {
    a.floor()
}

extern "C" fn roundeven(a: f64) -> f64 {
    a.round_ties_even()
}

/// What is computed on the host where a lane needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rare {
    Sin,
    Cos,
    Tan,
    Remainder,
}

impl Rare {
    const ALL: [Self; 4] = [Self::Sin, Self::Cos, Self::Tan, Self::Remainder];

    /// Its name in the code.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sin => "large_sin",
            Self::Cos => "large_cos",
            Self::Tan => "large_tan",
            Self::Remainder => "large_remainder",
        }
    }

    fn address(self) -> usize {
        match self {
            Self::Sin => large_sin as *const () as usize,
            Self::Cos => large_cos as *const () as usize,
            Self::Tan => large_tan as *const () as usize,
            Self::Remainder => large_remainder as *const () as usize,
        }
    }
}

/// In each of `lanes` places, `small` becomes what the operation makes of both.
///
/// # Safety
///
/// Both must point to that many numbers, which nothing else uses meanwhile.
unsafe fn angles(op: Binary, angle: *const f64, small: *mut f64, lanes: u64) {
    for lane in 0..lanes as usize {
        // SAFETY: as the caller promises.
        unsafe {
            let small = small.add(lane);
            *small = op.apply(*angle.add(lane), *small);
        }
    }
}

unsafe extern "C" fn large_sin(angle: *const f64, small: *mut f64, lanes: u64) {
    // SAFETY: compiled code gives vectors in memory of its own.
    unsafe { angles(Binary::LargeSin, angle, small, lanes) }
}

unsafe extern "C" fn large_cos(angle: *const f64, small: *mut f64, lanes: u64) {
    // SAFETY: as above.
    unsafe { angles(Binary::LargeCos, angle, small, lanes) }
}

unsafe extern "C" fn large_tan(angle: *const f64, small: *mut f64, lanes: u64) {
    // SAFETY: as above.
    unsafe { angles(Binary::LargeTan, angle, small, lanes) }
}

unsafe extern "C" fn large_remainder(
    dividend: *const f64,
    divisor: *const f64,
    small: *mut f64,
    lanes: u64,
) {
    for lane in 0..lanes as usize {
        // SAFETY: as above.
        unsafe {
            let small = small.add(lane);
            let (dividend, divisor) = (*dividend.add(lane), *divisor.add(lane));
            *small = Ternary::LargeRemainder.apply(dividend, divisor, *small);
        }
    }
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
    for rare in Rare::ALL {
        // Only what the code calls.
        if let Some(function) = module.get_function(rare.name()) {
            engine.add_global_mapping(&function, rare.address());
        }
    }
}
