//! A comparison in the formats of `--format`.

use std::io::Write as _;

use crate::cli::flags::Format;
use crate::process::Failure;
use crate::results::Comparison;

use super::{csv, text};

/// Prints a comparison on stdout.
pub fn print(comparison: &Comparison, format: Format) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Table => write!(out, "{}", text::text(comparison))?,
        Format::Markdown => write!(out, "{}", text::markdown(comparison))?,
        Format::Csv => csv::write(comparison, &mut out)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, comparison).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
    }
    Ok(())
}
