//! `compare`: every technique on the same problem, side by side.

use std::time::{Duration, Instant};

use mc_core::{Estimate, Plan, Problem, Progress};
use serde::Serialize;

use crate::Failure;
use crate::host::Host;
use crate::measure::{Competitor, Seconds, interleaved};
use crate::output;
use crate::peers;
use crate::progress;
use crate::request::Request;
use crate::runner::{self, Runner};
use crate::techniques::{KernelName, Name, note};

/// How long all measurements may take together, unless a single round of all
/// techniques takes longer.
const BUDGET: Duration = Duration::from_secs(24);

/// What `compare --format json` prints.
#[derive(Debug, Serialize)]
pub struct Comparison {
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
    /// Whether, for each number of samples, all techniques have the same bits. Peers
    /// have random numbers of their own.
    pub same_bits: bool,
    /// What the peers run with.
    pub peers: Vec<PeerVersions>,
    /// One for each technique and number of samples.
    pub rows: Vec<Row>,
}

/// A peer that took part.
#[derive(Clone, Debug, Serialize)]
pub struct PeerVersions {
    /// Its name.
    pub name: &'static str,
    /// Interpreter and libraries with their versions.
    pub versions: String,
}

/// One technique or peer at one number of samples.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The name of the technique or peer.
    pub technique: String,
    /// Whether it is a peer.
    pub peer: bool,
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
    /// Why not.
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

/// Runs the comparison and prints it.
pub fn run(request: &Request) -> Result<(), Failure> {
    let names = match request.techniques.as_slice() {
        [] => Name::defaults(),
        names => names.to_vec(),
    };
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

    let mut entries: Vec<peers::Entry> =
        request.peers.iter().map(|&name| peers::Entry::prepare(name, request)).collect();

    let parts = request.plans.len() as u32;
    let mut rows = Vec::new();
    let mut same_bits = true;
    for (part, plan) in (0u32..).zip(&request.plans) {
        bar.set_message(format!("{} samples", output::grouped(plan.samples())));
        let budget = BUDGET / parts;
        let (mut found, same) =
            race(request, plan, &mut contestants, &mut entries, budget, |share| {
                bar.set_position((100.0 * (f64::from(part) + share) / f64::from(parts)) as u64);
            });
        same_bits &= same;
        rows.append(&mut found);
    }
    bar.finish_and_clear();

    let comparison = Comparison {
        host: Host::here(),
        f: request.f.clone(),
        g: request.g.clone(),
        support: request.problem.support().to_string(),
        dims: request.problem.dims(),
        truth: request.truth,
        seed: request.plans[0].seed(),
        workers: request.workers.get(),
        same_bits,
        peers: entries.iter().filter_map(peers::Entry::versions).collect(),
        rows,
    };
    output::print(&comparison, request.format)?;
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
    estimate: Option<Estimate>,
    /// Whether runs of the same contestant differed.
    changed: bool,
}

impl Competitor for Run<'_> {
    type Error = String;

    fn run(&mut self) -> Result<(), String> {
        let estimate = self
            .runner
            .run(self.problem, self.plan, &Progress::new())
            .map_err(|error| error.to_string())?;
        let before = self.estimate.replace(estimate);
        self.changed |= before.is_some_and(|before| !same(&before, &estimate));
        Ok(())
    }
}

/// A technique or a peer.
enum Racer<'r> {
    Technique(Run<'r>),
    Peer(peers::Turn<'r>),
}

impl Competitor for Racer<'_> {
    type Error = String;

    fn run(&mut self) -> Result<(), String> {
        match self {
            Self::Technique(run) => run.run(),
            Self::Peer(turn) => turn.run(),
        }
    }

    fn timed(&mut self, repeats: u32) -> Result<f64, String> {
        match self {
            Self::Technique(run) => run.timed(repeats),
            Self::Peer(turn) => turn.timed(repeats),
        }
    }

    fn warm_up(&mut self) -> Result<f64, String> {
        match self {
            Self::Technique(run) => run.warm_up(),
            Self::Peer(turn) => turn.warm_up(),
        }
    }

    fn rounds(&self) -> usize {
        match self {
            Self::Technique(run) => run.rounds(),
            Self::Peer(turn) => turn.rounds(),
        }
    }
}

