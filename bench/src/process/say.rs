//! The doors to the outside: words go to stderr, a result to stdout, and nothing else prints.
//!
//! `eprintln!` and `println!` panic where nobody takes what is written, as on a full disk or at
//! the end of a pipe; so the lints of `lib.rs` forbid them.

use std::ffi::OsString;
use std::fmt::Display;
use std::io::{self, IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicBool, Ordering};

/// Whether only what is wrong is said.
static QUIET: AtomicBool = AtomicBool::new(false);
/// Whether there was something to warn of.
static WARNED: AtomicBool = AtomicBool::new(false);

/// From now on nothing is said but what is wrong with a request, or with a run.
pub fn be_quiet() {
    QUIET.store(true, Ordering::Relaxed);
}

/// Whether nothing is to be said.
pub fn is_quiet() -> bool {
    QUIET.load(Ordering::Relaxed)
}

/// Says a line on stderr. If nobody can hear it, that costs no result.
pub fn say(words: impl Display) {
    if !is_quiet() {
        say_aloud(words);
    }
}

/// Says a line on stderr in any case: there will be no result. What was typed may be in it, so no
/// character of it steers the terminal.
pub fn say_aloud(words: impl Display) {
    let mut line = String::new();
    for c in in_a_line(words.to_string(), std::env::args_os()).chars() {
        match c {
            '\n' => line.push(c),
            c if c.is_control() => line.extend(c.escape_debug()),
            c => line.push(c),
        }
    }
    let _ = io::stderr().write_all((line + "\n").as_bytes());
}

/// With every part of what was typed that has a line break in it, such as a name or a path, as a
/// part of its line.
fn in_a_line(words: String, typed: impl Iterator<Item = OsString>) -> String {
    let typed: Vec<_> = typed.map(|word| word.to_string_lossy().into_owned()).collect();
    let parts = typed.iter().flat_map(|word| word.split([',', '=']).chain([word.as_str()]));
    let broken = parts.filter(|part| part.contains('\n'));
    broken.fold(words, |words, part| words.replace(part, &part.replace('\n', "\\n")))
}

/// Says a warning, which `--strict` heeds.
pub fn warn(words: impl Display) {
    has_a_warning();
    say(format_args!("warning: {words}"));
}

/// The result itself tells a warning, which `--strict` heeds too.
pub fn has_a_warning() {
    WARNED.store(true, Ordering::Relaxed);
}

/// Whether a warning was said, or would have been if it were not to be quiet.
pub fn has_warned() -> bool {
    WARNED.load(Ordering::Relaxed)
}

/// How many columns a line on stdout may have: those of the terminal, and 100 where there is none.
pub fn width() -> usize {
    /// In a pipe or a file, whatever terminal the program was started from.
    const NO_TERMINAL: usize = 100;
    /// Where a terminal does not tell.
    const USUAL: usize = 80;
    /// No table can be read in less.
    const LEAST: usize = 20;
    if !io::stdout().is_terminal() {
        return NO_TERMINAL;
    }
    let told = || std::env::var("COLUMNS").ok()?.parse().ok();
    let size = terminal_size::terminal_size_of(io::stdout());
    let columns = size.map(|(columns, _)| usize::from(columns.0)).or_else(told);
    columns.unwrap_or(USUAL).max(LEAST)
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

#[cfg(test)]
mod tests {
    use super::in_a_line;

    #[test]
    fn a_name_with_a_line_break_stays_in_its_line() {
        let words = "no technique `a\nb`:\nknown are c";
        for typed in ["a\nb", "--technique=a\nb", "serial,a\nb"] {
            let told = in_a_line(words.to_owned(), [typed.into()].into_iter());
            assert_eq!(told, "no technique `a\\nb`:\nknown are c");
        }
        assert_eq!(in_a_line(words.to_owned(), ["serial".into()].into_iter()), words);
    }
}
