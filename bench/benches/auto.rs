//! `--technique auto` beside every technique, over a grid of problems and M:
//! `cargo bench -p bench -- auto`.
//!
//! A time is that of a whole estimate in a process of its own, choosing and preparing
//! included, as `estimate --format json` tells it. Each point's processes take turns, in an order
//! that changes, and their medians are compared; the techniques that cannot be the best,
//! by what they took at the last point, are left out. Ends with the worst ratio.
//!
//! `-- auto quick` goes up to M = 10⁶ only; `-- auto WORD` keeps the problems with this word
//! in their names.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use serde_json::Value;

/// What auto may take beside the best technique.
const ALLOWED: f64 = 1.3;

/// Rounds at a point: at least and at most, and how long they may take in all.
const ROUNDS: (usize, usize) = (5, 25);
const BUDGET: Duration = Duration::from_secs(4);

/// Runs beyond this are not made: the last point below tells who wins.
const LONGEST: f64 = 40.0;

/// In runs beyond this, more samples take more time in proportion.
const LONG: f64 = 0.05;

/// All techniques that give an estimate of any problem on one machine. `by-hand`, written
/// by hand for one problem, is what techniques are measured against, and none of them.
const TECHNIQUES: [&str; 19] = [
    "serial",
    "serial-interpreted",
    "ndarray-whole",
    "ndarray",
    "jit-calls",
    "jit-scalar",
    "jit-lanes",
    "jit",
    "opencl",
    "rayon-serial-interpreted",
    "rayon-serial",
    "rayon-ndarray",
    "rayon-jit-lanes",
    "rayon-jit",
    "crossbeam-serial",
    "crossbeam-ndarray",
    "crossbeam-jit",
    "processes-serial",
    "processes-jit",
];

/// One problem of the grid.
struct Subject {
    name: &'static str,
    flags: Vec<String>,
}

fn main() -> ExitCode {
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    // A filter for the other benches.
    if words.first().is_some_and(|word| word != "auto") {
        return ExitCode::SUCCESS;
    }
    let quick = words.iter().any(|word| word == "quick");
    let wanted: Vec<&String> = words.iter().skip(1).filter(|word| *word != "quick").collect();
    let host = bench::results::Host::here();
    println!("auto beside every technique, whole estimates with preparing: {host}\n");
    println!(
        "{:<22}{:>8}  {:<16}{:>11}{:>11}  {:<18}{:>11}{:>7}",
        "problem", "M", "auto", "predicted", "measured", "best technique", "measured", "ratio"
    );
    let mut worst: Option<(f64, String)> = None;
    for subject in subjects() {
        if !wanted.is_empty() && !wanted.iter().any(|word| subject.name.contains(*word)) {
            continue;
        }
        for (ratio, place) in subject.points(if quick { 6 } else { 9 }) {
            if worst.as_ref().is_none_or(|(other, _)| ratio > *other) {
                worst = Some((ratio, place));
            }
        }
    }
    match worst {
        None => println!("\nno problem has such a name"),
        Some((ratio, place)) => {
            let verdict = if ratio <= ALLOWED { "within" } else { "more than" };
            println!("\nthe worst ratio is {ratio:.2}, at {place}: {verdict} {ALLOWED}");
        }
    }
    ExitCode::SUCCESS
}

fn subjects() -> Vec<Subject> {
    let named = |name: &'static str, problem: &str, dims: &str| Subject {
        name,
        flags: ["--problem", problem, "--dims", dims].map(str::to_owned).to_vec(),
    };
    let text = |name: &'static str, f: &str, support: &str| Subject {
        name,
        flags: vec!["--f".to_owned(), f.to_owned(), format!("--support={support}")],
    };
    // 25 sines, about 40 operations each.
    let long: Vec<String> = (1..=25).map(|k| format!("sin({k}*x0+x1)")).collect();
    vec![
        named("lecture n=2", "lecture", "2"),
        named("lecture n=10", "lecture", "10"),
        named("lecture n=100", "lecture", "100"),
        named("gaussian-peak n=4", "gaussian-peak", "4"),
        named("genz-oscillatory n=10", "genz-oscillatory", "10"),
        text("text, a peak", "exp(-norm(x)^2)", "-3:3^4"),
        text("text, ln erf if", "if(x0 > x1, ln(1+x0)*erf(x2), sin(x1))", "0:1^3"),
        text("text, long", &long.join("+"), "0:1^2"),
    ]
}

/// A technique on its way through the M of a problem.
struct Racer {
    technique: &'static str,
    /// The last M that it took part in, and the median there.
    last: Option<(u64, f64)>,
    out: bool,
}

impl Subject {
    /// The ratio at each M = 10², 10³, …, with its place.
    fn points(&self, most: u32) -> Vec<(f64, String)> {
        let mut racers: Vec<Racer> = TECHNIQUES
            .iter()
            .map(|&technique| Racer { technique, last: None, out: false })
            .collect();
        let mut ratios = Vec::new();
        for exponent in 2..=most {
            let samples = 10u64.pow(exponent);
            let Some((ratio, goes_on)) = self.point(samples, &mut racers) else {
                println!("{:<22}{:>8}  (no estimate)", self.name, format!("1e{exponent}"));
                break;
            };
            ratios.push((ratio, format!("{}, M = 1e{exponent}", self.name)));
            if !goes_on {
                break;
            }
        }
        ratios
    }