/// All contestants and peers at one number of samples; and whether the contestants'
/// bits agree.
fn race(
    request: &Request,
    plan: &Plan,
    contestants: &mut [Contestant],
    entries: &mut [peers::Entry],
    budget: Duration,
    tick: impl FnMut(f64),
) -> (Vec<Row>, bool) {
    let mut rows: Vec<Row> = contestants.iter().map(|c| blank(request, plan, c)).collect();
    let serial = contestants.iter().position(|c| c.name == Name::alone(KernelName::Serial));
    let mut places = Vec::new();
    let mut racers = Vec::new();
    for (place, contestant) in contestants.iter_mut().enumerate() {
        if let Ok(runner) = &mut contestant.runner {
            places.push(place);
            let (problem, runner) = (&request.problem, &mut **runner);
            let run = Run { runner, problem, plan, estimate: None, changed: false };
            racers.push(Racer::Technique(run));
        }
    }
    for entry in entries {
        let mut row = blank_peer(request, plan, entry);
        match entry.turn(plan) {
            Ok(turn) => {
                places.push(rows.len());
                racers.push(Racer::Peer(turn));
            }
            Err(reason) => row.reason = Some(reason),
        }
        rows.push(row);
    }
    let outcomes = interleaved(&mut racers, budget, tick);
    let mut same_bits = true;
    let mut first: Option<Estimate> = None;
    for ((place, racer), outcome) in places.into_iter().zip(&racers).zip(outcomes) {
        let row = &mut rows[place];
        let estimate = match racer {
            Racer::Technique(run) => run.estimate,
            Racer::Peer(turn) => turn.estimate(),
        };
        match (outcome, estimate) {
            (Ok(times), Some(estimate)) => {
                if let Racer::Technique(run) = racer {
                    let reference = *first.get_or_insert(estimate);
                    same_bits &= !run.changed && same(&reference, &estimate);
                }
                row.available = true;
                row.estimate = Some(estimate.value);
                row.variance = Some(estimate.variance);
                row.std_error = Some(estimate.std_error);
                row.distance = request.truth.map(|truth| estimate.distance(truth));
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
    (rows, same_bits)
}

fn same(a: &Estimate, b: &Estimate) -> bool {
    a.value.to_bits() == b.value.to_bits()
        && a.variance.to_bits() == b.variance.to_bits()
        && a.samples == b.samples
}

fn blank(request: &Request, plan: &Plan, contestant: &Contestant) -> Row {
    Row {
        prepare_seconds: contestant.runner.is_ok().then_some(contestant.prepare_seconds),
        reason: contestant.runner.as_ref().err().cloned(),
        note: note(contestant.name, request.native.as_ref()),
        ..nameless(request, plan, contestant.name.to_string())
    }
}

fn blank_peer(request: &Request, plan: &Plan, entry: &peers::Entry) -> Row {
    Row {
        peer: true,
        prepare_seconds: entry.versions().map(|_| entry.prepare_seconds),
        note: entry.name.note(),
        ..nameless(request, plan, entry.name.to_string())
    }
}

/// A row without results.
fn nameless(request: &Request, plan: &Plan, technique: String) -> Row {
    Row {
        technique,
        peer: false,
        samples: plan.samples(),
        dims: request.problem.dims(),
        estimate: None,
        variance: None,
        std_error: None,
        distance: None,
        prepare_seconds: None,
        seconds: None,
        samples_per_second: None,
        speedup: None,
        available: false,
        reason: None,
        note: None,
    }
}
