//! A comparison, as it is printed.

use std::fmt::Write as _;

use mc_core::{Sampling, Short};

use super::columns::Column;
use super::found::{Found, Record, Table, record};
use crate::measure::Seconds;
use crate::numbers::{distance, duration, grouped, percent, three_digits, value_with_error};
use crate::results::{Bound, Comparison, Counts, Crossover, Row, distinct};

/// The rows of one number of samples, column by column.
fn columns(rows: &[Row]) -> Vec<Column> {
    let column = |heading, spare, cell: &dyn Fn(&Row) -> Option<String>| {
        Column::of(heading, rows, cell).spare(spare)
    };
    let rank = |row: &Row| match (row.rank, &row.mark) {
        (_, Some(_)) => Some("!".to_owned()),
        (rank, None) => rank.map(|rank| rank.to_string()),
    };
    let star = |row: &Row| if row.note.is_some() { "*" } else { "" };
    vec![
        column("technique", 0, &|row| Some(row.label() + star(row))).words(),
        column("#", 0, &rank),
        column("estimate", 1, &|row| Some(value_with_error(row.estimate?, row.std_error?))),
        column("z", 1, &|row| row.distance.map(distance)),
        column("bits", 1, &|row| row.same_bits.map(|same| if same { "=" } else { "≠" }.to_owned())),
        column("prepare", 2, &|row| row.prepare_seconds.map(duration)),
        column("run", 0, &|row| row.seconds.map(|seconds| duration(seconds.median))),
        column("±", 2, &|row| row.seconds.map(|s| format!("{:.0} %", 100.0 * s.spread()))),
        column("of bound", 3, &|row| row.share_of_bound.map(percent)),
        column("of by-hand", 6, &|row| row.share_of_by_hand.map(percent)),
        column("to 1e-4", 5, &|row| row.seconds_to_1e_4.map(duration)),
        column("samples/s", 4, &|row| row.samples_per_second.map(|rate| format!("{rate:.2e}"))),
        column("× serial", 1, &|row| row.speedup.map(three_digits)),
    ]
}

/// What no code is faster than, and by which count.
fn bound(bound: &Bound) -> String {
    let Counts { stream, map, f, moments } = bound.counts;
    format!(
        "bound: a sample takes at least {} vector instructions ({stream} for the stream, {map} for the map, {f} for f, \
         {moments} for the moments), and a cycle does {} lanes of them ({}); at {} GHz, measured, that is {:.2e} \
         samples/s on one core.",
        stream + map + f + moments,
        bound.lanes_per_cycle,
        bound.cpu,
        three_digits(bound.hertz * 1e-9),
        bound.samples_per_second
    )
}

/// What is to be said about the bits.
fn bits(comparison: &Comparison) -> String {
    if !comparison.same_bits {
        return "DIFFERENT BITS: techniques disagree; this is a defect.".to_owned();
    }
    let count = |wanted| {
        let has = |row: &&Row| row.available && !row.peer && row.same_bits == wanted;
        comparison.rows.iter().filter(has).count()
    };
    let mut line = format!(
        "Same bits: all {} estimates and variances agree in every bit with the serial loop's of the same M.",
        count(Some(true))
    );
    if count(None) > 0 {
        let _ = write!(
            line,
            " {} more, with – under bits, were not compared with it: another sample, or the serial loop \
             would take too long (name serial in --technique).",
            count(None)
        );
    }
    line
}

/// What is doubtful about the estimates of some numbers of samples, which are named unless they are
/// all.
pub fn warning(comparison: &Comparison, samples: &[u64], words: &str) -> String {
    let named: Vec<_> = samples.iter().map(|&samples| grouped(samples)).collect();
    match named.len() == comparison.sizes().len() && named.len() > 1 {
        true => format!("warning: {words}"),
        false => format!("warning at M = {}: {words}", named.join("; ")),
    }
}

