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
            Some((interpreter, version)) => {
                let [pins, home] = [sources.join("requirements.txt"), folder.join("venv")];
                environment(system, interpreter, &pins, &home)
                    .map(|home| home.join(file_name(system, "python")))
                    .map_err(|error| format!("{error} (Python {version})"))
            }
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

/// The programs of a virtual environment in `home` that has what `pins` names, each file with the
/// hash that stands there.
pub fn environment(
    system: &dyn System,
    interpreter: &Path,
    pins: &Path,
    home: &Path,
) -> Result<PathBuf, String> {
    let programs = home.join(if system.os() == Os::Windows { "Scripts" } else { "bin" });
    let check = cargo::workspace().join("bench").join("peers").join("installed.py");
    let program = programs.join(file_name(system, "python"));
    let [program, home, interpreter] = [&program, home, interpreter].map(text);
    let [check, pins] = [&check, pins].map(text);
    let fits = || system.tell(&program, &[&check, &pins]).is_some();
    if !fits() {
        run(system, &[&interpreter, "-m", "venv", "--clear", &home])?;
        let pip = [&program, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"];
        let only = ["--only-binary=:all:", "--require-hashes", "-r", &pins];
        run(system, &[&pip[..], &only].concat())?;
        if !fits() {
            return Err(format!("{home} does not have what {pins} pins, though pip said so"));
        }
    }
    Ok(programs)
}

/// What the file of a program is called.
pub fn file_name(system: &dyn System, program: &str) -> String {
    if system.os() == Os::Windows { format!("{program}.exe") } else { program.to_owned() }
}

/// GSL's program, compiled for this machine.
fn gsl(system: &dyn System, sources: &Path, folder: &Path) -> Result<PathBuf, String> {
    let flags = |which| system.tell("gsl-config", &[which]).unwrap_or_default();
    let (include, link) = (flags("--cflags"), flags("--libs"));
    let program = folder.join(file_name(system, "gsl"));
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
