//! What an experiment found, in the formats of `--format`.

use std::io::Write as _;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::cli::flags::Format;
use crate::numbers::{duration, grouped, three_digits};
use crate::process::Failure;
use crate::results::Host;

use super::columns::markdown_row;

/// One entry of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A whole number.
    Count(u64),
    /// Seconds.
    Seconds(f64),
    /// Any other number.
    Number(f64),
    /// Not measured, or without meaning here.
    Nothing,
}

impl Cell {
    /// For people.
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Count(count) => grouped(*count),
            Self::Seconds(seconds) => duration(*seconds),
            Self::Number(number) => three_digits(*number),
            Self::Nothing => "–".to_owned(),
        }
    }

    /// For programs: with all its bits.
    fn value(&self) -> Value {
        match self {
            Self::Text(text) => text.clone().into(),
            Self::Count(count) => (*count).into(),
            Self::Seconds(number) | Self::Number(number) => (*number).into(),
            Self::Nothing => Value::Null,
        }
    }
}

/// A table, and what is to be said about it.
#[derive(Debug)]
pub struct Report {
    /// What was measured.
    pub title: String,
    /// For each column, its name for programs and its heading for people.
    pub columns: Vec<(&'static str, &'static str)>,
    /// One cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// Said below the table.
    pub notes: Vec<String>,
}

impl Report {
    /// Prints it on stdout.
    ///
    /// # Errors
    ///
    /// What writing it met.
    pub fn print(&self, format: Format) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        match format {
            Format::Table => write!(out, "{}", self.table())?,
            Format::Markdown => write!(out, "{}", self.markdown())?,
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(&mut out);
                let names = self.columns.iter().map(|(name, _)| *name);
                csv.write_record(names).map_err(std::io::Error::other)?;
                for row in &self.rows {
                    let cells = row.iter().map(|cell| match cell.value() {
                        Value::Null => String::new(),
                        Value::String(text) => text,
                        number => number.to_string(),
                    });
                    csv.write_record(cells).map_err(std::io::Error::other)?;
                }
                csv.flush()?;
            }
            Format::Json => {
                serde_json::to_writer_pretty(&mut out, &self.json())
                    .map_err(std::io::Error::from)?;
                writeln!(out)?;
            }
        }
        Ok(())
    }

    fn json(&self) -> impl Serialize + use<> {
        #[derive(Serialize)]
        struct Json {
            host: Host,
            experiment: String,
            rows: Vec<Map<String, Value>>,
            notes: Vec<String>,
        }
        let row = |row: &Vec<Cell>| {
            let names = self.columns.iter().map(|(name, _)| (*name).to_owned());
            names.zip(row.iter().map(Cell::value)).collect()
        };
        Json {
            host: Host::here(),
            experiment: self.title.clone(),
            rows: self.rows.iter().map(row).collect(),
            notes: self.notes.clone(),
        }
    }

    /// As a part of a comparison's JSON, for its page.
    pub fn document(&self, name: &str) -> crate::results::Experiment {
        crate::results::Experiment {
            name: name.to_owned(),
            title: self.title.clone(),
            columns: self.columns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(Cell::value).collect()).collect(),
            notes: self.notes.clone(),
        }
    }

    fn headings(&self) -> Vec<&'static str> {
        self.columns.iter().map(|(_, heading)| *heading).collect()
    }

    fn table(&self) -> String {
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(self.headings());
        for row in &self.rows {
            table.add_row(row.iter().map(Cell::shown));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        let lines: Vec<_> = table.lines().map(|line| line.trim_end().to_owned()).collect();
        let notes: String = self.notes.iter().map(|note| format!("{note}\n")).collect();
        format!("{}\n{}\n\n{}\n\n{notes}", self.title, Host::here(), lines.join("\n"))
    }

    fn markdown(&self) -> String {
        let headings = self.headings();
        let rule = format!("|---{}|", "|---:".repeat(headings.len().saturating_sub(1)));
        let mut lines = vec![
            format!("**{}**\n\n{}\n", self.title, Host::here()),
            markdown_row(&headings),
            rule,
        ];
        for row in &self.rows {
            lines.push(markdown_row(&row.iter().map(Cell::shown).collect::<Vec<_>>()));
        }
        lines.extend(self.notes.iter().map(|note| format!("\n{note}")));
        lines.join("\n") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_for_people_and_numbers_for_programs() {
        let report = Report {
            title: "A title".to_owned(),
            columns: vec![("what", "what"), ("run_seconds", "run"), ("operations", "operations")],
            rows: vec![
                vec![Cell::Text("a|b".to_owned()), Cell::Seconds(0.00125), Cell::Count(10_000)],
                vec![Cell::Text("c".to_owned()), Cell::Nothing, Cell::Number(0.5)],
            ],
            notes: vec!["A note.".to_owned()],
        };
        let markdown = report.markdown();
        assert!(
            markdown.contains("|---|---:|---:|\n| a\\|b | 1.25 ms | 10,000 |\n| c | – | 0.50 |")
        );
        assert!(report.table().contains("A note."));
        let json = serde_json::to_value(report.json()).unwrap();
        assert_eq!(json["rows"][0]["run_seconds"], 0.00125);
        assert!(json["rows"][1]["run_seconds"].is_null());
    }
}
