//! What an answer about the machine was made from, so that a later process can tell
//! whether it is still true without asking programs again.
//!
//! [`Watch`] passes every question on to the machine and notes it, with what was answered.
//! Of a program it notes the file that was started, not what it said: as long as the file is
//! the same, so is the answer. [`Notes::are_true`] asks the notes again; that takes no process.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use crate::system::{Os, Output, State, System};

/// A question whose answer costs a system call or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The value of an environment variable.
    Variable,
    /// All variables whose names begin so. The answer is a hash: some are secrets.
    Variables,
    /// The folder in which the program was started.
    Folder,
    /// Whether a file or folder is there.
    There,
    /// Which state of a file or folder it is.
    State,
    /// Which file is started by this name, and its state.
    Program,
}

impl Kind {
    const ALL: [(Self, &str); 6] = [
        (Self::Variable, "variable"),
        (Self::Variables, "variables"),
        (Self::Folder, "folder"),
        (Self::There, "there"),
        (Self::State, "state"),
        (Self::Program, "program"),
    ];

    fn answer(self, system: &dyn System, about: &str) -> String {
        let path = Path::new(about);
        match self {
            Self::Variable => system.var(about).unwrap_or_default(),
            Self::Variables => {
                let mut all = system.variables();
                all.retain(|(name, _)| name.starts_with(about));
                all.sort();
                let mut hasher = DefaultHasher::new();
                all.hash(&mut hasher);
                format!("{:016x}", hasher.finish())
            }
            Self::Folder => system.folder().display().to_string(),
            Self::There => system.exists(path).to_string(),
            Self::State => state(system, path),
            Self::Program => match system.find(about) {
                Some(file) => format!("{} {}", file.display(), state(system, &file)),
                None => "none".to_owned(),
            },
        }
    }
}

/// The state of a file in a word.
fn state(system: &dyn System, path: &Path) -> String {
    system.state(path).map_or_else(|| "none".to_owned(), |state| state.to_string())
}

/// Questions and what was answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes(BTreeMap<(Kind, String), String>);

impl Notes {
    /// Asks, and notes the answer. The first one stays: later ones may be those of a machine
    /// that has changed.
    pub fn note(&mut self, system: &dyn System, kind: Kind, about: &str) {
        let key = (kind, about.to_owned());
        self.0.entry(key).or_insert_with(|| kind.answer(system, about));
    }

    /// Whether the state of this file is among them.
    pub fn has_file(&self, path: &Path) -> bool {
        self.0.contains_key(&(Kind::State, path.to_string_lossy().into_owned()))
    }

    /// Takes the notes of another in.
    pub fn join(&mut self, other: Self) {
        for (question, answer) in other.0 {
            self.0.entry(question).or_insert(answer);
        }
    }

    /// Whether all is as it was.
    pub fn are_true(&self, system: &dyn System) -> bool {
        self.0.iter().all(|((kind, about), answer)| kind.answer(system, about) == *answer)
    }

    /// One note a line; none if a name or an answer cannot stand in a line.
    pub fn text(&self) -> Option<String> {
        let mut text = String::new();
        for ((kind, about), answer) in &self.0 {
            let (_, word) = Kind::ALL.iter().find(|(one, _)| one == kind)?;
            if [about, answer].iter().any(|part| part.contains(['\t', '\n', '\r', '\u{fffd}'])) {
                return None;
            }
            text += &format!("{word}\t{about}\t{answer}\n");
        }
        Some(text)
    }

    /// The notes of such a text; none if it is no such text.
    pub fn read(text: &str) -> Option<Self> {
        let line = |line: &str| {
            let mut parts = line.split('\t');
            let (word, about, answer) = (parts.next()?, parts.next()?, parts.next()?);
            let (kind, _) = Kind::ALL.iter().find(|(_, one)| *one == word)?;
            parts.next().is_none().then(|| ((*kind, about.to_owned()), answer.to_owned()))
        };
        text.lines().map(line).collect::<Option<_>>().map(Self)
    }
}

/// A machine, and what was asked of it.
pub struct Watch<'a> {
    system: &'a dyn System,
    notes: RefCell<Notes>,
}

impl<'a> Watch<'a> {
    /// Nothing is asked yet.
    pub fn over(system: &'a dyn System) -> Self {
        Self { system, notes: RefCell::default() }
    }

    /// What was asked.
    pub fn into_notes(self) -> Notes {
        self.notes.into_inner()
    }

    fn note(&self, kind: Kind, about: &str) {
        self.notes.borrow_mut().note(self.system, kind, about);
    }
}

