//! The machine as the rest of this crate sees it.
//!
//! [`System`] is the only way to the outside for everything that looks or
//! installs. [`Machine`] is the real one. The tests have a made-up one, so they
//! can say what happens on a Debian with nothing on it, and change nothing.

use std::ffi::OsString;
use std::fmt;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

#[cfg(test)]
pub mod fake;

/// The exit code where anything went wrong that was not the fault of the request.
pub const FAILED: u8 = 1;

/// The kinds of system that differ in where things lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Os {
    /// Linux, and any Unix that is like it.
    Linux,
    /// Apple's.
    Mac,
    /// Microsoft's.
    Windows,
}

/// How a program that was run to its end did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Output {
    /// It ended with exit code 0.
    pub success: bool,
    /// What it wrote to stdout, trimmed.
    pub stdout: String,
    /// What it wrote to stderr, trimmed.
    pub stderr: String,
}

/// What changes when a file is written or replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State {
    /// When it was written last.
    pub modified: SystemTime,
    /// In bytes.
    pub length: u64,
    /// Which file of the file system it is; 0 where that has no number.
    pub number: u64,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let since = self.modified.duration_since(UNIX_EPOCH).unwrap_or_default();
        write!(f, "{} {} {}", since.as_nanos(), self.length, self.number)
    }
}

/// What can be asked of a machine, and what can be done to it.
pub trait System {
    /// Which system it is.
    fn os(&self) -> Os;
    /// An environment variable; none if it is unset or empty.
    fn var(&self, name: &str) -> Option<String>;
    /// All environment variables that are text.
    fn variables(&self) -> Vec<(String, String)>;
    /// The folder in which this program was started.
    fn folder(&self) -> PathBuf;
    /// The time.
    fn now(&self) -> SystemTime;
    /// Whether a file or folder is there.
    fn exists(&self, path: &Path) -> bool;
    /// The state of a file or folder that is there.
    fn state(&self, path: &Path) -> Option<State>;
    /// The text of a file.
    fn read(&self, path: &Path) -> Option<String>;
    /// Replaces a file as a whole. What cannot be written is not there afterwards.
    fn write(&self, path: &Path, text: &str);
    /// What lies in a folder, sorted; nothing if it is not a folder.
    fn entries(&self, folder: &Path) -> Vec<PathBuf>;
    /// Runs a program that only tells; none if it could not be started.
    fn probe(&self, program: &str, arguments: &[&str]) -> Option<Output>;
    /// Makes a folder and those above it. Where that fails, so will what needs it.
    fn make_folder(&self, folder: &Path);
    /// Runs a program that changes the machine.
    fn act(&self, command: &[String]) -> Output;
    /// Whether someone is there to answer.
    fn can_ask(&self) -> bool;
    /// Asks, and returns the line that was answered; none at the end of input.
    fn ask(&self, question: &str) -> Option<String>;
    /// Says something to the user.
    fn say(&self, words: &str);

    /// The file that is started by this name.
    fn find(&self, program: &str) -> Option<PathBuf> {
        if Path::new(program).components().count() > 1 {
            return Some(PathBuf::from(program));
        }
        let names = match self.os() {
            Os::Windows => vec![format!("{program}.exe"), program.to_owned()],
            Os::Linux | Os::Mac => vec![program.to_owned()],
        };
        let path = self.var("PATH")?;
        let mut places = std::env::split_paths(&path)
            .flat_map(|folder| names.iter().map(|name| folder.join(name)).collect::<Vec<_>>());
        places.find(|file| self.exists(file))
    }

    /// What a program that only tells wrote, if it did well.
    fn tell(&self, program: &str, arguments: &[&str]) -> Option<String> {
        self.probe(program, arguments).filter(|output| output.success).map(|output| output.stdout)
    }
}

/// The machine this runs on.
pub struct Machine;

impl System for Machine {
    fn os(&self) -> Os {
        if cfg!(target_os = "macos") {
            Os::Mac
        } else if cfg!(windows) {
            Os::Windows
        } else {
            Os::Linux
        }
    }

    fn var(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    fn variables(&self) -> Vec<(String, String)> {
        let text = |value: OsString| value.into_string().ok();
        std::env::vars_os().filter_map(|(name, value)| Some((text(name)?, text(value)?))).collect()
    }

    fn folder(&self) -> PathBuf {
        std::env::current_dir().unwrap_or_default()
    }

    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    fn exists(&self, path: &Path) -> bool {
        path.exists()
    }

    fn state(&self, path: &Path) -> Option<State> {
        let data = path.metadata().ok()?;
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(&data);
        #[cfg(not(unix))]
        let number = 0;
        Some(State { modified: data.modified().ok()?, length: data.len(), number })
    }

    fn write(&self, path: &Path, text: &str) {
        // No other process sees half a file.
        let part = path.with_extension(format!("part-{}", std::process::id()));
        if std::fs::write(&part, text).and_then(|()| std::fs::rename(&part, path)).is_err() {
            let _ = std::fs::remove_file(&part);
            let _ = std::fs::remove_file(path);
        }
    }

    fn read(&self, path: &Path) -> Option<String> {
        std::fs::read_to_string(path).ok()
    }

    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    }

    fn probe(&self, program: &str, arguments: &[&str]) -> Option<Output> {
        finish(Command::new(program).args(arguments)).ok()
    }

    fn make_folder(&self, folder: &Path) {
        let _ = std::fs::create_dir_all(folder);
    }

    fn act(&self, command: &[String]) -> Output {
        let Some((program, arguments)) = command.split_first() else {
            return Output::default();
        };
        finish(Command::new(program).args(arguments)).unwrap_or_else(|error| Output {
            stderr: format!("{program}: {error}"),
            ..Output::default()
        })
    }

    fn can_ask(&self) -> bool {
        std::io::stdin().is_terminal()
    }

    fn ask(&self, question: &str) -> Option<String> {
        // A question that could not be shown is answered all the same.
        let _ = std::io::stderr().write_all(question.as_bytes());
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => None,
            Ok(_) => Some(line),
        }
    }

    fn say(&self, words: &str) {
        // Where nobody can hear it, the work goes on.
        let line = format!("xtask: {}\n", words.trim_end());
        let _ = std::io::stderr().write_all(line.as_bytes());
    }
}

/// Runs a program with nothing to read, so that it can't take what a script meant
/// for another. (sudo asks for a password on the terminal itself.)
fn finish(command: &mut Command) -> std::io::Result<Output> {
    let output = command.stdin(Stdio::null()).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    Ok(Output {
        success: output.status.success(),
        stdout: text(&output.stdout),
        stderr: text(&output.stderr),
    })
}
