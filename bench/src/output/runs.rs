//! The runs that are kept: written, read, the newest.
//!
//! `compare --keep` makes a folder `bench/runs/<date>-<host kind>` with the JSON, the
//! page and the picture of times. The README's table and picture come from one of
//! these ([`crate::commands::readme`]).

use std::fs;
use std::path::{Path, PathBuf};

use super::page;
use crate::process::Failure;
use crate::results::{Comparison, Host};

/// The JSON of a run that was kept.
pub const JSON: &str = "comparison.json";
/// Its page.
pub const PAGE: &str = "report.html";
/// Its picture of times.
pub const PICTURE: &str = "times.svg";

/// That `path` cannot be written, or read.
fn cannot_be(path: &Path, done: &str, cause: impl std::fmt::Display) -> Failure {
    Failure::Run(format!("{} cannot be {done}: {cause}", path.display()))
}

/// The folder of all runs.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("runs")
}

/// Makes a folder for the comparison below `folder`, with its JSON, page and picture.
pub fn keep(comparison: &Comparison, folder: &Path) -> Result<PathBuf, Failure> {
    let date = comparison.made.at.get(..10).unwrap_or(&comparison.made.at);
    let name = format!("{date}-{}", kind(&comparison.host));
    // Several runs of a day are told apart by number.
    let path = std::iter::once(name.clone())
        .chain((2..).map(|k| format!("{name}-{k}")))
        .map(|name| folder.join(name))
        .find(|path| !path.exists())
        .unwrap_or_else(|| folder.join(&name));
    fs::create_dir_all(&path).map_err(|cause| cannot_be(&path, "written", cause))?;
    let json = serde_json::to_string_pretty(comparison)
        .map_err(|cause| cannot_be(&path, "written", cause))?;
    save(&path.join(JSON), &(json + "\n"))?;
    save_pages(comparison, &path)?;
    Ok(path)
}

/// Makes the page and the picture of times in the folder of a run, from what the run says.
pub fn save_pages(comparison: &Comparison, path: &Path) -> Result<(), Failure> {
    save(&path.join(PAGE), &page::page(comparison)?)?;
    match page::picture(comparison)? {
        Some(picture) => save(&path.join(PICTURE), &picture),
        None => Ok(()),
    }
}

/// Reads a run that was kept.
pub fn read(path: &Path) -> Result<Comparison, Failure> {
    let path = path.join(JSON);
    let json = fs::read_to_string(&path).map_err(|cause| cannot_be(&path, "read", cause))?;
    Comparison::read(&json)
}

/// The newest run, by its name: names begin with the date.
pub fn newest() -> Result<String, Failure> {
    let path = folder();
    let nothing = || {
        let path = path.display();
        Failure::Run(format!("{path} has no run: `cargo xtask compare --keep` makes one"))
    };
    let entries = fs::read_dir(&path).map_err(|_| nothing())?;
    let runs = entries.filter_map(Result::ok).filter(|entry| entry.path().join(JSON).is_file());
    let names = runs.filter_map(|entry| entry.file_name().into_string().ok());
    names.max_by(|a, b| order(a).cmp(&order(b))).ok_or_else(nothing)
}

/// By date, and then by the number at the end: 2 before 10, which the letters alone
/// would turn around.
fn order(name: &str) -> (&str, &str, u64) {
    let (date, rest) = name.split_at_checked(10).unwrap_or((name, ""));
    match rest.rsplit_once('-').map(|(kind, number)| (kind, number.parse())) {
        Some((kind, Ok(number))) => (date, kind, number),
        _ => (date, rest, 1),
    }
}

/// What a machine is, in a few words for the name of a folder.
fn kind(host: &Host) -> String {
    let words = format!("{} {} cores {}", host.cpu, host.cores, host.simd);
    let plain: String = words
        .to_lowercase()
        .replace("(r)", "")
        .replace("(tm)", "")
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { ' ' })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join("-")
}

/// Writes a file.
pub fn save(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|cause| cannot_be(path, "written", cause))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::named;

    #[test]
    fn a_run_is_kept_and_read_back_and_a_second_one_beside_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut comparison = Comparison::blank();
        comparison.rows.push(named("jit", 100));
        let first = keep(&comparison, folder.path()).expect("kept");
        let second = keep(&comparison, folder.path()).expect("kept");
        assert_ne!(first, second);
        assert_eq!(read(&first).expect("read").techniques(), ["jit"]);
        assert!(second.join(PAGE).is_file());
        let error = read(folder.path()).unwrap_err().to_string();
        assert!(error.contains(JSON) && error.contains("cannot be read"), "{error}");
    }

    #[test]
    fn runs_are_in_the_order_of_their_making() {
        let mut names = [
            "2026-01-02-amd-2-cores",
            "2026-01-02-amd-2-cores-10",
            "2025-12-31-zen",
            "2026-01-02-amd-2-cores-2",
        ];
        names.sort_by_key(|name| order(name));
        assert_eq!(names.map(|name| name.len()), [14, 22, 24, 25]);
    }

    #[test]
    fn machines_have_names_fit_for_folders() {
        let host = Host {
            cpu: "Intel(R) Core(TM) i7-1185G7 @ 3.00GHz".to_owned(),
            simd: "AVX-512".to_owned(),
            cores: 8,
            ..Host::here()
        };
        assert_eq!(kind(&host), "intel-core-i7-1185g7-3-00ghz-8-cores-avx-512");
    }
}
