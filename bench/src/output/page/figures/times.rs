//! The time of one run against the number of samples.
//!
//! Thirty lines in one picture cannot be told apart. So there is a picture for each
//! question, all on the same axes: what does the kernel do, what do workers, what is
//! it beside the peers?

use super::Figure;
use crate::output::chart::ChartError;
use crate::output::chart::axis::{Axis, power_of_ten, seconds};
use crate::output::chart::canvas::Picture;
use crate::output::chart::lines::{Lines, Series};
use crate::output::chart::look::{look_of, uses_many};
use crate::results::Comparison;

/// What is in a picture of its own.
#[derive(Clone, Copy, PartialEq)]
enum Group {
    /// Kernels in one thread.
    Alone,
    /// Executors, and devices, whose threads are workers as well.
    Many,
    /// Peers.
    Peers,
}

impl Group {
    const ALL: [Self; 3] = [Self::Alone, Self::Many, Self::Peers];

    /// What the picture is called, and the name that its element has on the page.
    fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Alone => ("One thread", "one-thread"),
            Self::Many => ("Several workers, and devices", "several-workers"),
            Self::Peers => ("Peers", "peers"),
        }
    }

    /// Those of other groups that are shown too, to compare with.
    fn guests(self) -> &'static [&'static str] {
        match self {
            Self::Alone => &[],
            Self::Many => &["serial", "jit"],
            Self::Peers => &["serial", "jit", "rayon-jit"],
        }
    }

    fn of(document: &Comparison, technique: &str) -> Self {
        let peer = document.rows.iter().any(|row| row.technique == technique && row.peer);
        match (peer, uses_many(technique)) {
            (true, _) => Self::Peers,
            (false, true) => Self::Many,
            (false, false) => Self::Alone,
        }
    }
}

/// One picture of times.
pub struct Times {
    /// What it is called.
    pub title: &'static str,
    /// The name that its element has on the page.
    pub id: &'static str,
    /// The picture.
    pub picture: Picture,
}

/// A picture for each group that has a line.
pub fn times(document: &Comparison) -> Result<Vec<Times>, ChartError> {
    let all = series(document);
    if document.sizes().len() < 2 {
        return Ok(Vec::new());
    }
    let mut pictures = Vec::new();
    for group in Group::ALL {
        let own = |name: &str| Group::of(document, name) == group;
        if !all.iter().any(|series| own(&series.name)) {
            continue;
        }
        let shown = |name: &str| own(name) || group.guests().contains(&name);
        let (title, id) = group.title();
        let lines = all.iter().filter(|series| shown(&series.name)).cloned().collect();
        let words =
            format!("Time of one run against the number of samples: {}", title.to_lowercase());
        pictures.push(Times { title, id, picture: draw(words, lines, &all)? });
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
    let shown = |name: &str| OVERVIEW.contains(&name) || Group::of(document, name) == Group::Peers;
    let lines: Vec<_> = all.iter().filter(|series| shown(&series.name)).cloned().collect();
    if document.sizes().len() < 2 || lines.is_empty() {
        return Ok(None);
    }
    draw("Time of one run against the number of samples".to_owned(), lines, &all).map(Some)
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
            let (name, look) = (technique.to_owned(), look_of(technique));
            series.push(Series { name, look, points, marked: true, joined: true });
        }
    }
    series
}

/// Draws `lines` on the axes that fit `all`.
fn draw(title: String, lines: Vec<Series>, all: &[Series]) -> Result<Picture, ChartError> {
    let points = || all.iter().flat_map(|series| series.points.iter().copied());
    Lines {
        title,
        about: "One line for each technique, both axes logarithmic. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(points().map(|point| point.0), power_of_ten), "samples, M".to_owned()),
        y: (Axis::log(points().map(|point| point.1), seconds), "one run".to_owned()),
        series: lines,
        band: Vec::new(),
    }
    .draw()
}
