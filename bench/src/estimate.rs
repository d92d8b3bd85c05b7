//! `estimate`: one number, with its error.

use std::io::Write as _;
use std::time::Instant;

use mc_core::session::checkpoint::Identity;
use mc_core::{Estimate, RunError, Session, State};
use serde::Serialize;

use crate::Failure;
use crate::auto::{self, Explanation, Goal};
use crate::command::Format;
use crate::ending::{EndingFlags, NonFinite};
use crate::interrupt;
use crate::kept::Kept;
use crate::output::{duration, grouped, markdown_row};
use crate::progress::Watcher;
use crate::request::Request;
use crate::runner;
use crate::techniques::note;

/// What `estimate --format json` prints. Warnings are a list there, and one text in CSV.
#[derive(Debug, Serialize)]
struct Report<W> {
    technique: String,
    estimate: f64,
    variance: f64,
    std_error: f64,
    /// How many were drawn.
    samples: u64,
    seed: u64,
    /// `f64`, or `f32` on a device without doubles.
    precision: String,
    dims: usize,
    prepare_seconds: f64,
    run_seconds: f64,
    /// Samples whose value was not a finite number: 0, unless `--non-finite` skips
    /// them or takes them for 0.
    non_finite: u64,
    /// `rel-error`, `abs-error`, `time-limit` or `samples`.
    stopped_by: String,
    warnings: W,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
    /// With `--explain`: by what the technique was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    auto: Option<Explanation>,
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

/// Runs one estimate and prints it; `explain`: and says why by this technique.
pub fn run(request: &Request, ending: &EndingFlags, explain: bool) -> Result<(), Failure> {
    let plan = request.plans[0];
    let asked = request.techniques.first();
    if let (Some(name), true) = (asked, explain) {
        return Err(Failure::Request(format!(
            "--explain: it says why auto chose a technique, and --technique asks for {name}: leave one of them out"
        )));
    }
    let progress = interrupt::watch();
    let clock = Instant::now();
    let (name, choice, mut runner) = match asked {
        Some(&name) => {
            let runner = runner::prepare(name, request)
                .map_err(|error| Failure::Run(format!("{name} cannot be used: {error}")))?;
            (name, None, runner)
        }
        None => {
            let (target, time_limit) = (ending.target(), ending.time_limit);
            let (choice, runner) = auto::prepare(request, &Goal { plan, target, time_limit })
                .map_err(|error| Failure::Run(format!("no technique can be used: {error}")))?;
            (choice.name, Some(choice), runner)
        }
    };
    let prepare_seconds = clock.elapsed().as_secs_f64();
    if let Some(choice) = &choice {
        match explain {
            true => eprintln!("{choice}"),
            false => eprintln!("auto: {name} ({})", choice.why()),
        }
    }
    let precision = runner.precision();

    let problem = &request.problem;
    let new = || {
        let session = Session::new(problem, &plan).stop_at(ending.target());
        let session = session.non_finite(ending.policy());
        ending.time_limit.iter().fold(session, |session, limit| session.time_limit(*limit))
    };
    let (mut kept, session) = match &ending.checkpoint {
        None => (None, new()),
        Some(path) => {
            let identity = Identity::new(problem, &plan)
                .map_err(|error| Failure::Run(format!("--checkpoint: {error}")))?
                .in_precision(precision);
            let new = || new().keep_state();
            let every = ending.checkpoint_every;
            let (kept, session) = Kept::take_up(path, identity, every, &State::new(&plan), new)?;
            (Some(kept), session)
        }
    };

    let watcher = Watcher::new(progress.clone(), plan.samples(), ending.time_limit);
    let clock = Instant::now();
    let outcome = session.run_nodes(
        |block, level| runner.run_nodes(problem, &plan, block, level, &progress),
        |state, phase| kept.iter_mut().for_each(|kept| kept.keep(state, phase)),
        &progress,
    );
    let run_seconds = clock.elapsed().as_secs_f64();
    drop(watcher);
    for notice in runner.notices() {
        eprintln!("{notice}");
    }
    let outcome = outcome.map_err(|error| match &kept {
        Some(kept) => Failure::Run(format!("{error}; {}", kept.epilogue())),
        None => failure(&error),
    })?;
    for warning in &outcome.warnings {
        eprintln!("warning: {warning}");
    }
    let report = Report {
        technique: name.to_string(),
        estimate: outcome.estimate.value,
        variance: outcome.estimate.variance,
        std_error: outcome.estimate.std_error,
        samples: outcome.samples,
        seed: plan.seed(),
        precision: precision.to_string(),
        dims: problem.dims(),
        prepare_seconds,
        run_seconds,
        non_finite: outcome.non_finite,
        stopped_by: outcome.stopped_by.to_string(),
        warnings: outcome.warnings.iter().map(ToString::to_string).collect(),
        note: note(name, request.native.as_ref(), precision),
        auto: choice.filter(|_| explain).map(|choice| choice.explanation()),
    };
    print(request, ending, &outcome.estimate, report)
}

/// A run that ends without a number.
pub fn failure(error: &RunError) -> Failure {
    Failure::Run(error.to_string())
}

fn print(
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
