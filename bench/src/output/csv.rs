//! A comparison as comma-separated values, one line a row.
//!
//! A crossover belongs to a technique and not to a number of samples. As the time of
//! preparing, it stands in all rows of its technique.

use std::io::{self, Write};

use crate::results::Comparison;

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
        "crossover_against",
        "crossover_samples",
        "crossover_searched_to",
        "crossover_reason",
    ];
    csv.write_record(header).map_err(io::Error::other)?;
    let number = |value: Option<f64>| value.map(|v| v.to_string()).unwrap_or_default();
    for row in &comparison.rows {
        let seconds = row.seconds;
        let crossover = comparison.crossovers.iter().find(|found| found.technique == row.technique);
        let count = |value: Option<u64>| value.map(|count| count.to_string()).unwrap_or_default();
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
            count(row.peak_memory_bytes),
            row.available.to_string(),
            row.same_bits.map(|same| same.to_string()).unwrap_or_default(),
            row.ranked.to_string(),
            row.rank.map(|rank| rank.to_string()).unwrap_or_default(),
            row.mark.clone().unwrap_or_default(),
            row.reason.clone().unwrap_or_default(),
            row.precision.clone(),
            row.note.clone().unwrap_or_default(),
            row.peer.to_string(),
            crossover.map(|found| found.against.clone()).unwrap_or_default(),
            count(crossover.and_then(|found| found.samples)),
            count(crossover.map(|found| found.searched_to)),
            crossover.and_then(|found| found.reason.clone()).unwrap_or_default(),
        ];
        csv.write_record(record).map_err(io::Error::other)?;
    }
    csv.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Seconds;
    use crate::results::Crossover;
    use crate::results::{Row, named};

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

    /// The crossover of a technique stands in each of its rows, and in no other.
    #[test]
    fn crossovers_are_told_too() {
        let mut comparison = Comparison::blank();
        let names = [("rayon-jit", 100), ("jit", 100), ("rayon-jit", 1000)];
        comparison.rows.extend(names.map(|(name, samples)| named(name, samples)));
        comparison.crossovers.push(Crossover {
            technique: "rayon-jit".to_owned(),
            against: "jit".to_owned(),
            samples: Some(23_170),
            searched_to: 64_000,
            reason: None,
        });
        let mut text = Vec::new();
        write(&comparison, &mut text).expect("a Vec can be written to");
        let mut reader = csv::Reader::from_reader(text.as_slice());
        let header = reader.headers().expect("a header").clone();
        let fields = serde_json::to_value(&comparison.crossovers[0]).expect("JSON");
        let fields = fields.as_object().expect("fields").iter();
        for (field, value) in fields.filter(|(name, _)| *name != "technique") {
            let name = format!("crossover_{field}");
            let place = header.iter().position(|column| column == name).expect(&name);
            let told = match value {
                serde_json::Value::Null => String::new(),
                serde_json::Value::String(text) => text.clone(),
                value => value.to_string(),
            };
            let mut reader = csv::Reader::from_reader(text.as_slice());
            let cells: Vec<_> = reader
                .records()
                .map(|record| record.expect("a record").get(place).expect("a cell").to_owned())
                .collect();
            assert_eq!(cells, [told.clone(), String::new(), told], "{name}");
        }
    }
}
