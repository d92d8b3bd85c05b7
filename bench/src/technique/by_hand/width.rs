//! The vector instructions that the loop by hand is written in.

/// The vector instructions that the loop by hand is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// 256 bits, 4 lanes. Where the build is for a CPU with AVX-512, the compiler
    /// may use its further instructions on 256 bits.
    Avx2,
    /// 512 bits, 8 lanes.
    Avx512,
}

impl Width {
    /// What this build has, the narrowest first.
    pub const ALL: &[Self] = &[
        #[cfg(all(target_arch = "x86_64", target_feature = "avx2", target_feature = "fma"))]
        Self::Avx2,
        #[cfg(all(target_arch = "x86_64", target_feature = "avx512f", target_feature = "fma"))]
        Self::Avx512,
    ];

    /// The widest, if there is any.
    pub fn widest() -> Option<Self> {
        Self::ALL.last().copied()
    }

    /// Batches in a vector.
    pub fn lanes(self) -> usize {
        match self {
            Self::Avx2 => 4,
            Self::Avx512 => 8,
        }
    }
}
