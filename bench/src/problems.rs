//! The problems by name.

use std::io::Write as _;

use mc_core::catalogue::{ABOUT, NAMES};

use crate::Failure;

/// `--problem list`.
pub fn print_list() -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for (name, about) in NAMES.iter().zip(ABOUT) {
        writeln!(out, "  {name:<20}{about}")?;
    }
    writeln!(out, "\n--dims N sets the number of coordinates.")?;
    Ok(())
}
