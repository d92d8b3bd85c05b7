//! What the CPU of this machine can do.

use inkwell::targets::TargetMachine;

/// How many batches one vector instruction works on: one in each lane.
///
/// Any width gives the same bits on any machine. LLVM splits a vector that is
/// wider than the machine's registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lanes {
    /// No vectors: one batch at a time.
    One,
    /// 128 bits: SSE2, NEON.
    Two,
    /// 256 bits: AVX2.
    Four,
    /// 512 bits: AVX-512.
    Eight,
}

impl Lanes {
    /// Every width, the narrowest first.
    pub const ALL: &[Self] = &[Self::One, Self::Two, Self::Four, Self::Eight];

    /// The number of lanes.
    pub fn count(self) -> u32 {
        match self {
            Self::One => 1,
            Self::Two => 2,
            Self::Four => 4,
            Self::Eight => 8,
        }
    }

    /// The width of the registers of a CPU with these `features`.
    fn of(features: &str) -> Self {
        let has = |feature: &str| features.split(',').any(|f| f == feature);
        if has("+avx512f") {
            Self::Eight
        } else if has("+avx2") {
            Self::Four
        } else {
            Self::Two
        }
    }
}

/// The CPU that code is compiled for.
#[derive(Clone, Debug)]
pub(crate) struct Host {
    /// LLVM's name of the CPU.
    pub(crate) cpu: String,
    /// What it has and what it lacks: `+avx2,-avx512f,…`.
    pub(crate) features: String,
}

impl Host {
    /// The one this runs on.
    pub(crate) fn detect() -> Self {
        Self {
            cpu: TargetMachine::get_host_cpu_name().to_string(),
            features: TargetMachine::get_host_cpu_features().to_string(),
        }
    }

    /// The width of its registers.
    pub(crate) fn lanes(&self) -> Lanes {
        Lanes::of(&self.features)
    }

    /// How many vectors of `lanes` lanes, with the state of their streams and
    /// their sums, fit in the registers.
    pub(crate) fn chains(&self, lanes: Lanes) -> u64 {
        let many = cfg!(target_arch = "aarch64") || self.lanes() == Lanes::Eight;
        // Of 32 registers, or of 16.
        let vectors = if many { 4 } else { 2 };
        // A wider vector takes several registers.
        let registers = u64::from(lanes.count().div_ceil(self.lanes().count()));
        (vectors / registers).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_follows_the_features() {
        assert_eq!(Lanes::of("+sse2,+avx,+avx2,+fma,+avx512f"), Lanes::Eight);
        assert_eq!(Lanes::of("+sse2,+avx,+avx2,+fma,-avx512f"), Lanes::Four);
        assert_eq!(Lanes::of("+sse2,+avx,-avx2"), Lanes::Two);
        assert_eq!(Lanes::of("+neon"), Lanes::Two);
    }

    #[test]
    fn wide_vectors_leave_room_for_fewer_chains() {
        let avx2 = Host { cpu: "haswell".into(), features: "+avx2,+fma".into() };
        let chains = |lanes| avx2.chains(lanes);
        if cfg!(target_arch = "x86_64") {
            assert_eq!(Lanes::ALL.iter().copied().map(chains).collect::<Vec<_>>(), [2, 2, 2, 1]);
        }
    }

    #[test]
    fn this_host_has_a_name() {
        let host = Host::detect();
        assert!(!host.cpu.is_empty());
        assert!(host.lanes() >= Lanes::Two);
    }
}
