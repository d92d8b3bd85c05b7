//! The numbers beside the pictures.

use maud::{Markup, html};
use serde_json::Value;

use super::figures::{most_memory, rate, throughputs};
use crate::numbers::{duration, grouped, percent, three_digits, value_with_error};
use crate::output::columns::Column;
use crate::results::{Comparison, Experiment, Point, Scaling};

/// A table, whose first cells name the rows. The caption is shown.
fn table(caption: &str, columns: &[Column]) -> Markup {
    headed(caption, true, columns)
}

/// A table whose caption is shown only on request: a heading above it may say the same.
fn headed(caption: &str, shown: bool, columns: &[Column]) -> Markup {
    let class = |column: &Column| column.words.then_some("words");
    let lines = columns.first().map_or(0, |column| column.cells.len());
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table {
                @if shown { caption { (caption) } }
                thead { tr { @for column in columns {
                    th scope="col" class=[class(column)] { (column.heading) }
                } } }
                tbody { @for line in 0..lines { tr { @for (k, column) in columns.iter().enumerate() {
                    @if k == 0 { th scope="row" class=[class(column)] { (column.cells[line]) } }
                    @else { td class=[class(column)] { (column.cells[line]) } }
                } } } }
            }
        }
    }
}

/// Median times: a row for each technique, a column for each number of samples.
pub fn time(document: &Comparison) -> Markup {
    let sizes = document.sizes();
    let mut techniques = document.techniques();
    techniques.retain(|name| sizes.iter().any(|size| document.median(name, *size).is_some()));
    let mut columns =
        vec![Column::of("technique", &techniques, |name| Some((*name).to_owned())).words()];
    columns.extend(sizes.into_iter().map(|size| {
        Column::of(grouped(size), &techniques, |name| document.median(name, size).map(duration))
    }));
    table("Time of one run, medians, by number of samples", &columns)
}

/// Throughput and share of the bound.
pub fn throughput(document: &Comparison) -> Markup {
    let rows = throughputs(document);
    let largest = document.sizes().last().copied().unwrap_or(0);
    let columns = [
        Column::of("technique", &rows, |found| Some(found.technique.to_owned())).words(),
        Column::of("coordinates/s", &rows, |found| Some(rate(found.rate))),
        Column::of("a coordinate", &rows, |found| {
            Some(format!("{} ns", three_digits(1e9 / found.rate)))
        }),
        Column::of("of the bound", &rows, |found| found.share.map(percent)),
    ];
    table(&format!("Throughput at M = {}", grouped(largest)), &columns)
}

/// The time to an error, what comes on top of it, and memory.
pub fn cost(document: &Comparison) -> Markup {
    let mut rows = document.largest();
    rows.retain(|row| row.seconds_to_1e_3.is_some() && row.rank.is_some());
    rows.sort_by(|a, b| {
        a.seconds_to_1e_3.unwrap_or(0.0).total_cmp(&b.seconds_to_1e_3.unwrap_or(0.0))
    });
    let columns = [
        Column::of("technique", &rows, |row| Some(row.technique.clone())).words(),
        Column::of("to 10⁻³", &rows, |row| row.seconds_to_1e_3.map(duration)),
        Column::of("to 10⁻⁴", &rows, |row| row.seconds_to_1e_4.map(duration)),
        Column::of("preparing", &rows, |row| row.prepare_seconds.map(duration)),
        Column::of("memory", &rows, |row| {
            Some(format!("{} MiB", most_memory(document, &row.technique)? >> 20))
        }),
    ];
    table("Time to a relative error, preparing, and the most memory", &columns)
}

/// Speed-up: a row for each technique, a column for each number of workers.
pub fn scaling(scaling: &Scaling) -> Markup {
    let mut workers: Vec<_> = scaling.rows.iter().map(|row| row.workers).collect();
    workers.sort_unstable();
    workers.dedup();
    let mut names: Vec<&str> = scaling.rows.iter().map(|row| row.technique.as_str()).collect();
    names.dedup();
    let mut columns =
        vec![Column::of("technique", &names, |name| Some((*name).to_owned())).words()];
    columns.extend(workers.into_iter().map(|count| {
        let heading = if count == 1 { "1 worker".to_owned() } else { format!("{count} workers") };
        Column::of(heading, &names, |name| {
            let mut rows = scaling.rows.iter();
            let row = rows.find(|row| row.technique == *name && row.workers == count)?;
            Some(format!("{} ({})", three_digits(row.speedup), duration(row.seconds)))
        })
    }));
    table("Times as fast as one thread (and time of a run)", &columns)
}

