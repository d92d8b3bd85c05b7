//! A made-up machine for the tests.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::{Os, Output, State, System};

/// A machine that has what it is given, and remembers what was done to it.
pub struct Fake {
    os: Os,
    vars: BTreeMap<String, String>,
    files: RefCell<BTreeMap<PathBuf, (String, u64)>>,
    folder: PathBuf,
    /// The time, in seconds; a file has that of its writing.
    clock: u64,
    programs: BTreeMap<String, Output>,
    answer: Option<String>,
    /// What each command that changes the machine answers; well done if not named.
    failing: BTreeMap<String, Output>,
    /// A command, and the programs' answers that are true after it.
    effects: RefCell<BTreeMap<String, Vec<(String, Output)>>>,
    changed: RefCell<BTreeMap<String, Output>>,
    /// The commands that changed the machine.
    pub acts: RefCell<Vec<String>>,
    /// The folders that were made.
    pub folders: RefCell<Vec<PathBuf>>,
    /// The questions that were asked.
    pub questions: RefCell<Vec<String>>,
    /// What was said.
    pub said: RefCell<String>,
}

impl Fake {
    /// A machine with nothing on it.
    pub fn new(os: Os) -> Self {
        Self {
            os,
            vars: BTreeMap::new(),
            files: RefCell::default(),
            folder: PathBuf::from("/tree"),
            clock: 0,
            programs: BTreeMap::new(),
            answer: None,
            failing: BTreeMap::new(),
            effects: RefCell::default(),
            changed: RefCell::default(),
            acts: RefCell::default(),
            folders: RefCell::default(),
            questions: RefCell::default(),
            said: RefCell::default(),
        }
    }

    /// A Debian with apt's package lists, a user who is root, and nothing else.
    pub fn debian() -> Self {
        Self::new(Os::Linux)
            .program("apt-get --version", "apt 2.6.1 (amd64)")
            .program("id -u", "0")
            .program(crate::packages::POLICY_COMMAND, crate::packages::tests::BOOKWORM)
    }

    /// The same before the first `apt-get update`.
    pub fn debian_without_lists() -> Self {
        Self::debian().program(crate::packages::POLICY_COMMAND, "")
    }

    /// A usable LLVM of this major version, and what inkwell links beside it.
    pub fn llvm(self, major: u32) -> Self {
        let config = format!("llvm-config-{major}");
        let prefix = format!("/usr/lib/llvm-{major}");
        self.program(&format!("{config} --version"), &format!("{major}.1.2"))
            .program(&format!("{config} --prefix"), &prefix)
            .program(&format!("{config} --libnames --link-shared"), "libLLVM.so")
            .file(&format!("{prefix}/bin/llvm-config"), "")
            .file(&format!("{prefix}/include/llvm-c/Core.h"), "")
            .program("cc -print-file-name=libffi.so", "/usr/lib/libffi.so")
            .program("cc -print-file-name=libstdc++.so", "/usr/lib/gcc/libstdc++.so")
    }

    /// The OpenCL loader, ready to link.
    pub fn opencl_loader(self) -> Self {
        self.program("cc -print-file-name=libOpenCL.so", "/usr/lib/libOpenCL.so")
    }

    /// PoCL's driver.
    pub fn pocl(self) -> Self {
        self.file("/etc/OpenCL/vendors/pocl.icd", "/usr/lib/libpocl.so.2\n")
            .file("/usr/lib/libpocl.so.2", "")
    }

    /// Open MPI and libclang.
    pub fn mpi(self) -> Self {
        self.program("mpicc -show", "gcc -I/usr/lib/openmpi/include -lmpi")
            .program("mpirun --version", "mpirun (Open MPI) 4.1.4\n\nReport bugs to …")
            .file("/usr/lib/llvm-14/lib/libclang-14.so.1", "")
    }

    /// A Python that can make virtual environments.
    pub fn python(self) -> Self {
        self.program(&format!("python3 -c {}", crate::detect::peers::ASK_PYTHON), "3.11.2")
    }

    /// GSL and its program that tells how to link it.
    pub fn gsl(self) -> Self {
        self.program("gsl-config --version", "2.7.1")
            .program("gsl-config --cflags", "-I/usr/include")
            .program("gsl-config --libs", "-L/usr/lib -lgsl -lgslcblas -lm")
    }

    /// Sets an environment variable.
    pub fn var(mut self, name: &str, value: &str) -> Self {
        self.vars.insert(name.to_owned(), value.to_owned());
        self
    }

