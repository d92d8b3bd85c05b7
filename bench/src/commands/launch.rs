//! Starting this program as the ranks of an MPI job.

use std::process::Command;

use crate::cli::common::Flags;
use crate::cli::flags::Launcher;
use crate::cli::given::Given;
use crate::process::Failure;
use crate::run::mpirun;
use crate::technique::name::{ExecutorName, KernelName, Name};

/// Becomes the launcher, with the arguments of this process for every rank.
///
/// # Errors
/// If the technique is none for ranks, MPI is missing, or the launcher cannot be
/// started. Otherwise it does not return.
pub fn launch(Launcher::Mpirun: Launcher, flags: &Flags) -> Result<(), Failure> {
    if let Some(reason) = ExecutorName::Mpi.missing() {
        return Err(Failure::Run(format!("no MPI job can be started: {reason}")));
    }
    let technique = technique(&flags.technique.names)?;
    let ranks = flags.sample.workers.unwrap_or_else(mc_multiproc::default_workers).get();
    let mut arguments = Given::here().without(&["launcher", "technique"]).words();
    arguments.push(format!("--technique={technique}").into());
    let failed = |error| Failure::Run(format!("mpirun could not be started: {error}"));
    become_it(mpirun(ranks, &arguments).map_err(failed)?).map_err(failed)
}

/// The technique of the whole job, `mpi-jit`, for that of each rank, `jit`.
fn technique(asked: &[String]) -> Result<Name, Failure> {
    let wrong = |error| Failure::Request(format!("--technique: {error}"));
    let fast = KernelName::fastest();
    let name = match asked {
        [] => Name::alone(fast),
        [one] if one == "auto" => Name::alone(fast),
        [one] => one.parse().map_err(wrong)?,
        _ => return Err(wrong("estimate takes one technique; compare takes several".to_owned())),
    };
    match name.executor {
        None | Some(ExecutorName::Mpi) => Ok(Name::under(ExecutorName::Mpi, name.kernel)),
        Some(_) => Err(wrong(format!(
            "{name} does not run in ranks: with --launcher give the kernel alone, {}",
            name.kernel
        ))),
    }
}

/// One process instead of two: signals and the exit code need no passing on.
#[cfg(unix)]
fn become_it(mut command: Command) -> std::io::Result<()> {
    Err(std::os::unix::process::CommandExt::exec(&mut command))
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> std::io::Result<()> {
    let status = command.status()?;
    std::process::exit(status.code().unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kernel_becomes_that_of_each_rank() {
        let name = |text: &str| technique(&[text.to_owned()]).map(|name| name.to_string());
        assert_eq!(name("ndarray").expect("a kernel"), "mpi-ndarray");
        assert_eq!(name("mpi-serial").expect("with its executor"), "mpi-serial");
        for wrong in ["rayon-serial", "nonsense"] {
            let Err(Failure::Request(message)) = name(wrong) else { panic!("{wrong} passed") };
            assert!(message.contains(wrong), "{message}");
        }
    }
}
