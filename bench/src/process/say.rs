//! The doors to the outside: words go to stderr, a result to stdout, and nothing else prints.
//!
//! `eprintln!` and `println!` panic where nobody takes what is written, as on a full disk or at
//! the end of a pipe; so the lints of `lib.rs` forbid them.

use std::fmt::Display;
use std::io::{self, Write as _};

/// Says a line on stderr. If nobody can hear it, that costs no result.
pub fn say(words: impl Display) {
    let _ = io::stderr().write_all(format!("{words}\n").as_bytes());
}

/// Prints a result on stdout, to its last byte.
///
/// # Errors
/// If it cannot be written; a pipe that nobody reads any more is an error too.
pub fn print(result: impl AsRef<[u8]>) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(result.as_ref())?;
    out.flush()
}
