//! Every number: its section.

use crate::numbers::{distance, duration, grouped, three_digits, value_with_error};
use crate::output::chart::ChartError;
use crate::output::columns::Column;
use crate::output::comparison::warning;
use crate::output::page::parts::{headed, table};
use crate::results::{Comparison, distinct};
use maud::{Markup, html};

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let reasons = distinct(document.rows.iter().filter_map(|row| {
        let missing = row.reason.as_ref().map(|reason| format!("{}: {reason}", row.technique));
        missing.or_else(|| row.refused())
    }));
    Ok(html! {
        section.long id="numbers" {
            h2 { "Every number" }
            p {
                "The digits in brackets are the standard error of the last digits. z is the distance from the truth "
                "in standard errors. A row with other bits than the serial loop's, or with z above 5 (where replicates "
                "tell the error, above what is as seldom by chance), is marked and has no rank. Times are medians of "
                "interleaved runs with their intervals; preparing is apart."
            }
            @for samples in document.sizes() { h3 { (document.caption(samples)) } (all(document, samples)) }
            @if !document.crossovers.is_empty() {
                h3 { "From how many samples on an executor pays" }
                (crossovers(document))
            }
            @if !reasons.is_empty() {
                h3 { "What is missing or marked" }
                ul { @for reason in &reasons { li { (reason) } } }
            }
            @let warnings = document.warnings();
            @if !warnings.is_empty() {
                h3 { "What is doubtful" }
                ul { @for (of, words) in &warnings { li { (warning(document, of, words)) } } }
            }
        }
    })
}

/// Everything that was found at one number of samples.
fn all(document: &Comparison, samples: u64) -> Markup {
    let found = document.rows.iter().filter(|row| row.samples == samples && row.estimate.is_some());
    let mut rows: Vec<_> = found.collect();
    rows.sort_by_key(|row| row.rank.unwrap_or(usize::MAX));
    let columns = [
        Column::of("technique", &rows, |row| row.label()).words(),
        Column::of("rank", &rows, |row| row.rank.map_or("!".to_owned(), |rank| rank.to_string())),
        Column::of("estimate", &rows, |row| Some(value_with_error(row.estimate?, row.std_error?))),
        Column::of("z", &rows, |row| row.distance.map(distance)),
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
    headed(&document.caption(samples), false, &columns)
}

/// From where on executors pay.
fn crossovers(document: &Comparison) -> Markup {
    let rows = &document.crossovers;
    let columns = [
        Column::of("technique", rows, |found| found.technique.clone()).words(),
        Column::of("than", rows, |found| found.against.clone()).words(),
        Column::of("from", rows, |found| match (found.shown(), &found.reason) {
            (Some(from), _) => from,
            (None, Some(reason)) => reason.clone(),
            (None, None) => format!("not up to M = {}", grouped(found.searched_to)),
        }),
    ];
    table("Faster from", &columns)
}
