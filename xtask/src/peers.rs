//! Makes what the peers of `compare --peers` run in: a virtual environment with
//! pinned packages, and GSL's program. Both lie in the target folder and are made
//! again only if they do not fit.

use std::path::{Path, PathBuf};

use crate::cargo;
use crate::detect::not_found;
use crate::detect::peers::Peers;
use crate::need::Need;
use crate::packages::Source;
use crate::system::{Os, System};

/// Where `bench` reads what the peers are started with, and why one can't be.
pub const VARIABLES: [&str; 4] =
    ["MC_PEERS_PYTHON", "MC_MISSING_PEERS_PYTHON", "MC_PEERS_GSL", "MC_MISSING_PEERS_GSL"];

/// Programs, or why there are none.
#[derive(Debug, PartialEq, Eq)]
pub struct Made {
    /// The interpreter of the virtual environment.
    pub python: Result<PathBuf, String>,
    /// GSL's program.
    pub gsl: Result<PathBuf, String>,
}

impl Made {
    /// For `bench` and its tests.
    pub fn variables(&self) -> Vec<(String, String)> {
        let [python, no_python, gsl, no_gsl] = VARIABLES;
        let pair = |made: &Result<PathBuf, String>, yes: &str, no: &str| match made {
            Ok(path) => (yes.to_owned(), path.to_string_lossy().into_owned()),
            Err(reason) => (no.to_owned(), reason.clone()),
        };
        vec![pair(&self.python, python, no_python), pair(&self.gsl, gsl, no_gsl)]
    }
}

/// Makes what is possible with what is there.
pub fn make(system: &dyn System) -> Made {
    let peers = Peers::on(system);
    let source = Source::on(system);
    let reason = |need| not_found(&[need], system, &source).unwrap_or_default();
    let sources = cargo::workspace().join("bench").join("peers");
    let folder = cargo::target().join("peers");
    system.make_folder(&folder);
    let made = Made {
        python: match &peers.python {
            Some((interpreter, version)) => environment(system, interpreter, &sources, &folder)
                .map_err(|error| format!("{error} (Python {version})")),
            None => Err(reason(Need::Python)),
        },
        gsl: match &peers.gsl {
            Some(_) => gsl(system, &sources, &folder),
            None => Err(reason(Need::Gsl)),
        },
    };
    for error in [&made.python, &made.gsl].into_iter().filter_map(|made| made.as_ref().err()) {
        system.say(&format!("going on without some of the peers: {error}"));
    }
    made
}

/// The interpreter of a virtual environment that has what is pinned.
fn environment(
    system: &dyn System,
    interpreter: &Path,
    sources: &Path,
    folder: &Path,
) -> Result<PathBuf, String> {
    let home = folder.join("venv");
    let python = match system.os() {
        Os::Windows => home.join("Scripts").join("python.exe"),
        Os::Linux | Os::Mac => home.join("bin").join("python"),
    };
    let [program, home, interpreter] = [&python, &home, interpreter].map(text);
    let [check, pins] = ["installed.py", "requirements.txt"].map(|name| text(&sources.join(name)));
    let fits = || system.tell(&program, &[&check, &pins]).is_some();
    if !fits() {
        run(system, &[&interpreter, "-m", "venv", "--clear", &home])?;
        let pip = [&program, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"];
        run(system, &[&pip[..], &["--only-binary=:all:", "-r", &pins]].concat())?;
        if !fits() {
            return Err(format!("{home} does not have what {pins} pins, though pip said so"));
        }
    }
    Ok(python)
}

/// GSL's program, compiled for this machine.
fn gsl(system: &dyn System, sources: &Path, folder: &Path) -> Result<PathBuf, String> {
    let flags = |which| system.tell("gsl-config", &[which]).unwrap_or_default();
    let (include, link) = (flags("--cflags"), flags("--libs"));
    let name = if system.os() == Os::Windows { "gsl.exe" } else { "gsl" };
    let program = folder.join(name);
    let tune = if cfg!(target_arch = "aarch64") { "-mcpu=native" } else { "-march=native" };
    let [source, output] = [&sources.join("gsl.c"), &program].map(|path| text(path));
    let mut command = vec!["cc", "-std=gnu11", "-O3", tune];
    command.extend(include.split_whitespace());
    command.extend(["-o", &output, &source]);
    command.extend(link.split_whitespace());
    run(system, &command)?;
    Ok(program)
}

/// Runs one command; where it fails, the end of what it wrote is the error.
fn run(system: &dyn System, command: &[&str]) -> Result<(), String> {
    let line = command.join(" ");
    system.say(&format!("running: {line}"));
    let command: Vec<_> = command.iter().map(|&word| word.to_owned()).collect();
    let output = system.act(&command);
    if output.success {
        return Ok(());
    }
    let written = [output.stderr, output.stdout];
    let last = written.iter().find_map(|text| text.lines().rfind(|line| !line.trim().is_empty()));
    Err(format!("`{line}` failed: {}", last.unwrap_or("it says nothing").trim()))
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
