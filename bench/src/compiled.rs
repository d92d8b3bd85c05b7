//! The techniques that LLVM compiles, where this build has them.

#[cfg(feature = "_jit")]
pub use here::{code, technique};

#[cfg(feature = "_jit")]
mod here {
    use mc_core::{Problem, Technique};
    use mc_jit::{Jit, JitCalls};

    use crate::command::{Emit, Simd};
    use crate::techniques::KernelName;

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

    /// The technique; `kernel` is one of those that are compiled.
    pub fn technique(kernel: KernelName, simd: Option<Simd>) -> Box<dyn Technique> {
        match kernel {
            KernelName::JitCalls => Box::new(calls(simd)),
            kernel => Box::new(whole(kernel, simd)),
        }
    }

    /// Its code for `problem`.
    ///
    /// # Errors
    ///
    /// What LLVM cannot do.
    pub fn code(
        kernel: KernelName,
        simd: Option<Simd>,
        problem: &Problem,
        what: Emit,
    ) -> Result<String, String> {
        let text = match (kernel, what) {
            (KernelName::JitCalls, Emit::Asm) => calls(simd).assembly(problem),
            (KernelName::JitCalls, _) => calls(simd).llvm_ir(problem),
            (kernel, Emit::Asm) => whole(kernel, simd).assembly(problem),
            (kernel, _) => whole(kernel, simd).llvm_ir(problem),
        };
        text.map_err(|error| error.to_string())
    }
}

/// [`here::code`] of a build that has none.
#[cfg(not(feature = "_jit"))]
pub fn code(
    kernel: crate::techniques::KernelName,
    _: Option<crate::command::Simd>,
    _: &mc_core::Problem,
    _: crate::command::Emit,
) -> Result<String, String> {
    Err(format!("{kernel} is not part of this build"))
}
