//! The numbers beside the pictures.

use maud::{Markup, html};
use serde_json::Value;

use super::figures::{most_memory, rate, throughputs};
use crate::numbers::{duration, grouped, three_digits, value_with_error};
use crate::results::{Comparison, Convergence, Experiment, Scaling};

const NONE: &str = "–";

/// A table: headings, and rows that begin with a name. The headings of the columns
/// of words are told by number. The caption is shown.
fn table(caption: &str, headings: &[String], words: &[usize], rows: &[Vec<String>]) -> Markup {
    headed(caption, true, headings, words, rows)
}

/// A table whose caption is shown only on request: a heading above it may say the same.
fn headed(
    caption: &str,
    shown: bool,
    headings: &[String],
    words: &[usize],
    rows: &[Vec<String>],
) -> Markup {
    let class = |k: usize| words.contains(&k).then_some("words");
    html! {
        div.wide tabindex="0" role="region" aria-label=(caption) {
            table {
                @if shown { caption { (caption) } }
                thead { tr { @for (k, heading) in headings.iter().enumerate() {
                    th scope="col" class=[class(k)] { (heading) }
                } } }
                tbody { @for row in rows { tr { @for (k, cell) in row.iter().enumerate() {
                    @if k == 0 { th scope="row" class=[class(0)] { (cell) } }
                    @else { td class=[class(k)] { (cell) } }
                } } } }
            }
        }
    }
}

fn owned(headings: &[&str]) -> Vec<String> {
    headings.iter().map(|heading| (*heading).to_owned()).collect()
}

fn shown<T>(value: Option<T>, show: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NONE.to_owned(), show)
}

/// Median times: a row for each technique, a column for each number of samples.
pub fn time(document: &Comparison) -> Markup {
    let sizes = document.sizes();
    let mut headings = owned(&["technique"]);
    headings.extend(sizes.iter().map(|size| grouped(*size)));
    let mut rows = Vec::new();
    for technique in document.techniques() {
        let times: Vec<_> = sizes
            .iter()
            .map(|size| {
                let row = document
                    .rows
                    .iter()
                    .find(|row| row.technique == technique && row.samples == *size);
                row.and_then(|row| row.seconds).map(|seconds| seconds.median)
            })
            .collect();
        if times.iter().any(Option::is_some) {
            let cells = times.into_iter().map(|time| shown(time, duration));
            rows.push(std::iter::once(technique.to_owned()).chain(cells).collect());
        }
    }
    table("Time of one run, medians, by number of samples", &headings, &[0], &rows)
}

/// Throughput, and its shares of the loop by hand and of the port bound, where that is known.
pub fn throughput(document: &Comparison) -> Markup {
    let percent = |share| format!("{} %", three_digits(100.0 * share));
    let mut headings = owned(&["technique", "coordinates/s", "a coordinate", "of by-hand"]);
    headings.extend(document.bound.is_some().then(|| "of the port bound".to_owned()));
    let rows: Vec<_> = throughputs(document)
        .iter()
        .map(|found| {
            let mut cells = vec![
                found.technique.to_owned(),
                rate(found.rate),
                format!("{} ns", three_digits(1e9 / found.rate)),
                shown(found.of_by_hand, percent),
            ];
            cells.extend(document.bound.is_some().then(|| shown(found.of_bound, percent)));
            cells
        })
        .collect();
    let largest = document.sizes().last().copied().unwrap_or(0);
    table(&format!("Throughput at M = {}", grouped(largest)), &headings, &[0], &rows)
}

/// The time to an error, what comes on top of it, and memory.
pub fn cost(document: &Comparison) -> Markup {
    let mut found = document.largest();
    found.retain(|row| row.seconds_to_1e_3.is_some() && row.rank.is_some());
    found.sort_by(|a, b| {
        a.seconds_to_1e_3.unwrap_or(0.0).total_cmp(&b.seconds_to_1e_3.unwrap_or(0.0))
    });
    let rows: Vec<_> = found
        .into_iter()
        .map(|row| {
            vec![
                row.technique.clone(),
                shown(row.seconds_to_1e_3, duration),
                shown(row.seconds_to_1e_4, duration),
                shown(row.prepare_seconds, duration),
                shown(most_memory(document, &row.technique), |bytes| {
                    format!("{} MiB", bytes >> 20)
                }),
            ]
        })
        .collect();
    let headings = owned(&["technique", "to 10⁻³", "to 10⁻⁴", "preparing", "memory"]);
    table("Time to a relative error, preparing, and the most memory", &headings, &[0], &rows)
}

