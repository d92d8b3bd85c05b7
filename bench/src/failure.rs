//! How a command ends when it has no result.

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

impl Failure {
    /// Says why on stderr; the exit code of the contract.
    pub fn report(self) -> ExitCode {
        match self {
            Self::Request(message) => {
                eprintln!("error: {message}");
                ExitCode::from(2)
            }
            Self::Run(message) => {
                eprintln!("error: {message}");
                ExitCode::from(1)
            }
            Self::Closed => ExitCode::SUCCESS,
        }
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
