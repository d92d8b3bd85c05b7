//! The chapters say what is true: they have the fixed headings, their commands are ones that
//! the program takes, the files that they send the reader to are there, and each names three
//! exercises or more with the tests that solve them.

use std::fs;
use std::path::{Path, PathBuf};

use bench::cli::common::Flags;
use bench::cli::flags::{Cli, Command};
use bench::cli::request::Request;
use clap::Parser;

const CHAPTERS: [&str; 6] =
    ["mc-core", "mc-serial", "mc-ndarray", "mc-jit", "mc-multiproc", "mc-opencl"];

const HEADINGS: [&str; 7] = [
    "The idea",
    "What changes against the chapter before",
    "The code to read",
    "Run it",
    "What was measured",
    "When it wins and when it loses",
    "Exercises",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The lines outside listings.
fn prose(text: &str) -> String {
    let parts = text.split("```").step_by(2);
    parts.collect()
}

#[test]
fn chapters_have_the_fixed_headings() {
    for (number, chapter) in CHAPTERS.into_iter().enumerate() {
        let text = read(&format!("{chapter}/README.md"));
        assert!(text.starts_with(&format!("# Chapter {number}: ")), "{chapter}");
        let text = prose(&text);
        let headings: Vec<_> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{chapter}");
    }
}

/// The words of a line of a shell, without its comment.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    // What is between quotes is every second part, and one word.
    for (k, part) in line.split('"').enumerate() {
        if k % 2 == 1 {
            words.push(part.to_owned());
            continue;
        }
        let part = part.split(" #").next().unwrap_or_default();
        words.extend(part.split_whitespace().map(str::to_owned));
        if line.split('"').nth(k).is_some_and(|whole| whole.contains(" #")) {
            break;
        }
    }
    words
}

/// Every `cargo xtask …` of a text, in a listing or in a line.
fn commands(text: &str) -> Vec<Vec<String>> {
    const START: &str = "cargo xtask ";
    let mut commands = Vec::new();
    for (k, part) in text.split("```").enumerate() {
        if k % 2 == 1 {
            commands.extend(part.lines().filter_map(|line| line.strip_prefix(START)).map(words));
        } else {
            // A line of code may go on in the next line of the text.
            let code = part.split('`').skip(1).step_by(2);
            let joined = code.map(|code| code.split_whitespace().collect::<Vec<_>>().join(" "));
            commands.extend(joined.filter_map(|code| code.strip_prefix(START).map(words)));
        }
    }
    commands.retain(|words| words.first().is_some_and(|word| word != "…"));
    commands
}

/// Whether the names of something are all that is asked for.
fn only_words(flags: &Flags) -> bool {
    flags.lists_techniques() || flags.lists_devices() || flags.lists_problems()
}

#[test]
fn the_commands_are_taken() {
    let mut taken = 0;
    for folder in CHAPTERS.into_iter().chain(["."]) {
        for words in commands(&read(&format!("{folder}/README.md"))) {
            if ["test", "doctor", "oclgrind", "gpu"].contains(&words[0].as_str()) {
                continue;
            }
            taken += 1;
            let line = words.join(" ");
            let cli = Cli::try_parse_from([&["bench".to_owned()], words.as_slice()].concat())
                .unwrap_or_else(|error| panic!("{folder}: `{line}`: {error}"));
            let request = match &cli.command {
                Command::Estimate(flags) if !only_words(&flags.common) => {
                    Request::estimate(&flags.common, &flags.ending).map(|_| ())
                }
                _ => Ok(()),
            };
            if let Err(error) = request {
                panic!("{folder}: `{line}`: {error:?}");
            }
        }
    }
    assert!(taken > 50, "{taken}");
}

#[test]
fn the_files_to_read_are_there() {
    let mut found = 0;
    for chapter in CHAPTERS {
        let text = prose(&read(&format!("{chapter}/README.md")));
        for code in text.split('`').skip(1).step_by(2) {
            let is_file = [".rs", ".cl", ".txt", ".md"].iter().any(|end| code.ends_with(end));
            let is_folder = code.ends_with('/');
            if !is_file && !is_folder {
                continue;
            }
            found += 1;
            let places = ["", &format!("{chapter}/"), &format!("{chapter}/src/")];
            let there = places.iter().any(|place| root().join(place).join(code).exists())
                || in_src(&root().join(chapter).join("src"), code);
            assert!(there, "{chapter}: `{code}` is not there");
        }
    }
    assert!(found > 50, "{found}");
}

/// Whether a file of that name is in a folder of the crate.
fn in_src(folder: &Path, name: &str) -> bool {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| path.ends_with(name) || in_src(&path, name))
}

#[test]
fn exercises_have_their_tests() {
    for chapter in CHAPTERS {
        let text = read(&format!("{chapter}/README.md"));
        let (_, exercises) = text.split_once("\n## Exercises\n").expect("exercises");
        let exercises = exercises.split("\nMore to try").next().unwrap_or_default();
        let tests = read(&format!("{chapter}/tests/exercises.rs"));
        let numbered: Vec<_> =
            ["\n1. ", "\n2. ", "\n3. "].map(|number| exercises.find(number)).into();
        assert!(numbered.is_sorted() && numbered[0].is_some(), "{chapter}: {numbered:?}");
        let solutions: Vec<_> = exercises.split("(Solution").skip(1).collect();
        assert!(solutions.len() >= 3, "{chapter}");
        let numbers =
            exercises.lines().filter_map(|line| line.split_once(". ")?.0.parse::<usize>().ok());
        assert_eq!(
            numbers.collect::<Vec<_>>(),
            (1..=solutions.len()).collect::<Vec<_>>(),
            "{chapter}"
        );
        for solution in solutions {
            let solution = solution.split(')').next().unwrap_or_default();
            let names: Vec<_> = solution.split('`').skip(1).step_by(2).collect();
            assert!(!names.is_empty(), "{chapter}: {solution}");
            for name in names {
                let there =
                    [format!("fn {name}("), format!("struct {name} "), format!("({name}, ")];
                assert!(there.iter().any(|text| tests.contains(text)), "{chapter}: no `{name}`");
            }
        }
    }
}
