//! The command line, read: flags that say nothing together are refused, and what is
//! refused is told with what would be right.
//!
//! A flag that would be passed over in silence leaves its user with a number that is not
//! what was asked for.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, Error, FromArgMatches as _, ValueEnum as _};

use super::flags::{Cli, Experiment, Format};

/// Reads a command line, the program's name first.
///
/// # Errors
///
/// What is wrong with it, with exit code 2; and help that was asked for, with 0.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Error> {
    let mut command = Cli::command();
    let matches = command.try_get_matches_from_mut(arguments).map_err(with_tip)?;
    if let Some(("compare", flags)) = matches.subcommand()
        && let Some(wrong) = passed_over(flags)
    {
        // Built by the parse above, so it prints the usage of `compare`.
        let compare = command.find_subcommand_mut("compare");
        return Err(match compare {
            Some(compare) => compare.error(ErrorKind::ArgumentConflict, wrong),
            None => command.error(ErrorKind::ArgumentConflict, wrong),
        });
    }
    Cli::from_arg_matches(&matches)
}

/// The flags of `compare` that are about its own measurements.
const ITS_OWN: [&str; 3] = ["peers", "budget", "note"];

/// What asks for a problem.
const PROBLEM: [&str; 5] = ["f", "g", "support", "problem", "dims"];

/// What is said if a flag was given that the experiment, or the calibration, does not read.
fn passed_over(flags: &ArgMatches) -> Option<String> {
    let (asker, unread) = match flags.get_one::<Experiment>("experiment") {
        Some(experiment) => {
            let name = experiment.to_possible_value()?;
            (format!("--experiment {}", name.get_name()), unread_by(*experiment))
        }
        None if flags.get_flag("calibrate") => {
            let unread = [&ITS_OWN[..], &["simd", "device", "precision", "deadline"]].concat();
            ("--calibrate".to_owned(), unread)
        }
        None if nobody_reads_the_note(flags) => {
            return Some("--note goes with --report, --keep or --format json".to_owned());
        }
        None => return None,
    };
    let given = |flag: &&str| is_given(flags, flag);
    let flag = unread.into_iter().find(given)?;
    Some(format!("{asker} does not read --{flag}: leave it out"))
}

fn is_given(flags: &ArgMatches, flag: &str) -> bool {
    flags.value_source(flag) == Some(ValueSource::CommandLine)
}

fn nobody_reads_the_note(flags: &ArgMatches) -> bool {
    let json = flags.get_one("format") == Some(&Format::Json);
    is_given(flags, "note") && !json && !is_given(flags, "report") && !is_given(flags, "keep")
}

fn unread_by(experiment: Experiment) -> Vec<&'static str> {
    let kernel = ["simd", "device", "precision"];
    match experiment {
        Experiment::Sum | Experiment::Compile => {
            let run = ["samples", "seed", "technique", "workers", "deadline"];
            [&ITS_OWN[..], &PROBLEM, &run, &kernel].concat()
        }
        Experiment::Processes => [&ITS_OWN[..], &["technique"], &kernel].concat(),
        Experiment::Scaling => ITS_OWN.to_vec(),
        Experiment::Memory => [&ITS_OWN[..], &kernel].concat(),
        Experiment::Elementwise => {
            let run = ["seed", "technique", "workers", "deadline", "simd", "precision"];
            [&ITS_OWN[..], &PROBLEM, &run].concat()
        }
    }
}

/// With what would be right, where clap does not know it.
fn with_tip(mut error: Error) -> Error {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        _ => None,
    };
    let tip = match error.kind() {
        ErrorKind::UnknownArgument => {
            said(ContextKind::InvalidArg).and_then(|flag| elsewhere(&flag))
        }
        ErrorKind::InvalidSubcommand => {
            let names: Vec<_> =
                Cli::command().get_subcommands().map(|c| c.get_name().to_owned()).collect();
            Some(format!("the commands are {}", names.join(", ")))
        }
        _ => None,
    };
    if let Some(tip) = tip {
        // In place of a flag that only looks alike.
        error.remove(ContextKind::SuggestedArg);
        if error.kind() == ErrorKind::UnknownArgument {
            error.remove(ContextKind::Usage); // that of the flag that looks alike
        }
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// Where a word would be right that is wrong where it stands.
fn elsewhere(word: &str) -> Option<String> {
    if crate::peers::chosen(&[word.to_owned()]).is_ok() {
        return Some(format!("peers are named behind an equals sign: --peers={word}"));
    }
    let flag = word.strip_prefix("--")?;
    let command = Cli::command();
    let mut others = command.get_subcommands().filter(|command| {
        command.get_arguments().any(|argument| argument.get_long() == Some(flag))
    });
    others.next().map(|command| format!("{word} is a flag of {}", command.get_name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A flag that does not exist would never be found to be given: clap panics for it.
    #[test]
    fn what_is_not_read_are_flags() {
        let command = Cli::command();
        let compare = command.find_subcommand("compare").expect("a command");
        let known = |flag: &str| compare.get_arguments().any(|argument| argument.get_id() == flag);
        for experiment in Experiment::value_variants() {
            assert!(unread_by(*experiment).into_iter().all(known), "{experiment:?}");
        }
    }
}