/// From where on an executor pays.
fn crossover(found: &Crossover) -> String {
    let Crossover { technique, against, searched_to, reason, .. } = found;
    match (found.shown(), reason) {
        (Some(from), _) => {
            format!("crossover: {technique} is faster than {against} from {from}")
        }
        (None, Some(reason)) => format!("crossover: {technique} against {against}: {reason}"),
        (None, None) => {
            let to = grouped(*searched_to);
            format!("crossover: {technique} is not faster than {against} up to M = {to}")
        }
    }
}

impl Found for Comparison {
    fn head(&self) -> String {
        let Comparison { f, g, support, dims, seed, workers, .. } = self;
        let truth = self.truth.map(|truth| format!(", truth {}", Short(truth))).unwrap_or_default();
        format!(
            "f = {f}, g = {g}, on {support} (n = {dims}){truth}; seed {seed}, {workers} workers\n{}\n",
            self.host
        )
    }

    fn tables(&self) -> Vec<Table> {
        let table = |rows: &[Row]| Table {
            caption: Some(self.caption(rows[0].samples)),
            columns: columns(rows),
        };
        self.rows.chunk_by(|a, b| a.samples == b.samples).map(table).collect()
    }

    fn foot(&self) -> Vec<String> {
        let mut lines = distinct(self.rows.iter().flat_map(|row| {
            let reason = row.reason.as_ref().map(|reason| format!("{}: {reason}", row.technique));
            [reason, row.note.as_ref().map(|note| format!("* {note}"))].into_iter().flatten()
        }));
        lines.extend(self.rows.iter().filter_map(Row::refused));
        lines.extend(self.warnings().iter().map(|(of, words)| warning(self, of, words)));
        lines.extend(self.crossovers.iter().map(crossover));
        lines.extend(self.bound.as_ref().map(bound));
        lines.extend(self.busy.clone());
        if self.stopped_by.is_some() {
            let told = "stopped by interrupt: this is what was measured by then, and no more.";
            lines.push(told.to_owned());
        }
        lines.push(bits(self));
        let ours = self.rows.iter().filter(|row| row.available && !row.peer);
        let in_f32 = ours.filter(|row| row.precision != "f64").count();
        if in_f32 > 0 {
            lines.push(format!(
                "Not among them: {in_f32} in f32, which cannot have these bits; z says how far off they are."
            ));
        }
        let peers = self.peers.iter();
        let parts = distinct(peers.flat_map(|peer| peer.versions.split(", ")));
        if !parts.is_empty() {
            lines.push(format!("Peers draw their own random numbers, with {}.", parts.join(", ")));
        }
        if self.sampling == Sampling::Sobol {
            lines.push(
                "Sobol' points: std_error is that of the mean of the replicates' means, so z is Student's t with one degree of \
                 freedom less than there are replicates. How the error falls with M is the integrand's matter: no time to \
                 1e-4 is told."
                    .to_owned(),
            );
        }
        lines.push(
            "estimate: the digits in brackets are the standard error of the last digits. z: distance from the truth in \
             standard errors. #: rank by the run's time. run: median of interleaved runs, preparing not included; ±: half its \
             interval. to 1e-4: seconds to a relative error of 10⁻⁴."
                .to_owned(),
        );
        lines
    }

    fn records(&self) -> serde_json::Result<Vec<Record>> {
        self.rows.iter().map(|row| flat(row, self)).collect()
    }
}

