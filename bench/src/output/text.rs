//! A comparison as aligned columns, and as Markdown.

use std::fmt::Write as _;

use super::columns::{Column, fit, markdown_row, wrapped};
use crate::numbers::{duration, grouped, three_digits, value_with_error};
use crate::results::{Comparison, Crossover, Row};

/// The rows of one number of samples, column by column.
fn columns(rows: &[Row]) -> Vec<Column> {
    let column = |heading, spare, cell: &dyn Fn(&Row) -> Option<String>| {
        let cells = rows.iter().map(|row| cell(row).unwrap_or_else(|| "–".to_owned()));
        Column::new(heading, spare, cells.collect())
    };
    let name = |row: &Row| {
        let star = if row.note.is_some() { "*" } else { "" };
        match row.precision.as_str() {
            "f64" => Some(format!("{}{star}", row.technique)),
            other => Some(format!("{} ({other}){star}", row.technique)),
        }
    };
    vec![
        Column { words: true, ..column("technique", 0, &name) },
        column("#", 0, &|row| match (row.rank, &row.mark) {
            (_, Some(_)) => Some("!".to_owned()),
            (rank, None) => rank.map(|rank| rank.to_string()),
        }),
        column("estimate", 1, &|row| Some(value_with_error(row.estimate?, row.std_error?))),
        column("z", 1, &|row| row.distance.map(|z| format!("{z:.2}"))),
        column("bits", 1, &|row| row.same_bits.map(|same| if same { "=" } else { "≠" }.to_owned())),
        column("prepare", 2, &|row| row.prepare_seconds.map(duration)),
        column("run", 0, &|row| row.seconds.map(|seconds| duration(seconds.median))),
        column("±", 2, &|row| row.seconds.map(|s| format!("{:.0} %", 100.0 * s.spread()))),
        column("of bound", 3, &|row| {
            row.share_of_bound.map(|share| format!("{} %", three_digits(100.0 * share)))
        }),
        column("to 1e-4", 5, &|row| row.seconds_to_1e_4.map(duration)),
        column("samples/s", 4, &|row| row.samples_per_second.map(|rate| format!("{rate:.2e}"))),
        column("× serial", 1, &|row| row.speedup.map(three_digits)),
    ]
}

/// The rows of each number of samples.
fn blocks(comparison: &Comparison) -> impl Iterator<Item = &[Row]> {
    comparison.rows.chunk_by(|a, b| a.samples == b.samples)
}

fn head(comparison: &Comparison) -> String {
    let Comparison { f, g, support, dims, seed, workers, .. } = comparison;
    let truth = comparison.truth.map(|truth| format!(", truth {truth}")).unwrap_or_default();
    format!(
        "f = {f}, g = {g}, on {support} (n = {dims}){truth}; seed {seed}, {workers} workers\n{}\n",
        comparison.host
    )
}

/// What is said below the tables: reasons, notes, the bits.
fn foot(comparison: &Comparison) -> Vec<String> {
    let mut lines = Vec::new();
    for row in &comparison.rows {
        let mut add = |line: String| {
            if !lines.contains(&line) {
                lines.push(line);
            }
        };
        if let Some(reason) = &row.reason {
            add(format!("{}: {reason}", row.technique));
        }
        if let Some(note) = &row.note {
            add(format!("* {note}"));
        }
    }
    for row in &comparison.rows {
        if let Some(mark) = &row.mark {
            let (name, samples) = (&row.technique, grouped(row.samples));
            lines.push(format!("! {name} at M = {samples} is not ranked: {mark}"));
        }
    }
    lines.extend(comparison.crossovers.iter().map(crossover));
    lines.extend(comparison.busy.clone());
    lines.push(bits(comparison));
    let ours = comparison.rows.iter().filter(|row| row.available && !row.peer);
    let in_f32 = ours.filter(|row| row.precision != "f64").count();
    if in_f32 > 0 {
        lines.push(format!(
            "Not among them: {in_f32} in f32, which cannot have these bits; z says how far off they are."
        ));
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in comparison.peers.iter().flat_map(|peer| peer.versions.split(", ")) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    if !parts.is_empty() {
        lines.push(format!("Peers draw their own random numbers, with {}.", parts.join(", ")));
    }
    lines.push(
        "estimate: the digits in brackets are the standard error of the last digits. z: distance from the truth in \
         standard errors. #: rank by the run's time. run: median of interleaved runs, preparing not included; ±: half its \
         interval. to 1e-4: seconds to a relative error of 10⁻⁴."
            .to_owned(),
    );
    lines
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

/// From where on an executor pays.
fn crossover(found: &Crossover) -> String {
    let Crossover { technique, against, samples, searched_to, reason } = found;
    match (samples, reason) {
        (Some(samples), _) => {
            format!(
                "crossover: {technique} is faster than {against} from M = {}",
                grouped(*samples)
            )
        }
        (None, Some(reason)) => format!("crossover: {technique} against {against}: {reason}"),
        (None, None) => {
            format!(
                "crossover: {technique} is not faster than {against} up to M = {}",
                grouped(*searched_to)
            )
        }
    }
}

/// Aligned columns.
pub fn text(comparison: &Comparison) -> String {
    let mut text = wrapped(&head(comparison));
    let mut missing = Vec::new();
    for rows in blocks(comparison) {
        let (table, left_out) = fit(columns(rows));
        let _ = write!(text, "\nM = {}\n{table}", grouped(rows[0].samples));
        missing.extend(left_out);
    }
    text.push('\n');
    for line in foot(comparison) {
        text.push_str(&wrapped(&line));
    }
    missing.sort_unstable();
    missing.dedup();
    if !missing.is_empty() {
        let names = missing.join(", ");
        text.push_str(&wrapped(&format!(
            "Left out for want of room: {names}; --format markdown has all."
        )));
    }
    text
}

/// A Markdown table for each number of samples.
pub fn markdown(comparison: &Comparison) -> String {
    let mut text = head(comparison);
    for rows in blocks(comparison) {
        let columns = columns(rows);
        let headings: Vec<_> = columns.iter().map(|column| column.heading).collect();
        let rule: Vec<_> =
            columns.iter().map(|column| if column.words { "---" } else { "---:" }).collect();
        let _ = writeln!(text, "\n**M = {}**\n", grouped(rows[0].samples));
        let _ = writeln!(text, "{}\n|{}|", markdown_row(&headings), rule.join("|"));
        for line in 0..rows.len() {
            let cells: Vec<_> = columns.iter().map(|column| &column.cells[line]).collect();
            let _ = writeln!(text, "{}", markdown_row(&cells));
        }
    }
    for line in foot(comparison) {
        let _ = writeln!(text, "\n{line}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Seconds;
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
    fn every_line_fits_100_columns() {
        let mut comparison = widest();
        comparison.f = "x0 + ".repeat(40) + "x0";
        let text = text(&comparison);
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
        assert!(text.contains("Left out for want of room: "), "{text}");
        for heading in ["technique", "estimate", "bits", "× serial"] {
            assert!(text.contains(heading), "{text}");
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
        for text in [text(&comparison), markdown(&comparison)] {
            assert!(text.contains("! jit at M = 1,000 is not ranked: other bits"), "{text}");
            assert!(text.contains('≠'), "{text}");
        }
    }
}
