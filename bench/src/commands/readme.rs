//! `cargo xtask readme`: the figures of the README and of the chapters, from a run that was kept.
//!
//! They stand between two comments, the first of which names the run. A test reads
//! the run again and fails if a page says something else.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::flags::ReadmeFlags;
use crate::numbers::{duration, grouped, percent, three_digits, value_with_error};
use crate::output::runs::{self, PAGE, PICTURE};
use crate::output::{Column, markdown};
use crate::process::{Failure, say};
use crate::results::{Comparison, Row};
use crate::technique::name::{ExecutorName, KernelName, Name};

const BEGIN: &str = "<!-- run ";
const END: &str = "<!-- end of run -->";

/// The chapters whose kernels, or executors, are compared.
pub const CHAPTERS: [&str; 5] = ["mc-serial", "mc-ndarray", "mc-jit", "mc-multiproc", "mc-opencl"];

/// The techniques of a comparison that a chapter is about, behind those that it is compared with.
pub fn techniques_of(chapter: &str) -> Vec<Name> {
    use KernelName::{Jit, Serial, SerialInterpreted};
    let before = match chapter {
        "mc-ndarray" => vec![Name::alone(SerialInterpreted), Name::alone(Serial)],
        "mc-jit" => vec![Name::alone(Serial)],
        "mc-opencl" => vec![Name::alone(Serial), Name::under(ExecutorName::Rayon, Jit)],
        // Each kernel alone, and under every executor that a comparison has it under.
        "mc-multiproc" => {
            let shared = |kernel| {
                let shared = Name::SHARED.into_iter().filter(move |name| name.kernel == kernel);
                std::iter::once(Name::alone(kernel)).chain(shared)
            };
            [Serial, Jit].into_iter().flat_map(shared).collect()
        }
        _ => Vec::new(),
    };
    let own = KernelName::ALL.into_iter().filter(|kernel| kernel.chapter() == chapter);
    before.into_iter().chain(own.map(Name::alone)).collect()
}

/// That there is no place for the figures.
fn no_place() -> Failure {
    Failure::Run(format!(
        "a README.md has no line `{BEGIN}NAME -->` with a line `{END}` after it, between which the figures go"
    ))
}

/// The workspace's README.
pub fn path() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).join("README.md")
}

/// The README of a chapter's crate.
pub fn chapter_path(chapter: &str) -> PathBuf {
    path().with_file_name(chapter).join("README.md")
}

/// Puts the figures of the run into the README and the chapters, and makes the run's page and
/// picture anew.
///
/// # Errors
/// If there is no such run, or a page has no place for it.
pub fn run(flags: &ReadmeFlags) -> Result<(), Failure> {
    let name = match &flags.run {
        Some(name) => name.trim_end_matches('/').rsplit('/').next().unwrap_or(name).to_owned(),
        None => runs::newest()?,
    };
    let folder = runs::folder().join(&name);
    if !folder.is_dir() {
        let newest = runs::newest()?;
        return Err(Failure::Request(format!(
            "there is no run `{name}` in bench/runs; the newest is {newest}, and without a name it is taken"
        )));
    }
    let document = runs::read(&folder)?;
    runs::save_pages(&document, &folder)?;
    change(&path(), |old| with_run(old, &name, &document))?;
    for chapter in CHAPTERS {
        let techniques = techniques_of(chapter);
        change(&chapter_path(chapter), |old| with_table(old, &name, &document, &techniques))?;
    }
    say(format_args!("README.md and the chapters have the figures of {name}"));
    Ok(())
}

fn change(path: &Path, change: impl Fn(&str) -> Result<String, Failure>) -> Result<(), Failure> {
    let file = |cause| Failure::Run(format!("{}: {cause}", path.display()));
    let new = change(&fs::read_to_string(path).map_err(file)?)?;
    fs::write(path, new).map_err(file)
}

/// The README with the figures of this run.
pub fn with_run(readme: &str, name: &str, document: &Comparison) -> Result<String, Failure> {
    with(readme, name, &figures(name, document))
}

/// The chapter with the times of its techniques in this run.
pub fn with_table(
    chapter: &str,
    name: &str,
    document: &Comparison,
    techniques: &[Name],
) -> Result<String, Failure> {
    with(chapter, name, &table(name, document, techniques))
}

fn with(page: &str, name: &str, figures: &str) -> Result<String, Failure> {
    let (begin, _, end) = place(page).ok_or_else(no_place)?;
    Ok(format!("{}{BEGIN}{name} -->\n{figures}{}", &page[..begin], &page[end..]))
}

/// The name of the run whose figures the README has.
pub fn named(readme: &str) -> Result<&str, Failure> {
    place(readme).map(|(_, name, _)| name).ok_or_else(no_place)
}

/// Where the first comment begins, the name in it, and where the last one begins.
fn place(readme: &str) -> Option<(usize, &str, usize)> {
    let begin = readme.find(BEGIN)?;
    let after = begin + BEGIN.len();
    let name = readme[after..].split_once(" -->")?.0;
    let end = begin + readme[begin..].find(END)?;
    Some((begin, name, end))
}