/// The estimates.
pub fn convergence(points: &[Point], truth: Option<f64>) -> Markup {
    let columns = [
        Column::of("M", points, |point| Some(grouped(point.samples))),
        Column::of("estimate", points, |point| {
            Some(value_with_error(point.estimate, point.std_error))
        }),
        Column::of("std_error", points, |point| Some(format!("{:.1e}", point.std_error))),
        Column::of("off by", points, |point| {
            Some(format!("{:.1e}", (point.estimate - truth?).abs()))
        }),
    ];
    table("Estimates", &columns)
}

/// An experiment's own table.
pub fn experiment(experiment: &Experiment) -> Markup {
    let column = |(k, (name, heading)): (usize, &(String, String))| {
        let cell = |row: &Vec<Value>| match row.get(k)? {
            Value::String(text) => Some(text.clone()),
            value => match (value.as_u64(), value.as_f64()?) {
                (Some(count), _) => Some(grouped(count)),
                (_, time) if name.ends_with("seconds") => Some(duration(time)),
                (_, number) => Some(three_digits(number)),
            },
        };
        let words = experiment.rows.iter().any(|row| row.get(k).is_some_and(Value::is_string));
        Column { words, ..Column::of(heading.clone(), &experiment.rows, cell) }
    };
    let columns: Vec<_> = experiment.columns.iter().enumerate().map(column).collect();
    headed(&experiment.title, false, &columns)
}

/// Everything that was found at one number of samples.
pub fn all(document: &Comparison, samples: u64) -> Markup {
    let found = document.rows.iter().filter(|row| row.samples == samples && row.estimate.is_some());
    let mut rows: Vec<_> = found.collect();
    rows.sort_by_key(|row| row.rank.unwrap_or(usize::MAX));
    let columns = [
        Column::of("technique", &rows, |row| Some(row.label())).words(),
        Column::of("rank", &rows, |row| {
            Some(row.rank.map_or_else(|| "!".to_owned(), |rank| rank.to_string()))
        }),
        Column::of("estimate", &rows, |row| Some(value_with_error(row.estimate?, row.std_error?))),
        Column::of("z", &rows, |row| row.distance.map(|z| format!("{z:.2}"))),
        Column::of("bits", &rows, |row| {
            Some(if row.same_bits? { "same" } else { "DIFFERENT" }.to_owned())
        })
        .words(),
        Column::of("prepare", &rows, |row| row.prepare_seconds.map(duration)),
        Column::of("median", &rows, |row| Some(duration(row.seconds?.median))),
        Column::of("its interval", &rows, |row| {
            let seconds = row.seconds?;
            Some(format!("{} – {}", duration(seconds.median_low), duration(seconds.median_high)))
        }),
        Column::of("runs", &rows, |row| Some(row.seconds?.runs.to_string())),
        Column::of("× serial", &rows, |row| row.speedup.map(three_digits)),
    ];
    headed(&format!("M = {}", grouped(samples)), false, &columns)
}

/// From where on executors pay.
pub fn crossovers(document: &Comparison) -> Markup {
    let rows = &document.crossovers;
    let columns = [
        Column::of("technique", rows, |found| Some(found.technique.clone())).words(),
        Column::of("than", rows, |found| Some(found.against.clone())).words(),
        Column::of("from", rows, |found| match (found.samples, &found.reason) {
            (Some(samples), _) => Some(format!("M = {}", grouped(samples))),
            (None, Some(reason)) => Some(reason.clone()),
            (None, None) => Some(format!("not up to M = {}", grouped(found.searched_to))),
        }),
    ];
    table("Faster from", &columns)
}
