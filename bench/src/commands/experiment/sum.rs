//! The lecture's example "that gives some more promising results": the sum of
//! `arange(1000)`, with and without a compiler.

use std::convert::Infallible;
use std::hint::black_box;
use std::time::Duration;

use mc_core::{Evaluator, Real, Tape, function};

use super::compiled_sums;
use super::way::failed;
use crate::measure::{Competitor, interleaved};
use crate::output::experiment::{Cell, Report};
use crate::process::Failure;

/// How many numbers are summed.
const COUNT: usize = 1000;

/// Their sum.
const TRUTH: f64 = 499_500.0;

/// How often a first call is made; the median is shown.
const FIRST_CALLS: usize = 15;

const BUDGET: Duration = Duration::from_secs(4);

fn total<T: Real>(x: &[T]) -> T {
    T::sum_of(x)
}

/// One way to sum.
pub struct Way {
    /// What it is.
    pub name: String,
    /// Seconds of the first call, compiling included, if it compiles.
    pub first: Option<f64>,
    /// How many sums one call gives.
    pub sums: usize,
    /// One call; all its sums are the same.
    pub call: Box<dyn FnMut() -> f64>,
}

impl Competitor for Way {
    type Error = Infallible;

    fn run(&mut self) -> Result<Option<f64>, Infallible> {
        black_box((self.call)());
        Ok(None)
    }
}

/// Runs the experiment.
pub fn run() -> Result<Report, Failure> {
    let tape = Tape::trace(&function!(total), COUNT).map_err(failed)?;
    let floats: Vec<f64> = (0..COUNT).map(|k| k as f64).collect();
    let mut ways = vec![interpreted(tape.clone(), floats.clone()), native(floats.clone())];
    let mut notes = Vec::new();
    match compiled_sums::ways(&tape, &floats, FIRST_CALLS) {
        Ok(compiled) => ways.extend(compiled),
        Err(reason) => notes.push(format!("compiled: not measured: {reason}")),
    }
    ways.push(integers());

    for way in &mut ways {
        let sum = (way.call)();
        if sum != TRUTH {
            return Err(failed(format!("{}: the sum is {sum}, not {TRUTH}", way.name)));
        }
    }
    let times: Vec<_> = interleaved(&mut ways, BUDGET, |_| {})
        .into_iter()
        .map(|Ok(times)| times.summary().map(|seconds| seconds.median))
        .collect();
    let slowest = times[0].map(|time| time / ways[0].sums as f64);
    let rows = ways.iter().zip(&times).map(|(way, time)| {
        let each = time.map(|time| time / way.sums as f64);
        let number = |value: Option<f64>, cell: fn(f64) -> Cell| value.map_or(Cell::Nothing, cell);
        vec![
            Cell::Text(way.name.clone()),
            number(way.first, Cell::Seconds),
            number(*time, Cell::Seconds),
            number(each, Cell::Seconds),
            number(slowest.zip(each).map(|(slow, each)| slow / each), Cell::Number),
        ]
    });
    notes.push(format!(
        "first call: tracing and compiling included, median of {FIRST_CALLS}; later calls: median of interleaved runs."
    ));
    notes.push("All give 499500.".to_owned());
    Ok(Report {
        title: "The sum of 0, 1, …, 999".to_owned(),
        columns: vec![
            ("way", "way"),
            ("first_call_seconds", "first call"),
            ("call_seconds", "later calls"),
            ("sum_seconds", "a sum"),
            ("times_as_fast", "× interpreted"),
        ],
        rows: rows.collect(),
        notes,
    })
}

/// The tape, walked step by step.
fn interpreted(tape: Tape, x: Vec<f64>) -> Way {
    // The evaluator borrows the tape; both live as long as the program.
    let mut evaluator = Evaluator::new(Box::leak(Box::new(tape)));
    let call = move || evaluator.eval(black_box(&x));
    Way { name: "interpreted".to_owned(), first: None, sums: 1, call: Box::new(call) }
}

/// A loop over doubles, in order.
fn native(x: Vec<f64>) -> Way {
    let call = move || total(black_box(&x));
    Way { name: "native, f64".to_owned(), first: None, sums: 1, call: Box::new(call) }
}

/// A loop over integers, which is what `arange` holds: they may be added in any
/// order, so the compiler adds several at a time.
fn integers() -> Way {
    let x: Vec<i64> = (0..COUNT as i64).collect();
    let call = move || black_box(&x).iter().sum::<i64>() as f64;
    Way { name: "native, i64".to_owned(), first: None, sums: 1, call: Box::new(call) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_gives_the_sum() {
        let report = run().unwrap();
        let expected = if cfg!(feature = "_jit") { 5 } else { 3 };
        assert_eq!(report.rows.len(), expected);
        assert!(report.rows.iter().all(|row| matches!(row[3], Cell::Seconds(_))));
        assert_eq!(report.rows[0][4], Cell::Number(1.0));
    }
}
