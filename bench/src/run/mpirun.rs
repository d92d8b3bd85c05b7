//! The command line of `mpirun`.

use std::ffi::OsString;
use std::process::Command;

/// What lets `mpirun` start as many ranks as are asked for, whoever asks. As
/// variables and not as flags, since each MPI has flags of its own and refuses the
/// others'; what is not its own, it does not read.
const VARIABLES: [(&str, &str); 7] = [
    // In a container, a user is often root. Open MPI 4, then 5.
    ("OMPI_ALLOW_RUN_AS_ROOT", "1"),
    ("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
    ("PRTE_ALLOW_RUN_AS_ROOT", "1"),
    ("PRTE_ALLOW_RUN_AS_ROOT_CONFIRM", "1"),
    // More ranks than cores are slow, but not wrong.
    ("OMPI_MCA_rmaps_base_oversubscribe", "true"),
    ("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe"),
    // Two jobs at once would be bound to the same cores.
    ("OMPI_MCA_hwloc_base_binding_policy", "none"),
];

/// `mpirun -n RANKS` of this program with these arguments.
pub fn mpirun(ranks: usize, arguments: &[OsString]) -> std::io::Result<Command> {
    let mut command = Command::new("mpirun");
    for (name, value) in VARIABLES {
        // What the user has set stands.
        if std::env::var_os(name).is_none() {
            command.env(name, value);
        }
    }
    command.arg("-n").arg(ranks.to_string()).arg(std::env::current_exe()?).args(arguments);
    Ok(command)
}
