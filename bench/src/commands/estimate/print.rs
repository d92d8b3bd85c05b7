//! An estimate in the formats of `--format`.

use std::io::Write as _;

use mc_core::{Estimate, Session};
use serde::Serialize;

use crate::auto::Explanation;
use crate::cli::flags::Format;
use crate::cli::request::Request;
use crate::cli::stopping::{EndingFlags, NonFinite};
use crate::numbers::{duration, grouped};
use crate::output::markdown_row;
use crate::process::Failure;

/// What `estimate --format json` prints. Warnings are a list there, and one text in CSV.
#[derive(Debug, Serialize)]
pub struct Report<W> {
    pub technique: String,
    pub estimate: f64,
    pub variance: f64,
    pub std_error: f64,
    /// How many were drawn.
    pub samples: u64,
    pub seed: u64,
    /// `f64`, or `f32` on a device without doubles.
    pub precision: String,
    pub dims: usize,
    pub prepare_seconds: f64,
    pub run_seconds: f64,
    /// Samples whose value was not a finite number: 0, unless `--non-finite` skips
    /// them or takes them for 0.
    pub non_finite: u64,
    /// `rel-error`, `abs-error`, `time-limit` or `samples`.
    pub stopped_by: String,
    pub warnings: W,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
    /// With `--explain`: by what the technique was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<Explanation>,
}

impl Report<Vec<String>> {
    /// With as many fields as columns.
    fn for_csv(self) -> Report<String> {
        let warnings = self.warnings.join("; ");
        let Self { technique, estimate, variance, std_error, samples, seed, precision, .. } = self;
        let Self { dims, prepare_seconds, run_seconds, non_finite, stopped_by, note, .. } = self;
        Report {
            technique,
            estimate,
            variance,
            std_error,
            samples,
            seed,
            precision,
            dims,
            prepare_seconds,
            run_seconds,
            non_finite,
            stopped_by,
            warnings,
            note,
            // It is no column; the words are on stderr.
            auto: None,
        }
    }
}

/// Prints it on stdout.
pub fn print(
    request: &Request,
    ending: &EndingFlags,
    estimate: &Estimate,
    report: Report<Vec<String>>,
) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match request.format {
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report).map_err(std::io::Error::from)?;
            writeln!(out)?;
        }
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(&mut out);
            csv.serialize(report.for_csv())
                .and_then(|()| Ok(csv.flush()?))
                .map_err(std::io::Error::other)?;
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
                grouped(report.samples),
                report.seed,
                duration(report.prepare_seconds),
                duration(report.run_seconds)
            )?;
            if ending.default_samples() == Session::MOST_SAMPLES {
                let most = grouped(request.plans[0].samples());
                writeln!(out, "stopped by  {}, of at most {most} samples", report.stopped_by)?;
            }
            if report.non_finite > 0 {
                let done = match ending.non_finite {
                    NonFinite::Zero => "taken for 0",
                    NonFinite::Skip | NonFinite::Error => "left out",
                };
                writeln!(out, "non-finite  {} values, {done}", grouped(report.non_finite))?;
            }
            if let Some(note) = report.note {
                writeln!(out, "note        {note}")?;
            }
        }
    }
    Ok(())
}
