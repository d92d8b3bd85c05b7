//! The command line: which command, `--yes` or not, and what is passed on.

use std::ffi::{OsStr, OsString};

/// What `help` prints.
pub const USAGE: &str = "\
Usage: cargo xtask COMMAND [--yes] [flags]

  compare    the comparison of all techniques on the lecture's problem (flags change it)
  estimate   one estimate with one technique
  calibrate  how often the intervals cover the truth, over many seeds
  experiment one of the smaller experiments of the chapters: sum, compile, processes, …
  readme     puts a kept run's figures (compare --keep) into README and chapters
  help       with a word: a command's flags, or language, techniques, problems, devices
  completions, man   what a shell completes by (bash, zsh, fish, …); a manual page
  test       everything CI runs (--quick: what to run before each commit)
  oclgrind   the tests of mc-opencl on a simulated device that reports races and bad accesses
  gpu        all measurements for a machine with a GPU, kept under bench/runs (--quick: small)
  doctor     what this machine has, what is missing, what would install it

  --yes      install what is missing without asking

`cargo xtask compare --help` and `cargo xtask estimate --help` list the flags.
";

/// Commands that `bench` knows nothing of.
const OWN: [&str; 4] = ["test", "oclgrind", "gpu", "doctor"];

/// What to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Print [`USAGE`].
    Help,
    /// Start the program `bench` with this as its first word.
    Bench(&'static str),
    /// Run everything CI runs.
    Test {
        /// Only what a developer runs before each commit.
        quick: bool,
    },
    /// Test mc-opencl under Oclgrind.
    Oclgrind,
    /// Measure what a GPU is for.
    Gpu {
        /// At small sizes.
        quick: bool,
    },
    /// Show what is there.
    Doctor,
}

/// The parsed command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// What to do.
    pub command: Command,
    /// Install without asking.
    pub yes: bool,
    /// What `bench` gets, in the order it was given.
    pub rest: Vec<OsString>,
}

impl Request {
    /// Reads the arguments that follow the program's name.
    ///
    /// # Errors
    /// A message for the user when the request makes no sense.
    pub fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Self, String> {
        let mut yes = false;
        let mut rest = Vec::new();
        let mut own = true;
        for argument in arguments {
            own &= argument != "--";
            if own && argument == "--yes" {
                yes = true;
            } else {
                rest.push(argument);
            }
        }
        if rest.is_empty() {
            return Err(format!("no command\n\n{USAGE}"));
        }
        let name = rest.remove(0);
        let command = match name.to_str() {
            Some("compare") => Command::Bench("compare"),
            Some("estimate") => Command::Bench("estimate"),
            Some("calibrate") => Command::Bench("calibrate"),
            Some("experiment") => Command::Bench("experiment"),
            Some("readme") => Command::Bench("readme"),
            Some("completions") => Command::Bench("completions"),
            Some("man") => Command::Bench("man"),
            Some("help")
                if rest.first().is_some_and(|topic| !OWN.iter().any(|own| topic == own)) =>
            {
                Command::Bench("help")
            }
            Some("test") => Command::Test { quick: is_quick(&mut rest) },
            Some("doctor") => Command::Doctor,
            Some("oclgrind") => Command::Oclgrind,
            Some("gpu") => Command::Gpu { quick: is_quick(&mut rest) },
            Some("help" | "--help" | "-h") => Command::Help,
            _ => return Err(format!("unknown command {name:?}\n\n{USAGE}")),
        };
        if !matches!(command, Command::Bench(_) | Command::Help)
            && let Some(extra) = rest.first()
        {
            if is_help(extra) {
                return Ok(Self { command: Command::Help, yes, rest });
            }
            let name = name.display();
            return Err(format!(
                "unexpected argument {extra:?}: `{name}` takes none but --yes{}",
                if matches!(command, Command::Gpu { .. } | Command::Test { .. }) {
                    " and --quick"
                } else {
                    ""
                }
            ));
        }
        Ok(Self { command, yes, rest })
    }

    /// Whether programs that are not ours are to be compared with.
    pub fn wants_peers(&self) -> bool {
        let flags = self.rest.iter().take_while(|argument| *argument != "--");
        flags
            .filter_map(|flag| flag.to_str())
            .any(|flag| flag == "--peers" || flag.starts_with("--peers="))
    }

