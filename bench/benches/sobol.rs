//! Sobol' points beside random ones, technique by technique: `cargo bench -p bench -- sobol`.
//!
//! All ways at one number of coordinates take turns, so ratios are of one run. A line has the time of a point
//! of each kind, and how many times as many Sobol' points are drawn a second, with the interval of the ratio of
//! the medians; then what preparing takes, cold, the net with its scramble included, and by how much that is more.
//!
//! `-- sobol WORD` keeps the techniques with this word in their names. What this build or this machine lacks
//! is named on stderr.

use std::process::ExitCode;
use std::time::Duration;

use bench::cli::flags::{Cli, Command};
use bench::cli::request::Request;
use bench::measure::{Seconds, Way, interleaved};
use bench::numbers::duration;
use bench::results::Host;
use bench::run;
use bench::technique::name::{ExecutorName, KernelName, Name};
use clap::Parser as _;
use mc_core::{Plan, Progress, Sampling};

/// Coordinates, and samples of a run: some milliseconds of the fastest.
const SIZES: [(usize, u64); 4] = [(2, 1 << 22), (10, 1 << 20), (100, 1 << 17), (1000, 1 << 14)];

/// How long the runs at one number of coordinates may take, and the preparing there.
const BUDGET: Duration = Duration::from_secs(20);
const PREPARING: Duration = Duration::from_secs(4);

fn main() -> ExitCode {
    // Worker processes are this executable.
    if let Err(failure) = run::serve_if_worker() {
        return failure.report();
    }
    let words: Vec<String> =
        std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    // A filter for the other benches.
    if words.first().is_none_or(|word| word == "sobol") {
        println!("Sobol' points beside random ones: {}", Host::here());
        for (dims, samples) in SIZES {
            compare(dims, samples, &words);
        }
    }
    run::leave();
    ExitCode::SUCCESS
}

/// The techniques that are measured: each kernel alone, and the fastest shared by workers.
fn names(words: &[String]) -> Vec<Name> {
    let shared = ExecutorName::ALL.map(|executor| Name::under(executor, KernelName::fastest()));
    let wanted = |name: &Name| words.iter().skip(1).all(|word| name.to_string().contains(word));
    KernelName::ALL.map(Name::alone).into_iter().chain(shared).filter(wanted).collect()
}

/// One technique with one kind of points.
type Both<T> = [T; 2];

fn compare(dims: usize, samples: u64, words: &[String]) {
    println!("\nn = {dims}, M = {samples}");
    println!(
        "{:<22}{:>11}{:>11}{:>9}  {:<16}{:>11}{:>11}{:>9}",
        "technique", "random", "Sobol'", "×", "", "prepare", "Sobol'", "×"
    );
    let requests: Both<Request> = Sampling::ALL.map(|sampling| request(dims, samples, sampling));
    let plans: Both<Plan> = requests.each_ref().map(|request| request.plans[0]);
    let progress = Progress::new();
    let mut names = names(words);
    let (mut points, mut prepared) = (Vec::new(), Vec::new());
    names.retain(|&name| {
        let runners = requests.each_ref().map(|request| run::prepare(name, request));
        match runners {
            [Ok(random), Ok(sobol)] => {
                for (mut runner, plan) in [random, sobol].into_iter().zip(plans) {
                    let progress = &progress;
                    points.push(Way::new(name.to_string(), move || runner.run(&plan, progress)));
                }
                for request in &requests {
                    // Another seed each time: a net is kept for some time.
                    let mut seed = 1;
                    prepared.push(Way::new(name.to_string(), move || {
                        seed += 1;
                        let plan = Plan::of(request.sampling, samples, seed);
                        let plan = plan.map_err(|error| error.to_string())?;
                        let net = plan.net(dims).map_err(|error| error.to_string())?;
                        run::prepare(name, request).map(|runner| (runner, net).1.is_some())
                    }));
                }
                true
            }
            [Err(reason), _] | [_, Err(reason)] => {
                eprintln!("{name}: not measured: {reason}");
                false
            }
        }
    });
    let drawn = summaries(&mut points, BUDGET);
    let made = summaries(&mut prepared, PREPARING);
    for (name, (drawn, made)) in names.iter().zip(drawn.chunks(2).zip(made.chunks(2))) {
        let name = name.to_string();
        match (drawn, made) {
            ([Ok(random), Ok(sobol)], [Ok(before), Ok(after)]) => {
                let of_one =
                    |seconds: &Seconds, plan: &Plan| seconds.median / plan.samples() as f64;
                // The plans differ by some samples.
                let fewer = plans[1].samples() as f64 / plans[0].samples() as f64;
                let ratio = random.over(sobol);
                let [value, low, high] =
                    [ratio.value, ratio.low, ratio.high].map(|ratio| ratio * fewer);
                println!(
                    "{name:<22}{:>11}{:>11}{value:>9.2}  {:<16}{:>11}{:>11}{:>9.2}",
                    duration(of_one(random, &plans[0])),
                    duration(of_one(sobol, &plans[1])),
                    format!("{low:.2} to {high:.2}"),
                    duration(before.median),
                    duration(after.median),
                    after.median / before.median
                );
            }
            (drawn, made) => {
                let reasons = drawn.iter().filter_map(|found| found.as_ref().err());
                let others = made.iter().filter_map(|found| found.as_ref().err());
                let reasons: Vec<_> = reasons.chain(others).cloned().collect();
                println!("{name:<22}{}", reasons.join("; "));
            }
        }
    }
}

/// The times of each way.
fn summaries<T>(ways: &mut [Way<'_, T>], budget: Duration) -> Vec<Result<Seconds, String>> {
    let times = interleaved(ways, budget, |_| {}).into_iter();
    let of = |runs| Seconds::of(runs).ok_or_else(|| "it was not run".to_owned());
    times.map(|times| times.and_then(|times| of(times.runs))).collect()
}

/// The lecture's problem, prepared cold.
fn request(dims: usize, samples: u64, sampling: Sampling) -> Request {
    let (dims, samples) = (dims.to_string(), samples.to_string());
    let line = ["bench", "compare", "--problem", "lecture", "--dims", &dims, "--samples", &samples];
    let line = line.into_iter().chain(["--sampling", sampling.name()]);
    let Command::Compare(flags) = Cli::parse_from(line).command else {
        unreachable!("the line says compare")
    };
    let request = Request::compare(&flags.common);
    let request = request.unwrap_or_else(|_| unreachable!("the line is right"));
    Request { cold: true, ..request }
}
