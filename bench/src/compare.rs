//! `compare`: every technique on the same problem, side by side.

use std::time::{Duration, Instant};

use mc_core::{Estimate, Plan, Problem, Progress};
use serde::Serialize;

use crate::Failure;
use crate::command::CompareFlags;
use crate::crossover::{self, Crossover};
use crate::document::Measured;
use crate::gate::{self, same};
use crate::host::Host;
use crate::interrupt;
use crate::made::Made;
use crate::measure::{Competitor, Seconds, interleaved};
use crate::output;
use crate::progress;
use crate::reference;
use crate::report;
use crate::request::Request;
use crate::runner::{self, Runner};
use crate::runs;
use crate::techniques::{KernelName, Name, note};

/// How long all measurements may take together, unless a single round of all
/// techniques takes longer.
const BUDGET: Duration = Duration::from_secs(24);

/// The version of the JSON documents, which `bench/docs/schema.md` describes. It
/// rises when a field is removed or its meaning changes, not when one is added.
pub const SCHEMA: u32 = 1;

/// What `compare --format json` prints.
#[derive(Debug, Serialize)]
pub struct Comparison {
    /// The version of this document: [`SCHEMA`].
    pub schema: u32,
    /// When, by which command and from which source it was made.
    pub made: Made,
    /// The machine.
    pub host: Host,
    /// f, as text.
    pub f: String,
    /// g, as text.
    pub g: String,
    /// The box, as text.
    pub support: String,
    /// The number of coordinates.
    pub dims: usize,
    /// The value of the integral, where it is known.
    pub truth: Option<f64>,
    /// The seed.
    pub seed: u64,
    /// Threads or processes of the parallel techniques.
    pub workers: usize,
    /// Whether, for each number of samples, all rows have the same bits.
    pub same_bits: bool,
    /// One for each technique and number of samples.
    pub rows: Vec<Row>,
    /// For each technique with an executor: from where on it pays.
    pub crossovers: Vec<Crossover>,
    /// What was measured for the page alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Measured>,
}

/// One technique at one number of samples.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The technique's name.
    pub technique: String,
    /// The number of samples.
    pub samples: u64,
    /// The number of coordinates.
    pub dims: usize,
    /// φ̂.
    pub estimate: Option<f64>,
    /// Its variance.
    pub variance: Option<f64>,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// |φ̂ − truth| in standard errors, where the truth is known.
    pub distance: Option<f64>,
    /// Seconds that preparing took, once for all numbers of samples.
    pub prepare_seconds: Option<f64>,
    /// Seconds of one run.
    pub seconds: Option<Seconds>,
    /// Samples a second, by the median.
    pub samples_per_second: Option<f64>,
    /// How many times as fast as `serial`, by the medians of this run.
    pub speedup: Option<f64>,
    /// Whether the technique gave an estimate.
    pub available: bool,
    /// Whether the bits are those of the serial loop; none if that is not known, as
    /// for a peer, which has a sample of its own.
    pub same_bits: Option<bool>,
    /// Whether it may be ranked: it has an estimate and no mark.
    pub ranked: bool,
    /// Its rank by the median among the rows of this number of samples, from 1.
    pub rank: Option<usize>,
    /// Why it is not ranked although it has an estimate.
    pub mark: Option<String>,
    /// Why it is not available.
    pub reason: Option<String>,
    /// What to know about how it was computed.
    pub note: Option<&'static str>,
}

/// A technique on its way through the comparison.
struct Contestant {
    name: Name,
    prepare_seconds: f64,
    runner: Result<Box<dyn Runner>, String>,
}

