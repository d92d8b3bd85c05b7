//! The levels of vector instructions that a compiled technique can be held to.

use clap::ValueEnum;

/// The vector instructions that `--simd` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Simd {
    /// 512 bits, x86-64
    Avx512,
    /// 256 bits, x86-64
    Avx2,
    /// 128 bits, every x86-64
    Sse2,
    /// 128 bits, every aarch64
    Neon,
}

impl Simd {
    /// Its name on the command line.
    pub fn text(self) -> &'static str {
        match self {
            Self::Avx512 => "avx512",
            Self::Avx2 => "avx2",
            Self::Sse2 => "sse2",
            Self::Neon => "neon",
        }
    }
}
