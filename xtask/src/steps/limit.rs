//! A command that may take so long and no longer.
//!
//! A test that waits for ever would otherwise run CI into its own limit, which says nothing.

use std::io;
use std::process::{Child, Command, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

/// What no step takes on a machine that is only slow.
pub const STEP: Duration = Duration::from_mins(40);

/// How often is looked.
const LOOK: Duration = Duration::from_millis(50);

/// How the command ended; nothing if it did not and was killed, with all that it had started.
/// What still ran then is told to `say`.
///
/// It stays in the process group of this program, so Ctrl-C reaches it.
///
/// # Errors
/// If it can't be started or waited for.
pub fn run(
    command: &mut Command,
    limit: Duration,
    say: &dyn Fn(&str),
) -> io::Result<Option<ExitStatus>> {
    let start = Instant::now();
    let mut child = command.spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        let Some(rest) = limit.checked_sub(start.elapsed()) else {
            break;
        };
        thread::sleep(rest.min(LOOK));
    }
    say(&format!("it still runs after {:.0} s and is killed, with these:", limit.as_secs_f64()));
    kill(&mut child, say)?;
    Ok(None)
}

#[cfg(not(target_os = "linux"))]
fn kill(child: &mut Child, say: &dyn Fn(&str)) -> io::Result<()> {
    say("(which processes it started is known on Linux only; some may go on)");
    child.kill()?;
    child.wait().map(|_| ())
}

#[cfg(target_os = "linux")]
fn kill(child: &mut Child, say: &dyn Fn(&str)) -> io::Result<()> {
    let own = child.id();
    let mut told = Vec::new();
    // Who is stopped starts no other, so at last the list is complete.
    proc::signal("STOP", &[own])?;
    loop {
        let all = proc::descendants(own);
        let new: Vec<_> = all.into_iter().filter(|id| !told.contains(id)).collect();
        if new.is_empty() {
            break;
        }
        new.iter().for_each(|&id| say(&format!("  {id}  {}", proc::command_line(id))));
        proc::signal("STOP", &new)?;
        told.extend(new);
    }
    told.push(own);
    proc::signal("KILL", &told)?;
    child.wait().map(|_| ())
}

/// What Linux tells of processes.
#[cfg(target_os = "linux")]
mod proc {
    use std::fs;
    use std::io;
    use std::process::{Command, Stdio};

    /// All that this process started, and what these started.
    pub fn descendants(of: u32) -> Vec<u32> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let all: Vec<(u32, u32)> = ids.filter_map(|id| Some((id, parent(id)?))).collect();
        let mut found = vec![of];
        let mut next = 0;
        while let Some(&id) = found.get(next) {
            found.extend(all.iter().filter(|(_, parent)| *parent == id).map(|(id, _)| id));
            next += 1;
        }
        found.split_off(1)
    }

    fn parent(id: u32) -> Option<u32> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name before it is in parentheses, and may have some.
        let (_, fields) = stat.rsplit_once(')')?;
        let mut fields = fields.split_whitespace();
        let state = fields.next()?;
        (state != "Z").then_some(fields.next()?.parse().ok()?)
    }

    pub fn command_line(id: u32) -> String {
        let words = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
        let words = words.split(|&byte| byte == 0).map(String::from_utf8_lossy);
        words.collect::<Vec<_>>().join(" ").trim_end().to_owned()
    }

    /// Every shell has `kill`; a slim image has no program of that name.
    pub fn signal(name: &str, ids: &[u32]) -> io::Result<()> {
        let words = ids.iter().map(u32::to_string);
        let mut shell = Command::new("sh");
        shell.args(["-c", "kill -\"$@\"", "sh", name]).args(words);
        // Who has ended by now is no matter.
        shell.stderr(Stdio::null()).status().map(|_| ())
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::cell::RefCell;

    use super::*;

    /// A shell that runs this, for at most so many milliseconds, and what was said.
    fn shell(script: &str, limit: u64) -> (Option<ExitStatus>, String) {
        let said = RefCell::new(String::new());
        let say = |words: &str| *said.borrow_mut() += &format!("{words}\n");
        let limit = Duration::from_millis(limit);
        let status = run(Command::new("sh").args(["-c", script]), limit, &say).unwrap();
        (status, said.into_inner())
    }

    #[test]
    fn what_ends_in_time_has_its_status() {
        let (status, said) = shell("exit 3", 60_000);
        assert_eq!((status.unwrap().code(), said.as_str()), (Some(3), ""));
    }

    #[test]
    fn what_hangs_is_named_and_killed_with_all_that_it_started() {
        // A child, and a child of a child.
        let script = "sh -c 'sleep 997 & sleep 998' & sleep 999";
        let start = Instant::now();
        let (status, said) = shell(script, 500);
        assert!(status.is_none(), "{status:?}");
        assert!(start.elapsed() < Duration::from_secs(60));
        assert!(said.starts_with("it still runs after 0 s and is killed"), "{said}");
        for sleep in ["sleep 997", "sleep 998", "sleep 999"] {
            let line = said.lines().find(|line| line.ends_with(sleep));
            let id: u32 = line.expect(&said).split_whitespace().next().unwrap().parse().unwrap();
            // The process that takes in orphans may not have looked yet.
            let deadline = Instant::now() + Duration::from_secs(10);
            while proc::command_line(id) == sleep && Instant::now() < deadline {
                thread::sleep(LOOK);
            }
            assert_ne!(proc::command_line(id), sleep);
        }
    }
}