/// Runs the comparison, prints it, and writes what else `flags` ask for.
pub fn run(flags: &CompareFlags) -> Result<(), Failure> {
    let mut request = Request::compare(&flags.common)?;
    runs::check(flags)?;
    let wants_page = flags.keep || flags.report.is_some();
    if wants_page {
        report::widen(&mut request);
    }
    let request = &request;
    let names = match request.techniques.as_slice() {
        [] => Name::defaults(),
        names => names.to_vec(),
    };
    let cancel = interrupt::watch();
    let bar = progress::steps(100);
    bar.set_message("preparing");
    let mut contestants: Vec<Contestant> = names
        .into_iter()
        .map(|name| {
            let clock = Instant::now();
            let runner = runner::prepare(name, request);
            Contestant { name, prepare_seconds: clock.elapsed().as_secs_f64(), runner }
        })
        .collect();

    let parts = request.plans.len() as u32;
    let mut rows = Vec::new();
    let mut same_bits = true;
    for (part, plan) in (0u32..).zip(&request.plans) {
        bar.set_message(format!("{} samples", output::grouped(plan.samples())));
        let (mut found, same) =
            race(request, plan, &mut contestants, &cancel, BUDGET / parts, |share| {
                bar.set_position((100.0 * (f64::from(part) + share) / f64::from(parts)) as u64);
            });
        same_bits &= same;
        rows.append(&mut found);
    }
    bar.set_message("crossovers");
    let crossovers = crossovers(request, &mut contestants, &cancel);
    let page = wants_page.then(|| {
        bar.set_message("workers, convergence, experiments");
        report::measure::all(request, &flags.common, &cancel)
    });
    bar.finish_and_clear();
    cancel.check().map_err(|error| Failure::Run(error.to_string()))?;

    let comparison = Comparison {
        schema: SCHEMA,
        made: Made { note: flags.note.clone(), ..Made::now() },
        host: Host::here(),
        f: request.f.clone(),
        g: request.g.clone(),
        support: request.problem.support().to_string(),
        dims: request.problem.dims(),
        truth: request.truth,
        seed: request.plans[0].seed(),
        workers: request.workers.get(),
        same_bits,
        rows,
        crossovers,
        page,
    };
    output::print(&comparison, request.format)?;
    runs::write(&comparison, flags)?;
    for contestant in &mut contestants {
        if let Ok(runner) = &mut contestant.runner {
            for notice in runner.notices() {
                eprintln!("{}: {notice}", contestant.name);
            }
        }
    }
    if !same_bits {
        return Err(Failure::Run(
            "the techniques do not agree in every bit: this is a defect, please report it"
                .to_owned(),
        ));
    }
    if comparison.rows.iter().all(|row| !row.available) {
        return Err(Failure::Run(
            "no technique gave an estimate: see the reasons above".to_owned(),
        ));
    }
    Ok(())
}

/// One contestant at one number of samples.
struct Run<'r> {
    runner: &'r mut dyn Runner,
    problem: &'r Problem,
    plan: &'r Plan,
    progress: &'r Progress,
    estimate: Option<Estimate>,
    /// Whether runs of the same contestant differed.
    changed: bool,
}

impl Competitor for Run<'_> {
    type Error = String;

    fn run(&mut self) -> Result<(), String> {
        let estimate = self
            .runner
            .run(self.problem, self.plan, self.progress)
            .map_err(|error| error.to_string())?;
        let before = self.estimate.replace(estimate);
        self.changed |= before.is_some_and(|before| !same(&before, &estimate));
        Ok(())
    }
}

/// All contestants at one number of samples; and whether their bits agree.
fn race(
    request: &Request,
    plan: &Plan,
    contestants: &mut [Contestant],
    progress: &Progress,
    budget: Duration,
    tick: impl FnMut(f64),
) -> (Vec<Row>, bool) {
    let mut rows: Vec<Row> = contestants.iter().map(|c| blank(request, plan, c)).collect();
    let serial = contestants.iter().position(|c| c.name == Name::alone(KernelName::Serial));
    let mut places = Vec::new();
    let mut runs = Vec::new();
    for (place, contestant) in contestants.iter_mut().enumerate() {
        if let Ok(runner) = &mut contestant.runner {
            places.push(place);
            let (problem, runner) = (&request.problem, &mut **runner);
            runs.push(Run { runner, problem, plan, progress, estimate: None, changed: false });
        }
    }
    let outcomes = interleaved(&mut runs, budget, tick);
    let mut same_bits = true;
    let in_race = serial
        .and_then(|place| runs[places.iter().position(|&own| own == place)?].estimate)
        .map(|estimate| (estimate, true));
    // Without the serial loop, all must at least agree with the first.
    let reference = in_race
        .or_else(|| Some((reference::serial(request, plan, progress)?, true)))
        .or_else(|| Some((runs.iter().find_map(|run| run.estimate)?, false)));
    for ((place, run), outcome) in places.into_iter().zip(&runs).zip(outcomes) {
        let row = &mut rows[place];
        match (outcome, run.estimate) {
            (Ok(times), Some(estimate)) => {
                let equal =
                    reference.map(|(expected, _)| !run.changed && same(&expected, &estimate));
                same_bits &= equal.unwrap_or(true);
                row.same_bits =
                    equal.filter(|equal| !equal || reference.is_some_and(|(_, serial)| serial));
                row.available = true;
                row.estimate = Some(estimate.value);
                row.variance = Some(estimate.variance);
                row.std_error = Some(estimate.std_error);
                row.distance = request.truth.map(|truth| estimate.distance(truth));
                row.mark = gate::mark(row.same_bits, row.distance);
                row.seconds = Seconds::of(times);
                row.samples_per_second =
                    row.seconds.map(|seconds| plan.samples() as f64 / seconds.median);
            }
            (Err(reason), _) => row.reason = Some(reason),
            (Ok(_), None) => row.reason = Some("it was not run".to_owned()),
        }
    }
    let serial = serial.and_then(|place| rows[place].seconds);
    for row in &mut rows {
        row.speedup = serial.zip(row.seconds).map(|(serial, own)| serial.median / own.median);
    }
    gate::rank(&mut rows);
    (rows, same_bits)
}

