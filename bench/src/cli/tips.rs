//! What was most likely meant by a command line that is refused.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Command, Error};
use mc_core::nearest;

use super::values::with_commas;

/// With what would be right, where it can be guessed; `arguments`: the command line of `cli`.
pub(super) fn with_tip(mut error: Error, cli: &Command, arguments: &[OsString]) -> Error {
    let said = |kind| match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        _ => String::new(),
    };
    let command = asked(cli, arguments);
    let tip = match error.kind() {
        ErrorKind::UnknownArgument => flag(&said(ContextKind::InvalidArg), cli, command, arguments),
        ErrorKind::InvalidSubcommand => {
            let names: Vec<_> = command.get_subcommands().map(Command::get_name).collect();
            let near = nearest(&said(ContextKind::InvalidSubcommand), names.iter().copied());
            let what =
                if command.get_name() == cli.get_name() { "commands" } else { "experiments" };
            Some(match near {
                Some(near) => format!("did you mean {near}?"),
                None => format!("the {what} are {}", names.join(", ")),
            })
        }
        ErrorKind::InvalidValue => match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(names)) => {
                let names = names.iter().map(String::as_str);
                nearest(&said(ContextKind::InvalidValue), names)
                    .map(|near| format!("did you mean {near}?"))
            }
            _ => None,
        },
        ErrorKind::ValueValidation if said(ContextKind::InvalidArg).starts_with("--samples") => {
            value_of("--samples", arguments).and_then(|text| {
                let number = with_commas(text)?;
                let plain = number.replace('_', "");
                Some(format!("a comma separates numbers; write {plain} or {number}"))
            })
        }
        _ => None,
    };
    if let Some(tip) = tip {
        if error.kind() == ErrorKind::UnknownArgument {
            error.remove(ContextKind::Usage); // that of the command, which is not the point
        }
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip.into()]));
    }
    error
}

/// The command that a command line names, as far as it names one.
fn asked<'c>(cli: &'c Command, arguments: &[OsString]) -> &'c Command {
    let words = arguments.iter().skip(1).filter_map(|word| word.to_str());
    words.fold(cli, |command, word| command.find_subcommand(word).unwrap_or(command))
}

/// The value of a flag, as it stands on the command line.
fn value_of<'a>(flag: &str, arguments: &'a [OsString]) -> Option<&'a str> {
    let words = || arguments.iter().filter_map(|word| word.to_str());
    let joined = words().find_map(|word| word.strip_prefix(flag)?.strip_prefix('='));
    joined.or_else(|| words().skip_while(|word| *word != flag).nth(1))
}

/// The flags of a command.
fn flags(command: &Command) -> impl Iterator<Item = &str> {
    command.get_arguments().filter_map(|argument| argument.get_long())
}

/// What would be right for a word that is wrong where it stands.
fn flag(word: &str, cli: &Command, command: &Command, arguments: &[OsString]) -> Option<String> {
    if crate::peers::chosen(&[word.to_owned()]).is_ok() {
        return Some(format!("peers are named behind an equals sign: --peers={word}"));
    }
    let own = |word: &str| nearest(word, flags(command));
    let Some(flag) = word.strip_prefix("--") else {
        // `-samples` is told as `-s`.
        let mut words = arguments.iter().filter_map(|argument| argument.to_str());
        let whole = words.find(|argument| word.len() == 2 && argument.starts_with(word))?;
        let near = own(whole.strip_prefix('-')?.split('=').next()?)?;
        return Some(format!("flags have two dashes: --{near}"));
    };
    if cli.find_subcommand(flag).is_some() {
        return Some(format!("{flag} is a command: cargo xtask {flag}"));
    }
    let mut others = cli.get_subcommands().filter(|other| flags(other).any(|other| other == flag));
    match (others.next(), own(flag)) {
        (Some(other), _) => Some(format!("{word} is a flag of {}", other.get_name())),
        (None, Some(near)) => Some(format!("did you mean --{near}?")),
        (None, None) => {
            let all = cli.get_subcommands();
            let near = all.flat_map(|other| flags(other).map(move |flag| (other, flag)));
            let near: Vec<_> = near.collect();
            let flag = nearest(flag, near.iter().map(|(_, flag)| *flag))?;
            let (other, _) = near.iter().find(|(_, name)| *name == flag)?;
            Some(format!("did you mean --{flag}, a flag of {}?", other.get_name()))
        }
    }
}
