//! `lib.rs` lists the floors of this crate from the top down. A file uses floors below its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// The most floors that may stand on each other: as many as a reader can keep in mind.
const MOST: usize = 8;

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The floors, from the top down.
fn floors() -> Vec<String> {
    let lib = fs::read_to_string(src().join("lib.rs")).expect("lib.rs");
    let names = lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    names.map(str::to_owned).collect()
}

/// The sources in a folder and in those inside it.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries =
        fs::read_dir(folder).expect("a floor is a folder").map(|entry| entry.expect("one").path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let files = files.into_iter().filter(|path| path.extension().is_some_and(|end| end == "rs"));
    files.chain(folders.iter().flat_map(|folder| sources(folder))).collect()
}

/// What stands behind each `crate::` of the code; comments may name what they like.
fn used(code: &str) -> impl Iterator<Item = &str> {
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let uses = lines.flat_map(|line| line.split("crate::").skip(1));
    uses.map(|rest| rest.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(""))
}

#[test]
fn no_floor_uses_one_above_it() {
    let floors = floors();
    assert!(floors.len() > 5, "{floors:?}");
    for (own, floor) in floors.iter().enumerate() {
        for file in sources(&src().join(floor)) {
            let code = fs::read_to_string(&file).expect("a source");
            for name in used(&code) {
                let at = floors.iter().position(|floor| *floor == name);
                assert!(
                    at.is_some_and(|at| at >= own),
                    "{} uses crate::{name}: {floor} may use itself and {:?}",
                    file.display(),
                    &floors[own + 1..]
                );
            }
        }
    }
}

/// Folders that do not use each other stand side by side. How high the house is, is the longest
/// way down.
#[test]
fn the_house_has_few_floors() {
    let floors = floors();
    let mut height = BTreeMap::new();
    for floor in floors.iter().rev() {
        let files = sources(&src().join(floor));
        let code: String = files.iter().map(|f| fs::read_to_string(f).expect("a source")).collect();
        let below = used(&code).filter(|name| name != floor).filter_map(|name| height.get(name));
        let own: usize = 1 + below.copied().max().unwrap_or(0);
        height.insert(floor.as_str(), own);
    }
    let most = height.values().copied().max().unwrap_or(0);
    assert!((2..=MOST).contains(&most), "{most} floors: {height:?}");
}

#[test]
fn at_the_top_are_the_program_the_library_and_a_folder_for_each_floor() {
    let mut wanted: Vec<_> = floors();
    wanted.extend(["lib.rs".to_owned(), "main.rs".to_owned()]);
    wanted.sort();
    let entries = fs::read_dir(src()).expect("src").map(|entry| entry.expect("one").file_name());
    let mut found: Vec<_> = entries.map(|name| name.into_string().expect("a name")).collect();
    found.sort();
    assert_eq!(found, wanted);
}
