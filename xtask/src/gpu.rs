//! `cargo xtask gpu`: everything that is to be measured on a machine with a GPU,
//! in one go and without network: the device, the conformance suite on it, the
//! comparison at n = 2 and M = 10¹⁰, the lecture's three ways, and the elementwise
//! product. What each printed is kept under `bench/runs/`.
//!
//! `--quick` takes small sizes, to try the command itself.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::cargo;
use crate::detect::Found;
use crate::system::System;

/// One measurement: the file it goes to, and what is asked of `bench`.
struct Part {
    file: &'static str,
    arguments: Vec<String>,
}

/// Runs all parts. True if each of them did well.
pub fn run(system: &dyn System, quick: bool) -> bool {
    let found = Found::on(system);
    if !found.opencl.can_link() {
        system.say("no OpenCL here: `cargo xtask doctor` says what is missing");
        return false;
    }
    let folder = cargo::workspace().join("bench/runs").join(name(quick, SystemTime::now()));
    if let Err(error) = fs::create_dir_all(&folder) {
        system.say(&format!("{} cannot be made: {error}", folder.display()));
        return false;
    }
    let mut features = vec!["opencl".to_owned()];
    features.extend(found.llvm.ready().map(|install| install.feature()));
    let jit = found.llvm.ready().is_some();
    let mut good = true;
    for part in parts(quick, jit, &features.join(",")) {
        system.say(&format!("cargo {}", part.arguments.join(" ")));
        good &= keep(system, &found, &part, &folder);
    }
    system.say(&format!("kept in {}", folder.display()));
    good
}

/// What is run, the cheap parts first.
fn parts(quick: bool, jit: bool, features: &str) -> Vec<Part> {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let bench = |file, flags: &str| {
        let start =
            format!("run --release --offline --quiet --package bench --features {features} --");
        Part { file, arguments: words(&format!("{start} {flags}")) }
    };
    let (many, few, elements) = match quick {
        true => ("10000000", "100000", "--samples 512000"),
        false => ("10000000000", "1000000", ""),
    };
    // The fastest of the CPU, for the same bits.
    let cpu = if jit { "rayon-jit" } else { "rayon-serial" };
    let mut conformance = "test --offline --package mc-opencl --test conformance".to_owned();
    if quick {
        conformance.push_str(" -- blocks first_non_finite");
    }
    vec![
        bench("devices.txt", "compare --device list"),
        bench(
            "compare.json",
            &format!("compare --technique {cpu},opencl --samples {many} --format json"),
        ),
        bench(
            "three-ways.json",
            &format!(
                "compare --technique {cpu},opencl-host,opencl-grid,opencl --samples {few} --format json"
            ),
        ),
        bench("elementwise.json", &format!("experiment elementwise {elements} --format json")),
        Part { file: "conformance.txt", arguments: words(&conformance) },
    ]
}

/// Runs a part and keeps what it wrote to stdout.
fn keep(system: &dyn System, found: &Found, part: &Part, folder: &Path) -> bool {
    let arguments: Vec<_> = part.arguments.iter().map(|word| word.as_ref()).collect();
    let mut command: Command = cargo::command(&arguments, found.llvm.ready());
    let path: PathBuf = folder.join(part.file);
    let outcome = fs::File::create(&path)
        .and_then(|file| command.current_dir(cargo::workspace()).stdout(file).status());
    let good = match outcome {
        Ok(status) => status.success(),
        Err(error) => {
            system.say(&format!("{}: {error}", path.display()));
            false
        }
    };
    system.say(&format!("{} {}", if good { "done  " } else { "FAILED" }, part.file));
    good
}

/// The day, and what kind of run it was.
fn name(quick: bool, now: SystemTime) -> String {
    let days = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() / 86_400);
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}-gpu{}", if quick { "-quick" } else { "" })
}

/// Year, month and day of a day since 1970 (Howard Hinnant, *chrono-compatible
/// low-level date algorithms*).
fn civil(days: u64) -> (u64, u64, u64) {
    let z = days + 719_468;
    let (era, day_of_era) = (z / 146_097, z % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + 400 * era + u64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(11_016), (2000, 2, 29));
        assert_eq!(civil(20_454), (2026, 1, 1));
    }

    #[test]
    fn all_that_is_asked_for_is_measured() {
        let full = parts(false, true, "opencl,llvm20");
        let line = |file| full.iter().find(|part| part.file == file).unwrap().arguments.join(" ");
        assert!(line("compare.json").contains("rayon-jit,opencl --samples 10000000000"));
        assert!(line("elementwise.json").ends_with("experiment elementwise --format json"));
        assert!(line("conformance.txt").ends_with("--test conformance"));
        assert!(full.iter().all(|part| part.arguments.contains(&"--offline".to_owned())));
        assert!(parts(true, false, "opencl")[1].arguments.join(" ").contains("rayon-serial"));
    }
}
