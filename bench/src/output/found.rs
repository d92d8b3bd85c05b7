//! What a command found, in the formats of `--format`. A command gives tables and what is to be said
//! about them; how a format looks stands here.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io;

use serde::Serialize;
use serde_json::{Map, Value};

use super::columns::{Column, fit, markdown, wrapped};
use crate::cli::common::Format;
use crate::process::{self, Failure, width};

/// A table, and what stands above it.
pub struct Table {
    /// Told above the table.
    pub caption: Option<String>,
    /// Its columns, all of the same length.
    pub columns: Vec<Column>,
}

/// One line of CSV: names and values.
pub type Record = Map<String, Value>;

/// What can be printed. Unless told otherwise, it is as JSON what it serialises to.
pub trait Found: Serialize {
    /// Lines above the tables, each with its end.
    fn head(&self) -> String;

    /// The same in Markdown.
    fn markdown_head(&self) -> String {
        self.head()
    }

    /// The tables.
    fn tables(&self) -> Vec<Table>;

    /// Lines below the tables.
    fn foot(&self) -> Vec<String> {
        Vec::new()
    }

    /// The lines of CSV, all with the same names.
    fn records(&self) -> serde_json::Result<Vec<Record>>;

    /// The whole, for JSON.
    fn document(&self) -> serde_json::Result<Value> {
        serde_json::to_value(self)
    }

    /// Aligned columns between the lines, in so many columns of a terminal.
    fn text(&self, width: usize) -> String {
        let mut text = wrapped(&self.head(), width);
        let mut missing = BTreeSet::new();
        for table in self.tables() {
            let (columns, left_out) = fit(table.columns, width);
            text.push('\n');
            text.extend(table.caption.map(|caption| wrapped(&caption, width)));
            text.push_str(&columns);
            missing.extend(left_out);
        }
        text.push('\n');
        for line in self.foot() {
            text.push_str(&wrapped(&line, width));
        }
        if !missing.is_empty() {
            let names = missing.into_iter().collect::<Vec<_>>().join(", ");
            let line = format!("Left out for want of room: {names}; --format markdown has all.");
            text.push_str(&wrapped(&line, width));
        }
        text
    }

    /// Tables of Markdown between the lines.
    fn markdown(&self) -> String {
        let mut text = self.markdown_head();
        for Table { caption, columns } in self.tables() {
            if let Some(caption) = caption {
                let _ = writeln!(text, "\n**{caption}**");
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(&markdown(&columns));
        }
        for line in self.foot() {
            let _ = writeln!(text, "\n{line}");
        }
        text
    }
}

/// Prints it on stdout.
pub fn print(found: &impl Found, format: Format) -> Result<(), Failure> {
    let text = match format {
        Format::Table => found.text(width()),
        Format::Markdown => found.markdown(),
        Format::Csv => csv(&found.records().map_err(io::Error::from)?)?,
        Format::Json => {
            let document = found.document().map_err(io::Error::from)?;
            serde_json::to_string_pretty(&document).map_err(io::Error::from)? + "\n"
        }
    };
    Ok(process::print(&text)?)
}

/// The names, and a line for each record.
pub fn csv(records: &[Record]) -> io::Result<String> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    if let Some(first) = records.first() {
        csv.write_record(first.keys()).map_err(io::Error::other)?;
    }
    for record in records {
        let cells = record.values().map(|value| match value {
            Value::Null => String::new(),
            Value::String(text) => text.clone(),
            value => value.to_string(),
        });
        csv.write_record(cells).map_err(io::Error::other)?;
    }
    let bytes = csv.into_inner().map_err(|error| io::Error::other(error.to_string()))?;
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// The fields of what serialises to an object.
pub fn record(fields: &impl Serialize) -> serde_json::Result<Record> {
    match serde_json::to_value(fields)? {
        Value::Object(record) => Ok(record),
        _ => Ok(Record::new()),
    }
}
