//! The techniques that LLVM compiles, where this build has them.

#[cfg(feature = "_jit")]
pub use here::{assembly, llvm_ir, technique};

#[cfg(feature = "_jit")]
mod here {
    use mc_core::{Problem, Technique};
    use mc_jit::{Jit, JitCalls};

    use crate::technique::name::KernelName;
    use crate::technique::simd::Simd;

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

    /// Its LLVM IR for `problem`.
    ///
    /// # Errors
    ///
    /// What LLVM cannot do.
    pub fn llvm_ir(
        kernel: KernelName,
        simd: Option<Simd>,
        problem: &Problem,
    ) -> Result<String, String> {
        let text = match kernel {
            KernelName::JitCalls => calls(simd).llvm_ir(problem),
            kernel => whole(kernel, simd).llvm_ir(problem),
        };
        text.map_err(|error| error.to_string())
    }

    /// Its assembly for `problem`.
    ///
    /// # Errors
    ///
    /// What LLVM cannot do.
    pub fn assembly(
        kernel: KernelName,
        simd: Option<Simd>,
        problem: &Problem,
    ) -> Result<String, String> {
        let text = match kernel {
            KernelName::JitCalls => calls(simd).assembly(problem),
            kernel => whole(kernel, simd).assembly(problem),
        };
        text.map_err(|error| error.to_string())
    }
}

#[cfg(not(feature = "_jit"))]
pub use missing::{assembly, llvm_ir};

/// A build without LLVM.
#[cfg(not(feature = "_jit"))]
mod missing {
    use mc_core::Problem;

    use crate::technique::name::KernelName;
    use crate::technique::simd::Simd;

    /// There is none.
    pub fn llvm_ir(kernel: KernelName, _: Option<Simd>, _: &Problem) -> Result<String, String> {
        Err(format!("{kernel} is not part of this build"))
    }

    /// There is none.
    pub fn assembly(kernel: KernelName, _: Option<Simd>, _: &Problem) -> Result<String, String> {
        Err(format!("{kernel} is not part of this build"))
    }
}
