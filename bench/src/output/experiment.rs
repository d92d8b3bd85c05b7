//! What an experiment found, as it is printed.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};
use serde_json::Value;

use super::columns::Column;
use super::found::{Found, Record, Table};
use crate::numbers::{duration, grouped, three_digits};
use crate::results::{Experiment, Host};

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
    /// As a part of a comparison's JSON, for its page.
    pub fn document(&self, name: &str) -> Experiment {
        Experiment {
            name: name.to_owned(),
            title: self.title.clone(),
            columns: self.columns.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            rows: self.rows.iter().map(|row| row.iter().map(Cell::value).collect()).collect(),
            notes: self.notes.clone(),
        }
    }

    fn fields(&self, row: &[Cell]) -> Record {
        let names = self.columns.iter().map(|(name, _)| (*name).to_owned());
        names.zip(row.iter().map(Cell::value)).collect()
    }
}

impl Serialize for Report {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows: Vec<_> = self.rows.iter().map(|row| self.fields(row)).collect();
        let mut report = serializer.serialize_struct("Report", 4)?;
        report.serialize_field("host", &Host::here())?;
        report.serialize_field("experiment", &self.title)?;
        report.serialize_field("rows", &rows)?;
        report.serialize_field("notes", &self.notes)?;
        report.end()
    }
}

impl Found for Report {
    fn head(&self) -> String {
        format!("{}\n{}\n", self.title, Host::here())
    }

    fn markdown_head(&self) -> String {
        format!("**{}**\n\n{}\n", self.title, Host::here())
    }

    fn tables(&self) -> Vec<Table> {
        let column =
            |k: usize| Column::of(self.columns[k].1, &self.rows, |row| Some(row[k].shown()));
        let first = (0..self.columns.len().min(1)).map(|k| column(k).words());
        let columns = first.chain((1..self.columns.len()).map(column)).collect();
        vec![Table { caption: None, columns }]
    }

    fn foot(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn records(&self) -> serde_json::Result<Vec<Record>> {
        Ok(self.rows.iter().map(|row| self.fields(row)).collect())
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
        assert!(report.text().contains("A note."));
        let json = serde_json::to_value(&report).unwrap();
        assert_eq!(json["rows"][0]["run_seconds"], 0.00125);
        assert!(json["rows"][1]["run_seconds"].is_null());
    }
}
