//! An estimate, as it is printed.

use mc_core::{Estimate, Sampling, Session, Short};
use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::cli::common::Format;
use crate::cli::given::Given;
use crate::cli::request::Request;
use crate::cli::stopping::{EndingFlags, NonFinite};
use crate::numbers::{distance, duration, grouped, value_to_error, value_with_error};
use crate::output::{Column, Found, Record, Table, hanging, record};
use crate::results::{Host, Made, SCHEMA};

/// What `estimate --format json` prints.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    /// The version of the documents, [`SCHEMA`].
    pub schema: u32,
    /// For a result that is filed.
    pub made: Option<Made>,
    pub host: Option<Host>,
    pub f: String,
    pub g: String,
    pub support: String,
    /// Its name in the catalogue, if it was asked for by name.
    pub problem: Option<String>,
    pub dims: usize,
    pub truth: Option<f64>,
    pub seed: u64,
    /// What kind of points.
    pub sampling: Sampling,
    pub workers: usize,
    pub technique: String,
    pub estimate: f64,
    pub variance: f64,
    pub std_error: f64,
    /// How many were drawn.
    pub samples: u64,
    /// How many replicates of Sobol' points tell the error.
    pub replicates: Option<u64>,
    /// `f64`, or `f32` on a device without doubles.
    pub precision: String,
    pub prepare_seconds: f64,
    pub run_seconds: f64,
    /// Samples whose value was not a finite number: 0, unless `--non-finite` skips
    /// them or takes them for 0.
    pub non_finite: u64,
    /// `rel-error`, `abs-error`, `time-limit`, `samples` or `interrupt`.
    pub stopped_by: String,
    pub warnings: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<&'static str>,
    /// With `--explain`: by what the technique was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auto: Option<Value>,
}

impl Report {
    /// All but what came out: what was asked for and, for programs, where it was made.
    pub fn asked(request: &Request) -> Self {
        let Request { problem, plans, .. } = request;
        // It takes git some time to say at which commit the source is.
        let filed = matches!(request.format, Format::Json | Format::Csv);
        Self {
            schema: SCHEMA,
            made: filed.then(|| Made::now(Given::here().typed())),
            host: filed.then(Host::here),
            f: request.f.clone(),
            g: request.g.clone(),
            support: problem.support().to_string(),
            problem: request.name.clone(),
            dims: problem.dims(),
            truth: request.truth,
            seed: plans[0].seed(),
            sampling: request.sampling,
            workers: request.workers.get(),
            ..Self::default()
        }
    }
}

/// A report, with what is told of it to people only.
pub struct Told<'t> {
    /// What was asked for.
    pub request: &'t Request,
    /// When it was to end.
    pub ending: &'t EndingFlags,
    /// The estimate itself.
    pub estimate: &'t Estimate,
    /// Whether people are to see all digits.
    pub digits: bool,
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

    fn text(&self, width: usize) -> String {
        let Self { request, ending, estimate, report, .. } = self;
        let plans = &request.plans;
        let Report { f, g, support, dims, truth, technique, samples, seed, sampling, .. } = report;
        let (lo, hi) = estimate.interval95();
        let Estimate { value, std_error, .. } = **estimate;
        let digits = |value: f64| match self.digits {
            true => Short(value).to_string(),
            false => value_to_error(value, std_error),
        };
        let mut lines = vec![
            match self.digits {
                true => format!("estimate    {}", Short(value)),
                false => format!("estimate    {}", value_with_error(value, std_error)),
            },
            match self.digits {
                false if std_error != 0.0 => format!("std_error   {std_error:.1e}"),
                _ => format!("std_error   {}", Short(std_error)),
            },
            match estimate.replicates {
                None => format!("95 %        {} … {}", digits(lo), digits(hi)),
                Some(replicates) => {
                    format!(
                        "95 %        {} … {} (t, {replicates} replicates)",
                        digits(lo),
                        digits(hi)
                    )
                }
            },
        ];
        if let Some(truth) = truth {
            let (z, truth) = (distance(estimate.distance(*truth)), Short(*truth));
            lines.push(format!("truth       {truth}, {z} standard errors away"));
        }
        lines.push(format!("of          f = {f}, g = {g}, on {support} (n = {dims})"));
        let (samples, prepare) = (grouped(*samples), duration(report.prepare_seconds));
        let run = duration(report.run_seconds);
        let points = match sampling {
            Sampling::Random => "samples",
            Sampling::Sobol => "Sobol' points",
        };
        lines.push(format!(
            "by          {technique}, {samples} {points}, seed {seed}: prepared in {prepare}, ran in {run}"
        ));
        if ending.default_samples() == Session::MOST_SAMPLES || report.stopped_by == "interrupt" {
            let most = grouped(plans[0].samples());
            lines.push(format!("stopped by  {}, of at most {most} samples", report.stopped_by));
        }
        if report.non_finite > 0 {
            let done = match ending.non_finite {
                NonFinite::Zero => "taken for 0",
                NonFinite::Skip | NonFinite::Error => "left out",
            };
            lines.push(format!("non-finite  {} values, {done}", grouped(report.non_finite)));
        }
        lines.extend(report.note.map(|note| format!("note        {note}")));
        lines.iter().map(|line| hanging(line, width, 12)).collect()
    }

    fn tables(&self) -> Vec<Table> {
        let column = |heading, cell: &dyn Fn(&Report) -> String| {
            Column::of(heading, std::slice::from_ref(&self.report), |report| Some(cell(report)))
        };
        let columns = vec![
            column("technique", &|report| report.technique.clone()).words(),
            column("estimate", &|report| Short(report.estimate).to_string()),
            column("std_error", &|report| Short(report.std_error).to_string()),
            column("samples", &|report| report.samples.to_string()),
            column("sampling", &|report| report.sampling.to_string()).words(),
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
        let columns = fields.into_iter().flat_map(|(name, value)| match value {
            Value::Object(parts) => {
                parts.into_iter().map(|(part, value)| (format!("{name}_{part}"), value)).collect()
            }
            value => vec![(name, value)],
        });
        Ok(vec![columns.collect()])
    }
}
