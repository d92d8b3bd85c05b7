//! What an experiment found, as it is printed.

use serde_json::{Value, json};

use super::columns::Column;
use super::found::{Found, Record, Table};
use crate::numbers::{duration, grouped, three_digits};
use crate::results::{Experiment, Host};

/// A column, for people: what counts seconds says so in its name.
pub fn column(experiment: &Experiment, k: usize) -> Column {
    let (name, heading) = &experiment.columns[k];
    Column::of(heading, &experiment.rows, |row| match row.get(k)? {
        Value::String(text) => Some(text.clone()),
        value => match (value.as_u64(), value.as_f64()?) {
            (Some(count), _) => Some(grouped(count)),
            (_, time) if name.contains("seconds") => Some(duration(time)),
            (_, number) => Some(three_digits(number)),
        },
    })
}

impl Found for Experiment {
    fn head(&self) -> String {
        format!("{}\n{}\n", self.title, Host::here())
    }

    fn markdown_head(&self) -> String {
        format!("**{}**\n\n{}\n", self.title, Host::here())
    }

    fn tables(&self) -> Vec<Table> {
        let column = |k| Column { words: k == 0, ..column(self, k) };
        vec![Table { caption: None, columns: (0..self.columns.len()).map(column).collect() }]
    }

    fn foot(&self) -> Vec<String> {
        self.notes.clone()
    }

    fn records(&self) -> serde_json::Result<Vec<Record>> {
        let names = || self.columns.iter().map(|(name, _)| name.clone());
        Ok(self.rows.iter().map(|row| names().zip(row.iter().cloned()).collect()).collect())
    }

    fn document(&self) -> serde_json::Result<Value> {
        let (host, rows) = (Host::here(), self.records()?);
        Ok(json!({ "host": host, "experiment": self.title, "rows": rows, "notes": self.notes }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_for_people_and_numbers_for_programs() {
        let columns = [("what", "what"), ("run_seconds", "run"), ("operations", "operations")];
        let mut found = Experiment::new("name", "A title", &columns);
        found.rows = vec![
            vec!["a|b".into(), 0.00125.into(), 10_000.into()],
            vec!["c".into(), Value::Null, 0.5.into()],
        ];
        found.notes.push("A note.".to_owned());
        let markdown = found.markdown();
        assert!(
            markdown.contains("|---|---:|---:|\n| a\\|b | 1.25 ms | 10,000 |\n| c | – | 0.50 |")
        );
        assert!(found.text(100).contains("A note."));
        let json = found.document().unwrap();
        assert_eq!(json["experiment"], "A title");
        assert_eq!(json["rows"][0]["run_seconds"], 0.00125);
        assert!(json["rows"][1]["run_seconds"].is_null());
    }
}
