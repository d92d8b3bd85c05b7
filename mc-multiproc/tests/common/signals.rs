//! Signals to processes, and what became of them.

use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Sends a signal, such as "KILL"; a negative id is a process group.
pub fn signal(name: &str, id: i64) {
    assert!(try_signal(name, id), "no process {id} for SIG{name}");
}

/// Sends a signal, unless the process is gone.
pub fn try_signal(name: &str, id: i64) -> bool {
    // The shell's own `kill`: a small system has no program of that name.
    let kill = format!("kill -s {name} -- {id} 2>/dev/null");
    Command::new("sh").args(["-c", &kill]).status().unwrap().success()
}

/// The state of a process: `None` once it is off the process table.
#[cfg(target_os = "linux")]
pub fn state(id: u32) -> Option<char> {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    stat.rsplit(')').next()?.trim().chars().next()
}

/// Waits for the end of a child, and kills it when that takes longer than `limit`: a test fails, and does not
/// hang.
pub fn wait_at_most(child: &mut Child, limit: Duration) -> ExitStatus {
    let started = Instant::now();
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status;
        }
        if started.elapsed() > limit {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("it had not ended after {limit:?}");
        }
        sleep(Duration::from_millis(5));
    }
}

/// Waits until none of these runs any more.
///
/// They are not our children: a zombie is the business of whoever inherited it.
#[cfg(target_os = "linux")]
pub fn wait_until_gone(ids: &[u32]) {
    let started = Instant::now();
    while ids.iter().any(|&id| state(id).is_some_and(|state| state != 'Z')) {
        assert!(started.elapsed() < Duration::from_secs(60), "{ids:?} are still there");
        sleep(Duration::from_millis(5));
    }
}

/// A figure of `/proc/ID/status` in KiB, such as the peak of memory, `VmHWM`.
#[cfg(target_os = "linux")]
pub fn kib(id: &str, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with(what)).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The processes below `id` that run this program, in the order of their ids.
#[cfg(target_os = "linux")]
pub fn descendants(id: u32, program: &str) -> Vec<u32> {
    // The kernel lists the children of each thread of a process.
    let tasks = std::fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let children: Vec<u32> = tasks
        .filter_map(|task| std::fs::read_to_string(task.path().join("children")).ok())
        .flat_map(|ids| ids.split_whitespace().map(|id| id.parse().unwrap()).collect::<Vec<_>>())
        .collect();
    let runs = |id: &u32| {
        std::fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|exe| exe.as_os_str() == program)
    };
    let below = children.iter().flat_map(|&id| descendants(id, program));
    let mut all: Vec<u32> = children.iter().copied().filter(runs).chain(below).collect();
    all.sort_unstable();
    all
}
