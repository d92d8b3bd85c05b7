//! Starts `bench` without asking LLVM, OpenCL, MPI and cargo again, where nothing has changed.
//!
//! Looking for all that takes some ten processes, and cargo two more: far longer than a
//! small estimate. So after a run in which cargo had nothing to build, a stamp in the target
//! folder names the program, what it needs in its environment, and notes of all that this
//! came from: what was asked of the machine ([`crate::watch`]), sources and manifests, the
//! settings of cargo, the toolchain. If each note is still true, the program is the one that
//! would be built. If one is not, or there is any doubt, everything is done as if there were
//! no stamp. It is better to be slow than to run a program that is not that of its sources.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::cargo;
use crate::system::{State, System};
use crate::watch::{Kind, Notes};

/// A program that is ready to be started.
#[derive(Debug, PartialEq, Eq)]
pub struct Program {
    /// Its file.
    pub file: PathBuf,
    /// What it needs in its environment.
    pub environment: Vec<(String, String)>,
}

/// Where the things lie that a stamp is made of.
pub struct Places {
    /// The folder that cargo builds into.
    pub target: PathBuf,
    /// This program.
    pub own: PathBuf,
    /// The cargo that builds.
    pub cargo: PathBuf,
}

impl Places {
    /// Those of this process.
    pub fn here() -> Self {
        let own = std::env::current_exe().unwrap_or_default();
        Self { target: cargo::target(), own, cargo: PathBuf::from(cargo::program()) }
    }

    /// The program that is built.
    pub fn program(&self) -> PathBuf {
        self.target.join("release").join(format!("bench{}", std::env::consts::EXE_SUFFIX))
    }

    fn stamp(&self) -> PathBuf {
        self.target.join("release").join("bench.unchanged")
    }
}

/// The program of the stamp, if all that it came from is as it was.
pub fn program(system: &dyn System, places: &Places) -> Option<Program> {
    let text = system.read(&places.stamp())?;
    let mut environment = Vec::new();
    let mut rest = text.as_str();
    while let Some(line) = rest.lines().next()
        && let Some(pair) = line.strip_prefix(SET)
    {
        let (name, value) = pair.split_once('\t')?;
        environment.push((name.to_owned(), value.to_owned()));
        rest = rest.get(line.len() + 1..)?;
    }
    let notes = Notes::read(rest)?;
    let file = places.program();
    (notes.has_file(&file) && notes.are_true(system)).then_some(Program { file, environment })
}

/// What stands before a variable of the program's environment.
const SET: &str = "set\t";

/// A build that may turn out to have had nothing to do.
pub struct Build {
    start: SystemTime,
    before: Option<State>,
}

impl Build {
    /// Cargo is about to be started.
    pub fn begins(system: &dyn System, places: &Places) -> Self {
        Self { start: system.now(), before: system.state(&places.program()) }
    }

    /// Cargo is done, and all is well. Leaves a stamp if nothing was built: then no one has
    /// put another program in this place meanwhile, and no source is younger than cargo's look.
    /// `asked` is what the features came from; `environment` is what the program needs.
    pub fn ended(
        self,
        system: &dyn System,
        places: &Places,
        asked: &Notes,
        environment: &[(String, String)],
    ) {
        let file = places.program();
        let same = self.before.is_some() && self.before == system.state(&file);
        if let Some(notes) = same.then(|| self.notes(system, places)).flatten() {
            let mut all = asked.clone();
            all.join(notes);
            let line = |(name, value): &(String, String)| format!("{SET}{name}\t{value}\n");
            if let Some(text) = all.text()
                && environment
                    .iter()
                    .all(|(name, value)| !format!("{name}{value}").contains(['\t', '\n']))
            {
                let set: String = environment.iter().map(line).collect();
                system.write(&places.stamp(), &format!("{set}{text}"));
            }
        }
    }

    /// Notes of all that cargo looks at; none if it can't be told, or has just changed.
    fn notes(&self, system: &dyn System, places: &Places) -> Option<Notes> {
        let mut inputs = sources(system, places)?;
        let folders: BTreeSet<_> = inputs
            .iter()
            .flat_map(|source| source.ancestors().skip(1))
            .map(Path::to_owned)
            .collect();
        inputs.extend(folders.iter().map(|folder| folder.join("Cargo.toml")));
        inputs.extend(folders.iter().map(|folder| folder.join("Cargo.lock")));
        inputs.extend(settings(system));
        let settled = |file: &PathBuf| system.state(file).is_none_or(|s| s.modified < self.start);
        if !inputs.iter().all(settled) {
            return None;
        }
        // This program is built by the same toolchain with the same settings, so it changes
        // with them.
        let rustc = format!("rustc{}", std::env::consts::EXE_SUFFIX);
        let tools = [places.own.clone(), places.cargo.clone(), places.cargo.with_file_name(rustc)];
        if !tools.iter().all(|tool| system.state(tool).is_some()) {
            return None;
        }
        inputs.extend(tools);
        inputs.push(places.program());
        let mut notes = Notes::default();
        for file in &inputs {
            notes.note(system, Kind::State, &file.to_string_lossy());
        }
        for name in variables(system, places)? {
            notes.note(system, Kind::Variable, &name);
        }
        // The program's own may be made from it.
        notes.note(system, Kind::Variable, "LD_LIBRARY_PATH");
        for prefix in ["CARGO", "RUST"] {
            notes.note(system, Kind::Variables, prefix);
        }
        notes.note(system, Kind::Folder, "");
        Some(notes)
    }
}

/// The sources of the program, and all else that was compiled into it, as cargo lists them.
fn sources(system: &dyn System, places: &Places) -> Option<Vec<PathBuf>> {
    let text = system.read(&places.program().with_extension("d"))?;
    let (_, list) = text.lines().next()?.split_once(": ")?;
    // A space that belongs to a name has a backslash before it.
    let names = list.replace("\\ ", "\0");
    let files: Vec<_> =
        names.split_whitespace().map(|name| PathBuf::from(name.replace('\0', " "))).collect();
    (!files.is_empty() && files.iter().all(|file| system.exists(file))).then_some(files)
}

/// The files that cargo takes its settings from, whether they are there or not.
fn settings(system: &dyn System) -> Vec<PathBuf> {
    let folder = system.folder();
    let home = system.var("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(Path::new(&system.var("HOME")?).join(".cargo")));
    let folders = folder.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders.flat_map(|folder| ["config.toml", "config"].map(|name| folder.join(name))).collect()
}

/// The environment variables that build scripts have asked to be told of; none if what they
/// wrote is not where it is looked for.
fn variables(system: &dyn System, places: &Places) -> Option<BTreeSet<String>> {
    let folders = system.entries(&places.target.join("release").join("build"));
    let outputs: Vec<_> =
        folders.iter().filter_map(|folder| system.read(&folder.join("output"))).collect();
    let names = outputs.iter().flat_map(|output| output.lines());
    let names =
        names.filter_map(|line| line.split_once("rerun-if-env-changed=")).map(|(_, name)| name);
    (!outputs.is_empty()).then(|| names.map(|name| name.trim().to_owned()).collect())
}

#[cfg(test)]
mod tests;
