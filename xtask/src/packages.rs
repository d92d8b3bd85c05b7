//! Which packages bring what is missing, and who installs them.
//!
//! Only apt is run: its package names are checked on Debian, and the list of what
//! it offers is asked, not assumed. Elsewhere the packages are named, so that a
//! person can judge them.

use std::collections::BTreeSet;

use crate::need::{Need, Purpose, SUPPORTED};
use crate::rights::Rights;
use crate::system::{Os, System};

/// What installs packages here.
#[derive(Debug)]
pub enum Source {
    /// Debian and its kin.
    Apt(Apt),
    /// A package manager that is not run, only named.
    Named(&'static Names),
    /// Windows, where there is none.
    Windows,
    /// None that is known.
    Unknown,
}

/// What apt knows.
#[derive(Debug, Default)]
pub struct Apt {
    /// `apt-get update` has been run at least once on this machine. A fresh
    /// container has no lists, and apt then knows no package by name.
    pub has_lists: bool,
    /// The packages of ours that could be installed.
    offered: BTreeSet<String>,
}

/// The names of one package manager's packages.
#[derive(Debug)]
pub struct Names {
    program: &'static str,
    install: &'static str,
    llvm: &'static str,
    ffi: &'static str,
    cxx: &'static str,
    loader: &'static str,
    device: &'static str,
    mpi: &'static str,
    libclang: &'static str,
    python: &'static str,
    gsl: &'static str,
}

const NAMED: [Names; 4] = [
    Names {
        program: "dnf",
        install: "sudo dnf install",
        llvm: "llvm-devel",
        ffi: "libffi-devel",
        cxx: "gcc-c++",
        loader: "ocl-icd-devel",
        device: "pocl",
        mpi: "openmpi-devel",
        libclang: "clang-libs",
        python: "python3",
        gsl: "gsl-devel",
    },
    Names {
        program: "zypper",
        install: "sudo zypper install",
        llvm: "llvm-devel",
        ffi: "libffi-devel",
        cxx: "gcc-c++",
        loader: "ocl-icd-devel",
        device: "pocl",
        mpi: "openmpi4-devel",
        libclang: "clang-devel",
        python: "python3",
        gsl: "gsl-devel",
    },
    Names {
        program: "pacman",
        install: "sudo pacman -S",
        llvm: "llvm",
        ffi: "libffi",
        cxx: "gcc",
        loader: "ocl-icd",
        device: "pocl",
        mpi: "openmpi",
        libclang: "clang",
        python: "python",
        gsl: "gsl",
    },
    Names {
        program: "brew",
        install: "brew install",
        llvm: "llvm@22",
        ffi: "libffi",
        cxx: "gcc",
        loader: "ocl-icd",
        device: "pocl",
        mpi: "open-mpi",
        libclang: "llvm@22",
        python: "python",
        gsl: "gsl",
    },
];

/// Stands for a version that is not known before apt has its lists.
pub const NEWEST: &str = "llvm-NN-dev";

/// What is asked of apt: all packages that may be wanted, at once. Without the
/// `C` locale apt translates the words that are looked for.
#[cfg(test)]
pub const POLICY_COMMAND: &str = "env LC_ALL=C apt-cache policy llvm-22-dev llvm-21-dev \
    llvm-20-dev llvm-19-dev llvm-18-dev libffi-dev g++ ocl-icd-opencl-dev pocl-opencl-icd \
    libopenmpi-dev openmpi-bin libclang-dev python3-venv libgsl-dev";

impl Source {
    /// Finds out.
    pub fn on(system: &dyn System) -> Self {
        if system.os() == Os::Windows {
            return Self::Windows;
        }
        if system.os() == Os::Linux && system.tell("apt-get", &["--version"]).is_some() {
            return Self::Apt(Apt::on(system));
        }
        let named = NAMED.iter().find(|names| system.tell(names.program, &["--version"]).is_some());
        match (named, system.os()) {
            (Some(names), _) => Self::Named(names),
            // Homebrew is what people install there.
            (None, Os::Mac) => Self::Named(&NAMED[3]),
            (None, _) => Self::Unknown,
        }
    }

