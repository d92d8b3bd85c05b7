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
        "first_seconds",
        "median_seconds",
        "median_low",
        "median_high",
        "confidence",
        "q1",
        "q3",
        "min_seconds",
        "max_seconds",
        "runs",
        "samples_per_second",
        "coordinates_per_second",
        "speedup",
        "speedup_low",
        "speedup_high",
        "share_of_bound",
        "seconds_to_1e-3",
        "seconds_to_1e-4",
        "peak_memory_bytes",
        "available",
        "same_bits",
        "ranked",
        "rank",
        "mark",
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
            number(row.first_seconds),
            number(seconds.map(|s| s.median)),
            number(seconds.map(|s| s.median_low)),
            number(seconds.map(|s| s.median_high)),
            number(seconds.map(|s| s.confidence)),
            number(seconds.map(|s| s.q1)),
            number(seconds.map(|s| s.q3)),
            number(seconds.map(|s| s.min)),
            number(seconds.map(|s| s.max)),
            seconds.map(|s| s.runs.to_string()).unwrap_or_default(),
            number(row.samples_per_second),
            number(row.coordinates_per_second),
            number(row.speedup),
            number(row.speedup_low),
            number(row.speedup_high),
            number(row.share_of_bound),
            number(row.seconds_to_1e_3),
            number(row.seconds_to_1e_4),
            row.peak_memory_bytes.map(|bytes| bytes.to_string()).unwrap_or_default(),
            row.available.to_string(),
            row.same_bits.map(|same| same.to_string()).unwrap_or_default(),
            row.ranked.to_string(),
            row.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            row.mark.clone().unwrap_or_default(),
            row.reason.clone().unwrap_or_default(),
            row.precision.clone(),
            row.note.unwrap_or_default().to_owned(),
            row.peer.to_string(),
        ];
        csv.write_record(record).map_err(io::Error::other)?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compare::{Row, named};
    use crate::measure::Seconds;

    /// What JSON tells of a row, CSV tells too.
    #[test]
    fn every_field_of_a_row_is_a_column() {
        let mut comparison = Comparison::blank();
        comparison.rows.push(Row { seconds: Seconds::of(vec![1.0]), ..named("jit", 100) });
        let mut text = Vec::new();
        write(&comparison, &mut text).expect("a Vec can be written to");
        let text = String::from_utf8(text).expect("text");
        let header: Vec<_> = text.lines().next().expect("a header").split(',').collect();
        let row = serde_json::to_value(&comparison.rows[0]).expect("a row is JSON");
        for (field, value) in row.as_object().expect("fields") {
            match value.as_object() {
                None => assert!(header.contains(&field.as_str()), "{field}"),
                Some(parts) => {
                    for part in parts.keys() {
                        let name = format!("{part}_{field}");
                        assert!(
                            header.contains(&part.as_str()) || header.contains(&name.as_str()),
                            "{name}"
                        );
                    }
                }
            }
        }
    }
}
