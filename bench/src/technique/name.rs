//! The techniques by name. What is to be known of one stands in its row, and nowhere else: its
//! name, what it does and needs, its chapter, how it looks. [`make`](super::make) builds it.

use std::fmt;
use std::str::FromStr;

use mc_core::catalogue::Entry;
use mc_core::{Precision, Problem};

use super::by_hand::ByHand;
use super::look::{Look, Shape};

/// How moments of batches are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KernelName {
    /// The loop, walking the parsed text.
    SerialInterpreted,
    /// The loop: native code, or the tape of a text.
    Serial,
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
    ByHand,
    /// None of them yet: `auto` chooses. It stands for no kernel, so it is not in
    /// [`ALL`](Self::ALL).
    Auto,
}

/// What is to be known of a kernel.
struct Kernel {
    name: KernelName,
    /// On the command line.
    text: &'static str,
    /// What it does.
    about: &'static str,
    needs: Needs,
    /// The crate whose chapter it is in.
    chapter: &'static str,
    look: Look,
}

/// What the machine, the build or the request must have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    Nothing,
    Text,
    Llvm,
    Device,
    VectorUnit,
}

/// The kernels, in the order of the chapters, which is that of [`KernelName`].
const KERNELS: [Kernel; 13] = [
    Kernel {
        name: KernelName::SerialInterpreted,
        text: "serial-interpreted",
        about: "the loop, walking the parsed text",
        needs: Needs::Text,
        chapter: "mc-serial",
        look: Look::kernel(1),
    },
    Kernel {
        name: KernelName::Serial,
        text: "serial",
        about: "the loop, native code; for text the tape in a flat loop",
        needs: Needs::Nothing,
        chapter: "mc-serial",
        look: Look::kernel(0),
    },
    Kernel {
        name: KernelName::NdarrayWhole,
        text: "ndarray-whole",
        about: "arrays, all points at once (memory grows with M)",
        needs: Needs::Nothing,
        chapter: "mc-ndarray",
        look: Look::kernel(2).variant(2),
    },
    Kernel {
        name: KernelName::Ndarray,
        text: "ndarray",
        about: "arrays, in cache-sized pieces",
        needs: Needs::Nothing,
        chapter: "mc-ndarray",
        look: Look::kernel(2),
    },
    Kernel {
        name: KernelName::JitCalls,
        text: "jit-calls",
        about: "the loop, calling f and g compiled by LLVM for each point",
        needs: Needs::Llvm,
        chapter: "mc-jit",
        look: Look::kernel(3).variant(2),
    },
    Kernel {
        name: KernelName::JitScalar,
        text: "jit-scalar",
        about: "the whole loop compiled by LLVM, one batch after another",
        needs: Needs::Llvm,
        chapter: "mc-jit",
        look: Look::kernel(3).variant(3),
    },
    Kernel {
        name: KernelName::JitLanes,
        text: "jit-lanes",
        about: "the whole loop compiled by LLVM, one batch a SIMD lane",
        needs: Needs::Llvm,
        chapter: "mc-jit",
        look: Look::kernel(3).variant(4),
    },
    Kernel {
        name: KernelName::Jit,
        text: "jit",
        about: "the same, tuned: several vectors of batches at a time",
        needs: Needs::Llvm,
        chapter: "mc-jit",
        look: Look::kernel(3),
    },
    Kernel {
        name: KernelName::OpenClHost,
        text: "opencl-host",
        about: "points, f and g here; f·g on an OpenCL device",
        needs: Needs::Device,
        chapter: "mc-opencl",
        look: Look::kernel(4).variant(2),
    },
    Kernel {
        name: KernelName::OpenClGrid,
        text: "opencl-grid",
        about: "points here; a grid sample × coordinate on the device",
        needs: Needs::Device,
        chapter: "mc-opencl",
        look: Look::kernel(4).variant(3),
    },
    Kernel {
        name: KernelName::OpenCl,
        text: "opencl",
        about: "everything on an OpenCL device",
        needs: Needs::Device,
        chapter: "mc-opencl",
        look: Look::kernel(4),
    },
    Kernel {
        name: KernelName::ByHand,
        text: "by-hand",
        about: "what to measure against: the lecture's problem in vector code",
        needs: Needs::VectorUnit,
        chapter: "mc-jit",
        look: Look::kernel(5),
    },
    Kernel {
        name: KernelName::Auto,
        text: "auto",
        about: "the one of these that will be done first",
        needs: Needs::Nothing,
        chapter: "",
        look: Look::kernel(6),
    },
];

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

/// What is to be known of an executor.
struct ExecutorRow {
    name: ExecutorName,
    /// The first part of a technique's name.
    text: &'static str,
    about: &'static str,
    shape: Shape,
    dash: u8,
}

