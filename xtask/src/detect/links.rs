//! What the linker finds.

use crate::system::{Os, System};

/// Whether `-l NAME` would find something, told by the driver that Rust links with.
pub fn links(system: &dyn System, name: &str) -> bool {
    let found = |file: &str| {
        // The driver answers with a path if it finds the file, else with the bare name.
        system
            .tell("cc", &[&format!("-print-file-name={file}")])
            .is_some_and(|path| path.contains('/'))
    };
    match system.os() {
        Os::Linux => found(&format!("lib{name}.so")) || found(&format!("lib{name}.a")),
        // Apple's SDK has libffi and libc++. On Windows neither is linked by name.
        Os::Mac | Os::Windows => true,
    }
}
