//! The lecture's example "that gives some more promising results": the sum of
//! `arange(1000)`, with and without a compiler.

use std::hint::black_box;
use std::time::Duration;

use mc_core::{Evaluator, Real, Tape, function};

use super::way::Sum;
use super::{Outcome, compiled_sums};
use crate::measure::{Way, medians};
use crate::results::Experiment;

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

/// Runs the experiment.
pub fn run() -> Outcome {
    let mut found = Experiment::new(
        "sum",
        "The sum of 0, 1, …, 999",
        &[
            ("way", "way"),
            ("first_call_seconds", "first call"),
            ("call_seconds", "later calls"),
            ("sum_seconds", "a sum"),
            ("times_as_fast", "× interpreted"),
        ],
    );
    let tape = Tape::trace(&function!(total), COUNT)?;
    let floats: Vec<f64> = (0..COUNT).map(|k| k as f64).collect();
    let mut sums = vec![interpreted(tape.clone(), floats.clone()), native(floats.clone())];
    match compiled_sums::ways(&tape, &floats, FIRST_CALLS) {
        Ok(compiled) => sums.extend(compiled),
        Err(reason) => found.notes.push(format!("compiled: not measured: {reason}")),
    }
    sums.push(integers());

    let (known, mut ways): (Vec<_>, Vec<_>) =
        sums.into_iter().map(|sum| ((sum.first, sum.sums), sum.way)).unzip();
    let medians = medians(&mut ways, BUDGET)?;
    let slowest = medians[0] / known[0].1 as f64;
    for ((Way { name, last, .. }, (first, sums)), call) in ways.into_iter().zip(known).zip(medians)
    {
        if last != Some(TRUTH) {
            let sum = last.unwrap_or(f64::NAN);
            return Err(format!("{name}: the sum is {sum}, not {TRUTH}").into());
        }
        let each = call / sums as f64;
        found.rows.push(vec![
            name.into(),
            first.into(),
            call.into(),
            each.into(),
            (slowest / each).into(),
        ]);
    }
    found.notes.push(format!(
        "first call: tracing and compiling included, median of {FIRST_CALLS}; later calls: median of interleaved runs."
    ));
    found.notes.push("All give 499500.".to_owned());
    Ok(found)
}

/// The tape, walked step by step.
fn interpreted(tape: Tape, x: Vec<f64>) -> Sum {
    // The evaluator borrows the tape; both live as long as the program.
    let mut evaluator = Evaluator::new(Box::leak(Box::new(tape)));
    plain("interpreted", move || evaluator.eval(black_box(&x)))
}

/// A loop over doubles, in order.
fn native(x: Vec<f64>) -> Sum {
    plain("native, f64", move || total(black_box(&x)))
}

/// A loop over integers, which is what `arange` holds: they may be added in any
/// order, so the compiler adds several at a time.
fn integers() -> Sum {
    let x: Vec<i64> = (0..COUNT as i64).collect();
    plain("native, i64", move || black_box(&x).iter().sum::<i64>() as f64)
}

/// A way that compiles nothing and gives one sum.
fn plain(name: &str, mut call: impl FnMut() -> f64 + 'static) -> Sum {
    Sum { way: Way::new(name, move || Ok::<_, String>(call())), first: None, sums: 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_gives_the_sum() {
        let report = run().unwrap();
        let expected = if cfg!(feature = "_jit") { 5 } else { 3 };
        assert_eq!(report.rows.len(), expected);
        assert!(report.rows.iter().all(|row| row[3].is_f64()));
        assert_eq!(report.rows[0][4], 1.0);
    }
}
