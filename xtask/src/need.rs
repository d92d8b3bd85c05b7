//! What a machine can lack, and what each thing is for.

/// The major versions of LLVM that mc-jit has features for, the best first.
pub const SUPPORTED: [u32; 5] = [22, 21, 20, 19, 18];

/// What a missing thing takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Chapter 3.
    Jit,
    /// Chapter 5.
    Opencl,
    /// The ranks of chapter 4.
    Mpi,
    /// The programs that `compare --peers` compares with.
    Peers,
    /// The checks of `cargo xtask test`.
    Checks,
}

impl Purpose {
    /// One word for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jit => "jit",
            Self::Opencl => "opencl",
            Self::Mpi => "mpi",
            Self::Peers => "peers",
            Self::Checks => "checks",
        }
    }
}

/// One thing that is needed and may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Headers, libraries and `llvm-config` of one LLVM that mc-jit supports.
    Llvm,
    /// inkwell links libffi, since LLVM's interpreter calls through it.
    LibFfi,
    /// LLVM is C++. A machine with a C compiler only has no libstdc++ to link to.
    LibStdCxx,
    /// `libOpenCL`, which finds devices; mc-opencl links to it.
    OpenclLoader,
    /// A driver that the loader finds: a GPU's, or PoCL for the CPU.
    OpenclDevice,
    /// MPI's headers, libraries and its compiler `mpicc`.
    Mpi,
    /// `mpirun`, which starts the ranks of a job.
    MpiLauncher,
    /// What reads MPI's headers when the crate mpi is built.
    Libclang,
    /// A Python 3 that can make virtual environments.
    Python,
    /// The GNU Scientific Library, with its headers and `gsl-config`.
    Gsl,
    /// `cargo fmt`.
    Rustfmt,
    /// `cargo clippy`.
    Clippy,
}

impl Need {
    /// What lacks without it.
    pub const fn purpose(self) -> Purpose {
        match self {
            Self::Llvm | Self::LibFfi | Self::LibStdCxx => Purpose::Jit,
            Self::OpenclLoader | Self::OpenclDevice => Purpose::Opencl,
            Self::Mpi | Self::MpiLauncher | Self::Libclang => Purpose::Mpi,
            Self::Python | Self::Gsl => Purpose::Peers,
            Self::Rustfmt | Self::Clippy => Purpose::Checks,
        }
    }

    /// What it is called in messages.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Llvm => "LLVM 18 to 22 (headers and libraries)",
            Self::LibFfi => "libffi (headers and library)",
            Self::LibStdCxx => "the C++ standard library",
            Self::OpenclLoader => "the OpenCL loader (libOpenCL)",
            Self::OpenclDevice => "an OpenCL device",
            Self::Mpi => "MPI (mpicc, headers and libraries)",
            Self::MpiLauncher => "mpirun",
            Self::Libclang => "libclang",
            Self::Python => "Python 3 with its venv module",
            Self::Gsl => "the GNU Scientific Library (headers and library)",
            Self::Rustfmt => "rustfmt",
            Self::Clippy => "clippy",
        }
    }
}

/// "a", "a and b", "a, b and c".
pub fn list(needs: &[Need]) -> String {
    let words: Vec<_> = needs.iter().map(|need| need.words()).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_read_as_english() {
        assert_eq!(list(&[]), "");
        assert_eq!(list(&[Need::Clippy]), "clippy");
        assert_eq!(list(&[Need::Rustfmt, Need::Clippy]), "rustfmt and clippy");
        assert_eq!(
            list(&[Need::Rustfmt, Need::Clippy, Need::OpenclDevice]),
            "rustfmt, clippy and an OpenCL device"
        );
    }
}