/// What one run takes, for each number of samples.
fn table(name: &str, document: &Comparison, techniques: &[Name]) -> String {
    let mut columns =
        vec![Column::of("one run", techniques, |name| Some(format!("`{name}`"))).words()];
    columns.extend(document.sizes().into_iter().map(|size| {
        Column::of(format!("M = {}", grouped(size)), techniques, |name| {
            document.median(&name.to_string(), size).map(duration)
        })
    }));
    let mut text = format!("\n{}", markdown(&columns));
    let source = source(document);
    let _ = write!(text, "\n{source}; all of it is on\n[its page](../bench/runs/{name}/{PAGE}).");
    text + &notes(document)
}

/// What the figures are, and of which machine.
fn source(document: &Comparison) -> String {
    let host = &document.host;
    format!(
        "Medians of one run of `{}` on {} ({}, {} usable cores, {})",
        document.made.command,
        date(document),
        host.cpu,
        host.cores,
        host.simd
    )
}

/// What is to be said with the figures.
fn notes(document: &Comparison) -> String {
    let notes = document.made.note.iter().chain(&document.busy);
    let lines = notes.map(|note| format!("\nTo be said with it: {}.", note.trim_end_matches('.')));
    lines.collect::<String>() + "\n"
}

fn figures(name: &str, document: &Comparison) -> String {
    let mut text = String::new();
    let folder = format!("bench/runs/{name}");
    let rows: Vec<_> = document.largest().into_iter().filter(|row| row.rank.is_some()).collect();
    let size = document.sizes().last().copied().unwrap_or(0);
    let value = rows.iter().find_map(|row| Some(value_with_error(row.estimate?, row.std_error?)));
    let truth =
        document.truth.map(|truth| format!("; the truth is {truth:.8}")).unwrap_or_default();
    let _ = write!(
        text,
        "\n![Time of one run against the number of samples, by technique]({folder}/{PICTURE})\n\n\
         E\\[f(x)\\] for f = {} over {}, M = {}: {}{truth}. Our techniques take the same sample and give the same bits; peers draw their own.\n\n",
        document.f,
        document.support,
        grouped(size),
        value.unwrap_or_default(),
    );
    let mut columns = vec![
        Column::of("technique", &rows, |row| Some(row.technique.clone())).words(),
        Column::of("one run", &rows, |row| Some(duration(row.seconds?.median))),
        Column::of("samples/s", &rows, |row| Some(format!("{:.2e}", row.samples_per_second?))),
        Column::of("× serial", &rows, |row| row.speedup.map(three_digits)),
    ];
    if rows.iter().any(|row| row.share_of_by_hand.is_some()) {
        let share = |row: &&Row| row.share_of_by_hand.map(percent);
        columns.push(Column::of("of `by-hand` on one core", &rows, share));
    }
    if document.bound.is_some() {
        let share = |row: &&Row| row.share_of_bound.map(percent);
        columns.push(Column::of("of the port bound of a core", &rows, share));
    }
    text += &markdown(&columns);
    let _ = write!(
        text,
        "\n{}, with all numbers and errors in\n\
         [its page]({folder}/{PAGE}) and [its JSON]({folder}/{}).",
        source(document),
        runs::JSON
    );
    text + &notes(document)
}

fn date(document: &Comparison) -> &str {
    document.made.at.get(..10).unwrap_or(&document.made.at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_go_between_the_comments() {
        let document = Comparison::blank();
        let old = format!("before\n{BEGIN}old -->\nold figures\n{END}\nafter\n");
        assert_eq!(named(&old).expect("a place"), "old");
        let new = with_run(&old, "2026-01-01-here", &document).expect("a place");
        assert_eq!(named(&new).expect("a place"), "2026-01-01-here");
        assert!(new.starts_with("before\n") && new.ends_with("\nafter\n"), "{new}");
        assert!(
            !new.contains("old figures") && new.contains("bench/runs/2026-01-01-here/times.svg")
        );
        assert_eq!(with_run(&new, "2026-01-01-here", &document).expect("a place"), new);
        assert!(named("no place").is_err());
    }

    #[test]
    fn a_chapter_gets_the_times_of_its_techniques() {
        let document = Comparison::blank();
        let old = format!("before\n{BEGIN}old -->\nold figures\n{END}\nafter\n");
        let new =
            with_table(&old, "2026-01-01-here", &document, &[Name::alone(KernelName::Serial)])
                .expect("a place");
        assert!(new.contains("| `serial` |") && new.contains("../bench/runs/2026-01-01-here/"));
        assert!(!new.contains("old figures"), "{new}");
        let again =
            with_table(&new, "2026-01-01-here", &document, &[Name::alone(KernelName::Serial)]);
        assert_eq!(again.expect("a place"), new);
    }
}
