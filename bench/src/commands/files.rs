//! Whether a file that is asked for can be written: asked before an hour is spent on its content.

use std::path::Path;
use std::{fs, io};

use crate::cli::flags::CompareFlags;
use crate::process::Failure;

/// Whether what `flags` ask for can be written: asked before an hour is spent on measuring it.
pub fn check(flags: &CompareFlags) -> Result<(), Failure> {
    match &flags.report {
        Some(page) => {
            can_be_a_file("--report", page, "report.html")?;
            can_be_written(page).map_err(|error| {
                Failure::Request(format!("--report: {} cannot be written: {error}", page.display()))
            })
        }
        None => Ok(()),
    }
}

/// Tries it, and leaves nothing new behind.
fn can_be_written(path: &Path) -> io::Result<()> {
    let is_new = !path.try_exists()?;
    fs::OpenOptions::new().append(true).create(true).open(path)?;
    if is_new { fs::remove_file(path) } else { Ok(()) }
}

/// Whether there can be a file at `path`, which `flag` names.
///
/// # Errors
/// [`Failure::Request`] if its folder is not there, or it is a folder.
pub fn can_be_a_file(flag: &str, path: &Path, such_as: &str) -> Result<(), Failure> {
    let folder = match path.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let wrong = if path.is_dir() || path.file_name().is_none() {
        format!("is a folder: give the name of a file, such as {such_as}")
    } else if !folder.is_dir() {
        let folder = folder.display();
        format!("cannot be written, for there is no folder {folder}: make it, or give another file")
    } else {
        return Ok(());
    };
    Err(Failure::Request(format!("{flag}: {} {wrong}", path.display())))
}
