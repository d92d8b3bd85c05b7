//! The techniques by name, and what each needs.

use std::fmt;
use std::str::FromStr;

use mc_core::catalogue::Entry;
use mc_core::{Precision, Problem};

use super::bound::Bound;

/// How moments of batches are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelName {
    /// The loop: native code, or the tape of a text.
    Serial,
    /// The loop, walking the parsed text.
    SerialInterpreted,
    /// Arrays, all points at once.
    NdarrayWhole,
    /// Arrays, in cache-sized pieces.
    Ndarray,
    /// The loop, calling compiled functions.
    JitCalls,
    /// The loop compiled by LLVM, one batch after another.
    JitScalar,
    /// The loop compiled by LLVM, one batch a lane.
    JitLanes,
    /// The loop compiled by LLVM, tuned.
    Jit,
    /// Points and factors on the host, products on an OpenCL device.
    OpenClHost,
    /// Points on the host, a grid of samples and coordinates on an OpenCL device.
    OpenClGrid,
    /// Everything on an OpenCL device.
    OpenCl,
    /// The lecture's problem in vector instructions, by hand.
    Bound,
    /// None of them yet: [`auto`](crate::auto) chooses. It stands for no kernel, so it
    /// is not in [`ALL`](Self::ALL).
    Auto,
}

/// Where kernels run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExecutorName {
    /// Threads that steal work from each other.
    Rayon,
    /// Threads fed from a queue.
    Crossbeam,
    /// Worker processes fed through pipes.
    Processes,
    /// Ranks of an MPI job.
    Mpi,
}

impl KernelName {
    /// All of them, in the order of the chapters.
    pub const ALL: [Self; 12] = [
        Self::SerialInterpreted,
        Self::Serial,
        Self::NdarrayWhole,
        Self::Ndarray,
        Self::JitCalls,
        Self::JitScalar,
        Self::JitLanes,
        Self::Jit,
        Self::OpenClHost,
        Self::OpenClGrid,
        Self::OpenCl,
        Self::Bound,
    ];

    /// Its name on the command line.
    pub fn text(self) -> &'static str {
        match self {
            Self::Serial => "serial",
            Self::SerialInterpreted => "serial-interpreted",
            Self::NdarrayWhole => "ndarray-whole",
            Self::Ndarray => "ndarray",
            Self::JitCalls => "jit-calls",
            Self::JitScalar => "jit-scalar",
            Self::JitLanes => "jit-lanes",
            Self::Jit => "jit",
            Self::OpenClHost => "opencl-host",
            Self::OpenClGrid => "opencl-grid",
            Self::OpenCl => "opencl",
            Self::Bound => "bound",
            Self::Auto => "auto",
        }
    }

    /// What it does, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Serial => "the loop, native code; for text the tape in a flat loop",
            Self::SerialInterpreted => "the loop, walking the parsed text",
            Self::NdarrayWhole => "arrays, all points at once (memory grows with M)",
            Self::Ndarray => "arrays, in cache-sized pieces",
            Self::JitCalls => "the loop, calling f and g compiled by LLVM for each point",
            Self::JitScalar => "the whole loop compiled by LLVM, one batch after another",
            Self::JitLanes => "the whole loop compiled by LLVM, one batch a SIMD lane",
            Self::Jit => "the same, tuned: several vectors of batches at a time",
            Self::OpenClHost => "points, f and g here; f·g on an OpenCL device",
            Self::OpenClGrid => "points here; a grid sample × coordinate on the device",
            Self::OpenCl => "everything on an OpenCL device",
            Self::Bound => "what to measure against: vector code by hand",
            Self::Auto => "the one of these that will be done first",
        }
    }

    /// What the machine or the request must have for it.
    pub fn needs(self) -> &'static str {
        match self {
            Self::JitCalls | Self::JitScalar | Self::JitLanes | Self::Jit => "LLVM 18 to 22",
            Self::OpenClHost | Self::OpenClGrid | Self::OpenCl => "OpenCL and a device",
            Self::SerialInterpreted => "an integrand given as text",
            Self::Bound => "norm(x)^2; AVX2 or AVX-512",
            _ => "nothing",
        }
    }

    /// Whether it is made of code that LLVM compiles.
    pub fn is_compiled(self) -> bool {
        matches!(self, Self::JitCalls | Self::JitScalar | Self::JitLanes | Self::Jit)
    }

    /// Whether it runs on an OpenCL device.
    pub fn is_on_device(self) -> bool {
        matches!(self, Self::OpenClHost | Self::OpenClGrid | Self::OpenCl)
    }

    /// Why this build cannot use it; `cargo xtask` knows what would help.
    pub fn missing(self) -> Option<String> {
        let (built, variable, what) = match self {
            jit if jit.is_compiled() => (cfg!(feature = "_jit"), "MC_MISSING_JIT", "LLVM"),
            device if device.is_on_device() => {
                (cfg!(feature = "opencl"), "MC_MISSING_OPENCL", "OpenCL")
            }
            _ => return None,
        };
        (!built).then(|| {
            std::env::var(variable).unwrap_or_else(|_| {
                format!("built without {what}; `cargo xtask doctor` says what is missing")
            })
        })
    }
}

