//! What an answer costs: its section.

use crate::numbers::duration;
use crate::output::chart::{Axis, ChartError, Dot, Dots, mebibytes, seconds};
use crate::output::columns::Column;
use crate::output::page::parts::{self, Figure, table};
use crate::results::{Comparison, Row};
use maud::Markup;
use mc_core::Sampling;

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let words = "The time to a relative standard error of 10⁻³, and to 10⁻⁴ (the stroke): each further digit \
                 takes 100 times the samples. It is computed from the variance of h, which the estimate tells, and the \
                 throughput at the largest M; preparing comes on top. The memory is the most that a process of \
                 its own had for one run, or one of its workers; the program itself is in it.";
    let words = match document.sampling {
        Sampling::Random => words.to_owned(),
        // Their error falls with another power of M for each integrand.
        Sampling::Sobol => format!("{words} None of these times is told of Sobol' points."),
    };
    let pictures = [("to-an-error", to_an_error(document)?), ("memory", memory(document)?)];
    Ok(parts::pictured("cost", "What an answer costs", &words, &pictures, &table_of(document)))
}

/// Seconds to a relative error of 10⁻³, and to one of 10⁻⁴.
fn to_an_error(document: &Comparison) -> Figure {
    let ranked = document.largest().into_iter().filter(|row| row.rank.is_some());
    let dot = |row: &Row| {
        let (value, tenth) = (row.seconds_to_1e_3?, row.seconds_to_1e_4?);
        Some(Dot { also: Some(tenth), ..Dot::of(&row.technique, value, duration(value)) })
    };
    let rows = sorted(ranked.filter_map(dot));
    let all = rows.iter().flat_map(|dot| [Some(dot.value), dot.also]).flatten();
    let picture = Dots {
        title: "Time to a relative error of 10⁻³ and of 10⁻⁴",
        about: "For each technique on a logarithmic axis a mark, the time to a relative error of 10⁻³, and a line from \
                it to the time to 10⁻⁴, 100 times as long. The fastest is on top.",
        x: (Axis::log(all, seconds), "mark: to 10⁻³; stroke: to 10⁻⁴"),
        rows,
        lines: Vec::new(),
    };
    picture.draw()
}

/// The most memory that each technique had, at the largest number of samples at which
/// it was looked at.
fn memory(document: &Comparison) -> Figure {
    let dot = |technique: &str| {
        let bytes = most_memory(document, technique)?;
        let value = bytes as f64 / f64::from(1 << 20);
        Some(Dot::of(technique, value, format!("{} MiB", bytes >> 20)))
    };
    let rows = sorted(document.techniques().into_iter().filter_map(dot));
    let picture = Dots {
        title: "The most memory of a process",
        about: "One dot for each technique on a logarithmic axis of memory, the least on top.",
        x: (Axis::log(rows.iter().map(|row| row.value), mebibytes), "the most memory"),
        rows,
        lines: Vec::new(),
    };
    picture.draw()
}

/// From small to large.
fn sorted(dots: impl Iterator<Item = Dot>) -> Vec<Dot> {
    let mut dots: Vec<_> = dots.collect();
    dots.sort_by(|a, b| a.value.total_cmp(&b.value));
    dots
}

/// The peak of a technique, where it is known.
fn most_memory(document: &Comparison, technique: &str) -> Option<u64> {
    let own = document.rows.iter().filter(|row| row.technique == technique);
    own.filter_map(|row| row.peak_memory_bytes).max()
}

/// The time to an error, what comes on top of it, and memory.
fn table_of(document: &Comparison) -> Markup {
    let mut rows = document.largest();
    // Of Sobol' points there is still their memory.
    let has = |row: &Row| row.seconds_to_1e_3.is_some() || row.sampling == Sampling::Sobol;
    rows.retain(|row| has(row) && row.rank.is_some());
    rows.sort_by(|a, b| {
        a.seconds_to_1e_3.unwrap_or(0.0).total_cmp(&b.seconds_to_1e_3.unwrap_or(0.0))
    });
    let columns = [
        Column::of("technique", &rows, |row| row.technique.clone()).words(),
        Column::of("to 10⁻³", &rows, |row| row.seconds_to_1e_3.map(duration)),
        Column::of("to 10⁻⁴", &rows, |row| row.seconds_to_1e_4.map(duration)),
        Column::of("preparing", &rows, |row| row.prepare_seconds.map(duration)),
        Column::of("memory", &rows, |row| {
            Some(format!("{} MiB", most_memory(document, &row.technique)? >> 20))
        }),
    ];
    table("Time to a relative error, preparing, and the most memory", &columns)
}
