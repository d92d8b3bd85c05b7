//! How many coordinates a second, beside the loop by hand and the port bound: its section.

use std::fmt::Write as _;

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
    let mut words =
        "A coordinate is one random number, scaled, put into f and added up.".to_owned();
    if by_hand(document, false).is_some() {
        words += " By hand is this one problem in vector instructions, on one core: what a compiler \
                  that learns of f at run time is to be measured against.";
    }
    if let Some(bound) = &document.bound {
        let _ = write!(
            words,
            " The port bound is what no code is faster than on one core: {} vector instructions a sample, \
             of which a cycle does {} lanes ({}), at {} GHz.",
            bound.stream + bound.map + bound.f + bound.moments,
            bound.lanes_per_cycle,
            bound.cpu,
            three_digits(bound.hertz * 1e-9)
        );
    }
    words += " Techniques with several workers can be beyond it.";
    let drawing = picture(document)?;
    Ok(parts::pair("throughput", "Throughput", &words, drawing.as_ref(), &table_of(document)))
}

/// A technique's throughput at the largest number of samples.
pub struct Throughput<'d> {
    /// The technique.
    pub technique: &'d str,
    /// Coordinates a second.
    pub rate: f64,
    /// Its share of `by-hand` on one core; none where that was not measured.
    pub of_by_hand: Option<f64>,
    /// Its share of the port bound of one core; none where that is not known.
    pub of_bound: Option<f64>,
}

/// The name of the loop by hand, on one core and on all workers.
const BY_HAND: [&str; 2] = ["by-hand", "rayon-by-hand"];

/// The rate of the loop by hand on one core, or on all workers.
fn by_hand(document: &Comparison, many: bool) -> Option<f64> {
    let rows = document.largest();
    let row = rows.iter().find(|row| row.technique == BY_HAND[usize::from(many)])?;
    Some(row.samples_per_second? * row.dims as f64)
}

/// The techniques at the largest number of samples, the fastest first.
pub fn throughputs(document: &Comparison) -> Vec<Throughput<'_>> {
    let rows = document.largest().into_iter().filter(|row| row.rank.is_some());
    let rates = rows.filter(|row| !BY_HAND.contains(&row.technique.as_str()));
    rates
        .filter_map(|row| {
            let rate = row.samples_per_second? * row.dims as f64;
            let (of_by_hand, of_bound) = (row.share_of_by_hand, row.share_of_bound);
            Some(Throughput { technique: &row.technique, rate, of_by_hand, of_bound })
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

/// Throughput, against the loop by hand and the port bound.
fn picture(document: &Comparison) -> Figure {
    let rates = throughputs(document);
    let dot = |found: &Throughput<'_>| Dot {
        name: found.technique.to_owned(),
        look: look_of(found.technique),
        value: found.rate,
        shown: rate(found.rate),
        also: None,
    };
    let ports = document.bound.as_ref();
    let ports = ports.map(|bound| bound.samples_per_second * document.dims as f64);
    let lines: Vec<_> = [(false, "by hand, one core"), (true, "by hand, all workers")]
        .into_iter()
        .filter_map(|(many, name)| Some((by_hand(document, many)?, name)))
        .chain(ports.map(|rate| (rate, "the ports, one core")))
        .collect();
    let all = rates.iter().map(|found| found.rate).chain(lines.iter().map(|line| line.0));
    let picture = Dots {
        title: "Throughput against the loop by hand",
        about: "One dot for each technique on a logarithmic axis, the fastest on top; upright lines show the \
                loop by hand, and the port bound where it is known. The numbers are in the table.",
        x: (Axis::log(all, power_of_ten), "coordinates a second"),
        rows: rates.iter().map(dot).collect(),
        lines,
    };
    picture.draw()
}

/// Throughput, and its shares of the loop by hand and of the port bound, where that is known.
fn table_of(document: &Comparison) -> Markup {
    let rows = throughputs(document);
    let largest = document.sizes().last().copied().unwrap_or(0);
    let mut columns = vec![
        Column::of("technique", &rows, |found| Some(found.technique.to_owned())).words(),
        Column::of("coordinates/s", &rows, |found| Some(rate(found.rate))),
        Column::of("a coordinate", &rows, |found| {
            Some(format!("{} ns", three_digits(1e9 / found.rate)))
        }),
        Column::of("of by-hand", &rows, |found| found.of_by_hand.map(percent)),
    ];
    if document.bound.is_some() {
        let share = |found: &Throughput<'_>| found.of_bound.map(percent);
        columns.push(Column::of("of the port bound", &rows, share));
    }
    table(&format!("Throughput at M = {}", grouped(largest)), &columns)
}
