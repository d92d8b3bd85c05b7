//! `compare --experiment`: the smaller experiments of the chapters.

mod compile;
mod memory;
mod points;
mod processes;
mod report;
mod scaling;
mod sum;

pub use points::serve_if_child;

use crate::Failure;
use crate::command::{Experiment, Flags};
use crate::measure::Competitor;

/// Runs an experiment and prints what it found.
///
/// # Errors
///
/// What this build lacks for it, or what went wrong.
pub fn run(which: Experiment, flags: &Flags) -> Result<(), Failure> {
    let report = match which {
        Experiment::Sum => sum::run()?,
        Experiment::Compile => compile::run()?,
        Experiment::Processes => processes::run(flags)?,
        Experiment::Scaling => scaling::run(flags)?,
        Experiment::Memory => memory::run(flags)?,
    };
    report.print(flags.format)
}

/// Why a part of an experiment gave nothing, as the end of the command.
fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::Run(error.to_string())
}

/// One way to an estimate, to be run again and again.
struct Way<'w> {
    name: String,
    run: Box<dyn FnMut() -> Result<mc_core::Estimate, String> + 'w>,
    estimate: Option<mc_core::Estimate>,
}

impl<'w> Way<'w> {
    fn new(
        name: impl Into<String>,
        run: impl FnMut() -> Result<mc_core::Estimate, String> + 'w,
    ) -> Self {
        Self { name: name.into(), run: Box::new(run), estimate: None }
    }
}

impl Competitor for Way<'_> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        self.estimate = Some((self.run)()?);
        Ok(None)
    }
}

/// An error if two of the ways gave other bits.
fn same_bits(ways: &[Way<'_>]) -> Result<(), Failure> {
    let mut estimates = ways.iter().filter_map(|way| Some((way, way.estimate?)));
    let Some((first, expected)) = estimates.next() else { return Ok(()) };
    match estimates.find(|(_, estimate)| *estimate != expected) {
        None => Ok(()),
        Some((way, _)) => Err(failed(format!(
            "{} and {} do not agree in every bit: this is a defect, please report it",
            first.name, way.name
        ))),
    }
}

/// The sums of compiled functions, or why there are none.
#[cfg(feature = "_jit")]
fn compiled_sums(
    tape: &mc_core::Tape,
    x: &[f64],
    first_calls: usize,
) -> Result<Vec<sum::Way>, String> {
    use std::hint::black_box;

    use mc_jit::{ArrayFunction, PointFunction};

    let words = |error: &dyn std::error::Error| error.to_string();
    let one = |tape: &mc_core::Tape| {
        let mut f = PointFunction::compile_cold(tape).map_err(|error| words(&error))?;
        let sum = f.eval(black_box(x)).map_err(|error| words(&error))?;
        Ok::<_, String>((f, sum))
    };
    let first = sum::first_call(first_calls, || {
        let tape = mc_core::Tape::trace(tape, x.len()).map_err(|error| words(&error))?;
        one(&tape).map(|_| ())
    })?;
    let (mut f, _) = one(tape)?;
    let point = x.to_vec();
    let scalar = sum::Way {
        name: "compiled, f64".to_owned(),
        first: Some(first),
        sums: 1,
        call: Box::new(move || f.eval(black_box(&point)).unwrap_or(f64::NAN)),
    };

    // The same numbers once for each lane.
    let compile = || ArrayFunction::compile(tape).map_err(|error| words(&error));
    let first = sum::first_call(first_calls, || compile().map(|_| ()))?;
    let f = compile()?;
    let lanes = f.lanes().count() as usize;
    let points: Vec<f64> = x.iter().flat_map(|&x| std::iter::repeat_n(x, lanes)).collect();
    let mut sums = vec![0.0; lanes];
    let vector = sum::Way {
        name: format!("compiled, f64, {lanes} sums in {lanes} lanes"),
        first: Some(first),
        sums: lanes,
        call: Box::new(move || match f.map(black_box(&points), &mut sums) {
            Ok(()) if sums.iter().all(|sum| *sum == sums[0]) => sums[0],
            _ => f64::NAN,
        }),
    };
    Ok(vec![scalar, vector])
}

#[cfg(not(feature = "_jit"))]
fn compiled_sums(_: &mc_core::Tape, _: &[f64], _: usize) -> Result<Vec<sum::Way>, String> {
    Err(crate::techniques::KernelName::Jit.missing().unwrap_or_default())
}
