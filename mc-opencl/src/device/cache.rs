//! PoCL's cache of compiled programs: without a folder for it, PoCL has no device.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::PathBuf;

use crate::error::OpenClError;

/// The name of PoCL's platform.
pub(super) const POCL: &str = "Portable Computing Language";

/// The error of a PoCL that has no device, if it is its cache that cannot be written.
pub(super) fn trouble() -> Option<OpenClError> {
    let folder = folder(|name| std::env::var_os(name))?;
    let cause = try_to_write(&folder).err()?;
    Some(OpenClError::NoCache { folder, cause: cause.to_string() })
}

/// Where PoCL keeps it, by the environment. None: in a temporary folder.
fn folder(variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let set = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("POCL_CACHE_DIR").or_else(|| {
        let caches = set("XDG_CACHE_HOME").or_else(|| Some(set("HOME")?.join(".cache")))?;
        Some(caches.join("pocl").join("kcache"))
    })
}

/// As PoCL does.
fn try_to_write(folder: &PathBuf) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let file = folder.join(format!("mc-opencl-{}", std::process::id()));
    OpenOptions::new().write(true).create_new(true).open(&file)?;
    fs::remove_file(file)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;
    use crate::device::devices;

    #[test]
    fn the_folder_is_pocls() {
        let with = |set: &[(&str, &str)]| {
            folder(|name| set.iter().find(|(known, _)| *known == name).map(|(_, v)| v.into()))
        };
        let home = ("HOME", "/home/me");
        assert_eq!(with(&[]), None);
        assert_eq!(with(&[home]), Some("/home/me/.cache/pocl/kcache".into()));
        assert_eq!(with(&[home, ("XDG_CACHE_HOME", "")]), with(&[home]));
        assert_eq!(with(&[home, ("XDG_CACHE_HOME", "/c")]), Some("/c/pocl/kcache".into()));
        assert_eq!(with(&[home, ("POCL_CACHE_DIR", "/p")]), Some("/p".into()));
    }

    /// In a process of its own: a platform is asked once in the life of a process.
    #[cfg(target_os = "linux")]
    #[test]
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    fn a_cache_that_cannot_be_written_is_named() {
        const INSIDE: &str = "MC_OPENCL_TEST_WITHOUT_CACHE";
        if std::env::var_os(INSIDE).is_none() {
            let name = "device::cache::tests::a_cache_that_cannot_be_written_is_named";
            let mut again = Command::new(std::env::current_exe().unwrap());
            // Not even root can make a folder there.
            again.args(["--exact", name]).env(INSIDE, "1").env("HOME", "/proc/none");
            again.env_remove("XDG_CACHE_HOME").env_remove("POCL_CACHE_DIR");
            let output = again.output().unwrap();
            let words = String::from_utf8_lossy(&output.stdout).into_owned();
            assert!(output.status.success() && words.contains("1 passed"), "{words}");
            return;
        }
        match devices() {
            Ok(devices) => assert!(devices.iter().all(|device| device.platform != POCL)),
            Err(error) => {
                let message = error.to_string();
                assert!(message.contains("/proc/none/.cache/pocl/kcache"), "{message}");
                assert!(message.contains("POCL_CACHE_DIR"), "{message}");
            }
        }
    }
}
