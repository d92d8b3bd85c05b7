//! The new file beside the old one, until it takes its place.

#![allow(
    clippy::string_slice,
    reason = "it is cut at the boundary of a character, below its length"
)]

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use super::format::NAME;
use super::lock::{self, Trouble};

/// Between the checkpoint's name and the digits that nobody else has.
const MARK: &str = ".part-";

/// How many hexadecimal digits follow.
const DIGITS: usize = 16;

/// A file that nobody else has. It is removed when it is dropped, unless it was put in place.
pub(super) struct Part {
    path: PathBuf,
    file: File,
    in_place: bool,
}

impl Part {
    /// A new file beside `target`, locked, with these bytes, on the disk. It has the mode and
    /// owner of `old`, as far as the system lets us.
    ///
    /// It is made exclusively: nothing that is there is opened, and no link is followed.
    pub fn write(target: &Path, old: Option<&File>, bytes: &[u8]) -> Result<Self, Trouble> {
        let mut part = Self::create(target, old.is_some())?;
        // Nobody else knows the name. Where there are no locks, `open` has said so.
        lock::lock(&part.file)?;
        part.file.write_all(bytes)?;
        if let Some(old) = old {
            take_over_rights(&part.file, old)?;
        }
        part.file.sync_all()?;
        Ok(part)
    }

    fn create(target: &Path, is_private: bool) -> io::Result<Self> {
        const TRIES: usize = 100;
        let mut options = OpenOptions::new();
        options.read(true).write(true).create_new(true);
        // Nobody may read it before it has the rights of the old one.
        #[cfg(unix)]
        if is_private {
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        let mut tries = 0;
        loop {
            let path = beside(target, &format!("{MARK}{:016x}", digits()));
            match options.open(&path) {
                Ok(file) => return Ok(Self { path, file, in_place: false }),
                Err(error) if error.kind() == ErrorKind::AlreadyExists && tries < TRIES => {
                    tries += 1;
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Puts it in the place of what is at `target`.
    pub fn replace(mut self, target: &Path) -> io::Result<File> {
        fs::rename(&self.path, target)?;
        self.in_place = true;
        sync_folder(target);
        self.file.try_clone()
    }

    /// Puts it at `target`, where nothing is; or gives it back.
    pub fn put_at_free(mut self, target: &Path) -> Result<File, (Self, io::Error)> {
        // Unlike a rename, a link does not overwrite.
        let put = match fs::hard_link(&self.path, target) {
            Ok(()) => fs::remove_file(&self.path),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            // A file system without hard links: its name is taken first.
            Err(_) => OpenOptions::new()
                .write(true)
                .create_new(true)
                .open(target)
                .and_then(|_| fs::rename(&self.path, target)),
        };
        match put.and_then(|()| self.file.try_clone()) {
            Ok(file) => {
                self.in_place = true;
                sync_folder(target);
                Ok(file)
            }
            Err(error) => Err((self, error)),
        }
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.in_place {
            // Also a full disk lets a file be removed; if not, it is ours by its name, and the
            // next run removes it.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The path of a file beside `target`, of its name and `ending`.
pub(super) fn beside(target: &Path, ending: &str) -> PathBuf {
    let mut name = stem(target);
    name.push(ending);
    target.with_file_name(name)
}

/// The name of `target`, cut where an ending would make it too long for a file system.
fn stem(target: &Path) -> OsString {
    const MOST: usize = 200;
    let name = target.file_name().unwrap_or(OsStr::new("checkpoint"));
    if name.len() <= MOST {
        return name.to_owned();
    }
    let text = name.to_string_lossy();
    text[..text.floor_char_boundary(MOST)].into()
}

/// Digits that no other name has, most likely.
fn digits() -> u64 {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let time = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let own =
        u64::from(std::process::id()) << 32 | u64::from(COUNT.fetch_add(1, Ordering::Relaxed));
    own ^ (time.as_nanos() as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Removes what runs of `target` left that were killed while they wrote: files with a name as
/// `create` gives, that begin as a checkpoint or are empty, and that nobody has locked.
pub(super) fn remove_leftovers(target: &Path) {
    let start = format!("{}{MARK}", stem(target).to_string_lossy());
    let Some(Ok(entries)) = target.parent().map(fs::read_dir) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let digits = name.to_str().and_then(|name| name.strip_prefix(&*start));
        let is_ours =
            digits.is_some_and(|d| d.len() == DIGITS && d.bytes().all(|b| b.is_ascii_hexdigit()));
        // The entry's type is told without following a link.
        if is_ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let _ = remove_leftover(&entry.path());
        }
    }
}

fn remove_leftover(path: &Path) -> io::Result<()> {
    let file = File::open(path)?;
    if file.try_lock().is_err() {
        return Ok(()); // a run writes it
    }
    let mut first = Vec::new();
    (&file).take(NAME.len() as u64).read_to_end(&mut first)?;
    if NAME.starts_with(&first) { fs::remove_file(path) } else { Ok(()) }
}

/// Brings a name to the disk. Not all systems can do that, and the file is whole without.
fn sync_folder(target: &Path) {
    #[cfg(unix)]
    if let Some(Ok(folder)) = target.parent().map(File::open) {
        let _ = folder.sync_all();
    }
    #[cfg(not(unix))]
    let _ = target;
}

/// Gives `new` the owner and the mode of `old`.
#[cfg(unix)]
fn take_over_rights(new: &File, old: &File) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
    let (theirs, ours) = (old.metadata()?, new.metadata()?);
    let mut mode = theirs.mode() & 0o777;
    if (theirs.uid(), theirs.gid()) != (ours.uid(), ours.gid())
        && fchown(new, Some(theirs.uid()), Some(theirs.gid())).is_err()
        && fchown(new, None, Some(theirs.gid())).is_err()
    {
        // What its group might, another group must not.
        mode = mode & !0o070 | (mode & 0o007) << 3;
    }
    new.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn take_over_rights(_: &File, _: &File) -> io::Result<()> {
    Ok(())
}
