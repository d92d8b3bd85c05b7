//! `cargo xtask oclgrind`: the tests of mc-opencl on a simulated device that
//! reports every read or write outside a buffer, every race, and every call of
//! OpenCL that fails.
//!
//! The simulator is some ten thousand times slower than a device, so it runs the
//! tests with few samples, one at a time: `tests/oclgrind.rs`, which has all ways
//! to compute, and the unit tests. The conformance suite stays with real devices.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::cargo;
use crate::system::System;

/// What Oclgrind's packages call its driver.
const DRIVER: &str = "liboclgrind-rt-icd.so";

/// Words that only a report has.
const REPORTS: [&str; 6] = [
    "Invalid read",
    "Invalid write",
    "data race",
    "OCLGRIND FATAL",
    "runtime error detected",
    "Unaligned",
];

/// Tests that call OpenCL wrongly on purpose, or take minutes.
const LEFT_OUT: [&str; 3] =
    ["a_rejected_program_is_quoted", "memory_that_no_device_has_is_an_error", "the_shape_of_a_gpu"];

/// The test that writes out of bounds on purpose: if it goes unseen, nothing was
/// looked at.
const ON_PURPOSE: &str = "a_write_out_of_bounds_is_reported";

/// Runs the tests. True if all passed and nothing was reported.
pub fn test(system: &dyn System) -> bool {
    let Some(driver) = driver(system) else {
        system.say("Oclgrind is not here: `apt-get install oclgrind` (Debian, Ubuntu) installs it");
        return false;
    };
    let vendors = cargo::workspace().join("target/oclgrind");
    let icd = vendors.join("oclgrind.icd");
    let written = std::fs::create_dir_all(&vendors)
        .and_then(|()| std::fs::write(&icd, format!("{}\n", driver.display())));
    if let Err(error) = written {
        system.say(&format!("{} cannot be written: {error}", icd.display()));
        return false;
    }

    let on_purpose = ["--test", "oclgrind", "--", "--ignored", "--exact", ON_PURPOSE];
    match run(system, &vendors, &on_purpose) {
        Some((true, reports)) if !reports.is_empty() => {
            system.say("Oclgrind sees a write out of bounds, as it should");
        }
        _ => {
            system.say("Oclgrind did not see a write out of bounds that was made on purpose");
            return false;
        }
    }
    let mut tests = vec!["--lib", "--test", "oclgrind", "--test", "product", "--test", "requests"];
    tests.extend(["--", "--test-threads=1"]);
    for name in LEFT_OUT {
        tests.extend(["--skip", name]);
    }
    match run(system, &vendors, &tests) {
        Some((passed, reports)) => {
            system.say(&format!("Oclgrind: {} reports", reports.len()));
            passed && reports.is_empty()
        }
        None => false,
    }
}

/// Runs tests of mc-opencl under Oclgrind: whether they passed, and what it
/// reported.
fn run(system: &dyn System, vendors: &Path, tests: &[&str]) -> Option<(bool, Vec<String>)> {
    let arguments: Vec<_> =
        ["test", "--package", "mc-opencl"].iter().chain(tests).map(|word| word.as_ref()).collect();
    let mut command: Command = cargo::command(&arguments, None);
    command
        .current_dir(cargo::workspace())
        .env("OCL_ICD_VENDORS", vendors)
        .env("OCLGRIND_CHECK_API", "1")
        .env("OCLGRIND_DATA_RACES", "1")
        .stderr(Stdio::piped());
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            system.say(&format!("cargo can't be started: {error}"));
            return None;
        }
    };
    let mut reports = Vec::new();
    if let Some(words) = child.stderr.take() {
        for line in BufReader::new(words).lines().map_while(Result::ok) {
            system.say(&line);
            if is_report(&line) {
                reports.push(line);
            }
        }
    }
    let passed = child.wait().is_ok_and(|status| status.success());
    Some((passed, reports))
}

fn is_report(line: &str) -> bool {
    REPORTS.iter().any(|words| line.contains(words))
}

/// Where the driver lies: where Debian puts it, or beside the program.
fn driver(system: &dyn System) -> Option<PathBuf> {
    let program = system.tell("/usr/bin/which", &["oclgrind"]);
    let beside = program.as_deref().map(Path::new).and_then(Path::parent).and_then(Path::parent);
    [Some(Path::new("/usr")), beside, Some(Path::new("/usr/local"))]
        .into_iter()
        .flatten()
        .flat_map(|prefix| {
            [prefix.join("lib/oclgrind").join(DRIVER), prefix.join("lib").join(DRIVER)]
        })
        .find(|path| system.exists(path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    #[test]
    fn the_driver_is_found_where_packages_put_it() {
        let debian = Fake::debian();
        assert_eq!(driver(&debian), None);
        let debian = debian.file("/usr/lib/oclgrind/liboclgrind-rt-icd.so", "");
        assert_eq!(driver(&debian), Some("/usr/lib/oclgrind/liboclgrind-rt-icd.so".into()));
    }

    #[test]
    fn reports_are_told_from_other_words() {
        assert!(is_report("Invalid write of size 8 at global memory address 0x1000000000010"));
        assert!(is_report("Write-write data race at local memory address 0x1"));
        assert!(is_report("Oclgrind - OpenCL runtime error detected"));
        assert!(!is_report("    Running unittests src/lib.rs"));
    }
}
