//! Opening and locking the file of a checkpoint.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind};
use std::path::Path;

/// Why a file is not ours.
pub(super) enum Trouble {
    /// Another process has the lock.
    Busy,
    /// It is no regular file, but this.
    NotAFile(&'static str),
    /// The system says no.
    Io(io::Error),
}

impl From<io::Error> for Trouble {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

/// Opens and locks the file at `path`; and why there is no lock, where there is none.
pub(super) fn open_locked(path: &Path) -> Result<(File, Option<io::Error>), Trouble> {
    loop {
        // Asked before it is opened: opening a FIFO waits for who reads it.
        regular(&fs::metadata(path)?)?;
        let file = open(path)?;
        regular(&file.metadata()?)?;
        let trouble = lock(&file)?;
        // Between opening and locking, its owner may have put another in its place.
        if is_at(&file, path)? {
            return Ok((file, trouble));
        }
    }
}

/// For reading and writing, since some systems (NFS) lock no other. What can only be read
/// is still good for going on from.
fn open(path: &Path) -> io::Result<File> {
    match OpenOptions::new().read(true).write(true).open(path) {
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem
            ) =>
        {
            File::open(path)
        }
        opened => opened,
    }
}

/// Locks it, until it is closed. Where there are no locks, as on some network file
/// systems, it returns why: a run there has no one to fear but itself.
pub(super) fn lock(file: &File) -> Result<Option<io::Error>, Trouble> {
    match file.try_lock() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => Err(Trouble::Busy),
        Err(TryLockError::Error(cause)) => Ok(Some(cause)),
    }
}

fn regular(what: &fs::Metadata) -> Result<(), Trouble> {
    if what.is_file() { Ok(()) } else { Err(Trouble::NotAFile(kind(what.file_type()))) }
}

/// What it is, if it is no regular file.
fn kind(what: fs::FileType) -> &'static str {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if what.is_fifo() {
            return "a FIFO";
        }
        if what.is_char_device() || what.is_block_device() {
            return "a device";
        }
        if what.is_socket() {
            return "a socket";
        }
    }
    if what.is_dir() { "a folder" } else { "no regular file" }
}

/// Whether what is at `path` is this very file.
#[cfg(unix)]
pub(super) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let ours = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(theirs) => Ok(ours.ino() == theirs.ino() && ours.dev() == theirs.dev()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Other systems let nobody replace a file that is open.
#[cfg(not(unix))]
pub(super) fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}
