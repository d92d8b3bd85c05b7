//! The command line, read: flags that say nothing together are refused.
//!
//! A flag that would be passed over in silence leaves its user with a number that is not
//! what was asked for.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory, Error, FromArgMatches as _};

use super::common::Format;
use super::flags::Cli;
use super::tips::with_tip;
use crate::process::{be_quiet, say, width};

/// Reads a command line, the program's name first.
///
/// # Errors
/// What is wrong with it, with exit code 2; and help that was asked for, with 0.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, Error> {
    let (mut arguments, notice) = respelled(arguments.into_iter().collect());
    let renamed =
        renamed(&mut arguments).then(|| "technique `bound` is called `by-hand` now".to_owned());
    let mut command = Cli::command().term_width(width());
    let matches = command.try_get_matches_from_mut(&arguments);
    if matches.as_ref().is_ok_and(|matches| matches.get_flag("quiet")) {
        be_quiet();
    }
    notice.into_iter().chain(renamed).for_each(say);
    let matches = matches.map_err(|error| with_tip(error, &command, &arguments))?;
    if let Some(("compare", flags)) = matches.subcommand()
        && nobody_reads_the_note(flags)
    {
        let wrong = "--note goes with --report, --keep or --format json";
        // Built by the parse above, so it prints the usage of `compare`.
        let compare = command.find_subcommand_mut("compare");
        return Err(match compare {
            Some(compare) => compare.error(ErrorKind::ArgumentConflict, wrong),
            None => command.error(ErrorKind::ArgumentConflict, wrong),
        });
    }
    Cli::from_arg_matches(&matches)
}

/// A command line as it is spelt now, and a word about it: until version 0.1, experiments and
/// calibration were flags of `compare`.
fn respelled(mut arguments: Vec<OsString>) -> (Vec<OsString>, Option<String>) {
    if arguments.get(1).is_none_or(|command| command != "compare") {
        return (arguments, None);
    }
    if let Some(place) = arguments.iter().position(|word| word == "--calibrate") {
        arguments.remove(place);
        arguments[1] = "calibrate".into();
        return (arguments, Some("`compare --calibrate` is spelt `calibrate` now".to_owned()));
    }
    let flag = "--experiment";
    let named =
        |word: &OsString| word.to_str()?.strip_prefix(flag)?.strip_prefix('=').map(str::to_owned);
    let Some(place) = arguments.iter().position(|word| word == flag || named(word).is_some())
    else {
        return (arguments, None);
    };
    let name = match named(&arguments.remove(place)) {
        Some(name) => name.into(),
        None if place < arguments.len() => arguments.remove(place),
        // Without a name, there is one to be asked for.
        None => {
            arguments[1] = "experiment".into();
            return (arguments, None);
        }
    };
    let notice =
        format!("`compare {flag} {0}` is spelt `experiment {0}` now", name.to_string_lossy());
    arguments.splice(1..2, ["experiment".into(), name]);
    (arguments, Some(notice))
}

/// Whether a technique was named as in version 0.1, when `by-hand` was called `bound`; it has its name
/// of now after this.
fn renamed(arguments: &mut [OsString]) -> bool {
    let flag = "--technique";
    let mut found = false;
    let mut value_follows = false;
    for argument in arguments {
        let Some(text) = argument.to_str() else { continue };
        let named = text.strip_prefix(flag).and_then(|rest| rest.strip_prefix('='));
        let value = if value_follows { Some(text) } else { named };
        let now = value.map(|value| {
            let name = |name: &str| match name.strip_suffix("bound") {
                Some(executor) if executor.is_empty() || executor.ends_with('-') => {
                    format!("{executor}by-hand")
                }
                _ => name.to_owned(),
            };
            value.split(',').map(name).collect::<Vec<_>>().join(",")
        });
        value_follows = text == flag;
        if let Some(now) = now.filter(|now| value != Some(now)) {
            *argument = if named.is_some() { format!("{flag}={now}") } else { now }.into();
            found = true;
        }
    }
    found
}

fn is_given(flags: &ArgMatches, flag: &str) -> bool {
    flags.value_source(flag) == Some(ValueSource::CommandLine)
}

fn nobody_reads_the_note(flags: &ArgMatches) -> bool {
    let json = flags.get_one("format") == Some(&Format::Json);
    is_given(flags, "note") && !json && !is_given(flags, "report") && !is_given(flags, "keep")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_a_flag_is_a_command() {
        let now = |line: &str| {
            let (words, notice) = respelled(line.split(' ').map(OsString::from).collect());
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            (words.join(" "), notice.is_some())
        };
        for (old, new) in [
            ("bench compare --experiment sum --format csv", "bench experiment sum --format csv"),
            ("bench compare --f x0 --experiment=scaling", "bench experiment scaling --f x0"),
            ("bench compare --seeds 9 --calibrate", "bench calibrate --seeds 9"),
        ] {
            assert_eq!(now(old), (new.to_owned(), true));
        }
        for same in ["bench compare --samples 9", "bench estimate --experiment sum", "bench"] {
            assert_eq!(now(same), (same.to_owned(), false));
        }
        assert_eq!(now("bench compare --experiment"), ("bench experiment".to_owned(), false));
    }

    #[test]
    fn a_technique_may_have_its_old_name() {
        let now = |line: &str| {
            let mut words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let found = renamed(&mut words);
            let words: Vec<_> = words.iter().map(|word| word.to_string_lossy()).collect();
            (words.join(" "), found)
        };
        for (old, new) in [
            ("compare --technique jit,bound --seed 1", "compare --technique jit,by-hand --seed 1"),
            ("compare --technique=rayon-bound", "compare --technique=rayon-by-hand"),
        ] {
            assert_eq!(now(old), (new.to_owned(), true));
        }
        for same in ["compare --technique by-hand", "compare --note bound", "compare --technique"] {
            assert_eq!(now(same), (same.to_owned(), false));
        }
    }
}
