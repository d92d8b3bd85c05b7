//! How a command ends when it has no result.

use std::process::ExitCode;

use super::say_aloud;

/// Why a command ends without its result.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The request is wrong: exit code 2.
    #[error("{0}")]
    Request(String),
    /// Anything else: exit code 1.
    #[error("{0}")]
    Run(String),
    /// Nobody reads the output any more, as after `| head`.
    #[error("nobody reads the output any more")]
    Closed,
}

impl Failure {
    /// Techniques gave different bits.
    pub fn other_bits() -> Self {
        let words = "the techniques do not agree in every bit: this is a defect, please report it";
        Self::Run(words.to_owned())
    }

    /// Says why on stderr; the exit code of the contract.
    pub fn report(self) -> ExitCode {
        let code = match self {
            Self::Request(_) => 2,
            Self::Run(_) => 1,
            Self::Closed => return ExitCode::SUCCESS,
        };
        say_aloud(format_args!("error: {self}"));
        ExitCode::from(code)
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Run(format!("the output could not be written: {error}")),
        }
    }
}