    /// Puts a file there.
    pub fn file(self, path: &str, text: &str) -> Self {
        self.files.borrow_mut().insert(PathBuf::from(path), (text.to_owned(), self.clock));
        self
    }

    /// Takes a file away.
    pub fn without(self, path: &str) -> Self {
        self.files.borrow_mut().remove(Path::new(path));
        self
    }

    /// Lets time pass: seconds from the beginning.
    pub fn at(mut self, clock: u64) -> Self {
        self.clock = clock;
        self
    }

    /// Goes to another folder.
    pub fn within(mut self, folder: &str) -> Self {
        self.folder = PathBuf::from(folder);
        self
    }

    /// A command that writes this.
    pub fn program(mut self, command: &str, stdout: &str) -> Self {
        self.programs.insert(command.to_owned(), well(stdout));
        self
    }

    /// A command that writes this once `act` has been done.
    pub fn after(self, act: &str, command: &str, stdout: &str) -> Self {
        let effect = (command.to_owned(), well(stdout));
        self.effects.borrow_mut().entry(act.to_owned()).or_default().push(effect);
        self
    }

    /// A command that changes nothing and fails with these words.
    pub fn fails(mut self, act: &str, stderr: &str) -> Self {
        let output = Output { stderr: stderr.to_owned(), ..Output::default() };
        self.failing.insert(act.to_owned(), output);
        self
    }

    /// Someone sits there and gives this answer.
    pub fn answers(mut self, answer: &str) -> Self {
        self.answer = Some(answer.to_owned());
        self
    }
}

fn well(stdout: &str) -> Output {
    Output { success: true, stdout: stdout.trim().to_owned(), ..Output::default() }
}

impl System for Fake {
    fn os(&self) -> Os {
        self.os
    }

    fn var(&self, name: &str) -> Option<String> {
        self.vars.get(name).cloned()
    }

    fn variables(&self) -> Vec<(String, String)> {
        self.vars.clone().into_iter().collect()
    }

    fn folder(&self) -> PathBuf {
        self.folder.clone()
    }

    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.clock)
    }

    fn exists(&self, path: &Path) -> bool {
        self.files.borrow().keys().any(|file| file.starts_with(path))
    }

    /// A folder's number tells what lies in it.
    fn state(&self, path: &Path) -> Option<State> {
        let files = self.files.borrow();
        let (text, clock) = match files.get(path) {
            Some((text, clock)) => (text.clone(), *clock),
            None if files.keys().any(|file| file.starts_with(path)) => {
                drop(files);
                (format!("{:?}", self.entries(path)), 0)
            }
            None => return None,
        };
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Some(State {
            modified: UNIX_EPOCH + Duration::from_secs(clock),
            length: text.len() as u64,
            number: hasher.finish(),
        })
    }

    fn read(&self, path: &Path) -> Option<String> {
        self.files.borrow().get(path).map(|(text, _)| text.clone())
    }

    fn write(&self, path: &Path, text: &str) {
        self.files.borrow_mut().insert(path.to_owned(), (text.to_owned(), self.clock));
    }

    fn entries(&self, folder: &Path) -> Vec<PathBuf> {
        let below = |file: &PathBuf| {
            let child = file.strip_prefix(folder).ok()?.components().next()?;
            Some(folder.join(child))
        };
        let mut entries: Vec<_> = self.files.borrow().keys().filter_map(below).collect();
        entries.dedup();
        entries
    }

    fn probe(&self, program: &str, arguments: &[&str]) -> Option<Output> {
        let command = [&[program], arguments].concat().join(" ");
        let changed = self.changed.borrow().get(&command).cloned();
        changed.or_else(|| self.programs.get(&command).cloned())
    }

    fn make_folder(&self, folder: &Path) {
        self.folders.borrow_mut().push(folder.to_owned());
    }

    fn act(&self, command: &[String]) -> Output {
        let command = command.join(" ");
        self.acts.borrow_mut().push(command.clone());
        if let Some(output) = self.failing.get(&command) {
            return output.clone();
        }
        if let Some(effects) = self.effects.borrow_mut().remove(&command) {
            self.changed.borrow_mut().extend(effects);
        }
        well("")
    }

    fn can_ask(&self) -> bool {
        self.answer.is_some()
    }

    fn ask(&self, question: &str) -> Option<String> {
        self.questions.borrow_mut().push(question.to_owned());
        self.answer.clone()
    }

    fn say(&self, words: &str) {
        self.said.borrow_mut().push_str(words);
        self.said.borrow_mut().push('\n');
    }
}