    /// Whether `bench` will only print words, so that nothing need be installed.
    pub fn only_words(&self) -> bool {
        if let Command::Bench("readme" | "help" | "completions" | "man") = self.command {
            return true;
        }
        let mut flags = self.rest.iter().take_while(|argument| *argument != "--").peekable();
        while let Some(flag) = flags.next() {
            let next = flags.peek().and_then(|next| next.to_str());
            match (flag.to_str(), next) {
                (Some("--technique" | "--problem" | "--device"), Some("list"))
                | (Some("--emit"), Some("tape" | "opencl"))
                | (Some("--technique=list" | "--problem=list" | "--device=list"), _)
                | (Some("--emit=tape" | "--emit=opencl"), _) => return true,
                _ if is_help(flag) => return true,
                _ => {}
            }
        }
        false
    }
}

/// Takes `--quick` away, if it comes first.
fn is_quick(rest: &mut Vec<OsString>) -> bool {
    let quick = rest.first().is_some_and(|flag| flag == "--quick");
    if quick {
        rest.remove(0);
    }
    quick
}

fn is_help(argument: &OsStr) -> bool {
    argument == "--help" || argument == "-h"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Request, String> {
        Request::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn flags_pass_unchanged_and_yes_is_taken_out() {
        let request = parse("compare --samples 100,1e6 --yes --support -1:2,3:5").unwrap();
        assert_eq!(request.command, Command::Bench("compare"));
        assert!(request.yes);
        assert_eq!(request.rest, ["--samples", "100,1e6", "--support", "-1:2,3:5"]);
    }

    #[test]
    fn yes_may_stand_first() {
        let request = parse("--yes test").unwrap();
        assert_eq!((request.command, request.yes), (Command::Test { quick: false }, true));
    }

    #[test]
    fn yes_after_two_dashes_is_not_ours() {
        let request = parse("estimate -- --yes").unwrap();
        assert!(!request.yes);
        assert_eq!(request.rest, ["--", "--yes"]);
    }

    #[test]
    fn an_unknown_command_is_named_beside_the_known_ones() {
        let message = parse("compar").unwrap_err();
        assert!(message.starts_with("unknown command \"compar\""), "{message}");
        for command in ["compare", "estimate", "readme", "test", "oclgrind", "gpu", "doctor"] {
            assert!(message.contains(command));
        }
    }

    #[test]
    fn no_command_is_wrong() {
        assert!(parse("").unwrap_err().starts_with("no command"));
        assert!(parse("--yes").unwrap_err().starts_with("no command"));
    }

    #[test]
    fn test_and_doctor_take_no_arguments() {
        let message = parse("test --workers 2").unwrap_err();
        assert!(message.contains("\"--workers\""), "{message}");
        assert!(parse("oclgrind now").unwrap_err().contains("\"now\""));
        assert!(parse("gpu now").unwrap_err().contains("--quick"));
        assert_eq!(parse("test --quick").unwrap().command, Command::Test { quick: true });
        assert!(parse("test --quick all").unwrap_err().contains("--quick"));
        assert_eq!(parse("gpu --quick").unwrap().command, Command::Gpu { quick: true });
        assert!(parse("doctor now").unwrap_err().contains("\"now\""));
    }

    #[test]
    fn peers_are_wanted_when_they_are_named() {
        for line in ["compare --peers", "compare --samples 10 --peers=gsl,numpy --seed 1"] {
            assert!(parse(line).unwrap().wants_peers(), "{line}");
        }
        for line in ["compare", "compare --peersonal", "compare -- --peers"] {
            assert!(!parse(line).unwrap().wants_peers(), "{line}");
        }
    }

    #[test]
    fn help_in_all_its_places() {
        for line in ["help", "--help", "-h", "help test", "test --help", "doctor -h"] {
            assert_eq!(parse(line).unwrap().command, Command::Help, "{line}");
        }
        for line in ["help language", "help estimate", "completions bash", "man estimate"] {
            assert!(parse(line).unwrap().only_words(), "{line}");
        }
        let request = parse("help language").unwrap();
        assert_eq!(
            (request.command, request.rest),
            (Command::Bench("help"), vec!["language".into()])
        );
        assert!(parse("compare --help").unwrap().only_words());
        assert!(parse("estimate --technique list").unwrap().only_words());
        assert!(parse("estimate --technique=list").unwrap().only_words());
        assert!(parse("compare --problem list").unwrap().only_words());
        assert!(parse("estimate --problem lecture --emit tape").unwrap().only_words());
        assert!(!parse("estimate --technique jit").unwrap().only_words());
        assert!(!parse("estimate --problem lecture").unwrap().only_words());
        assert!(!parse("estimate -- --help").unwrap().only_words());
        assert!(parse("readme").unwrap().only_words());
    }
}
