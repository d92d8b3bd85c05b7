//! The command line, given again: in a document, to the ranks of a job, to a process of its own.

use std::collections::HashSet;
use std::ffi::OsString;

use clap::CommandFactory as _;

use super::flags::Cli;

/// The words of a command line behind the program's name, each flag with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given(Vec<Word>);

/// A flag with its value, or a word that is none.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    /// The flag's name, without its dashes.
    flag: Option<String>,
    /// As they stood.
    words: Vec<OsString>,
}

impl Given {
    /// That of this process.
    pub fn here() -> Self {
        Self::of(std::env::args_os().skip(1))
    }

    /// From the words themselves.
    pub fn of(arguments: impl IntoIterator<Item = OsString>) -> Self {
        let with_value = flags_with_value();
        let mut words = Vec::new();
        let mut arguments = arguments.into_iter();
        while let Some(argument) = arguments.next() {
            let text = argument.to_string_lossy().into_owned();
            let mut word = Word { flag: None, words: vec![argument] };
            if let Some(flag) = text.strip_prefix("--") {
                let (name, value) =
                    flag.split_once('=').map_or((flag, None), |(a, b)| (a, Some(b)));
                if value.is_none() && with_value.contains(name) {
                    word.words.extend(arguments.next());
                }
                word.flag = Some(name.to_owned());
            }
            words.push(word);
        }
        Self(words)
    }

    /// All but these flags.
    pub fn without(mut self, flags: &[&str]) -> Self {
        self.0.retain(|word| word.flag.as_deref().is_none_or(|flag| !flags.contains(&flag)));
        self
    }

    /// These flags, and nothing else.
    pub fn only(mut self, flags: &[&str]) -> Self {
        self.0.retain(|word| word.flag.as_deref().is_some_and(|flag| flags.contains(&flag)));
        self
    }

    /// With another value of a flag, where it was given.
    pub fn with_value(mut self, flag: &str, value: &str) -> Self {
        for word in self.0.iter_mut().filter(|word| word.flag.as_deref() == Some(flag)) {
            word.words = vec![format!("--{flag}").into(), value.into()];
        }
        self
    }

    /// The words.
    pub fn words(self) -> Vec<OsString> {
        self.0.into_iter().flat_map(|word| word.words).collect()
    }

    /// As it would be typed. The path behind `--report` is left out, and so is `--note`, which
    /// stands elsewhere in a document: they say nothing about what was measured.
    pub fn typed(self) -> String {
        let words = self.without(&["note"]).with_value("report", "report.html").words();
        let quoted = words.iter().map(|word| quoted(&word.to_string_lossy()));
        std::iter::once("cargo xtask".to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
    }
}

/// The flags of all commands that take the next word as their value.
fn flags_with_value() -> HashSet<String> {
    fn add(command: &clap::Command, flags: &mut HashSet<String>) {
        let own = command.get_arguments().filter(|argument| {
            argument.get_action().takes_values() && !argument.is_require_equals_set()
        });
        flags.extend(own.filter_map(|argument| argument.get_long().map(str::to_owned)));
        command.get_subcommands().for_each(|command| add(command, flags));
    }
    let mut flags = HashSet::new();
    add(&Cli::command(), &mut flags);
    flags
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.,:/=+^%@".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &[&str]) -> Given {
        Given::of(words.iter().map(OsString::from))
    }

    #[test]
    fn the_command_can_be_typed_again() {
        let line = |words: &[&str]| given(words).typed();
        assert_eq!(
            line(&["compare", "--f", "norm(x)^2", "--support", "-1:2,3:5", "--g", "it's"]),
            r"cargo xtask compare --f 'norm(x)^2' --support -1:2,3:5 --g 'it'\''s'"
        );
        let with_page = ["compare", "--report", "/home/me/page.html", "--note=x", "--note", "--y"];
        assert_eq!(
            line(&[&with_page[..], &["--seed", "2"]].concat()),
            "cargo xtask compare --report report.html --seed 2"
        );
        assert_eq!(line(&["compare", "--peers", "--keep"]), "cargo xtask compare --peers --keep");
    }

    #[test]
    fn flags_are_taken_out_with_their_values() {
        let line =
            "estimate --technique jit --samples 9 --launcher=mpirun --technique=jit --seed 2";
        let given = given(&line.split(' ').collect::<Vec<_>>());
        let rest = given.clone().without(&["launcher", "technique"]).words();
        assert_eq!(rest, ["estimate", "--samples", "9", "--seed", "2"]);
        assert_eq!(
            given.only(&["samples", "launcher"]).words(),
            ["--samples", "9", "--launcher=mpirun"]
        );
    }
}