    /// The ratio, and whether to go on to more samples.
    fn point(&self, samples: u64, racers: &mut [Racer]) -> Option<(f64, bool)> {
        let first = self.estimate("auto", samples)?;
        // What a technique takes at least, by what it took for fewer samples.
        let least = |(before, seconds): (u64, f64)| match seconds > LONG {
            true => 0.5 * samples as f64 / before as f64 * seconds,
            false => seconds,
        };
        let hopeless = |racer: &Racer| racer.last.is_some_and(|last| least(last) > first.seconds);
        let mut running: Vec<(&mut Racer, Vec<f64>)> = racers
            .iter_mut()
            .filter(|racer| !racer.out && !hopeless(racer))
            .map(|racer| (racer, Vec::new()))
            .collect();
        let mut ours = Vec::new();
        let clock = Instant::now();
        for round in 0..ROUNDS.1 {
            if round >= ROUNDS.0 && clock.elapsed() > BUDGET || clock.elapsed() > 6 * BUDGET {
                break;
            }
            // Auto first, in the middle, last: nobody always follows the same one.
            let count = running.len();
            let place = round * 7 % (count + 1);
            for turn in 0..=count {
                if turn == place {
                    ours.push(self.estimate("auto", samples)?);
                }
                let Some((racer, times)) = running.get_mut((turn + round) % count.max(1)) else {
                    continue;
                };
                if turn == count || racer.out {
                    continue;
                }
                match self.estimate(racer.technique, samples) {
                    Some(run) => times.push(run.seconds),
                    None => racer.out = true,
                }
                // One look is enough to see that it is far behind.
                if let [seconds] = times[..]
                    && seconds > 3.0 * first.seconds
                {
                    racer.last = Some((samples, seconds));
                    times.clear();
                }
            }
            // Who was far behind does not run again at this point.
            running.retain(|(racer, times)| {
                !racer.out && (!times.is_empty() || racer.last.is_none_or(|last| last.0 != samples))
            });
        }
        let mut best: Option<(f64, &str)> = None;
        for (racer, times) in &mut running {
            let Some(seconds) = median(times.iter().copied()) else { continue };
            racer.last = Some((samples, seconds));
            if best.is_none_or(|(other, _)| seconds < other) {
                best = Some((seconds, racer.technique));
            }
        }
        let auto = median(ours.iter().map(|run| run.seconds))?;
        let predicted = median(ours.iter().map(|run| run.predicted))?;
        let (seconds, technique) = best?;
        let ratio = auto / seconds;
        println!(
            "{:<22}{:>8}  {:<16}{:>11}{:>11}  {:<18}{:>11}{:>7.2}{}",
            self.name,
            format!("1e{}", samples.ilog10()),
            most_frequent(&ours),
            shown(predicted),
            shown(auto),
            technique,
            shown(seconds),
            ratio,
            if ratio > ALLOWED { "  !" } else { "" }
        );
        // Ten times as long would be too long.
        let goes_on = auto * 10.0 < LONGEST;
        if !goes_on {
            println!("{:<22}{:>8}  (more samples would take too long)", "", "");
        }
        Some((ratio, goes_on))
    }

    /// One estimate in a process of its own; none if the technique cannot be used here.
    fn estimate(&self, technique: &str, samples: u64) -> Option<Run> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench"));
        command.arg("estimate").args(&self.flags).args(["--format", "json", "--samples"]);
        command.arg(samples.to_string());
        match technique {
            "auto" => command.arg("--explain"),
            name => command.args(["--technique", name]),
        };
        let output = command.output().ok()?;
        let json: Value = serde_json::from_slice(&output.stdout).ok()?;
        let seconds = json["prepare_seconds"].as_f64()? + json["run_seconds"].as_f64()?;
        let name = json["technique"].as_str()?.to_owned();
        let candidates = json["auto"]["candidates"].as_array();
        let best = candidates.and_then(|candidates| candidates.first());
        let predicted = best.map_or(f64::NAN, |best| {
            let of = |field: &str| best[field].as_f64().unwrap_or(f64::NAN);
            of("start_seconds") + of("run_seconds")
        });
        Some(Run { name, seconds, predicted })
    }
}

struct Run {
    name: String,
    seconds: f64,
    predicted: f64,
}

fn median(values: impl Iterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

fn most_frequent(runs: &[Run]) -> &str {
    let count = |name: &str| runs.iter().filter(|run| run.name == name).count();
    runs.iter().max_by_key(|run| count(&run.name)).map_or("", |run| &run.name)
}

fn shown(seconds: f64) -> String {
    match seconds {
        s if s >= 1.0 => format!("{s:.2} s"),
        s if s >= 1e-3 => format!("{:.2} ms", s * 1e3),
        s => format!("{:.1} µs", s * 1e6),
    }
}