impl ExecutorName {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rayon, Self::Crossbeam, Self::Processes, Self::Mpi];

    /// The first part of a technique's name.
    pub fn text(self) -> &'static str {
        match self {
            Self::Rayon => "rayon",
            Self::Crossbeam => "crossbeam",
            Self::Processes => "processes",
            Self::Mpi => "mpi",
        }
    }

    /// Why this build cannot use it; `cargo xtask` knows what would help.
    pub fn missing(self) -> Option<String> {
        (self == Self::Mpi && !cfg!(feature = "mpi")).then(|| {
            std::env::var("MC_MISSING_MPI").unwrap_or_else(|_| {
                "built without MPI; `cargo xtask doctor` says what is missing".to_owned()
            })
        })
    }

    /// What it does, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Rayon => "threads, work stealing",
            Self::Crossbeam => "threads fed from a queue",
            Self::Processes => "worker processes fed through pipes",
            Self::Mpi => "ranks of an MPI job, here or on many machines",
        }
    }
}

impl fmt::Display for KernelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// A technique of the comparison: a kernel, alone or under an executor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name {
    /// None: in this thread.
    pub executor: Option<ExecutorName>,
    /// How the moments are computed.
    pub kernel: KernelName,
}

impl Name {
    /// The kernel in this thread.
    pub const fn alone(kernel: KernelName) -> Self {
        Self { executor: None, kernel }
    }

    /// The kernel under an executor.
    pub const fn under(executor: ExecutorName, kernel: KernelName) -> Self {
        Self { executor: Some(executor), kernel }
    }

    /// Whichever will be done first.
    pub const AUTO: Self = Self::alone(KernelName::Auto);

    /// What `compare` runs unless told otherwise.
    pub fn defaults(problem: &Problem) -> Vec<Self> {
        use ExecutorName::{Crossbeam, Mpi, Processes, Rayon};
        use KernelName::{Jit, Serial};
        KernelName::ALL
            .into_iter()
            // The bound knows one problem only.
            .filter(|kernel| *kernel != KernelName::Bound || Bound::is_for(problem))
            .map(Self::alone)
            .chain([
                Self::under(Rayon, Serial),
                Self::under(Rayon, Jit),
                Self::under(Crossbeam, Serial),
                Self::under(Crossbeam, Jit),
                Self::under(Processes, Serial),
                Self::under(Processes, Jit),
                Self::under(Mpi, Jit),
            ])
            .collect()
    }

    /// Every one that can be named.
    pub fn all() -> impl Iterator<Item = Self> {
        let executors = std::iter::once(None).chain(ExecutorName::ALL.into_iter().map(Some));
        executors.flat_map(|executor| {
            KernelName::ALL.into_iter().map(move |kernel| Self { executor, kernel })
        })
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.executor {
            None => self.kernel.fmt(f),
            Some(executor) => write!(f, "{}-{}", executor.text(), self.kernel),
        }
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let mut names = std::iter::once(Self::AUTO).chain(Self::all());
        names.find(|name| name.to_string() == text).ok_or_else(|| {
            let kernels: Vec<_> = KernelName::ALL.iter().map(|kernel| kernel.text()).collect();
            let executors: Vec<_> = ExecutorName::ALL.iter().map(|e| e.text()).collect();
            format!(
                "there is no technique `{text}`: known are auto, list, {}, and each of these after {}-, as in rayon-jit",
                kernels.join(", "),
                executors.join("-, ")
            )
        })
    }
}

/// What is to be known about how a technique evaluates the integrand.
pub fn note(name: Name, native: Option<&Entry>, precision: Precision) -> Option<&'static str> {
    if precision == Precision::F32 {
        return Some(
            "computed in f32: about seven digits, and not the bits of the other techniques",
        );
    }
    (name.kernel == KernelName::Serial && native.is_none())
        .then_some("text has no native code: the tape is evaluated by a flat loop")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for name in Name::all().chain([Name::AUTO]) {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        assert!("jitt".parse::<Name>().unwrap_err().contains("`jitt`"));
        assert!("rayon-".parse::<Name>().is_err());
    }
}
