//! What may lie at the top of the repository: the eight crates, and what every public one has.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// Files and folders that may be there; beside them dot files, and licences.
const MAY: [&str; 16] = [
    "Cargo.toml",
    "Cargo.lock",
    "rustfmt.toml",
    "mc-core",
    "mc-serial",
    "mc-ndarray",
    "mc-jit",
    "mc-multiproc",
    "mc-opencl",
    "bench",
    "xtask",
    "README.md",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
];

fn may_lie_at_the_top(name: &str) -> bool {
    MAY.contains(&name) || name.starts_with('.') || name.starts_with("LICENSE-")
}

/// The names at the top that git keeps. Without git, those in the folder, and not what cargo
/// makes there.
fn top(root: &Path) -> BTreeSet<String> {
    let git = Command::new("git").arg("-C").arg(root).args(["ls-files", "-z"]).output();
    if let Ok(output) = git
        && output.status.success()
        && !output.stdout.is_empty()
    {
        let files = String::from_utf8_lossy(&output.stdout);
        let files = files.split('\0').filter(|file| !file.is_empty());
        return files.filter_map(|file| file.split('/').next()).map(str::to_owned).collect();
    }
    let entries = root.read_dir().expect("the workspace's folder").flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.filter(|name| name != "target").collect()
}

#[test]
fn nothing_else_lies_at_the_top() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    let names = top(root);
    assert!(names.contains("Cargo.toml") && names.contains("xtask"), "{names:?}");
    let others: Vec<_> = names.iter().filter(|name| !may_lie_at_the_top(name)).collect();
    assert!(others.is_empty(), "{others:?} belong into one of the crates");
}

#[test]
fn what_is_not_on_the_list_is_refused() {
    for name in ["fuzz", "outside", "notes.md", "src", "LICENSE", "mc-gpu"] {
        assert!(!may_lie_at_the_top(name), "{name}");
    }
    for name in [".github", "LICENSE-MIT", "bench"] {
        assert!(may_lie_at_the_top(name), "{name}");
    }
}