/// The fields of a row, with those of its time and of its technique's crossover among them.
///
/// They are there also where there are none. A crossover belongs to a technique and not to a number of samples. As the time of
/// preparing, it stands in all rows of its technique.
fn flat(row: &Row, comparison: &Comparison) -> serde_json::Result<Record> {
    let mut flat = Record::new();
    for (field, value) in record(row)? {
        if field == "warnings" {
            flat.insert(field, row.warnings.join("; ").into());
            continue;
        }
        if field != "seconds" {
            flat.insert(field, value);
            continue;
        }
        for part in record(&Seconds::of(vec![0.0]))?.into_iter().map(|(part, _)| part) {
            let told = value.get(&part).cloned().unwrap_or_default();
            let name = match part.as_str() {
                "median" | "min" | "max" => format!("{part}_seconds"),
                _ => part,
            };
            flat.insert(name, told);
        }
    }
    let crossover = comparison.crossovers.iter().find(|found| found.technique == row.technique);
    let own = record(&crossover)?;
    for (part, _) in record(&Crossover::default())? {
        if part != "technique" {
            flat.insert(format!("crossover_{part}"), own.get(&part).cloned().unwrap_or_default());
        }
    }
    flat.insert("stopped_by".to_owned(), comparison.stopped_by.clone().into());
    Ok(flat)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::found::csv;
    use crate::results::named;
    use crate::technique::name::Name;

    /// Every technique there is, with numbers as wide as they come.
    fn widest() -> Comparison {
        let mut comparison = Comparison::blank();
        for samples in [2, 10_000_000_000] {
            for name in Name::all() {
                comparison.rows.push(Row {
                    estimate: Some(-1_234.567),
                    variance: Some(1e-12),
                    std_error: Some(1.234e-6),
                    distance: Some(12.345),
                    prepare_seconds: Some(0.001_234),
                    seconds: Seconds::of(vec![0.001_234]),
                    share_of_by_hand: Some(0.123_4),
                    share_of_bound: Some(0.123_4),
                    seconds_to_1e_4: Some(12_345.6),
                    samples_per_second: Some(1.234e9),
                    speedup: Some(1.234e9),
                    available: true,
                    same_bits: Some(true),
                    ranked: true,
                    rank: Some(comparison.rows.len() + 1),
                    ..named(&name.to_string(), samples)
                });
            }
        }
        let mut missing = named("jit", 100);
        missing.reason = Some("something is missing that is told at great length; ".repeat(9));
        comparison.rows.push(missing);
        comparison
    }

    #[test]
    fn every_line_fits_the_terminal() {
        let mut comparison = widest();
        comparison.f = "x0 + ".repeat(40) + "x0";
        for width in [60, 80, 100, 132] {
            let text = comparison.text(width);
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{line}");
            }
            assert!(text.contains("Left out for want of room: "), "{text}");
            for heading in ["technique", "run"] {
                assert!(text.contains(heading), "{text}");
            }
            // A line for each row.
            for name in Name::all() {
                assert!(text.contains(&format!("\n{name}")), "{name} at {width}:\n{text}");
            }
        }
    }

    #[test]
    fn a_marked_row_has_an_exclamation_mark_and_its_reason() {
        let mut comparison = Comparison::blank();
        comparison.rows.push(Row {
            available: true,
            mark: Some("other bits than the serial loop's".to_owned()),
            same_bits: Some(false),
            ..named("jit", 1000)
        });
        for text in [comparison.text(100), comparison.markdown()] {
            assert!(text.contains("! jit at M = 1,000 is not ranked: other bits"), "{text}");
            assert!(text.contains('≠'), "{text}");
        }
    }

    /// What JSON tells of a row, CSV tells too.
    #[test]
    fn every_field_of_a_row_is_a_column() {
        let mut comparison = Comparison::blank();
        comparison.rows.push(Row { seconds: Seconds::of(vec![1.0]), ..named("jit", 100) });
        let text = csv(&comparison.records().expect("JSON")).expect("text");
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
            ..Crossover::default()
        });
        let text = csv(&comparison.records().expect("JSON")).expect("text");
        let mut reader = csv::Reader::from_reader(text.as_bytes());
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
            let mut reader = csv::Reader::from_reader(text.as_bytes());
            let cells: Vec<_> = reader
                .records()
                .map(|record| record.expect("a record").get(place).expect("a cell").to_owned())
                .collect();
            assert_eq!(cells, [told.clone(), String::new(), told], "{name}");
        }
    }
}
