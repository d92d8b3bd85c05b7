//! Says whether an OpenCL platform is registered on this machine, so that tests
//! which need one are reported as ignored where there is none.

use std::env;
use std::path::{Path, PathBuf};

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
