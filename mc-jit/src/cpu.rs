//! The CPU that code is compiled for: this machine's, or a lower level of it.

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
}

/// The vector instructions that code is made of.
///
/// The same bits come from each of them, at another speed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Simd {
    /// 128 bits, every aarch64 has them.
    Neon,
    /// 128 bits, every x86-64 has them; without an fma, which is then a call.
    Sse2,
    /// 256 bits, with fma.
    Avx2,
    /// 512 bits.
    Avx512,
}

impl Simd {
    /// Every level.
    pub const ALL: &[Self] = &[Self::Neon, Self::Sse2, Self::Avx2, Self::Avx512];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Neon => "neon",
            Self::Sse2 => "sse2",
            Self::Avx2 => "avx2",
            Self::Avx512 => "avx512",
        }
    }

    /// The width of its registers.
    pub fn lanes(self) -> Lanes {
        match self {
            Self::Neon | Self::Sse2 => Lanes::Two,
            Self::Avx2 => Lanes::Four,
            Self::Avx512 => Lanes::Eight,
        }
    }

    /// How many such registers there are.
    fn registers(self) -> u64 {
        match self {
            Self::Neon | Self::Avx512 => 32,
            Self::Sse2 | Self::Avx2 => 16,
        }
    }

    fn of(features: &str) -> Self {
        let has = |feature: &str| features.split(',').any(|f| f == feature);
        if cfg!(target_arch = "aarch64") {
            Self::Neon
        } else if has("+avx512f") {
            Self::Avx512
        } else if has("+avx2") && has("+fma") {
            Self::Avx2
        } else {
            Self::Sse2
        }
    }
}

impl std::fmt::Display for Simd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl std::str::FromStr for Simd {
    type Err = UnknownSimd;

    fn from_str(text: &str) -> Result<Self, UnknownSimd> {
        Self::ALL
            .iter()
            .copied()
            .find(|simd| simd.name() == text)
            .ok_or_else(|| UnknownSimd { text: text.to_owned() })
    }
}

/// A text that names no [`Simd`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` names no vector instructions: known are {}", known())]
pub struct UnknownSimd {
    /// The text.
    pub text: String,
}

fn known() -> String {
    let names: Vec<_> = Simd::ALL.iter().map(|simd| simd.name()).collect();
    names.join(", ")
}

/// The CPU that code is compiled for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Cpu {
    /// LLVM's name of the architecture and system.
    pub(crate) triple: String,
    /// LLVM's name of the CPU.
    pub(crate) name: String,
    /// What it has and what it lacks: `+avx2,-avx512f,…`.
    pub(crate) features: String,
    /// The widest vector instructions among them.
    pub(crate) simd: Simd,
}

impl Cpu {
    /// The one this runs on.
    pub(crate) fn detect() -> Self {
        let features = TargetMachine::get_host_cpu_features().to_string();
        Self {
            triple: TargetMachine::get_default_triple().as_str().to_string_lossy().into_owned(),
            name: TargetMachine::get_host_cpu_name().to_string(),
            simd: Simd::of(&features),
            features,
        }
    }

    /// Whether this CPU runs code made of `simd`.
    pub(crate) fn has(&self, simd: Simd) -> bool {
        (simd == Simd::Neon) == (self.simd == Simd::Neon) && simd <= self.simd
    }

    /// A CPU with `simd` and nothing wider: this one without what is wider, or
    /// any such CPU if this one lacks `simd` (its code can then be read, not run).
    pub(crate) fn with(&self, simd: Simd) -> Self {
        let any = |triple: &str, name: &str| Self {
            triple: triple.to_owned(),
            name: name.to_owned(),
            features: String::new(),
            simd,
        };
        let x86 = if self.simd == Simd::Neon { "x86_64-unknown-linux-gnu" } else { &self.triple };
        match simd {
            same if same == self.simd => self.clone(),
            Simd::Neon => any("aarch64-unknown-linux-gnu", "generic"),
            Simd::Sse2 => any(x86, "x86-64"),
            Simd::Avx2 if self.has(simd) => self.without_avx512(),
            Simd::Avx2 => any(x86, "x86-64-v3"),
            Simd::Avx512 => any(x86, "x86-64-v4"),
        }
    }

    fn without_avx512(&self) -> Self {
        let wide = |feature: &str| feature.starts_with("+avx512") || feature.starts_with("+avx10");
        let features: Vec<_> = self
            .features
            .split(',')
            .map(|f| if wide(f) { f.replacen('+', "-", 1) } else { f.to_owned() })
            .collect();
        Self { features: features.join(","), simd: Simd::Avx2, ..self.clone() }
    }

    /// The width of its registers.
    pub(crate) fn lanes(&self) -> Lanes {
        self.simd.lanes()
    }

    /// How many vectors of `lanes` lanes, with the state of their streams and
    /// their sums, fit in the registers.
    pub(crate) fn chains(&self, lanes: Lanes) -> u64 {
        let vectors = self.simd.registers() / 8;
        // A wider vector takes several registers.
        let registers = u64::from(lanes.count().div_ceil(self.lanes().count()));
        (vectors / registers).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_arch = "x86_64")]
    #[test]
    fn the_level_follows_the_features() {
        assert_eq!(Simd::of("+sse2,+avx,+avx2,+fma,+avx512f"), Simd::Avx512);
        assert_eq!(Simd::of("+sse2,+avx,+avx2,+fma,-avx512f"), Simd::Avx2);
        assert_eq!(Simd::of("+sse2,+avx,-avx2"), Simd::Sse2);
    }

    #[test]
    fn a_lower_level_has_nothing_wider() {
        let cpu = Cpu {
            triple: "x86_64-unknown-linux-gnu".into(),
            name: "znver5".into(),
            features: "+avx2,+fma,+avx512f,-avx512bf16,+bmi2,+avx512vl".into(),
            simd: Simd::Avx512,
        };
        let avx2 = cpu.with(Simd::Avx2);
        assert_eq!(avx2.features, "+avx2,+fma,-avx512f,-avx512bf16,+bmi2,-avx512vl");
        assert_eq!((avx2.simd, avx2.lanes()), (Simd::Avx2, Lanes::Four));
        assert_eq!(cpu.with(Simd::Sse2).name, "x86-64");
        assert!(cpu.has(Simd::Avx2) && !cpu.has(Simd::Neon));
        assert!(!avx2.has(Simd::Avx512));
        assert_eq!(avx2.with(Simd::Avx512).name, "x86-64-v4");
        assert!(cpu.with(Simd::Neon).triple.starts_with("aarch64"));
    }

    #[test]
    fn wide_vectors_leave_room_for_fewer_chains() {
        let avx2 = Cpu::detect().with(Simd::Avx2);
        let chains = |lanes| avx2.chains(lanes);
        assert_eq!(Lanes::ALL.iter().copied().map(chains).collect::<Vec<_>>(), [2, 2, 2, 1]);
    }

    #[test]
    fn this_cpu_has_a_name() {
        let cpu = Cpu::detect();
        assert!(!cpu.name.is_empty() && !cpu.triple.is_empty());
        assert!(cpu.has(cpu.simd));
    }

    #[test]
    fn levels_read_back() {
        for simd in Simd::ALL {
            assert_eq!(simd.to_string().parse(), Ok(*simd));
        }
        assert!("avx1024".parse::<Simd>().unwrap_err().to_string().contains("`avx1024`"));
    }
}
