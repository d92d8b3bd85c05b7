//! The file: read, kept, replaced.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::format::{Identity, decode, encode};
use super::lock::{self, Trouble};
use super::part::{self, Part};
use super::{CheckpointError, Notice};
use crate::session::state::State;

/// A checkpoint that this process owns.
#[derive(Debug)]
pub struct CheckpointFile {
    path: PathBuf,
    identity: Identity,
    // The lock is on the file at `path`, and ends with it. None: there is none yet.
    file: Option<File>,
    has_locks: bool,
    is_tidy: bool,
    notices: Vec<Notice>,
}

impl CheckpointFile {
    /// Opens the checkpoint at `path` and returns what is in it; none if there is no
    /// file. Nothing is written yet. A link stays a link: what it points to is the
    /// checkpoint, also if it is not there yet.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`], in particular if the file is of anything but `identity`, or is no
    /// regular file.
    pub fn open(path: &Path, identity: Identity) -> Result<(Self, Option<State>), CheckpointError> {
        // Renaming would replace a link, not what it points to.
        let path = resolved(path);
        let (opened, trouble) = match lock::open_locked(&path) {
            Ok(opened) => opened,
            Err(Trouble::Io(cause)) if cause.kind() == ErrorKind::NotFound => {
                let new = Self {
                    path,
                    identity,
                    file: None,
                    has_locks: true,
                    is_tidy: false,
                    notices: Vec::new(),
                };
                return Ok((new, None));
            }
            Err(trouble) => return Err(error(path, "read", trouble)),
        };
        let mut bytes = Vec::new();
        // No checkpoint is as long as this; what is need not be read.
        const MOST: u64 = 1 << 20;
        if let Err(cause) = (&opened).take(MOST).read_to_end(&mut bytes) {
            return Err(error(path, "read", cause.into()));
        }
        match decode(&identity, &bytes) {
            Ok(state) => {
                let has_locks = trouble.is_none();
                let no_locks = |cause| Notice::NoLocks { path: path.clone(), cause };
                let notices = trouble.into_iter().map(no_locks).collect();
                let file = Some(opened);
                let kept = Self { path, identity, file, has_locks, is_tidy: false, notices };
                Ok((kept, Some(state)))
            }
            Err(why) => Err(CheckpointError::Refused { path, why }),
        }
    }

    /// Where it is: links followed, and elsewhere than it was opened if another file has
    /// taken its place.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What happened to the file that its user should know of, since the last call.
    pub fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    /// Replaces what is in the file. If it is not at its path any more, that which is there is
    /// left as it is, and the state is kept beside it ([`Notice::Moved`]).
    ///
    /// # Errors
    ///
    /// [`CheckpointError`]; the file is then what it was before.
    pub fn save(&mut self, state: &State) -> Result<(), CheckpointError> {
        match self.replace(&encode(&self.identity, state)) {
            Ok(file) => {
                self.file = Some(file);
                // Without locks nobody knows who still writes.
                if self.has_locks && !self.is_tidy {
                    part::remove_leftovers(&self.path);
                    self.is_tidy = true;
                }
                Ok(())
            }
            Err(trouble) => Err(error(self.path.clone(), "written", trouble)),
        }
    }

    fn replace(&mut self, bytes: &[u8]) -> Result<File, Trouble> {
        let part = Part::write(&self.path, self.file.as_ref(), bytes)?;
        let Some(old) = &self.file else {
            // Two runs that both found no file: the first that comes here owns it.
            return part.put_at_free(&self.path).map_err(|(_, cause)| match self.path.exists() {
                true => Trouble::Busy,
                false => Trouble::Io(cause),
            });
        };
        if lock::is_at(old, &self.path)? {
            return Ok(part.replace(&self.path)?);
        }
        // It was removed, or is another run's by now.
        self.put_beside(part)
    }

    /// Puts it at the path again if nothing is there, and else beside.
    fn put_beside(&mut self, mut part: Part) -> Result<File, Trouble> {
        /// More are hardly wanted.
        const MOST: u32 = 1000;
        let from = self.path.clone();
        let mut to = from.clone();
        for number in 2..MOST {
            match part.put_at_free(&to) {
                Ok(file) => {
                    self.path.clone_from(&to);
                    self.notices.push(Notice::Moved { from, to });
                    return Ok(file);
                }
                Err((_, cause)) if cause.kind() != ErrorKind::AlreadyExists => {
                    return Err(cause.into());
                }
                Err((back, _)) => part = back,
            }
            to = part::beside(&from, &format!(".{number}"));
        }
        Err(io::Error::from(ErrorKind::AlreadyExists).into())
    }
}

fn error(path: PathBuf, what: &'static str, trouble: Trouble) -> CheckpointError {
    match trouble {
        Trouble::Busy => CheckpointError::Busy { path },
        Trouble::NotAFile(what) => CheckpointError::NotAFile { path, what },
        Trouble::Io(cause) => CheckpointError::Io { path, what, cause },
    }
}

/// `path` with its links followed, also to what is not there.
fn resolved(path: &Path) -> PathBuf {
    /// As the systems do; a circle then ends, and cannot be opened.
    const MOST_LINKS: u32 = 40;
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(target) = fs::read_link(&path) else { break };
        // An absolute target replaces all.
        path = path.parent().unwrap_or(Path::new("")).join(target);
    }
    let Some(name) = path.file_name() else { return path };
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    match fs::canonicalize(folder.unwrap_or(Path::new("."))) {
        Ok(folder) => folder.join(name),
        Err(_) => path,
    }
}
