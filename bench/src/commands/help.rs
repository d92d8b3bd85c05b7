//! `help`, `completions` and `man`: what can be asked for, and how.

use clap::{Command, CommandFactory as _};
use clap_complete::Shell;
use mc_core::{LANGUAGE, did_you_mean};

use super::lists;
use crate::cli::flags::Cli;
use crate::output::hanging;
use crate::process::{Failure, print, width};

/// What `help` tells beside the commands.
const TOPICS: [&str; 4] = ["language", "techniques", "problems", "devices"];

/// `help`, `help estimate`, `help language`.
pub fn help(topic: &[String]) -> Result<(), Failure> {
    let words: Vec<_> = topic.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["language"] => Ok(print(language(width()))?),
        ["techniques"] => lists::techniques(),
        ["problems"] => lists::problems(),
        ["devices"] => lists::devices(),
        words => {
            // A topic is told of as a whole.
            let topics: &[_] = if words.len() == 1 { &TOPICS } else { &[] };
            Ok(print(command("help", words, topics)?.render_long_help().to_string())?)
        }
    }
}

/// `completions SHELL`.
pub fn completions(shell: Shell, name: &str) -> Result<(), Failure> {
    let mut text = Vec::new();
    // Its name on the command line may be one word only.
    let mut cli = Cli::command().name("bench").bin_name("bench");
    clap_complete::generate(shell, &mut cli, name, &mut text);
    Ok(print(text)?)
}

/// `man COMMAND`.
pub fn man(words: &[String]) -> Result<(), Failure> {
    let words: Vec<_> = words.iter().map(String::as_str).collect();
    let mut page = Vec::new();
    clap_mangen::Man::new(command("man", &words, &[])?).render(&mut page)?;
    Ok(print(page)?)
}

/// A command, or one of its commands; `topics` are told of as well, elsewhere.
fn command(verb: &str, words: &[&str], topics: &[&'static str]) -> Result<Command, Failure> {
    let mut cli = Cli::command().term_width(width());
    cli.build();
    words.iter().try_fold(cli, |command, word| match command.find_subcommand(word) {
        Some(found) => Ok(found.clone()),
        None => {
            let commands = command.get_subcommands().map(Command::get_name);
            let known: Vec<_> = commands.chain(topics.iter().copied()).collect();
            let tip = did_you_mean(word, &known);
            Err(Failure::Request(format!("{verb}: there is no `{word}` to tell of: {tip}")))
        }
    })
}

/// The language, with its tables as columns.
fn language(width: usize) -> String {
    const WRITTEN: usize = 44;
    let mut text = "The language of --f, --g and of the ends in --support\n\n".to_owned();
    for part in LANGUAGE.split("\n\n") {
        let plain = part.replace('`', "");
        if !plain.starts_with("| ") {
            text += &(hanging(&plain.replace('\n', " "), width, 0) + "\n");
            continue;
        }
        for row in plain.lines().filter(|row| !row.starts_with("|--")) {
            let row = row.trim_start_matches("| ").trim_end_matches(" |");
            let (written, means) = row.split_once(" | ").unwrap_or((row, ""));
            text += &hanging(&format!("{written:<WRITTEN$}  {means}"), width, WRITTEN + 2);
        }
        text.push('\n');
    }
    text
}
