//! The techniques by name. What is to be known of one stands in its row, and nowhere else: its
//! name, what it does and needs, its chapter, how it looks. `make.rs` builds it.

use std::fmt;
use std::str::FromStr;

use mc_core::catalogue::Entry;
use mc_core::{Precision, Problem, nearest};

use super::by_hand::ByHand;
use super::look::{Look, Shape};
use ExecutorName::{Crossbeam, Mpi, Processes, Rayon};
use KernelName::{
    Auto, Jit, JitCalls, JitLanes, JitScalar, Ndarray, NdarrayWhole, OpenCl, OpenClGrid,
    OpenClHost, Serial, SerialInterpreted,
};

/// How moments of batches are computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "what each does stands in its row")]
pub enum KernelName {
    SerialInterpreted,
    Serial,
    NdarrayWhole,
    Ndarray,
    JitCalls,
    JitScalar,
    JitLanes,
    Jit,
    OpenClHost,
    OpenClGrid,
    OpenCl,
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

impl Kernel {
    /// In a chapter, with what it needs there.
    const fn of(self, chapter: &'static str, needs: Needs) -> Self {
        Self { chapter, needs, ..self }
    }

    const fn look(self, look: Look) -> Self {
        Self { look, ..self }
    }
}

const fn kernel(name: KernelName, text: &'static str, about: &'static str) -> Kernel {
    let look = Look::kernel(6);
    Kernel { name, text, about, needs: Needs::Nothing, chapter: "", look }
}

/// The kernels, in the order of the chapters, which is that of [`KernelName`].
const KERNELS: [Kernel; 13] = [
    kernel(SerialInterpreted, "serial-interpreted", "the loop, walking the parsed text")
        .of("mc-serial", Needs::Text)
        .look(Look::kernel(1)),
    kernel(Serial, "serial", "the loop, native code; for text the tape in a flat loop")
        .of("mc-serial", Needs::Nothing)
        .look(Look::kernel(0)),
    kernel(NdarrayWhole, "ndarray-whole", "arrays, all points at once (memory grows with M)")
        .of("mc-ndarray", Needs::Nothing)
        .look(Look::kernel(2).variant(2)),
    kernel(Ndarray, "ndarray", "arrays, in cache-sized pieces")
        .of("mc-ndarray", Needs::Nothing)
        .look(Look::kernel(2)),
    kernel(JitCalls, "jit-calls", "the loop, calling f and g compiled by LLVM for each point")
        .of("mc-jit", Needs::Llvm)
        .look(Look::kernel(3).variant(2)),
    kernel(JitScalar, "jit-scalar", "the whole loop compiled by LLVM, one batch after another")
        .of("mc-jit", Needs::Llvm)
        .look(Look::kernel(3).variant(3)),
    kernel(JitLanes, "jit-lanes", "the whole loop compiled by LLVM, one batch a SIMD lane")
        .of("mc-jit", Needs::Llvm)
        .look(Look::kernel(3).variant(4)),
    kernel(Jit, "jit", "the same, tuned: several vectors of batches at a time")
        .of("mc-jit", Needs::Llvm)
        .look(Look::kernel(3)),
    kernel(OpenClHost, "opencl-host", "points, f and g here; f·g on an OpenCL device")
        .of("mc-opencl", Needs::Device)
        .look(Look::kernel(4).variant(2)),
    kernel(OpenClGrid, "opencl-grid", "points here; a grid sample × coordinate on the device")
        .of("mc-opencl", Needs::Device)
        .look(Look::kernel(4).variant(3)),
    kernel(OpenCl, "opencl", "everything on an OpenCL device")
        .of("mc-opencl", Needs::Device)
        .look(Look::kernel(4)),
    kernel(
        KernelName::ByHand,
        "by-hand",
        "what to measure against: the lecture's problem in vector code",
    )
    .of("mc-jit", Needs::VectorUnit)
    .look(Look::kernel(5)),
    kernel(Auto, "auto", "the one of these that will be done first"),
];

/// Where kernels run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "what each does stands in its row")]
pub enum ExecutorName {
    Rayon,
    Crossbeam,
    Processes,
    Mpi,
}

/// What is to be known of an executor.
struct ExecutorRow {
    /// The first part of a technique's name.
    text: &'static str,
    about: &'static str,
    shape: Shape,
    dash: u8,
}

const fn executor(text: &'static str, about: &'static str, shape: Shape, dash: u8) -> ExecutorRow {
    ExecutorRow { text, about, shape, dash }
}

/// The executors, in the order of [`ExecutorName`].
const EXECUTORS: [ExecutorRow; 4] = [
    executor("rayon", "threads, work stealing", Shape::Triangle, 1),
    executor("crossbeam", "threads fed from a queue", Shape::Square, 2),
    executor("processes", "worker processes fed through pipes", Shape::Diamond, 3),
    executor("mpi", "ranks of an MPI job, here or on many machines", Shape::Cross, 4),
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
        let names = Self::ALL.into_iter().filter(|name| are(*name)).map(Self::text);
        match names.collect::<Vec<_>>().as_slice() {
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

    /// Why this build cannot use it.
    pub fn missing(self) -> Option<String> {
        match self.row().needs {
            Needs::Llvm => missing(cfg!(feature = "_jit"), "MC_MISSING_JIT", "LLVM"),
            Needs::Device => missing(cfg!(feature = "opencl"), "MC_MISSING_OPENCL", "OpenCL"),
            _ => None,
        }
    }
}

/// Why something cannot be used that is not `built`; `cargo xtask` knows what would help.
fn missing(built: bool, variable: &str, what: &str) -> Option<String> {
    let doctor = || format!("built without {what}; `cargo xtask doctor` says what is missing");
    (!built).then(|| std::env::var(variable).unwrap_or_else(|_| doctor()))
}

impl ExecutorName {
    /// All of them.
    pub const ALL: [Self; 4] = [Rayon, Crossbeam, Processes, Mpi];

    fn row(self) -> &'static ExecutorRow {
        &EXECUTORS[self as usize]
    }

    /// The first part of a technique's name.
    pub fn text(self) -> &'static str {
        self.row().text
    }

