//! How many coordinates a second, beside the loop by hand and the port bound: its section.

use std::fmt::Write as _;

use crate::numbers::{grouped, percent, three_digits};
use crate::output::chart::{Axis, ChartError, Dot, Dots, power_of_ten};
use crate::output::columns::Column;
use crate::output::page::parts::{self, Figure, table};
use crate::results::{Comparison, Counts, Row};
use maud::Markup;

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let mut words =
        "A coordinate is one random number, scaled, put into f and added up.".to_owned();
    if by_hand(document, false).is_some() {
        words += " By hand is this one problem in vector instructions, on one core: what a compiler \
                  that learns of f at run time is to be measured against.";
    }
    if let Some(bound) = &document.bound {
        let Counts { stream, map, f, moments } = bound.counts;
        let _ = write!(
            words,
            " The port bound is what no code is faster than on one core: {} vector instructions a sample, \
             of which a cycle does {} lanes ({}), at {} GHz.",
            stream + map + f + moments,
            bound.lanes_per_cycle,
            bound.cpu,
            three_digits(bound.hertz * 1e-9)
        );
    }
    words += " Techniques with several workers can be beyond it.";
    let pictures = [("throughput", picture(document)?)];
    Ok(parts::pictured("throughput", "Throughput", &words, &pictures, &table_of(document)))
}

/// The name of the loop by hand, on one core and on all workers.
const BY_HAND: [&str; 2] = ["by-hand", "rayon-by-hand"];

/// The rate of the loop by hand on one core, or on all workers.
fn by_hand(document: &Comparison, many: bool) -> Option<f64> {
    let rows = document.largest();
    rows.iter().find(|row| row.technique == BY_HAND[usize::from(many)])?.coordinates_per_second
}

/// The techniques at the largest number of samples, the fastest first.
pub fn ranked(document: &Comparison) -> Vec<&Row> {
    let mut rows = document.largest();
    rows.retain(|row| row.rank.is_some() && !BY_HAND.contains(&row.technique.as_str()));
    rows
}

/// A rate to read: 2.91 G.
fn rate(value: f64) -> String {
    let (scaled, unit) = match value {
        v if v >= 1e9 => (v / 1e9, " G"),
        v if v >= 1e6 => (v / 1e6, " M"),
        v if v >= 1e3 => (v / 1e3, " k"),
        v => (v, ""),
    };
    format!("{}{unit}", three_digits(scaled))
}

/// Throughput, against the loop by hand and the port bound.
fn picture(document: &Comparison) -> Figure {
    let dot = |row: &Row| {
        let value = row.coordinates_per_second?;
        Some(Dot::of(&row.technique, value, rate(value)))
    };
    let rows: Vec<_> = ranked(document).into_iter().filter_map(dot).collect();
    let ports = document.bound.as_ref();
    let ports = ports.map(|bound| bound.samples_per_second * document.dims as f64);
    let lines: Vec<_> = [(false, "by hand, one core"), (true, "by hand, all workers")]
        .into_iter()
        .filter_map(|(many, name)| Some((by_hand(document, many)?, name)))
        .chain(ports.map(|rate| (rate, "the ports, one core")))
        .collect();
    let all = rows.iter().map(|dot| dot.value).chain(lines.iter().map(|line| line.0));
    let picture = Dots {
        title: "Throughput against the loop by hand",
        about: "One dot for each technique on a logarithmic axis, the fastest on top; upright lines show the \
                loop by hand, and the port bound where it is known.",
        x: (Axis::log(all, power_of_ten), "coordinates a second"),
        rows,
        lines,
    };
    picture.draw()
}

/// Throughput, and its shares of the loop by hand and of the port bound, where that is known.
fn table_of(document: &Comparison) -> Markup {
    let rows = ranked(document);
    let largest = document.sizes().last().copied().unwrap_or(0);
    let mut columns = vec![
        Column::of("technique", &rows, |row| row.technique.clone()).words(),
        Column::of("coordinates/s", &rows, |row| row.coordinates_per_second.map(rate)),
        Column::of("a coordinate", &rows, |row| {
            Some(format!("{} ns", three_digits(1e9 / row.coordinates_per_second?)))
        }),
        Column::of("of by-hand", &rows, |row| row.share_of_by_hand.map(percent)),
    ];
    if document.bound.is_some() {
        columns.push(Column::of("of the port bound", &rows, |row| row.share_of_bound.map(percent)));
    }
    table(&format!("Throughput at M = {}", grouped(largest)), &columns)
}
