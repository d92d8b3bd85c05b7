//! A comparison as comma-separated values, one line a row.

use std::io::{self, Write};

use crate::compare::Comparison;

pub fn write(comparison: &Comparison, out: &mut impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    let header = [
        "technique",
        "samples",
        "dims",
        "estimate",
        "variance",
        "std_error",
        "distance",
        "prepare_seconds",
        "median_seconds",
        "min_seconds",
        "max_seconds",
        "runs",
        "samples_per_second",
        "speedup",
        "available",
        "reason",
        "precision",
        "note",
        "peer",
    ];
    csv.write_record(header).map_err(io::Error::other)?;
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    for row in &comparison.rows {
        let seconds = row.seconds;
        let record = [
            row.technique.clone(),
            row.samples.to_string(),
            row.dims.to_string(),
            number(row.estimate),
            number(row.variance),
            number(row.std_error),
            number(row.distance),
            number(row.prepare_seconds),
            number(seconds.map(|s| s.median)),
            number(seconds.map(|s| s.min)),
            number(seconds.map(|s| s.max)),
            seconds.map(|s| s.runs.to_string()).unwrap_or_default(),
            number(row.samples_per_second),
            number(row.speedup),
            row.available.to_string(),
            row.reason.clone().unwrap_or_default(),
            row.precision.clone(),
            row.note.unwrap_or_default().to_owned(),
            row.peer.to_string(),
        ];
        csv.write_record(record).map_err(io::Error::other)?;
    }
    csv.flush()
}
