//! The file: read, locked, replaced.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::CheckpointError;
use super::format::{Identity, decode, encode};
use crate::session::state::State;

/// A checkpoint that this process owns.
#[derive(Debug)]
pub struct CheckpointFile {
    path: PathBuf,
    identity: Identity,
    // The lock is on the file at `path`, and ends with it. None: there is none yet.
    file: Option<File>,
}

impl CheckpointFile {
    /// Opens the checkpoint at `path` and returns what is in it; none if there is no
    /// file. Nothing is written yet.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`], in particular if the file is of anything but `identity`.
    pub fn open(path: &Path, identity: Identity) -> Result<(Self, Option<State>), CheckpointError> {
        // Renaming would replace a link, not what it points to.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let opened = match locked(&path, OpenOptions::new().read(true)) {
            Ok(opened) => opened,
            Err(Trouble::Busy) => return Err(CheckpointError::Busy { path }),
            Err(Trouble::Io(cause)) if cause.kind() == io::ErrorKind::NotFound => {
                return Ok((Self { path, identity, file: None }, None));
            }
            Err(Trouble::Io(cause)) => return Err(io_error(path, "read", cause)),
        };
        let mut bytes = Vec::new();
        // No checkpoint is as long as this; what is need not be read.
        const MOST: u64 = 1 << 20;
        if let Err(cause) = (&opened).take(MOST).read_to_end(&mut bytes) {
            return Err(io_error(path, "read", cause));
        }
        match decode(&identity, &bytes) {
            Ok(state) => Ok((Self { path, identity, file: Some(opened) }, Some(state))),
            Err(why) => Err(CheckpointError::Refused { path, why }),
        }
    }

    /// Replaces what is in the file.
    ///
    /// # Errors
    ///
    /// [`CheckpointError`]; the file is then what it was before.
    pub fn save(&mut self, state: &State) -> Result<(), CheckpointError> {
        let busy = || CheckpointError::Busy { path: self.path.clone() };
        match self.replace(&encode(&self.identity, state)) {
            Ok(file) => {
                self.file = Some(file);
                Ok(())
            }
            Err(Trouble::Busy) => Err(busy()),
            Err(Trouble::Io(cause)) => Err(io_error(self.path.clone(), "written", cause)),
        }
    }

    fn replace(&self, bytes: &[u8]) -> Result<File, Trouble> {
        let mut part = OsString::from(&self.path);
        part.push(".part");
        let part = Path::new(&part);
        // One may be left from a process that was killed while it wrote.
        let mut file = locked(part, OpenOptions::new().write(true).create(true).truncate(false))?;
        // Two runs that both found no file: the first that comes here owns it.
        if self.file.is_none() && self.path.try_exists()? {
            return Err(Trouble::Busy);
        }
        file.set_len(0)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs::rename(part, &self.path)?;
        // Its name too should be on the disk. Not all systems can do that.
        #[cfg(unix)]
        if let Some(folder) = self.path.parent() {
            let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
            File::open(folder)?.sync_all()?;
        }
        Ok(file)
    }
}

enum Trouble {
    /// Another process has the lock.
    Busy,
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

fn io_error(path: PathBuf, what: &'static str, cause: io::Error) -> CheckpointError {
    CheckpointError::Io { path, what, cause }
}

/// Opens and locks the file at `path`.
fn locked(path: &Path, options: &OpenOptions) -> Result<File, Trouble> {
    loop {
        let file = options.open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Trouble::Busy),
            // Some network file systems have no locks; a run there has no one to fear
            // but itself.
            Err(TryLockError::Error(cause)) if cause.kind() == io::ErrorKind::Unsupported => {}
            Err(TryLockError::Error(cause)) => return Err(Trouble::Io(cause)),
        }
        // Between opening and locking, its owner may have put another in its place.
        if is_at(&file, path)? {
            return Ok(file);
        }
    }
}

#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(theirs) => Ok(ours.ino() == theirs.ino() && ours.dev() == theirs.dev()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> io::Result<bool> {
    Ok(true)
}
