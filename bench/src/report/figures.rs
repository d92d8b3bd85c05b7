//! The pictures of the page, from the document. None where the document lacks what
//! the picture needs.

use super::chart::ChartError;
use super::chart::axis::{Axis, power_of_ten, seconds};
use super::chart::canvas::Picture;
use super::chart::dots::{Dot, Dots};
use super::chart::lines::{Lines, Series};
use super::chart::look::Look;
use crate::document::{Comparison, Experiment};
use crate::output::{duration, grouped};

type Figure = Result<Option<Picture>, ChartError>;

/// The time of one run against the number of samples.
pub fn time(document: &Comparison) -> Figure {
    let mut series = Vec::new();
    for technique in document.techniques() {
        let rows =
            document.rows.iter().filter(|row| row.technique == technique && row.mark.is_none());
        let mut points: Vec<_> =
            rows.filter_map(|row| Some((row.samples as f64, row.seconds?.median))).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        if !points.is_empty() {
            let (name, look) = (technique.to_owned(), Look::of(technique));
            series.push(Series { name, look, points, marked: true, joined: true });
        }
    }
    if document.sizes().len() < 2 || series.is_empty() {
        return Ok(None);
    }
    let all = || series.iter().flat_map(|series| series.points.iter().copied());
    let x = Axis::log(all().map(|point| point.0), power_of_ten);
    let y = Axis::log(all().map(|point| point.1), seconds);
    let picture = Lines {
        title: "Time of one run against the number of samples".to_owned(),
        about: "One line for each technique, both axes logarithmic. The numbers are in the table."
            .to_owned(),
        x: (x, "samples, M".to_owned()),
        y: (y, "one run".to_owned()),
        series,
        band: Vec::new(),
    };
    Ok(Some(picture.draw()?))
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

/// Whether a technique runs on several workers.
pub fn many(technique: &str) -> bool {
    // A device's threads are workers as well.
    ["rayon-", "crossbeam-", "processes-", "mpi-", "opencl"]
        .iter()
        .any(|prefix| technique.starts_with(prefix))
}

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
    format!("{}{unit}", crate::output::three_digits(scaled))
}

/// Throughput, against the bound.
pub fn throughput(document: &Comparison) -> Figure {
    let rates = throughputs(document);
    if rates.is_empty() {
        return Ok(None);
    }
    let rows = rates
        .iter()
        .map(|found| Dot {
            name: found.technique.to_owned(),
            look: Look::of(found.technique),
            value: found.rate,
            shown: rate(found.rate),
        })
        .collect();
    let lines: Vec<_> = [(false, "the bound, one core"), (true, "the bound, all workers")]
        .into_iter()
        .filter_map(|(many, name)| Some((bound(document, many)?, name.to_owned())))
        .collect();
    let all = rates.iter().map(|found| found.rate).chain(lines.iter().map(|line| line.0));
    let picture = Dots {
        title: "Throughput against the bound".to_owned(),
        about: "One dot for each technique on a logarithmic axis, the fastest on top; upright lines show the \
                bound. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(all, power_of_ten), "coordinates a second".to_owned()),
        rows,
        lines,
    };
    Ok(Some(picture.draw()?))
}

/// Speed-up against workers.
pub fn scaling(document: &Comparison) -> Figure {
    let Some(scaling) = document.page.as_ref().map(|page| &page.scaling) else { return Ok(None) };
    let mut series: Vec<Series> = Vec::new();
    for row in &scaling.rows {
        let point = (row.workers as f64, row.speedup);
        match series.iter_mut().find(|series| series.name == row.technique) {
            Some(series) => series.points.push(point),
            None => series.push(Series {
                name: row.technique.clone(),
                look: Look::of(&row.technique),
                points: vec![point],
                marked: true,
                joined: true,
            }),
        }
    }
    let mut workers: Vec<_> = scaling.rows.iter().map(|row| row.workers as f64).collect();
    workers.sort_by(f64::total_cmp);
    workers.dedup();
    let (Some(&first), Some(&last)) = (workers.first(), workers.last()) else { return Ok(None) };
    let most = scaling
        .rows
        .iter()
        .map(|row| row.speedup)
        .fold(last.min(document.host.cores as f64), f64::max);
    let ideal = last.min(most);
    series.push(Series {
        name: "one for each".to_owned(),
        look: Look::guide(),
        points: vec![(first, first), (ideal, ideal)],
        marked: false,
        joined: true,
    });
    let picture = Lines {
        title: "Speed-up against workers".to_owned(),
        about: "One line for each way to share out the work; the dashed line is a speed-up equal to the number of \
                workers. The numbers are in the table."
            .to_owned(),
        x: (Axis::at(&workers), "workers".to_owned()),
        y: (Axis::linear([0.0, most]), format!("times as fast as {} alone", scaling.against)),
        series,
        band: Vec::new(),
    };
    Ok(Some(picture.draw()?))
}

/// 1.96, of the interval that covers the truth in 95 % of runs.
const Z95: f64 = 1.959_963_984_540_054;

