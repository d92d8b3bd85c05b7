//! Throughput, and the bound: its section.

use crate::numbers::{grouped, percent, three_digits};
use crate::output::chart::ChartError;
use crate::output::chart::axis::{Axis, power_of_ten};
use crate::output::chart::dots::{Dot, Dots};
use crate::output::chart::look::look_of;
use crate::output::columns::Column;
use crate::output::page::parts::{self, Figure, table};
use crate::results::Comparison;
use maud::Markup;

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let words = match bound(document, false) {
        Some(_) => {
            "A coordinate is one random number, scaled, put into f and added up. The bound is this one problem in \
             vector instructions by hand, on one core: what a compiler that learns of f at run time can at best \
             reach. Techniques with several workers can be beyond it."
        }
        None => "A coordinate is one random number, scaled, put into f and added up.",
    };
    let drawing = picture(document)?;
    Ok(parts::pair("throughput", "Throughput", words, drawing.as_ref(), &table_of(document)))
}

/// A technique's throughput at the largest number of samples.
pub struct Throughput<'d> {
    /// The technique.
    pub technique: &'d str,
    /// Coordinates a second.
    pub rate: f64,
    /// Its share of the bound on one core; none where that was not measured.
    pub share: Option<f64>,
}

/// The bound's name, on one core and on all workers.
const BOUNDS: [&str; 2] = ["bound", "rayon-bound"];

/// The rate of the bound on one core, or on all workers.
fn bound(document: &Comparison, many: bool) -> Option<f64> {
    let rows = document.largest();
    let row = rows.iter().find(|row| row.technique == BOUNDS[usize::from(many)])?;
    Some(row.samples_per_second? * row.dims as f64)
}

/// The techniques at the largest number of samples, the fastest first.
pub fn throughputs(document: &Comparison) -> Vec<Throughput<'_>> {
    let rows = document.largest().into_iter().filter(|row| row.rank.is_some());
    let rates = rows.filter(|row| !BOUNDS.contains(&row.technique.as_str()));
    rates
        .filter_map(|row| {
            let rate = row.samples_per_second? * row.dims as f64;
            Some(Throughput { technique: &row.technique, rate, share: row.share_of_bound })
        })
        .collect()
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

/// Throughput, against the bound.
fn picture(document: &Comparison) -> Figure {
    let rates = throughputs(document);
    let dot = |found: &Throughput<'_>| Dot {
        name: found.technique.to_owned(),
        look: look_of(found.technique),
        value: found.rate,
        shown: rate(found.rate),
        also: None,
    };
    let lines: Vec<_> = [(false, "the bound, one core"), (true, "the bound, all workers")]
        .into_iter()
        .filter_map(|(many, name)| Some((bound(document, many)?, name)))
        .collect();
    let all = rates.iter().map(|found| found.rate).chain(lines.iter().map(|line| line.0));
    let picture = Dots {
        title: "Throughput against the bound",
        about: "One dot for each technique on a logarithmic axis, the fastest on top; upright lines show the \
                bound. The numbers are in the table.",
        x: (Axis::log(all, power_of_ten), "coordinates a second"),
        rows: rates.iter().map(dot).collect(),
        lines,
    };
    picture.draw()
}

/// Throughput and share of the bound.
fn table_of(document: &Comparison) -> Markup {
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
