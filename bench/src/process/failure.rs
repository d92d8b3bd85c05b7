//! How a command ends when it has no result.

use std::fmt;
use std::process::ExitCode;

/// Why a command ends without its result.
#[derive(Debug)]
pub enum Failure {
    /// The request is wrong: exit code 2.
    Request(String),
    /// Anything else: exit code 1.
    Run(String),
    /// Nobody reads the output any more, as after `| head`.
    Closed,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(message) | Self::Run(message) => f.write_str(message),
            Self::Closed => f.write_str("nobody reads the output any more"),
        }
    }
}

impl Failure {
    /// Says why on stderr; the exit code of the contract.
    pub fn report(self) -> ExitCode {
        let code = match self {
            Self::Request(_) => 2,
            Self::Run(_) => 1,
            Self::Closed => return ExitCode::SUCCESS,
        };
        eprintln!("error: {self}");
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
