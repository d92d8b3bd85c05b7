//! The time of one run: its section.
//!
//! Thirty lines in one picture cannot be told apart. So there is a picture for each question, all
//! on the same axes: what does the kernel do, what do workers, what is it beside the peers?

use crate::numbers::{duration, grouped};
use crate::output::chart::{
    ChartError, Lines, Picture, Series, log_axes, look_of, power_of_ten, seconds, uses_many,
};
use crate::output::columns::Column;
use crate::output::page::parts::{self, Figure, table};
use crate::results::Comparison;
use maud::{Markup, html};

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let words = "Both axes are logarithmic. On the left the fixed costs show: starting threads, asking a device, \
                 waking processes. On the right all lines rise alike, and only the cost of a sample is left. \
                 Preparing (compiling, starting workers) is not in it. All pictures have the same axes. Colour is \
                 the kernel; shape and dashes are the executor.";
    let pictures = times(document)?;
    let body = html! {
        div.pair {
            @for (title, id, picture) in &pictures { div {
                h3 { (title) }
                (parts::figure(id, Some(picture)))
            } }
            (table_of(document))
        }
    };
    Ok(parts::section(!pictures.is_empty(), "time", "Time of one run", words, &body))
}

/// The groups that have a picture of their own: what it is called, the name that its element has on
/// the page, and those of other groups that are shown too, to compare with.
const GROUPS: [(&str, &str, &[&str]); 3] = [
    // Kernels in one thread.
    ("One thread", "one-thread", &[]),
    // Executors, and devices, whose threads are workers as well.
    ("Several workers, and devices", "several-workers", &["serial", "jit"]),
    ("Peers", "peers", &["serial", "jit", "rayon-jit"]),
];

/// The title of a technique's group.
fn group(document: &Comparison, technique: &str) -> &'static str {
    let [alone, many, peers] = GROUPS.map(|(title, ..)| title);
    let peer = document.rows.iter().any(|row| row.technique == technique && row.peer);
    match (peer, uses_many(technique)) {
        (true, _) => peers,
        (false, true) => many,
        (false, false) => alone,
    }
}

/// A picture for each group that has a line, with its title and the name of its element.
fn times(document: &Comparison) -> Result<Vec<(&'static str, &'static str, Picture)>, ChartError> {
    let all = series(document);
    if document.sizes().len() < 2 {
        return Ok(Vec::new());
    }
    let mut pictures = Vec::new();
    for (title, id, guests) in GROUPS {
        let own = |name: &str| group(document, name) == title;
        if !all.iter().any(|series| own(&series.name)) {
            continue;
        }
        let shown = |name: &str| own(name) || guests.contains(&name);
        let lines = all.iter().filter(|series| shown(&series.name)).cloned().collect();
        let words =
            format!("Time of one run against the number of samples: {}", title.to_lowercase());
        pictures.push((title, id, draw(&words, lines, &all)?));
    }
    Ok(pictures)
}

/// What a picture of all groups has room for, beside the peers.
const OVERVIEW: [&str; 9] = [
    "serial-interpreted",
    "serial",
    "ndarray",
    "jit",
    "rayon-serial",
    "rayon-jit",
    "processes-jit",
    "opencl",
    "by-hand",
];

/// One picture of the best known of all groups, for a README.
pub fn overview(document: &Comparison) -> Figure {
    let all = series(document);
    let shown = |name: &str| OVERVIEW.contains(&name) || group(document, name) == GROUPS[2].0;
    let lines: Vec<_> = all.iter().filter(|series| shown(&series.name)).cloned().collect();
    if document.sizes().len() < 2 || lines.is_empty() {
        return Ok(None);
    }
    draw("Time of one run against the number of samples", lines, &all).map(Some)
}

/// A line for each technique; of rows that the gate let through.
fn series(document: &Comparison) -> Vec<Series> {
    let mut series = Vec::new();
    for technique in document.techniques() {
        let rows =
            document.rows.iter().filter(|row| row.technique == technique && row.mark.is_none());
        let mut points: Vec<_> =
            rows.filter_map(|row| Some((row.samples as f64, row.seconds?.median))).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        if !points.is_empty() {
            series.push(Series::new(technique, look_of(technique), points));
        }
    }
    series
}

/// Draws `lines` on the axes that fit `all`.
fn draw(title: &str, lines: Vec<Series>, all: &[Series]) -> Result<Picture, ChartError> {
    let (x, y) = log_axes(all, power_of_ten, seconds);
    Lines {
        title,
        about: "One line for each technique, both axes logarithmic.",
        x: (x, "samples, M"),
        y: (y, "one run"),
        series: lines,
        band: Vec::new(),
    }
    .draw()
}

/// Median times: a row for each technique, a column for each number of samples.
fn table_of(document: &Comparison) -> Markup {
    let sizes = document.sizes();
    let mut techniques = document.techniques();
    techniques.retain(|name| sizes.iter().any(|size| document.median(name, *size).is_some()));
    let mut columns = vec![Column::of("technique", &techniques, |name| (*name).to_owned()).words()];
    columns.extend(sizes.into_iter().map(|size| {
        Column::of(grouped(size), &techniques, |name| document.median(name, size).map(duration))
    }));
    table("Time of one run, medians, by number of samples", &columns)
}
