//! A comparison as aligned columns, and as Markdown.

use std::fmt::Write as _;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

use super::{duration, grouped, markdown_row, three_digits};
use crate::compare::{Comparison, Row};
use crate::crossover::Crossover;

const HEADER: [&str; 8] =
    ["technique", "estimate", "std_error", "z", "prepare", "run", "samples/s", "× serial"];

fn cells(row: &Row) -> [String; 8] {
    let shown =
        |value: Option<f64>, show: fn(f64) -> String| value.map_or_else(|| "–".to_owned(), show);
    let mut technique = row.technique.clone();
    if row.precision != "f64" {
        technique = format!("{technique} ({})", row.precision);
    }
    if row.note.is_some() {
        technique.push('*');
    }
    [
        technique,
        shown(row.estimate, |v| format!("{v:.8}")),
        shown(row.std_error, |v| format!("{v:.2e}")),
        shown(row.distance, |v| format!("{v:.2}")),
        shown(row.prepare_seconds, duration),
        shown(row.seconds.map(|s| s.median), duration),
        shown(row.samples_per_second, |v| format!("{v:.2e}")),
        shown(row.speedup, three_digits),
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
        if let Some(note) = row.note {
            add(format!("* {note}"));
        }
    }
    lines.extend(comparison.crossovers.iter().map(crossover));
    lines.extend(comparison.busy.clone());
    let ours = comparison.rows.iter().filter(|row| row.available && !row.peer);
    let (in_f64, in_f32): (Vec<_>, Vec<_>) = ours.partition(|row| row.precision == "f64");
    let available = in_f64.len();
    lines.push(if comparison.same_bits {
        format!("Same bits: all {available} estimates and variances agree in every bit with those of the same M.")
    } else {
        "DIFFERENT BITS: techniques disagree; this is a defect.".to_owned()
    });
    if !in_f32.is_empty() {
        lines.push(format!(
            "Not among them: {} in f32, which cannot have these bits; z says how far off they are.",
            in_f32.len()
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
        "z: distance from the truth in standard errors. run: median of interleaved runs, preparing not included."
            .to_owned(),
    );
    lines
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
    let mut text = head(comparison);
    for rows in blocks(comparison) {
        let _ = writeln!(text, "\nM = {}", grouped(rows[0].samples));
        let mut table = Table::new();
        table.load_style(NOTHING).set_header(HEADER);
        for row in rows {
            table.add_row(cells(row));
        }
        for column in table.column_iter_mut().skip(1) {
            column.set_cell_alignment(CellAlignment::Right);
        }
        for line in table.lines() {
            let _ = writeln!(text, "{}", line.trim_end());
        }
    }
    text.push('\n');
    for line in foot(comparison) {
        let _ = writeln!(text, "{line}");
    }
    text
}

/// A Markdown table for each number of samples.
pub fn markdown(comparison: &Comparison) -> String {
    let mut text = head(comparison);
    for rows in blocks(comparison) {
        let _ = writeln!(text, "\n**M = {}**\n", grouped(rows[0].samples));
        let _ =
            writeln!(text, "{}\n|---|---:|---:|---:|---:|---:|---:|---:|", markdown_row(&HEADER));
        for row in rows {
            let _ = writeln!(text, "{}", markdown_row(&cells(row)));
        }
    }
    for line in foot(comparison) {
        let _ = writeln!(text, "\n{line}");
    }
    text
}