/// From where on each executor pays, against its kernel alone.
fn crossovers(
    request: &Request,
    contestants: &mut Vec<Contestant>,
    progress: &Progress,
) -> Vec<Crossover> {
    let mut found = Vec::new();
    for place in 0..contestants.len() {
        let (name, ready) = (contestants[place].name, contestants[place].runner.is_ok());
        let alone = Name::alone(name.kernel);
        if name == alone || !ready {
            continue;
        }
        let partner = contestants.iter().position(|c| c.name == alone).unwrap_or_else(|| {
            let runner = runner::prepare(alone, request);
            contestants.push(Contestant { name: alone, prepare_seconds: 0.0, runner });
            contestants.len() - 1
        });
        let outcome = match contestants.get_disjoint_mut([place, partner]) {
            Ok([one, other]) => match (&mut one.runner, &mut other.runner) {
                (Ok(technique), Ok(alone)) => crossover::search(
                    &mut **technique,
                    &mut **alone,
                    &request.problem,
                    request.plans[0].seed(),
                    progress,
                ),
                (_, Err(reason)) | (Err(reason), _) => Err(reason.clone()),
            },
            Err(error) => Err(error.to_string()),
        };
        let (samples, searched_to, reason) = match outcome {
            Ok((samples, searched_to)) => (samples, searched_to, None),
            Err(reason) => (None, 0, Some(reason)),
        };
        let (technique, against) = (name.to_string(), alone.to_string());
        found.push(Crossover { technique, against, samples, searched_to, reason });
    }
    found
}

fn blank(request: &Request, plan: &Plan, contestant: &Contestant) -> Row {
    Row {
        prepare_seconds: contestant.runner.is_ok().then_some(contestant.prepare_seconds),
        reason: contestant.runner.as_ref().err().cloned(),
        note: note(contestant.name, request.native.as_ref()),
        ..Row::blank(&contestant.name.to_string(), plan.samples(), request.problem.dims())
    }
}

impl Row {
    /// A technique of which nothing is known yet.
    pub fn blank(technique: &str, samples: u64, dims: usize) -> Self {
        Self {
            technique: technique.to_owned(),
            samples,
            dims,
            estimate: None,
            variance: None,
            std_error: None,
            distance: None,
            prepare_seconds: None,
            seconds: None,
            samples_per_second: None,
            speedup: None,
            available: false,
            same_bits: None,
            ranked: false,
            rank: None,
            mark: None,
            reason: None,
            note: None,
        }
    }
}

#[cfg(test)]
impl Comparison {
    /// No row yet; for tests.
    pub(crate) fn blank() -> Self {
        Self {
            schema: SCHEMA,
            made: Made::now(),
            host: Host::here(),
            f: "norm(x)^2".to_owned(),
            g: "uniform".to_owned(),
            support: "0:1^2".to_owned(),
            dims: 2,
            truth: Some(2.0 / 3.0),
            seed: 1,
            workers: 2,
            same_bits: true,
            rows: Vec::new(),
            crossovers: Vec::new(),
            page: None,
        }
    }
}