/// The executors, in the order of [`ExecutorName`].
const EXECUTORS: [ExecutorRow; 4] = [
    ExecutorRow {
        name: ExecutorName::Rayon,
        text: "rayon",
        about: "threads, work stealing",
        shape: Shape::Triangle,
        dash: 1,
    },
    ExecutorRow {
        name: ExecutorName::Crossbeam,
        text: "crossbeam",
        about: "threads fed from a queue",
        shape: Shape::Square,
        dash: 2,
    },
    ExecutorRow {
        name: ExecutorName::Processes,
        text: "processes",
        about: "worker processes fed through pipes",
        shape: Shape::Diamond,
        dash: 3,
    },
    ExecutorRow {
        name: ExecutorName::Mpi,
        text: "mpi",
        about: "ranks of an MPI job, here or on many machines",
        shape: Shape::Cross,
        dash: 4,
    },
];

impl KernelName {
    /// All of them, in the order of the chapters.
    pub const ALL: [Self; KERNELS.len() - 1] = {
        let mut all = [Self::Serial; KERNELS.len() - 1];
        let mut k = 0;
        while k < all.len() {
            all[k] = KERNELS[k].name;
            k += 1;
        }
        all
    };

    fn row(self) -> &'static Kernel {
        &KERNELS[self as usize]
    }

    /// Its name on the command line.
    pub fn text(self) -> &'static str {
        self.row().text
    }

    /// What it does, in a few words.
    pub fn about(self) -> &'static str {
        self.row().about
    }

    /// What the machine or the request must have for it.
    pub fn needs(self) -> &'static str {
        match self.row().needs {
            Needs::Nothing => "nothing",
            Needs::Text => "an integrand given as text",
            Needs::Llvm => "LLVM 18 to 22",
            Needs::Device => "OpenCL and a device",
            Needs::VectorUnit => "norm(x)^2; AVX2 or AVX-512",
        }
    }

    /// The crate whose chapter it is in.
    pub fn chapter(self) -> &'static str {
        self.row().chapter
    }

    /// Whether it is made of code that LLVM compiles.
    pub fn is_compiled(self) -> bool {
        self.row().needs == Needs::Llvm
    }

    /// Whether it runs on an OpenCL device.
    pub fn is_on_device(self) -> bool {
        self.row().needs == Needs::Device
    }

    /// The names of those that are so, as they stand in a sentence.
    pub fn those(are: fn(Self) -> bool) -> String {
        let names: Vec<_> =
            Self::ALL.into_iter().filter(|name| are(*name)).map(Self::text).collect();
        match names.as_slice() {
            [first @ .., last] if !first.is_empty() => format!("{} and {last}", first.join(", ")),
            names => names.concat(),
        }
    }

    /// The fastest in one thread that this build has.
    pub fn fastest() -> Self {
        match Self::Jit.missing() {
            None => Self::Jit,
            Some(_) => Self::Serial,
        }
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
    pub const ALL: [Self; EXECUTORS.len()] = {
        let mut all = [Self::Rayon; EXECUTORS.len()];
        let mut k = 0;
        while k < all.len() {
            all[k] = EXECUTORS[k].name;
            k += 1;
        }
        all
    };

    fn row(self) -> &'static ExecutorRow {
        &EXECUTORS[self as usize]
    }

    /// The first part of a technique's name.
    pub fn text(self) -> &'static str {
        self.row().text
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
        self.row().about
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

    /// Kernels under executors that `compare` runs unless told otherwise.
    pub const SHARED: [Self; 7] = [
        Self::under(ExecutorName::Rayon, KernelName::Serial),
        Self::under(ExecutorName::Rayon, KernelName::Jit),
        Self::under(ExecutorName::Crossbeam, KernelName::Serial),
        Self::under(ExecutorName::Crossbeam, KernelName::Jit),
        Self::under(ExecutorName::Processes, KernelName::Serial),
        Self::under(ExecutorName::Processes, KernelName::Jit),
        Self::under(ExecutorName::Mpi, KernelName::Jit),
    ];

    /// What `compare` runs unless told otherwise.
    pub fn defaults(problem: &Problem) -> Vec<Self> {
        KernelName::ALL
            .into_iter()
            // What is written by hand is for one problem only.
            .filter(|kernel| *kernel != KernelName::ByHand || ByHand::is_for(problem))
            .map(Self::alone)
            .chain(Self::SHARED)
            .collect()
    }

    /// How it looks in every picture: colour by kernel, shape and dashes by executor.
    pub fn look(self) -> Look {
        let look = self.kernel.row().look;
        match self.executor.map(ExecutorName::row) {
            Some(row) => Look { shape: row.shape, dash: row.dash, ..look },
            None => look,
        }
    }

    /// Whether it uses several cores; a device's threads are workers as well.
    pub fn uses_many(self) -> bool {
        self.executor.is_some() || self.kernel.is_on_device()
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
    fn rows_are_in_the_order_of_the_names() {
        assert!(KERNELS.iter().enumerate().all(|(k, row)| row.name as usize == k));
        assert!(EXECUTORS.iter().enumerate().all(|(k, row)| row.name as usize == k));
        assert_eq!(
            KernelName::those(KernelName::is_compiled),
            "jit-calls, jit-scalar, jit-lanes and jit"
        );
    }

    #[test]
    fn every_name_reads_back() {
        for name in Name::all().chain([Name::AUTO]) {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
        assert!("jitt".parse::<Name>().unwrap_err().contains("`jitt`"));
        assert!("rayon-".parse::<Name>().is_err());
    }
}
