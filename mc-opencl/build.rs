//! Says whether an OpenCL platform is registered on this machine, so that tests
//! which need one are reported as ignored where there is none; and warns where the
//! loader cannot be linked, because the linker's own words name no remedy.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    const VENDORS: &str = "OCL_ICD_VENDORS";
    println!("cargo::rustc-check-cfg=cfg(no_opencl_platform)");
    println!("cargo::rerun-if-env-changed={VENDORS}");
    println!("cargo::rerun-if-changed=build.rs");
    // macOS has its framework, and Windows keeps its list in the registry: there
    // the tests say themselves what is missing.
    if env::var("CARGO_CFG_TARGET_OS").as_deref() != Ok("linux") {
        return;
    }
    if !links() {
        println!(
            "cargo::warning=no OpenCL loader to link (libOpenCL.so): install \
             `ocl-icd-opencl-dev` (Debian, Ubuntu), or run `cargo xtask doctor`"
        );
    }
    let vendors =
        env::var_os(VENDORS).map_or_else(|| PathBuf::from("/etc/OpenCL/vendors"), PathBuf::from);
    println!("cargo::rerun-if-changed={}", vendors.display());
    if !has_platform(&vendors) {
        println!("cargo::rustc-cfg=no_opencl_platform");
    }
}

/// Whether this is an `.icd` file, or a folder with one.
fn has_platform(vendors: &Path) -> bool {
    let is_icd = |path: &Path| path.extension().is_some_and(|extension| extension == "icd");
    if is_icd(vendors) {
        return vendors.is_file();
    }
    let entries = vendors.read_dir().into_iter().flatten().flatten();
    entries.into_iter().any(|entry| is_icd(&entry.path()))
}

/// Whether the C compiler, which links, finds the loader; true where it cannot be
/// asked.
fn links() -> bool {
    if env::var_os("HOST") != env::var_os("TARGET") {
        return true;
    }
    let asked = Command::new("cc").arg("-print-file-name=libOpenCL.so").output();
    // What is not found is answered with the bare name.
    asked.map_or(true, |answer| answer.stdout.contains(&b'/'))
}
