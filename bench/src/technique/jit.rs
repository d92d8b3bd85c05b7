//! The techniques that LLVM compiles, where this build has them.

use mc_core::{Problem, Sampling};

use super::name::KernelName;
use super::simd::Simd;

/// What LLVM is given, or makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// LLVM IR.
    Llvm,
    /// Assembly.
    Assembly,
}

#[cfg(feature = "_jit")]
pub use here::{code, technique};

#[cfg(feature = "_jit")]
mod here {
    use mc_core::Technique;
    use mc_jit::{Jit, JitCalls};

    use super::{Code, KernelName, Problem, Sampling, Simd};

    /// The technique, compiled anew at each prepare if `cold`; `kernel` is one of those that are
    /// compiled.
    pub fn technique(kernel: KernelName, simd: Option<Simd>, cold: bool) -> Box<dyn Technique> {
        match (kernel, cold) {
            (KernelName::JitCalls, false) => Box::new(calls(simd)),
            (KernelName::JitCalls, true) => Box::new(calls(simd).cold()),
            (kernel, false) => Box::new(whole(kernel, simd)),
            (kernel, true) => Box::new(whole(kernel, simd).cold()),
        }
    }

    fn level(simd: Simd) -> mc_jit::Simd {
        match simd {
            Simd::Avx512 => mc_jit::Simd::Avx512,
            Simd::Avx2 => mc_jit::Simd::Avx2,
            Simd::Sse2 => mc_jit::Simd::Sse2,
            Simd::Neon => mc_jit::Simd::Neon,
        }
    }

    fn calls(simd: Option<Simd>) -> JitCalls {
        simd.map_or(JitCalls::new(), |simd| JitCalls::new().with_simd(level(simd)))
    }

    fn whole(kernel: KernelName, simd: Option<Simd>) -> Jit {
        let jit = match kernel {
            KernelName::JitScalar => Jit::scalar(),
            KernelName::JitLanes => Jit::lanes(),
            _ => Jit::new(),
        };
        simd.map_or(jit, |simd| jit.with_simd(level(simd)))
    }

    /// Its code for `problem`, with these points; or what LLVM cannot do.
    pub fn code(
        kernel: KernelName,
        simd: Option<Simd>,
        problem: &Problem,
        sampling: Sampling,
        code: Code,
    ) -> Result<String, String> {
        // `jit-calls` compiles functions of a point, whatever points they are.
        let text = match (kernel, code) {
            (KernelName::JitCalls, Code::Llvm) => calls(simd).llvm_ir(problem),
            (KernelName::JitCalls, Code::Assembly) => calls(simd).assembly(problem),
            (_, Code::Llvm) => whole(kernel, simd).llvm_ir_for(problem, sampling),
            (_, Code::Assembly) => whole(kernel, simd).assembly_for(problem, sampling),
        };
        text.map_err(|error| error.to_string())
    }
}

/// A build without LLVM has none.
#[cfg(not(feature = "_jit"))]
pub fn code(
    kernel: KernelName,
    _: Option<Simd>,
    _: &Problem,
    _: Sampling,
    _: Code,
) -> Result<String, String> {
    Err(kernel.missing().unwrap_or_default())
}
