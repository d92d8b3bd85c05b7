//! The machine that a comparison ran on.

use serde::{Deserialize, Serialize};

/// What a reader needs to know to judge the figures.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Host {
    /// The processor's name, where the system tells.
    pub cpu: String,
    /// The widest vector instructions that the build and the host have.
    pub simd: String,
    /// Cores that this process may use.
    pub cores: usize,
    /// Operating system and architecture.
    pub system: String,
    /// The version of this program.
    pub version: String,
}

impl Host {
    /// This machine.
    pub fn here() -> Self {
        Self {
            cpu: cpu_name().unwrap_or_else(|| "unknown processor".to_owned()),
            simd: simd().to_owned(),
            cores: mc_multiproc::default_workers().get(),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            version: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl std::fmt::Display for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}, {} usable cores, {}, {}", self.cpu, self.cores, self.simd, self.system)
    }
}

fn cpu_name() -> Option<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn simd() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    return match (is_x86_feature_detected!("avx512f"), is_x86_feature_detected!("avx2")) {
        (true, _) => "AVX-512",
        (false, true) => "AVX2",
        (false, false) => "SSE2",
    };
    #[cfg(not(target_arch = "x86_64"))]
    return if cfg!(target_arch = "aarch64") { "NEON" } else { "unknown vector instructions" };
}