/// The estimate and its interval against the number of samples.
pub fn funnel(document: &Comparison) -> Figure {
    let Some(points) = document.page.as_ref().map(|page| &page.convergence.points) else {
        return Ok(None);
    };
    if points.len() < 2 {
        return Ok(None);
    }
    let own =
        |estimate: f64, std_error: f64| (estimate - Z95 * std_error, estimate + Z95 * std_error);
    let band: Vec<_> = points
        .iter()
        .map(|point| {
            let (low, high) = own(point.estimate, point.std_error);
            (point.samples as f64, low, high)
        })
        .collect();
    let ends = [points[0].samples as f64, points[points.len() - 1].samples as f64];
    let mut series = vec![Series {
        name: "estimate".to_owned(),
        look: Look { filled: true, ..Look::of("ndarray") },
        points: points.iter().map(|point| (point.samples as f64, point.estimate)).collect(),
        marked: true,
        joined: false,
    }];
    if let Some(truth) = document.truth {
        let points = ends.map(|samples| (samples, truth)).to_vec();
        series.insert(
            0,
            Series {
                name: "truth".to_owned(),
                look: Look::guide(),
                points,
                marked: false,
                joined: true,
            },
        );
    }
    let picture = Lines {
        title: "The estimate converges".to_owned(),
        about: "Estimates from more and more samples; the area around them is the 95 % interval, which narrows \
                towards the truth. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(ends, power_of_ten), "samples, M".to_owned()),
        y: (
            Axis::linear(band.iter().flat_map(|&(_, low, high)| [low, high])),
            "estimate, with its 95 % interval".to_owned(),
        ),
        series,
        band,
    };
    Ok(Some(picture.draw()?))
}

/// The error against the number of samples, and 1/√M.
pub fn error(document: &Comparison) -> Figure {
    let Some(points) = document.page.as_ref().map(|page| &page.convergence.points) else {
        return Ok(None);
    };
    let errors: Vec<_> = points
        .iter()
        .map(|point| (point.samples as f64, point.std_error))
        .filter(|point| point.1 > 0.0)
        .collect();
    let (Some(&first), Some(&last), true) = (errors.first(), errors.last(), errors.len() > 1)
    else {
        return Ok(None);
    };
    // Through the last point, where the standard error itself is known best.
    let law = |samples: f64| (samples, last.1 * (last.0 / samples).sqrt());
    let mut series = vec![
        Series {
            name: "1/√M".to_owned(),
            look: Look::guide(),
            points: vec![law(first.0), law(last.0)],
            marked: false,
            joined: true,
        },
        Series {
            name: "std_error".to_owned(),
            look: Look::of("ndarray"),
            points: errors,
            marked: true,
            joined: false,
        },
    ];
    if let Some(truth) = document.truth {
        let off: Vec<_> = points
            .iter()
            .map(|point| (point.samples as f64, (point.estimate - truth).abs()))
            .filter(|point| point.1 > 0.0)
            .collect();
        let look = Look { colour: 3, ..Look::of("crossbeam-x") };
        series.push(Series {
            name: "off by".to_owned(),
            look,
            points: off,
            marked: true,
            joined: false,
        });
    }
    let all = || series.iter().flat_map(|series| series.points.iter().copied());
    let picture = Lines {
        title: "The error falls as 1/√M".to_owned(),
        about: "The standard error, and how far the estimate really is from the truth, against the number of \
                samples; both axes logarithmic. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(all().map(|point| point.0), power_of_ten), "samples, M".to_owned()),
        y: (Axis::log(all().map(|point| point.1), power_of_ten), "error".to_owned()),
        series,
        band: Vec::new(),
    };
    Ok(Some(picture.draw()?))
}

/// An experiment: its last column of seconds, one dot a row.
pub fn experiment(experiment: &Experiment) -> Figure {
    let columns = &experiment.columns;
    let Some(column) = columns.iter().rposition(|(name, _)| name.ends_with("seconds")) else {
        return Ok(None);
    };
    // What stands before the first time says what the row is.
    let first = columns.iter().position(|(name, _)| name.ends_with("seconds")).unwrap_or(column);
    let name = |row: &[serde_json::Value]| {
        let words = row[..first.min(row.len())].iter().filter_map(|cell| match cell {
            serde_json::Value::String(text) => Some(text.clone()),
            cell => cell.as_u64().map(grouped),
        });
        words.collect::<Vec<_>>().join(", ")
    };
    let rows: Vec<_> = experiment
        .rows
        .iter()
        .filter_map(|row| {
            let value = row.get(column)?.as_f64()?;
            let look = Look { filled: true, ..Look::of("ndarray") };
            Some(Dot { name: name(row), look, value, shown: duration(value) })
        })
        .collect();
    if rows.is_empty() {
        return Ok(None);
    }
    let picture = Dots {
        title: experiment.title.clone(),
        about: "One dot for each way on a logarithmic axis of time. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(rows.iter().map(|row| row.value), seconds), columns[column].1.clone()),
        rows,
        lines: Vec::new(),
    };
    Ok(Some(picture.draw()?))
}
