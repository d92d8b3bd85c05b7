//! The experiments: a section each.

use std::collections::BTreeSet;

use crate::numbers::{duration, grouped};
use crate::output::chart::{
    Axis, ChartError, Dot, Dots, Lines, Series, add, log_axes, power_of_ten, seconds,
};
use crate::output::columns::Column;
use crate::output::experiment::column;
use crate::output::page::parts::{self, Figure, headed};
use crate::results::{Comparison, Experiment};
use crate::technique::look::{Look, Shape};
use maud::{Markup, html};
use serde_json::Value;

/// A section for each experiment, and a word about those that could not be made.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let one = |experiment: &Experiment| -> Result<Markup, ChartError> {
        let drawing = picture(experiment)?;
        let id = format!("experiment-{}", experiment.name);
        Ok(html! {
            section id=(id) {
                h2 { (experiment.title) }
                p.soft { "cargo xtask experiment " (experiment.name) }
                // A table with many columns needs the whole width.
                div class=[(experiment.columns.len() <= 5).then_some("pair")] {
                    (parts::figure(&id, drawing.as_ref()))
                    div {
                        (table_of(experiment))
                        @for note in &experiment.notes { p.soft { (note) } }
                    }
                }
            }
        })
    };
    let all: Vec<_> = page.experiments.iter().map(one).collect::<Result<_, _>>()?;
    Ok(html! {
        @for one in &all { (one) }
        @if !page.reasons.is_empty() {
            section id="missing-experiments" {
                h2 { "Experiments that could not be made" }
                ul { @for reason in &page.reasons { li { (reason) } } }
            }
        }
    })
}

/// The time of every row: lines, where the rows are of more and more of something; else a dot each.
fn picture(experiment: &Experiment) -> Figure {
    let Some(column) = drawn(experiment) else { return Ok(None) };
    match counted(experiment, column) {
        Some(count) => lines(experiment, count, column),
        None => dots(experiment, column),
    }
}

/// The last column of seconds that all rows have: times of parts are not all there is
/// to a row that has none of them. Else the last column of seconds.
fn drawn(experiment: &Experiment) -> Option<usize> {
    let seconds = |k: &usize| experiment.columns[*k].0.ends_with("seconds");
    let full = |k: &usize| experiment.rows.iter().all(|row| number(row, *k).is_some());
    let columns = 0..experiment.columns.len();
    let last = columns.clone().rev().filter(seconds).find(full);
    last.or_else(|| columns.rev().find(seconds))
}

/// The column before `column` that counts something, in three steps or more.
fn counted(experiment: &Experiment, column: usize) -> Option<usize> {
    (0..column).find(|&k| {
        let counts = experiment.rows.iter().map(|row| row.get(k).and_then(Value::as_u64));
        counts.collect::<Option<BTreeSet<_>>>().is_some_and(|counts| counts.len() >= 3)
    })
}

fn number(row: &[Value], column: usize) -> Option<f64> {
    row.get(column)?.as_f64()
}

/// What stands before the first time says what the row is; a count that has an axis of
/// its own is left out.
fn name(experiment: &Experiment, row: &[Value], count: Option<usize>) -> String {
    let is_time = |(name, _): &(String, String)| name.ends_with("seconds");
    let first = experiment.columns.iter().position(is_time).unwrap_or(0);
    let cells = row.iter().enumerate().take(first).filter(|(k, _)| Some(*k) != count);
    let words = cells.filter_map(|(_, cell)| match cell {
        Value::String(text) => Some(text.clone()),
        cell => cell.as_u64().map(grouped),
    });
    words.collect::<Vec<_>>().join(", ")
}

fn lines(experiment: &Experiment, count: usize, column: usize) -> Figure {
    /// Neither colours nor shapes have a meaning here; they only differ.
    const LOOKS: [(u8, Shape); 6] = [
        (0, Shape::Circle),
        (2, Shape::Square),
        (3, Shape::Triangle),
        (4, Shape::Diamond),
        (1, Shape::Cross),
        (6, Shape::Circle),
    ];
    let look = |place: usize| {
        let (colour, shape) = LOOKS[place % LOOKS.len()];
        Look { colour, shape, filled: true, dash: (place % 5) as u8 }
    };
    let mut series: Vec<Series> = Vec::new();
    for row in &experiment.rows {
        if let (Some(x), Some(y)) = (number(row, count), number(row, column)) {
            add(&mut series, name(experiment, row, Some(count)), (x, y), look);
        }
    }
    let (x, y) = log_axes(&series, power_of_ten, seconds);
    let picture = Lines {
        title: &experiment.title,
        about: "One line for each way, both axes logarithmic.",
        x: (x, &experiment.columns[count].1),
        y: (y, &time(experiment, column)),
        series,
        band: Vec::new(),
    };
    picture.draw().map(Some)
}

fn dots(experiment: &Experiment, column: usize) -> Figure {
    let dot = |row: &Vec<Value>| {
        let value = number(row, column)?;
        let name = name(experiment, row, None);
        Some(Dot { name, look: Look::kernel(2), value, also: None, shown: duration(value) })
    };
    let rows: Vec<_> = experiment.rows.iter().filter_map(dot).collect();
    let picture = Dots {
        title: &experiment.title,
        about: "One dot for each way on a logarithmic axis of time.",
        x: (Axis::log(rows.iter().map(|row| row.value), seconds), &time(experiment, column)),
        rows,
        lines: Vec::new(),
    };
    picture.draw()
}

/// What the axis of time counts.
fn time(experiment: &Experiment, column: usize) -> String {
    format!("time: {}", experiment.columns[column].1)
}

/// An experiment's own table.
fn table_of(experiment: &Experiment) -> Markup {
    let column = |k| {
        let words = experiment.rows.iter().any(|row| row.get(k).is_some_and(Value::is_string));
        Column { words, ..column(experiment, k) }
    };
    let columns: Vec<_> = (0..experiment.columns.len()).map(column).collect();
    headed(&experiment.title, false, &columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(rows: Vec<Vec<Value>>) -> Experiment {
        let columns = [
            ("way", "way"),
            ("elements", "elements"),
            ("total_seconds", "all"),
            ("read_seconds", "read"),
        ];
        Experiment { rows, ..Experiment::new("elementwise", "Products", &columns) }
    }

    #[test]
    fn a_part_is_not_drawn_for_the_whole() {
        let found = of(vec![
            vec!["host".into(), 10.into(), 1e-6.into(), Value::Null],
            vec!["device".into(), 10.into(), 2e-6.into(), 1e-6.into()],
        ]);
        assert_eq!((drawn(&found), counted(&found, 2)), (Some(2), None));
        assert_eq!(name(&found, &found.rows[0], None), "host, 10");
        // All have the part: the last column is drawn.
        assert_eq!(drawn(&of(found.rows[1..].to_vec())), Some(3));
        assert_eq!(drawn(&of(vec![vec!["nothing".into()]])), Some(3));
    }

    #[test]
    fn more_and_more_of_something_makes_lines() {
        let row = |count: u64| vec!["host".into(), count.into(), 1e-6.into(), Value::Null];
        let found = of([1, 10, 100].map(row).to_vec());
        assert_eq!(counted(&found, 2), Some(1));
        assert_eq!(name(&found, &found.rows[0], Some(1)), "host");
        let picture = picture(&found).expect("drawn").expect("a picture").inline("p");
        assert!(picture.contains("<polyline") && picture.contains("elements"), "{picture}");
    }
}