/// Speed-up: a row for each technique, a column for each number of workers.
pub fn scaling(scaling: &Scaling) -> Markup {
    let mut workers: Vec<_> = scaling.rows.iter().map(|row| row.workers).collect();
    workers.sort_unstable();
    workers.dedup();
    let mut names: Vec<&str> = scaling.rows.iter().map(|row| row.technique.as_str()).collect();
    names.dedup();
    let mut headings = owned(&["technique"]);
    headings.extend(
        workers
            .iter()
            .map(|n| if *n == 1 { "1 worker".to_owned() } else { format!("{n} workers") }),
    );
    let cell = |name: &str, count: usize| {
        let row = scaling.rows.iter().find(|row| row.technique == name && row.workers == count);
        shown(row, |row| format!("{} ({})", three_digits(row.speedup), duration(row.seconds)))
    };
    let rows: Vec<Vec<String>> = names
        .iter()
        .map(|name| {
            let cells = workers.iter().map(|count| cell(name, *count));
            std::iter::once((*name).to_owned()).chain(cells).collect()
        })
        .collect();
    table("Times as fast as one thread (and time of a run)", &headings, &[0], &rows)
}

/// The estimates.
pub fn convergence(convergence: &Convergence, truth: Option<f64>) -> Markup {
    let rows: Vec<_> = convergence
        .points
        .iter()
        .map(|point| {
            let off = truth.map(|truth| (point.estimate - truth).abs());
            vec![
                grouped(point.samples),
                value_with_error(point.estimate, point.std_error),
                format!("{:.1e}", point.std_error),
                shown(off, |off| format!("{off:.1e}")),
            ]
        })
        .collect();
    table("Estimates", &owned(&["M", "estimate", "std_error", "off by"]), &[], &rows)
}

/// An experiment's own table.
pub fn experiment(experiment: &Experiment) -> Markup {
    let headings: Vec<_> = experiment.columns.iter().map(|(_, heading)| heading.clone()).collect();
    let is_words =
        |k: &usize| experiment.rows.iter().any(|row| row.get(*k).is_some_and(Value::is_string));
    let words: Vec<_> = (0..headings.len()).filter(is_words).collect();
    let cell = |k: usize, cell: &Value| match cell {
        Value::String(text) => text.clone(),
        Value::Null => NONE.to_owned(),
        value => match (value.as_u64(), value.as_f64()) {
            (Some(count), _) => grouped(count),
            (_, Some(time))
                if experiment.columns.get(k).is_some_and(|(name, _)| name.ends_with("seconds")) =>
            {
                duration(time)
            }
            (_, Some(number)) => three_digits(number),
            _ => NONE.to_owned(),
        },
    };
    let rows: Vec<Vec<String>> = experiment
        .rows
        .iter()
        .map(|row| row.iter().enumerate().map(|(k, value)| cell(k, value)).collect())
        .collect();
    headed(&experiment.title, false, &headings, &words, &rows)
}

/// Everything that was found at one number of samples.
pub fn all(document: &Comparison, samples: u64) -> Markup {
    let mut rows: Vec<_> = document
        .rows
        .iter()
        .filter(|row| row.samples == samples && row.estimate.is_some())
        .collect();
    rows.sort_by_key(|row| row.rank.unwrap_or(usize::MAX));
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            vec![
                match row.precision.as_str() {
                    "f64" => row.technique.clone(),
                    other => format!("{} ({other})", row.technique),
                },
                row.rank.map_or_else(|| "!".to_owned(), |rank| rank.to_string()),
                shown(row.estimate.zip(row.std_error), |(value, error)| {
                    value_with_error(value, error)
                }),
                shown(row.distance, |z| format!("{z:.2}")),
                shown(row.same_bits, |same| if same { "same" } else { "DIFFERENT" }.to_owned()),
                shown(row.prepare_seconds, duration),
                shown(row.seconds, |seconds| duration(seconds.median)),
                shown(row.seconds, |seconds| {
                    format!("{} – {}", duration(seconds.median_low), duration(seconds.median_high))
                }),
                shown(row.seconds, |seconds| seconds.runs.to_string()),
                shown(row.speedup, three_digits),
            ]
        })
        .collect();
    let headings = owned(&[
        "technique",
        "rank",
        "estimate",
        "z",
        "bits",
        "prepare",
        "median",
        "its interval",
        "runs",
        "× serial",
    ]);
    headed(&format!("M = {}", grouped(samples)), false, &headings, &[0, 4], &rows)
}

/// From where on executors pay.
pub fn crossovers(document: &Comparison) -> Markup {
    let rows: Vec<_> = document
        .crossovers
        .iter()
        .map(|found| {
            let from = match (found.samples, &found.reason) {
                (Some(samples), _) => format!("M = {}", grouped(samples)),
                (None, Some(reason)) => reason.clone(),
                (None, None) => format!("not up to M = {}", grouped(found.searched_to)),
            };
            vec![found.technique.clone(), found.against.clone(), from]
        })
        .collect();
    table("Faster from", &owned(&["technique", "than", "from"]), &[0, 1], &rows)
}
