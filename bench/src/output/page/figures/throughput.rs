//! How many coordinates a second, beside the loop by hand and the port bound.

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
    /// Its share of `by-hand` on one core; none where that was not measured.
    pub of_by_hand: Option<f64>,
    /// Its share of the port bound of one core; none where that is not known.
    pub of_bound: Option<f64>,
}

/// The name of the loop by hand, on one core and on all workers.
const BY_HAND: [&str; 2] = ["by-hand", "rayon-by-hand"];

/// The rate of the loop by hand on one core, or on all workers.
pub fn by_hand(document: &Comparison, many: bool) -> Option<f64> {
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
pub fn rate(value: f64) -> String {
    let (scaled, unit) = match value {
        v if v >= 1e9 => (v / 1e9, " G"),
        v if v >= 1e6 => (v / 1e6, " M"),
        v if v >= 1e3 => (v / 1e3, " k"),
        v => (v, ""),
    };
    format!("{}{unit}", crate::numbers::three_digits(scaled))
}

/// Throughput, against the loop by hand and the port bound.
pub fn throughput(document: &Comparison) -> Figure {
    let rates = throughputs(document);
    if rates.is_empty() {
        return Ok(None);
    }
    let rows = rates
        .iter()
        .map(|found| Dot {
            name: found.technique.to_owned(),
            look: look_of(found.technique),
            value: found.rate,
            shown: rate(found.rate),
            also: None,
        })
        .collect();
    let ports = document.bound.as_ref().map(|bound| {
        (bound.samples_per_second * document.dims as f64, "the ports, one core".to_owned())
    });
    let lines: Vec<_> = [(false, "by hand, one core"), (true, "by hand, all workers")]
        .into_iter()
        .filter_map(|(many, name)| Some((by_hand(document, many)?, name.to_owned())))
        .chain(ports)
        .collect();
    let all = rates.iter().map(|found| found.rate).chain(lines.iter().map(|line| line.0));
    let picture = Dots {
        title: "Throughput against the loop by hand".to_owned(),
        about: "One dot for each technique on a logarithmic axis, the fastest on top; upright lines show the \
                loop by hand, and the port bound where it is known. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(all, power_of_ten), "coordinates a second".to_owned()),
        rows,
        lines,
    };
    Ok(Some(picture.draw()?))
}
