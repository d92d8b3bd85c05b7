//! Every number: its section.

use crate::numbers::{duration, grouped, three_digits, value_with_error};
use crate::output::chart::ChartError;
use crate::output::page::parts::{headed, owned, shown, table};
use crate::results::Comparison;
use maud::{Markup, html};

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let mut reasons: Vec<String> = Vec::new();
    for row in &document.rows {
        let reason = match (&row.reason, &row.mark) {
            (Some(reason), _) => format!("{}: {reason}", row.technique),
            (_, Some(mark)) => {
                format!("! {} at M = {} is not ranked: {mark}", row.technique, grouped(row.samples))
            }
            _ => continue,
        };
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    Ok(html! {
        section.long id="numbers" {
            h2 { "Every number" }
            p {
                "The digits in brackets are the standard error of the last digits. z is the distance from the truth "
                "in standard errors. A row with other bits than the serial loop's, or with z above 5, is marked and "
                "has no rank. Times are medians of interleaved runs with their intervals; preparing is apart."
            }
            @for samples in document.sizes() { h3 { "M = " (grouped(samples)) } (all(document, samples)) }
            @if !document.crossovers.is_empty() {
                h3 { "From how many samples on an executor pays" }
                (crossovers(document))
            }
            @if !reasons.is_empty() {
                h3 { "What is missing or marked" }
                ul { @for reason in &reasons { li { (reason) } } }
            }
        }
    })
}

/// Everything that was found at one number of samples.
fn all(document: &Comparison, samples: u64) -> Markup {
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
fn crossovers(document: &Comparison) -> Markup {
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
