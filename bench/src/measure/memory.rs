//! The most memory that a process has had.

use std::path::Path;

/// The peak resident set size of the process `id`, or of `self`, in bytes: on Linux that of the
/// program that it runs now (`VmHWM`), whatever started it. None where the system does not tell.
#[cfg(target_os = "linux")]
pub fn peak(id: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok().map(|kib: u64| kib << 10)
}

/// Elsewhere a process can ask for itself alone.
#[cfg(all(unix, not(target_os = "linux")))]
pub fn peak(id: &str) -> Option<u64> {
    if id != "self" {
        return None;
    }
    let mut usage = std::mem::MaybeUninit::<libc::rusage>::zeroed();
    // SAFETY: `usage` has room for what is written, and zeroes are a value of it.
    let usage = unsafe {
        match libc::getrusage(libc::RUSAGE_SELF, usage.as_mut_ptr()) {
            0 => usage.assume_init(),
            _ => return None,
        }
    };
    // Only Apple's systems count bytes.
    let unit = if cfg!(target_vendor = "apple") { 1 } else { 1024 };
    u64::try_from(usage.ru_maxrss).ok().map(|size| size * unit)
}

/// Elsewhere it is not known.
#[cfg(not(unix))]
pub fn peak(_: &str) -> Option<u64> {
    None
}

/// The process `id`, if it runs `program`, and those below it that do: an MPI may have processes of
/// its own between `mpirun` and the ranks. Only Linux tells.
pub fn running(program: &Path, id: u32) -> Vec<u32> {
    let is_it = std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe == program);
    let mut found: Vec<_> = is_it.then_some(id).into_iter().collect();
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    for task in tasks {
        // The kernel lists the children of each thread.
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace().filter_map(|id| id.parse().ok()) {
            found.extend(running(program, child));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(target_os = "linux")]
    #[test]
    fn memory_that_was_used_shows() {
        let before = peak("self").expect("Linux tells");
        let large = std::hint::black_box(vec![1u8; 64 << 20]);
        let after = peak("self").expect("Linux tells");
        assert!(after >= before && after > large.len() as u64, "{before} {after}");
        let own = std::env::current_exe().expect("a program");
        assert_eq!(running(&own, std::process::id()), [std::process::id()]);
    }
}
