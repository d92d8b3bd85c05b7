//! The program that is started as a worker.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::executor::StartError;

/// The running program on Linux, even if its file has been replaced since.
const SELF: &str = "/proc/self/exe";

/// The program that is running now, to be started as a worker.
///
/// Arguments and environment can be added as for any [`Command`]; stdin and
/// stdout belong to the pool.
///
/// # Errors
///
/// If the system does not say where the executable is.
pub fn this_executable() -> Result<Command, StartError> {
    #[cfg(target_os = "linux")]
    {
        let mut command = Command::new(SELF);
        if let Some(name) = std::env::args_os().next() {
            std::os::unix::process::CommandExt::arg0(&mut command, name);
        }
        Ok(command)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let program = "this executable".to_owned();
        let path = std::env::current_exe();
        Ok(Command::new(path.map_err(|cause| StartError::Program { program, cause })?))
    }
}

/// The program as messages name it.
pub(super) fn name_of(command: &Command) -> String {
    let program = Path::new(command.get_program());
    if program == Path::new(SELF) {
        fs::read_link(program).unwrap_or_else(|_| program.to_owned()).display().to_string()
    } else {
        program.display().to_string()
    }
}