    /// Why this build cannot use it.
    pub fn missing(self) -> Option<String> {
        missing(self != Mpi || cfg!(feature = "mpi"), "MC_MISSING_MPI", "MPI")
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
    pub const AUTO: Self = Self::alone(Auto);

    /// Kernels under executors that `compare` runs unless told otherwise.
    pub const SHARED: [Self; 7] = [
        Self::under(Rayon, Serial),
        Self::under(Rayon, Jit),
        Self::under(Crossbeam, Serial),
        Self::under(Crossbeam, Jit),
        Self::under(Processes, Serial),
        Self::under(Processes, Jit),
        Self::under(Mpi, Jit),
    ];

    /// What `compare` runs unless told otherwise.
    pub fn defaults(problem: &Problem) -> Vec<Self> {
        // What is written by hand is for one problem only.
        let fits = |kernel: &_| *kernel != KernelName::ByHand || ByHand::is_for(problem);
        let kernels = KernelName::ALL.into_iter().filter(fits);
        kernels.map(Self::alone).chain(Self::SHARED).collect()
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
            let all: Vec<_> = Self::all().map(|name| name.to_string()).collect();
            let names = all.iter().map(String::as_str).chain(["auto", "list"]);
            if let Some(near) = nearest(text, names) {
                return format!("there is no technique `{text}`: did you mean `{near}`?");
            }
            let kernels = KernelName::ALL.map(KernelName::text).join(", ");
            let executors = ExecutorName::ALL.map(ExecutorName::text).join("-, ");
            format!(
                "there is no technique `{text}`: known are auto, list, {kernels}, and each of these after \
                 {executors}-, as in rayon-jit"
            )
        })
    }
}

/// What is to be known about how a technique evaluates the integrand.
pub fn note(name: Name, native: Option<&Entry>, precision: Precision) -> Option<&'static str> {
    match (precision, name.kernel) {
        (Precision::F32, _) => {
            Some("computed in f32: about seven digits, and not the bits of the other techniques")
        }
        (_, Serial) if native.is_none() => {
            Some("text has no native code: the tape is evaluated by a flat loop")
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_in_the_order_of_the_names() {
        assert!(KERNELS.iter().enumerate().all(|(k, row)| row.name as usize == k));
        let executors = ["rayon", "crossbeam", "processes", "mpi"];
        assert_eq!(ExecutorName::ALL.map(ExecutorName::text), executors);
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
