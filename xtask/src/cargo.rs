//! Starting cargo.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::detect::llvm::Install;

/// The cargo that started this program, or the one in the path.
pub fn program() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// The folder of the workspace.
pub fn workspace() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// A call of cargo with the environment in which this LLVM is found, both when
/// linking and when running.
pub fn command(arguments: &[&OsStr], llvm: Option<&Install>) -> Command {
    let mut command = Command::new(program());
    command.args(arguments);
    if let Some(install) = llvm {
        command.envs(environment(install));
    }
    command
}

/// The variables that a build with this LLVM needs.
pub fn environment(install: &Install) -> Vec<(String, String)> {
    let mut variables = vec![install.environment()];
    // A package manager's LLVM is where the dynamic linker looks. Another is not.
    if cfg!(target_os = "linux") && !install.prefix.starts_with("/usr") {
        let name = "LD_LIBRARY_PATH";
        let mut paths = vec![install.prefix.join("lib")];
        let old = std::env::var_os(name).unwrap_or_default();
        paths.extend(std::env::split_paths(&old).filter(|path| *path != PathBuf::new()));
        if let Ok(joined) = std::env::join_paths(paths)
            && let Ok(joined) = joined.into_string()
        {
            variables.push((name.to_owned(), joined));
        }
    }
    variables
}

/// The folder that cargo builds into, with profiles and everything else.
pub fn target() -> PathBuf {
    // This program lies in target/debug or, cross-compiled, in target/TRIPLE/debug.
    let own = std::env::current_exe().ok();
    let folder = own.as_deref().and_then(Path::parent).and_then(Path::parent);
    folder.map_or_else(|| workspace().join("target"), Path::to_owned)
}