    /// What would help, for a person to read: "`…` installs it".
    pub fn remedy(&self, system: &dyn System, needs: &[Need]) -> String {
        match self {
            Self::Apt(apt) => {
                let (packages, nowhere) = apt.packages(needs);
                if let Some(first) = nowhere.first() {
                    return match first {
                        Need::Llvm => "this system's apt offers none of them: \
                            see https://apt.llvm.org for packages of llvm-18-dev to llvm-22-dev"
                            .to_owned(),
                        _ => "this system's apt offers no package for it".to_owned(),
                    };
                }
                let (sudo, who) = match Rights::on(system) {
                    Rights::Root => ("", ""),
                    Rights::Sudo => ("sudo ", ""),
                    Rights::None => ("", ", run as root,"),
                };
                let mut command = format!("{sudo}apt-get install {}", packages.join(" "));
                if !apt.has_lists {
                    command = format!("{sudo}apt-get update && {command}");
                }
                let open = packages.iter().any(|name| name == NEWEST);
                let note = if open { " (NN: the newest of 18 to 22 that apt offers)" } else { "" };
                format!("`{command}`{who} installs it{note}")
            }
            Self::Named(names) => {
                let mut packages: Vec<_> =
                    needs.iter().filter_map(|need| names.package(*need)).collect();
                packages.dedup();
                format!("`{} {}` should install it", names.install, packages.join(" "))
            }
            Self::Windows => "install an LLVM development build (one with llvm-config; set \
                LLVM_SYS_221_PREFIX to its folder), the OpenCL SDK of your GPU's vendor, or an MPI \
                that has mpicc and mpirun, and libclang; for peers Python 3.11 or newer"
                .to_owned(),
            Self::Unknown => "install the development packages of LLVM 18 to 22, libffi and \
                libstdc++, an OpenCL loader and driver (ocl-icd and pocl), or those of an MPI \
                (with mpicc and mpirun) and libclang; for peers Python 3 with venv, and GSL"
                .to_owned(),
        }
    }
}

impl Names {
    const fn package(&self, need: Need) -> Option<&'static str> {
        match need {
            Need::Llvm => Some(self.llvm),
            Need::LibFfi => Some(self.ffi),
            Need::LibStdCxx => Some(self.cxx),
            Need::OpenclLoader => Some(self.loader),
            Need::OpenclDevice => Some(self.device),
            // Their packages bring mpirun along.
            Need::Mpi | Need::MpiLauncher => Some(self.mpi),
            Need::Libclang => Some(self.libclang),
            Need::Python => Some(self.python),
            Need::Gsl => Some(self.gsl),
            Need::Rustfmt | Need::Clippy => None,
        }
    }
}

impl Apt {
    fn on(system: &dyn System) -> Self {
        let names = wanted();
        let mut arguments = vec!["LC_ALL=C", "apt-cache", "policy"];
        arguments.extend(names.iter().map(String::as_str));
        Self::from_policy(&system.tell("env", &arguments).unwrap_or_default())
    }

    /// Reads what `apt-cache policy NAME…` writes: a block per package that is known.
    fn from_policy(text: &str) -> Self {
        let mut apt = Self {
            // A line of a package list. What is installed is known without one.
            has_lists: text.lines().any(|line| line.trim_end().ends_with(" Packages")),
            offered: BTreeSet::new(),
        };
        let mut name = None;
        for line in text.lines() {
            if !line.starts_with(' ') {
                name = line.strip_suffix(':');
            } else if let Some(candidate) = line.trim().strip_prefix("Candidate: ")
                && candidate != "(none)"
                && let Some(name) = name
            {
                apt.offered.insert(name.to_owned());
            }
        }
        apt
    }

    /// The packages for these needs, and the needs that apt has none for.
    pub fn packages(&self, needs: &[Need]) -> (Vec<String>, Vec<Need>) {
        let mut packages = Vec::new();
        let mut nowhere = Vec::new();
        for &need in needs.iter().filter(|need| need.purpose() != Purpose::Checks) {
            let offered = apt_names(need).into_iter().find(|name| self.offered.contains(name));
            match offered {
                Some(name) => packages.push(name),
                None if self.has_lists => nowhere.push(need),
                None if need == Need::Llvm => packages.push(NEWEST.to_owned()),
                None => packages.extend(apt_names(need).into_iter().take(1)),
            }
        }
        (packages, nowhere)
    }
}

/// Debian's packages for one need, the best first.
fn apt_names(need: Need) -> Vec<String> {
    let one = |name: &str| vec![name.to_owned()];
    match need {
        Need::Llvm => SUPPORTED.iter().map(|major| format!("llvm-{major}-dev")).collect(),
        Need::LibFfi => one("libffi-dev"),
        // libstdc++.so is in libstdc++-NN-dev; g++ brings the one that gcc looks for.
        Need::LibStdCxx => one("g++"),
        Need::OpenclLoader => one("ocl-icd-opencl-dev"),
        Need::OpenclDevice => one("pocl-opencl-icd"),
        Need::Mpi => one("libopenmpi-dev"),
        Need::MpiLauncher => one("openmpi-bin"),
        Need::Libclang => one("libclang-dev"),
        Need::Python => one("python3-venv"),
        Need::Gsl => one("libgsl-dev"),
        Need::Rustfmt | Need::Clippy => Vec::new(),
    }
}

fn wanted() -> Vec<String> {
    [
        Need::Llvm,
        Need::LibFfi,
        Need::LibStdCxx,
        Need::OpenclLoader,
        Need::OpenclDevice,
        Need::Mpi,
        Need::MpiLauncher,
        Need::Libclang,
        Need::Python,
        Need::Gsl,
    ]
    .into_iter()
    .flat_map(apt_names)
    .collect()
}

#[cfg(test)]
pub mod tests;
