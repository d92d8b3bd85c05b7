//! An estimate, as it is printed.

use std::fmt::Write as _;

use mc_core::{Estimate, Session};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::cli::request::Request;
use crate::cli::stopping::{EndingFlags, NonFinite};
use crate::numbers::{duration, grouped};
use crate::output::{Column, Found, Record, Table, record};

/// What `estimate --format json` prints.
#[derive(Debug, Serialize)]
pub struct Report {
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
    pub warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
    /// With `--explain`: by what the technique was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<Value>,
}

/// A report, with what is told of it to people only.
pub struct Told<'t> {
    /// What was asked for.
    pub request: &'t Request,
    /// When it was to end.
    pub ending: &'t EndingFlags,
    /// The estimate itself.
    pub estimate: &'t Estimate,
    /// What came out.
    pub report: Report,
}

impl Serialize for Told<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.report.serialize(serializer)
    }
}

impl Found for Told<'_> {
    fn head(&self) -> String {
        String::new()
    }

    fn text(&self) -> String {
        let Self { request, ending, estimate, report } = self;
        let mut text = String::new();
        let (lo, hi) = estimate.interval95();
        let _ = writeln!(text, "estimate    {}", report.estimate);
        let _ = writeln!(text, "std_error   {:.3e}", report.std_error);
        let _ = writeln!(text, "95 %        {lo} … {hi}");
        if let Some(truth) = request.truth {
            let _ = writeln!(
                text,
                "truth       {truth}, {:.2} standard errors away",
                estimate.distance(truth)
            );
        }
        let _ = writeln!(
            text,
            "of          f = {}, g = {}, on {} (n = {})",
            request.f,
            request.g,
            request.problem.support(),
            report.dims
        );
        let _ = writeln!(
            text,
            "by          {}, {} samples, seed {}: prepared in {}, ran in {}",
            report.technique,
            grouped(report.samples),
            report.seed,
            duration(report.prepare_seconds),
            duration(report.run_seconds)
        );
        if ending.default_samples() == Session::MOST_SAMPLES {
            let most = grouped(request.plans[0].samples());
            let _ = writeln!(text, "stopped by  {}, of at most {most} samples", report.stopped_by);
        }
        if report.non_finite > 0 {
            let done = match ending.non_finite {
                NonFinite::Zero => "taken for 0",
                NonFinite::Skip | NonFinite::Error => "left out",
            };
            let _ = writeln!(text, "non-finite  {} values, {done}", grouped(report.non_finite));
        }
        if let Some(note) = report.note {
            let _ = writeln!(text, "note        {note}");
        }
        text
    }

    fn tables(&self) -> Vec<Table> {
        let column = |heading, cell: &dyn Fn(&Report) -> String| {
            Column::of(heading, std::slice::from_ref(&self.report), |report| Some(cell(report)))
        };
        let columns = vec![
            column("technique", &|report| report.technique.clone()).words(),
            column("estimate", &|report| report.estimate.to_string()),
            column("std_error", &|report| report.std_error.to_string()),
            column("samples", &|report| report.samples.to_string()),
            column("seed", &|report| report.seed.to_string()),
            column("precision", &|report| report.precision.clone()).words(),
        ];
        vec![Table { caption: None, columns }]
    }

    fn records(&self) -> serde_json::Result<Vec<Record>> {
        let mut fields = record(&self.report)?;
        fields.insert("warnings".to_owned(), self.report.warnings.join("; ").into());
        // It is no column; the words are on stderr.
        fields.remove("auto");
        // The same columns for every estimate.
        fields.entry("note").or_insert(Value::Null);
        Ok(vec![fields])
    }
}