impl System for Watch<'_> {
    fn os(&self) -> Os {
        self.system.os()
    }

    fn var(&self, name: &str) -> Option<String> {
        self.note(Kind::Variable, name);
        self.system.var(name)
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.note(Kind::Variables, "");
        self.system.variables()
    }

    fn folder(&self) -> PathBuf {
        self.note(Kind::Folder, "");
        self.system.folder()
    }

    fn now(&self) -> SystemTime {
        self.system.now()
    }

    fn exists(&self, path: &Path) -> bool {
        self.note(Kind::There, &path.to_string_lossy());
        self.system.exists(path)
    }

    fn state(&self, path: &Path) -> Option<State> {
        self.note(Kind::State, &path.to_string_lossy());
        self.system.state(path)
    }

    fn read(&self, path: &Path) -> Option<String> {
        self.note(Kind::State, &path.to_string_lossy());
        self.system.read(path)
    }

    fn write(&self, path: &Path, text: &str) {
        self.system.write(path, text);
    }

    /// The state of a folder changes with what lies in it.
    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        self.note(Kind::State, &folder.to_string_lossy());
        self.system.entries(folder)
    }

    fn probe(&self, program: &str, arguments: &[&str]) -> Option<Output> {
        self.note(Kind::Program, program);
        let output = self.system.probe(program, arguments);
        // A compiler that is asked where a library lies names what must stay there.
        let answer = output.as_ref().map(|output| output.stdout.as_str()).unwrap_or_default();
        if Path::new(answer).is_absolute() && !answer.contains('\n') {
            self.note(Kind::There, answer);
        }
        output
    }

    fn make_folder(&self, folder: &Path) {
        self.system.make_folder(folder);
    }

    fn act(&self, command: &[String]) -> Output {
        self.system.act(command)
    }

    fn can_ask(&self) -> bool {
        self.system.can_ask()
    }

    fn ask(&self, question: &str) -> Option<String> {
        self.system.ask(question)
    }

    fn say(&self, words: &str) {
        self.system.say(words);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::Found;
    use crate::system::fake::Fake;

    /// A machine that has all, and programs as files in its path.
    fn full() -> Fake {
        let system = Fake::debian().llvm(19).opencl_loader().pocl().mpi().var("PATH", "/bin:/opt");
        system
            .file("/bin/llvm-config-19", "19")
            .file("/bin/cc", "cc")
            .file("/bin/mpicc", "mpicc")
            .file("/bin/mpirun", "mpirun")
            .file("/usr/lib/libOpenCL.so", "")
            .file("/usr/lib/libffi.so", "")
    }

    fn notes(system: &Fake) -> Notes {
        let watch = Watch::over(system);
        assert!(Found::on(&watch).missing().is_empty());
        watch.into_notes()
    }

    #[test]
    fn what_is_found_is_the_same_through_a_watch() {
        let (system, watched) = (full(), full());
        let watch = Watch::over(&watched);
        assert_eq!(Found::on(&system).features(), Found::on(&watch).features());
    }

    #[test]
    fn an_unchanged_machine_needs_no_program() {
        let notes = notes(&full());
        let read = Notes::read(&notes.text().unwrap()).unwrap();
        assert_eq!(read, notes);
        assert!(read.are_true(&full()));
        assert!(!read.0.is_empty());
    }

    #[test]
    fn every_change_of_the_machine_is_seen() {
        let notes = notes(&full());
        let changed = [
            ("another LLVM by name", full().file("/opt/llvm-config-22", "22")),
            ("another LLVM by place", full().file("/usr/lib/llvm-20/bin/llvm-config", "20")),
            ("the same LLVM, renewed", full().file("/bin/llvm-config-19", "19.1.8")),
            ("a prefix", full().var("LLVM_SYS_181_PREFIX", "/opt/llvm")),
            ("a compiler of MPI", full().var("MPICC", "mpicc.mpich")),
            ("another cc", full().var("PATH", "/sbin:/bin:/opt").file("/sbin/cc", "clang")),
            ("no cc", full().var("PATH", "/opt")),
            ("no libffi", full().without("/usr/lib/libffi.so")),
            ("no header", full().without("/usr/lib/llvm-19/include/llvm-c/Core.h")),
            ("another driver", full().file("/etc/OpenCL/vendors/nvidia.icd", "libnvidia.so")),
            ("no driver", full().without("/usr/lib/libpocl.so.2")),
            ("drivers elsewhere", full().var("OCL_ICD_VENDORS", "/opt/vendors")),
            ("another libclang", full().file("/usr/lib/llvm-14/lib/libclang-15.so", "")),
        ];
        for (what, system) in changed {
            assert!(!notes.are_true(&system), "{what}");
        }
        // Another PATH alone is no other machine.
        assert!(notes.are_true(&full().var("PATH", "/home/me/bin:/bin:/opt")));
    }

    #[test]
    fn notes_that_cannot_be_read_are_none() {
        for text in ["state", "state\ta", "guess\ta\tb", "state\ta\tb\tc"] {
            assert_eq!(Notes::read(text), None, "{text}");
        }
        let mut notes = Notes::default();
        notes.note(&Fake::debian().var("A", "two\nlines"), Kind::Variable, "A");
        assert_eq!(notes.text(), None);
    }
}
