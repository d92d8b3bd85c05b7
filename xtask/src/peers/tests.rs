//! What is run to make the peers' programs, on machines that are made up.

use super::*;
use crate::system::fake::Fake;

/// The folders of the sources and of what is made.
fn folders() -> (String, String) {
    (text(&cargo::workspace().join("bench/peers")), text(&cargo::target().join("peers")))
}

fn check() -> String {
    let (sources, made) = folders();
    format!("{made}/venv/bin/python {sources}/installed.py {sources}/requirements.txt")
}

fn pip() -> String {
    let (sources, made) = folders();
    format!(
        "{made}/venv/bin/python -m pip install --no-input --disable-pip-version-check \
         --only-binary=:all: --require-hashes -r {sources}/requirements.txt"
    )
}

#[test]
fn both_are_made_and_named_for_bench() {
    let (sources, made) = folders();
    let system = Fake::debian().python().gsl().after(&pip(), &check(), "");
    let programs = make(&system);
    assert_eq!(
        *system.acts.borrow(),
        [
            format!("python3 -m venv --clear {made}/venv"),
            pip(),
            format!(
                "cc -std=gnu11 -O3 {} -I/usr/include -o {made}/gsl {sources}/gsl.c \
                 -L/usr/lib -lgsl -lgslcblas -lm",
                if cfg!(target_arch = "aarch64") { "-mcpu=native" } else { "-march=native" }
            ),
        ]
    );
    assert_eq!(*system.folders.borrow(), [PathBuf::from(&made)]);
    let variables = programs.variables();
    assert_eq!(variables[0], ("MC_PEERS_PYTHON".to_owned(), format!("{made}/venv/bin/python")));
    assert_eq!(variables[1], ("MC_PEERS_GSL".to_owned(), format!("{made}/gsl")));
}

#[test]
fn an_environment_that_fits_is_kept() {
    let system = Fake::debian().python().program(&check(), "");
    assert!(make(&system).python.is_ok());
    assert!(system.acts.borrow().is_empty());
}

#[test]
fn what_fails_is_a_reason_with_its_last_words() {
    let network = "WARNING: Retrying\nERROR: No matching distribution found for numpy==2.4.6\n";
    let system = Fake::debian().python().gsl().fails(&pip(), network);
    let made = make(&system);
    let reason = made.python.clone().unwrap_err();
    assert!(reason.contains("-m pip install"), "{reason}");
    let end = "failed: ERROR: No matching distribution found for numpy==2.4.6 (Python 3.11.2)";
    assert!(reason.ends_with(end), "{reason}");
    assert!(made.gsl.is_ok(), "the other is made all the same");
    assert_eq!(made.variables()[0], ("MC_MISSING_PEERS_PYTHON".to_owned(), reason.clone()));
    assert!(system.said.borrow().contains(&reason));
}

#[test]
fn an_environment_that_still_does_not_fit_is_not_used() {
    let reason = make(&Fake::debian().python()).python.unwrap_err();
    assert!(reason.contains("though pip said so"), "{reason}");
}

#[test]
fn what_is_missing_is_a_reason_that_says_what_would_help() {
    let made = make(&Fake::debian());
    assert_eq!(
        made.python.unwrap_err(),
        "Python 3 with its venv module was not found; `apt-get install python3-venv` installs it"
    );
    assert!(made.gsl.unwrap_err().ends_with("`apt-get install libgsl-dev` installs it"));
}
