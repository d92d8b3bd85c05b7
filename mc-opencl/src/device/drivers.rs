//! Loading the drivers in a way that lets two LLVMs live in one process.
//!
//! PoCL compiles with an LLVM of its own, and the program that uses this crate
//! may have another one linked, as chapter 3 does. The loader opens a driver so
//! that names it shares with the program mean the program's: parts of two LLVM
//! versions are then mixed, and PoCL crashes. Opened before with
//! `RTLD_DEEPBIND`, a driver sees its own libraries first, and the loader gets
//! the driver that is already there.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn open_first() {
    use std::sync::Once;

    use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};

    /// As in glibc's dlfcn.h.
    const RTLD_DEEPBIND: i32 = 0x8;
    static OPENED: Once = Once::new();

    OPENED.call_once(|| {
        for driver in registered() {
            // SAFETY: the loader is about to open the same library, which runs
            // the same initialisers.
            let library =
                unsafe { Library::open(Some(&driver), RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND) };
            // It stays open for the loader. One that does not open is left to
            // the loader too, which passes over it.
            if let Ok(library) = library {
                std::mem::forget(library);
            }
        }
    });
}

#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn open_first() {}

/// The libraries that the `.icd` files name: those of `OCL_ICD_VENDORS`, a
/// folder or one file, or of `/etc/OpenCL/vendors`.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn registered() -> Vec<String> {
    use std::path::PathBuf;

    let vendors = std::env::var_os("OCL_ICD_VENDORS")
        .map_or_else(|| PathBuf::from("/etc/OpenCL/vendors"), PathBuf::from);
    let files: Vec<PathBuf> = match vendors.read_dir() {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).collect(),
        Err(_) => vec![vendors],
    };
    files
        .iter()
        .filter(|file| file.extension().is_some_and(|extension| extension == "icd"))
        .filter_map(|file| std::fs::read_to_string(file).ok())
        .filter_map(|text| text.lines().next().map(|line| line.trim().to_owned()))
        .filter(|line| !line.is_empty())
        .collect()
}
