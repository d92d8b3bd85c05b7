//! The same bits from every level of vector instructions that this machine has.
//! What it lacks cannot run here; its code comes out all the same.

use mc_core::{PrepareError, SquaredNorm, Support, Technique};
use mc_jit::{Jit, JitCalls, Simd};

/// The conformance of all techniques at one level, or why it does not run.
macro_rules! level {
    ($name:ident, $simd:expr, $there:meta, $missing:literal) => {
        #[cfg($there)]
        mod $name {
            use super::*;

            mc_core::conformance!(jit, Jit::new().with_simd($simd));
            mc_core::conformance!(jit_calls, JitCalls::new().with_simd($simd));
            mc_core::conformance!(jit_scalar, Jit::scalar().with_simd($simd));
            mc_core::conformance!(jit_lanes, Jit::lanes().with_simd($simd));
            mc_core::conformance_of_mixtures!(mixtures, Jit::new().with_simd($simd));
        }

        #[cfg(not($there))]
        #[test]
        #[ignore = $missing]
        fn $name() {
            unreachable!($missing);
        }
    };
}

level!(avx512, Simd::Avx512, target_feature = "avx512f", "this CPU has no AVX-512");
level!(avx2, Simd::Avx2, target_feature = "avx2", "this CPU has no AVX2");
level!(sse2, Simd::Sse2, target_arch = "x86_64", "this CPU is no x86-64");
level!(neon, Simd::Neon, target_arch = "aarch64", "this CPU is no aarch64");

#[test]
fn code_of_every_level_can_be_read_on_any_machine() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    for (simd, vector, instruction) in [
        (Simd::Avx512, "<8 x double>", "vfmadd"),
        (Simd::Avx2, "<4 x double>", "vfmadd"),
        (Simd::Sse2, "<2 x double>", "addpd"),
        (Simd::Neon, "<2 x double>", "fmla"),
    ] {
        let jit = Jit::new().with_simd(simd);
        let ir = jit.llvm_ir(&problem).unwrap();
        assert!(ir.contains(vector), "{simd}: {ir}");
        let assembly = jit.assembly(&problem).unwrap();
        assert!(assembly.contains(instruction), "{simd}: {assembly}");
        let wide = assembly.contains("%zmm");
        assert_eq!(wide, simd == Simd::Avx512, "{simd}: {assembly}");
        if simd == Simd::Sse2 {
            assert!(!assembly.contains("%ymm") && !assembly.contains("vfmadd"), "{assembly}");
        }
    }
}

#[test]
fn what_the_cpu_lacks_is_refused_with_its_name() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    let foreign = if cfg!(target_arch = "aarch64") { Simd::Avx2 } else { Simd::Neon };
    for technique in
        [&Jit::new().with_simd(foreign) as &dyn Technique, &JitCalls::new().with_simd(foreign)]
    {
        let error = technique.prepare(&problem).err().expect("it cannot run here");
        assert!(matches!(error, PrepareError::Unavailable { .. }), "{error}");
        assert!(error.to_string().contains(foreign.name()), "{error}");
    }
}
