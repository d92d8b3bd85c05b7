//! `estimate`: one number, with its error.

use std::io::Write as _;
use std::time::Instant;

use mc_core::{Estimate, Plan, RunError};
use serde::Serialize;

use crate::Failure;
use crate::command::Format;
use crate::interrupt;
use crate::output::{duration, grouped, markdown_row};
use crate::progress::Watcher;
use crate::request::Request;
use crate::runner;
use crate::techniques::{auto, note};

/// What `estimate --format json` prints.
#[derive(Debug, Serialize)]
struct Report {
    technique: String,
    estimate: f64,
    variance: f64,
    std_error: f64,
    samples: u64,
    seed: u64,
    /// `f64`, or `f32` on a device without doubles.
    precision: String,
    dims: usize,
    prepare_seconds: f64,
    run_seconds: f64,
    /// Samples whose value was not a finite number. One such is an error, so
    /// this is 0.
    non_finite: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

/// Runs one estimate and prints it.
pub fn run(request: &Request) -> Result<(), Failure> {
    let plan = request.plans[0];
    let name = match request.techniques.first() {
        Some(name) => *name,
        None => {
            let (name, why) = auto(&request.problem, plan.samples(), request.workers.get());
            eprintln!("auto: {name} ({why})");
            name
        }
    };
    let progress = interrupt::watch();
    let clock = Instant::now();
    let mut runner = runner::prepare(name, request)
        .map_err(|error| Failure::Run(format!("{name} cannot be used: {error}")))?;
    let prepare_seconds = clock.elapsed().as_secs_f64();

    let watcher = Watcher::new(progress.clone(), plan.samples());
    let clock = Instant::now();
    let outcome = runner.run(&request.problem, &plan, &progress);
    let run_seconds = clock.elapsed().as_secs_f64();
    drop(watcher);
    for notice in runner.notices() {
        eprintln!("{notice}");
    }
    let estimate = outcome.map_err(|error| failure(&error))?;
    let precision = runner.precision();
    let note = note(name, request.native.as_ref(), precision);
    let report = Report {
        technique: name.to_string(),
        estimate: estimate.value,
        variance: estimate.variance,
        std_error: estimate.std_error,
        samples: plan.samples(),
        seed: plan.seed(),
        precision: precision.to_string(),
        dims: request.problem.dims(),
        prepare_seconds,
        run_seconds,
        non_finite: 0,
        note,
    };
    print(request, &plan, &estimate, &report)
}

/// A run that ends without a number.
pub fn failure(error: &RunError) -> Failure {
    Failure::Run(error.to_string())
}

fn print(
    request: &Request,
    plan: &Plan,
    estimate: &Estimate,
    report: &Report,
) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match request.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, report).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.serialize(report).and_then(|()| Ok(csv.flush()?)).map_err(std::io::Error::other)?;
        }
        Format::Markdown => {
            writeln!(
                out,
                "{}",
                markdown_row(&[
                    "technique",
                    "estimate",
                    "std_error",
                    "samples",
                    "seed",
                    "precision"
                ])
            )?;
            writeln!(out, "|---|---:|---:|---:|---:|---|")?;
            let cells = [
                report.technique.clone(),
                report.estimate.to_string(),
                report.std_error.to_string(),
                report.samples.to_string(),
                report.seed.to_string(),
                report.precision.clone(),
            ];
            writeln!(out, "{}", markdown_row(&cells))?;
        }
        Format::Table => {
            let (lo, hi) = estimate.interval95();
            writeln!(out, "estimate    {}", report.estimate)?;
            writeln!(out, "std_error   {:.3e}", report.std_error)?;
            writeln!(out, "95 %        {lo} … {hi}")?;
            if let Some(truth) = request.truth {
                writeln!(
                    out,
                    "truth       {truth}, {:.2} standard errors away",
                    estimate.distance(truth)
                )?;
            }
            writeln!(
                out,
                "of          f = {}, g = {}, on {} (n = {})",
                request.f,
                request.g,
                request.problem.support(),
                report.dims
            )?;
            writeln!(
                out,
                "by          {}, {} samples, seed {}: prepared in {}, ran in {}",
                report.technique,
                grouped(plan.samples()),
                plan.seed(),
                duration(report.prepare_seconds),
                duration(report.run_seconds)
            )?;
            if let Some(note) = report.note {
                writeln!(out, "note        {note}")?;
            }
        }
    }
    Ok(())
}
