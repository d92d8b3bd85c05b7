//! cargo-deny, which checks what the workspace is built from: licences, sources, wildcards, and
//! the crates that someone has warned of. What it asks for is in `.cargo/deny.toml`.
//!
//! Building it takes minutes, so who has none gets a built one from PyPI, pinned by its hash.

use std::path::PathBuf;

use crate::cargo;
use crate::detect::not_found;
use crate::detect::peers::Peers;
use crate::need::Need;
use crate::packages::Source;
use crate::peers;
use crate::system::System;

/// What can be checked here, or why not.
#[derive(Debug, PartialEq, Eq)]
pub struct Deny {
    /// The program.
    pub program: Result<PathBuf, String>,
    /// Whether it has the list of warnings, which is fetched from GitHub.
    pub advisories: Result<(), String>,
}

/// Finds the program or makes it, and lets it fetch the list.
pub fn make(system: &dyn System) -> Deny {
    let program = program(system);
    let advisories = match &program {
        Ok(program) => fetch(system, &program.to_string_lossy()),
        Err(reason) => Err(reason.clone()),
    };
    Deny { program, advisories }
}

fn program(system: &dyn System) -> Result<PathBuf, String> {
    const NAME: &str = "cargo-deny";
    if system.tell(NAME, &["--version"]).is_some() {
        return Ok(PathBuf::from(NAME));
    }
    let help = "`cargo install --locked cargo-deny` builds one";
    let Some((interpreter, _)) = Peers::on(system).python else {
        let no_python = not_found(&[Need::Python], system, &Source::on(system));
        return Err(format!("no {NAME} here, and {}; {help}", no_python.unwrap_or_default()));
    };
    let pins = cargo::workspace().join("xtask").join("cargo-deny.txt");
    let home = cargo::target().join(NAME);
    match peers::environment(system, &interpreter, &pins, &home) {
        Ok(programs) => Ok(programs.join(peers::file_name(system, NAME))),
        Err(error) => Err(format!("no {NAME} here, and {error}; {help}")),
    }
}

fn fetch(system: &dyn System, program: &str) -> Result<(), String> {
    let output = system.probe(program, &["fetch", "db"]).unwrap_or_default();
    if output.success {
        return Ok(());
    }
    let last = output.stderr.lines().rfind(|line| !line.trim().is_empty());
    Err(format!("the list of warnings can't be fetched: {}", last.unwrap_or("it says nothing")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    /// The programs of the environment, and what asks whether it has what is pinned.
    fn made() -> (String, String) {
        let bin = cargo::target().join("cargo-deny/bin").display().to_string();
        let workspace = cargo::workspace().display();
        let check = format!(
            "{bin}/python {workspace}/bench/peers/installed.py {workspace}/xtask/cargo-deny.txt"
        );
        (bin, check)
    }

    #[test]
    fn one_that_is_there_is_taken() {
        let system = Fake::debian()
            .program("cargo-deny --version", "0.20.2")
            .program("cargo-deny fetch db", "");
        let deny = make(&system);
        assert_eq!(deny, Deny { program: Ok("cargo-deny".into()), advisories: Ok(()) });
        assert!(system.acts.borrow().is_empty());
    }

    #[test]
    fn else_it_comes_from_pypi_and_goes_without_the_list() {
        let (bin, check) = made();
        let system = Fake::debian().python().program(&check, "");
        let deny = make(&system);
        assert_eq!(deny.program.unwrap().to_string_lossy(), format!("{bin}/cargo-deny"));
        assert!(
            deny.advisories.unwrap_err().starts_with("the list of warnings can't be fetched: ")
        );
    }

    #[test]
    fn without_python_the_reason_says_what_would_help() {
        let reason = make(&Fake::debian()).program.unwrap_err();
        assert_eq!(
            reason,
            "no cargo-deny here, and Python 3 with its venv module was not found; `apt-get install \
             python3-venv` installs it; `cargo install --locked cargo-deny` builds one"
        );
    }
}
