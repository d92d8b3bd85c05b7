//! What an answer costs: the time to an error, and memory.

use super::Figure;
use crate::numbers::duration;
use crate::output::chart::axis::{Axis, mebibytes, seconds};
use crate::output::chart::dots::{Dot, Dots};
use crate::output::chart::look::look_of;
use crate::results::{Comparison, Row};

/// Seconds to a relative error of 10⁻³, and to one of 10⁻⁴.
pub fn to_an_error(document: &Comparison) -> Figure {
    let ranked = document.largest().into_iter().filter(|row| row.rank.is_some());
    let dot = |row: &Row| {
        let (value, tenth) = (row.seconds_to_1e_3?, row.seconds_to_1e_4?);
        Some(Dot {
            name: row.technique.clone(),
            look: look_of(&row.technique),
            value,
            also: Some(tenth),
            shown: duration(value),
        })
    };
    let mut rows: Vec<_> = ranked.filter_map(dot).collect();
    rows.sort_by(|a, b| a.value.total_cmp(&b.value));
    let all = rows.iter().flat_map(|dot| [Some(dot.value), dot.also]).flatten();
    let picture = Dots {
        title: "Time to a relative error of 10⁻³ and of 10⁻⁴",
        about: "For each technique on a logarithmic axis a mark, the time to a relative error of 10⁻³, and a line from \
                it to the time to 10⁻⁴, 100 times as long. The fastest is on top. The numbers are in the \
                table.",
        x: (Axis::log(all, seconds), "mark: to 10⁻³; stroke: to 10⁻⁴"),
        rows,
        lines: Vec::new(),
    };
    picture.draw()
}

/// The most memory that each technique had, at the largest number of samples at which
/// it was looked at.
pub fn memory(document: &Comparison) -> Figure {
    let dot = |technique: &str| {
        let bytes = most_memory(document, technique)?;
        Some(Dot {
            name: technique.to_owned(),
            look: look_of(technique),
            value: bytes as f64 / f64::from(1 << 20),
            also: None,
            shown: format!("{} MiB", bytes >> 20),
        })
    };
    let mut rows: Vec<_> = document.techniques().into_iter().filter_map(dot).collect();
    rows.sort_by(|a, b| a.value.total_cmp(&b.value));
    let picture = Dots {
        title: "The most memory of a process",
        about: "One dot for each technique on a logarithmic axis of memory, the least on top. The numbers are in the \
                table.",
        x: (Axis::log(rows.iter().map(|row| row.value), mebibytes), "the most memory"),
        rows,
        lines: Vec::new(),
    };
    picture.draw()
}

/// The peak of a technique, where it is known.
pub fn most_memory(document: &Comparison, technique: &str) -> Option<u64> {
    let own = document.rows.iter().filter(|row| row.technique == technique);
    own.filter_map(|row| row.peak_memory_bytes).max()
}
