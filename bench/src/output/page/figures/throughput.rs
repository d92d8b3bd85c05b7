//! How many coordinates a second, and the bound.

use super::Figure;
use crate::output::chart::axis::{Axis, power_of_ten};
use crate::output::chart::dots::{Dot, Dots};
use crate::output::chart::look::look_of;
use crate::results::Comparison;

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
pub fn bound(document: &Comparison, many: bool) -> Option<f64> {
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
pub fn rate(value: f64) -> String {
    let (scaled, unit) = match value {
        v if v >= 1e9 => (v / 1e9, " G"),
        v if v >= 1e6 => (v / 1e6, " M"),
        v if v >= 1e3 => (v / 1e3, " k"),
        v => (v, ""),
    };
    format!("{}{unit}", crate::numbers::three_digits(scaled))
}

/// Throughput, against the bound.
pub fn throughput(document: &Comparison) -> Figure {
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
