//! Which LLVM can be linked.
//!
//! mc-jit reaches LLVM through inkwell and llvm-sys. llvm-sys runs
//! `PREFIX/bin/llvm-config`, compiles a small C file against LLVM's headers, and
//! links `libLLVM` (the shared one if there is one). It takes *any* LLVM that is
//! not older than the feature asks for, so the prefix is always given to it: the
//! headers of 22 under the bindings of 19 would build, and then misbehave.

use std::path::{Path, PathBuf};

use super::links::links;
use crate::need::{Need, SUPPORTED};
use crate::system::{Os, System};

/// One LLVM on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Install {
    /// As `llvm-config --version` writes it.
    pub version: String,
    /// Its first number.
    pub major: u32,
    /// As `llvm-config --prefix` writes it.
    pub prefix: PathBuf,
    /// What keeps it from being used; none if it can be.
    pub unusable: Option<String>,
}

impl Install {
    /// The cargo feature that selects it.
    pub fn feature(&self) -> String {
        format!("llvm{}", self.major)
    }

    /// The environment in which llvm-sys finds it.
    pub fn environment(&self) -> (String, String) {
        (prefix_variable(self.major), self.prefix.display().to_string())
    }
}

/// What there is of LLVM.
#[derive(Debug, Default)]
pub struct Llvm {
    /// All that was found, in the order of preference.
    pub installs: Vec<Install>,
    /// What has to be installed before one can be linked.
    pub missing: Vec<Need>,
    /// A prefix that the user has set and that is of no use. Installing another
    /// LLVM would not help, and would not be what was asked for.
    pub wrong_prefix: Option<String>,
}

impl Llvm {
    /// Looks for it.
    pub fn on(system: &dyn System) -> Self {
        let mut llvm = Self::default();
        for major in SUPPORTED {
            let name = prefix_variable(major);
            let Some(prefix) = system.var(&name) else {
                continue;
            };
            // The user's choice: no other place is looked at.
            match in_folder(system, &Path::new(&prefix).join("bin"), major) {
                Some(install) if install.unusable.is_none() => llvm.installs.push(install),
                Some(Install { unusable: Some(why), .. }) => {
                    llvm.wrong_prefix = Some(format!("{name}={prefix} is set, but {why}"));
                }
                _ => {
                    llvm.wrong_prefix =
                        Some(format!("{name}={prefix} is set, but no LLVM {major} is there"));
                }
            }
            break;
        }
        if llvm.wrong_prefix.is_some() {
            return llvm;
        }
        if llvm.installs.is_empty() {
            llvm.installs = everywhere(system);
        }
        if llvm.usable().is_none() {
            llvm.missing.push(Need::Llvm);
        }
        for (library, need) in [("ffi", Need::LibFfi), ("stdc++", Need::LibStdCxx)] {
            if !links(system, library) {
                llvm.missing.push(need);
            }
        }
        llvm
    }

    /// The one to build with, if nothing else that it needs is missing.
    pub fn ready(&self) -> Option<&Install> {
        self.usable().filter(|_| self.missing.is_empty())
    }

    /// The best LLVM that could be linked.
    pub fn usable(&self) -> Option<&Install> {
        self.installs.iter().find(|install| install.unusable.is_none())
    }
}

/// llvm-sys 191 binds LLVM 19.1, and so on.
fn prefix_variable(major: u32) -> String {
    format!("LLVM_SYS_{major}1_PREFIX")
}

/// All LLVMs in the places where distributions put them, each once.
fn everywhere(system: &dyn System) -> Vec<Install> {
    let mut installs: Vec<Install> = Vec::new();
    let mut add = |install: Option<Install>| {
        if let Some(install) = install
            && !installs.iter().any(|other| other.prefix == install.prefix)
        {
            installs.push(install);
        }
    };
    let homebrew = match system.os() {
        Os::Mac => system.tell("brew", &["--prefix"]),
        Os::Linux | Os::Windows => None,
    };
    for major in SUPPORTED {
        for name in [format!("llvm-config-{major}"), format!("llvm-config{major}")] {
            add(inspect(system, Path::new(&name)));
        }
        for folder in [
            format!("/usr/lib/llvm-{major}/bin"),  // Debian, Ubuntu
            format!("/usr/lib64/llvm{major}/bin"), // Fedora
            format!("/usr/lib/llvm{major}/bin"),   // Alpine, Arch
        ] {
            add(in_folder(system, Path::new(&folder), major));
        }
        if let Some(root) = &homebrew {
            add(in_folder(system, &Path::new(root).join(format!("opt/llvm@{major}/bin")), major));
        }
    }
    if let Some(root) = &homebrew {
        add(inspect(system, &Path::new(root).join("opt/llvm/bin/llvm-config")));
    }
    add(inspect(system, Path::new("llvm-config")));
    // A stable sort: among equal versions the first place found stays first.
    installs.sort_by_key(|install| std::cmp::Reverse(install.major));
    installs
}

/// The LLVM of this version whose programs are in this folder.
fn in_folder(system: &dyn System, folder: &Path, major: u32) -> Option<Install> {
    config_names(system.os(), major)
        .into_iter()
        .map(|name| folder.join(name))
        .filter(|config| system.exists(config))
        .filter_map(|config| inspect(system, &config))
        .find(|install| install.major == major)
}

/// The names that llvm-sys tries in a prefix.
fn config_names(os: Os, major: u32) -> Vec<String> {
    let suffix = if os == Os::Windows { ".exe" } else { "" };
    [format!("llvm-config-{major}"), format!("llvm-config{major}"), "llvm-config".to_owned()]
        .into_iter()
        .map(|name| name + suffix)
        .collect()
}

/// What this `llvm-config` says about its LLVM.
fn inspect(system: &dyn System, config: &Path) -> Option<Install> {
    let config = config.to_str()?;
    let version = system.tell(config, &["--version"])?;
    let major = major_version(&version)?;
    let prefix = PathBuf::from(system.tell(config, &["--prefix"])?);
    let unusable = obstacle(system, config, major, &prefix);
    Some(Install { version, major, prefix, unusable })
}

/// "19.1.7", "22.0.0git", "18.1.8-rc2": the first number counts.
fn major_version(version: &str) -> Option<u32> {
    version.trim().split('.').next()?.parse().ok()
}

/// What keeps this LLVM from being linked.
fn obstacle(system: &dyn System, config: &str, major: u32, prefix: &Path) -> Option<String> {
    if !SUPPORTED.contains(&major) {
        return Some("mc-jit supports 18 to 22".to_owned());
    }
    // Debian has llvm-config in llvm-NN, the headers and libraries in llvm-NN-dev.
    let header = "llvm-c/Core.h";
    let include = system
        .tell(config, &["--includedir"])
        .map_or_else(|| prefix.join("include"), PathBuf::from);
    if !system.exists(&include.join(header)) {
        return Some(format!("its headers are not installed (no {header})"));
    }
    if system.tell(config, &["--libnames", "--link-shared"]).is_some() {
        return None;
    }
    if system.tell(config, &["--libnames", "--link-static"]).is_none() {
        return Some("its libraries are not installed".to_owned());
    }
    // A static LLVM does not bring its own dependencies.
    let libraries = system.tell(config, &["--system-libs", "--link-static"]).unwrap_or_default();
    let lost = libraries
        .split_whitespace()
        .filter_map(|flag| flag.strip_prefix("-l"))
        .find(|name| !links(system, name))?;
    Some(format!("it has static libraries only, and they need lib{lost}, which is missing"))
}

#[cfg(test)]
mod tests;
