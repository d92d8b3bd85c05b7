//! Whether MPI can be linked, and started.
//!
//! Three things. The crate mpi is compiled with MPI's own compiler, `mpicc`; it makes
//! its bindings from MPI's header with libclang; and a job is started with `mpirun`.
//! libclang is used by the build alone, so it need not be of the LLVM that mc-jit
//! links.

use std::path::{Path, PathBuf};

use crate::need::Need;
use crate::system::{Os, System};

/// What there is of MPI.
#[derive(Debug, Default)]
pub struct Mpi {
    /// The first line that `mpirun --version` writes.
    pub launcher: Option<String>,
    /// The folder of the libclang that a build can use.
    pub libclang: Option<PathBuf>,
    /// What has to be installed.
    pub missing: Vec<Need>,
}

impl Mpi {
    /// Looks for it.
    pub fn on(system: &dyn System) -> Self {
        let mut mpi = Self::default();
        let compiler = system.var("MPICC").unwrap_or_else(|| "mpicc".to_owned());
        if system.tell(&compiler, &["-show"]).is_none() {
            mpi.missing.push(Need::Mpi);
        }
        let version = system.tell("mpirun", &["--version"]);
        mpi.launcher = version.and_then(|text| text.lines().next().map(str::to_owned));
        if mpi.launcher.is_none() {
            mpi.missing.push(Need::MpiLauncher);
        }
        mpi.libclang = libclang(system);
        if mpi.libclang.is_none() {
            mpi.missing.push(Need::Libclang);
        }
        mpi
    }

    /// Whether ranks can be built and started.
    pub fn is_ready(&self) -> bool {
        self.missing.is_empty()
    }
}

/// A folder with a libclang, where the crate clang-sys looks for one.
fn libclang(system: &dyn System) -> Option<PathBuf> {
    if let Some(chosen) = system.var("LIBCLANG_PATH") {
        return Some(PathBuf::from(chosen)).filter(|path| system.exists(path));
    }
    let mut folders = match system.os() {
        Os::Linux => {
            ["/usr/lib64", "/usr/lib", "/usr/local/lib", "/lib"].map(PathBuf::from).to_vec()
        }
        Os::Mac => vec![
            PathBuf::from("/Library/Developer/CommandLineTools/usr/lib"),
            PathBuf::from(
                "/Applications/Xcode.app/Contents/Developer/Toolchains/XcodeDefault.xctoolchain/usr/lib",
            ),
        ],
        Os::Windows => vec![PathBuf::from("C:/Program Files/LLVM/bin")],
    };
    // Debian has llvm-NN/lib and x86_64-linux-gnu there, Fedora llvmNN/lib.
    for root in ["/usr/lib", "/usr/lib64"] {
        for folder in system.entries(Path::new(root)) {
            folders.push(folder.join("lib"));
            folders.push(folder);
        }
    }
    if let Some(prefix) = system.tell("llvm-config", &["--prefix"]) {
        folders.push(Path::new(&prefix).join("lib"));
    }
    folders.into_iter().find(|folder| system.entries(folder).iter().any(|file| is_libclang(file)))
}

/// The names that clang-sys takes: `libclang.so`, `libclang-14.so.1`, and the like.
/// `libclang-cpp.so` is another library.
fn is_libclang(file: &Path) -> bool {
    let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let Some(rest) = name.strip_prefix("libclang") else {
        return false;
    };
    let version =
        rest.strip_prefix('-').is_some_and(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    let library = [".so", ".dylib", ".dll"].iter().any(|end| rest.contains(end));
    library && (version || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    #[test]
    fn all_three_parts_are_needed() {
        let all = [Need::Mpi, Need::MpiLauncher, Need::Libclang];
        assert_eq!(Mpi::on(&Fake::debian()).missing, all);
        let mpi = Mpi::on(&Fake::debian().mpi());
        assert!(mpi.is_ready(), "{mpi:?}");
        assert_eq!(mpi.launcher.as_deref(), Some("mpirun (Open MPI) 4.1.4"));
        assert_eq!(mpi.libclang, Some(PathBuf::from("/usr/lib/llvm-14/lib")));
        let system = Fake::debian().program("mpirun --version", "mpirun (Open MPI) 4.1.4");
        assert_eq!(Mpi::on(&system).missing, [Need::Mpi, Need::Libclang]);
    }

    #[test]
    fn the_users_choice_counts() {
        let wrong = Fake::debian().mpi().var("LIBCLANG_PATH", "/nowhere");
        assert_eq!(Mpi::on(&wrong).missing, [Need::Libclang]);
        let other = Fake::debian().mpi().var("MPICC", "mpicc.mpich");
        assert_eq!(Mpi::on(&other).missing, [Need::Mpi]);
        assert!(Mpi::on(&other.program("mpicc.mpich -show", "gcc -lmpich")).is_ready());
    }

    #[test]
    fn names_of_libclang() {
        for name in ["libclang.so", "libclang.so.14", "libclang-14.so.1", "libclang.dylib"] {
            assert!(is_libclang(Path::new(name)), "{name}");
        }
        for name in ["libclang-cpp.so.14", "libclangAST.a", "libclang.a", "libc.so"] {
            assert!(!is_libclang(Path::new(name)), "{name}");
        }
    }
}
