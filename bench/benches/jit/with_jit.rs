//! The groups of this benchmark.

use std::f64::consts::PI;
use std::hint::black_box;
use std::time::Duration;

use bench::measure::{Seconds, Way, interleaved};
use bench::technique::by_hand::{self, ByHand, Width};
use bench::technique::name::KernelName;
use criterion::{Criterion, Throughput, criterion_group};
use mc_core::catalogue::{self, Entry};
use mc_core::{Density, Plan, Problem, Progress, RunError, Support, Technique, run};
use mc_jit::{Jit, Simd};
use mc_serial::Closure;

use crate::sobol;

criterion_group!(
    groups,
    lecture,
    steps,
    peak,
    oscillatory,
    few,
    prepare,
    sobol::points,
    sobol::prepare
);

/// Something to run, ready.
pub struct Entrant {
    /// What a run of it makes, so many of these.
    pub amount: u64,
    pub unit: &'static str,
    /// Its runs give an estimate, if it makes one.
    pub way: Way<'static, Option<f64>>,
}

const COORDINATES: &str = "coordinates";

impl Entrant {
    /// A technique, unless it cannot be prepared: then stderr says why.
    fn new(name: &str, technique: &dyn Technique, problem: &Problem, samples: u64) -> Option<Self> {
        Self::of(name, technique, problem, plan(samples))
    }

    /// The same for any plan.
    pub fn of(
        name: &str,
        technique: &dyn Technique,
        problem: &Problem,
        plan: Plan,
    ) -> Option<Self> {
        let kernel = technique.prepare_for(problem, plan.sampling());
        let kernel = kernel.map_err(|reason| left_out(name, &reason)).ok()?;
        let run = move || run(&*kernel, &plan, &Progress::new()).map(|found| Some(found.value));
        let amount = plan.samples() * problem.dims() as u64;
        Some(Self { amount, unit: COORDINATES, way: Way::new(name, run) })
    }

    fn native(entry: &Entry, samples: u64) -> Option<Self> {
        let native = KernelName::Serial.technique(Some(entry)).expect("every build has it");
        Self::new("serial", &*native, &entry.problem, samples)
    }

    /// The words of the streams, and nothing else.
    fn words(dims: usize, samples: u64) -> Option<Self> {
        let name = "by-hand-stream";
        let plan = plan(samples);
        let Some(width) = Width::widest() else {
            left_out(name, &"this build is for a CPU without AVX2");
            return None;
        };
        let run = move || {
            black_box(by_hand::words(width, &plan, dims));
            Ok::<_, RunError>(None)
        };
        let amount = samples * dims as u64;
        Some(Self { amount, unit: COORDINATES, way: Way::new(name, run) })
    }
}

pub fn left_out(name: &str, reason: &dyn std::fmt::Display) {
    eprintln!("{name}: left out: {reason}");
}

fn plan(samples: u64) -> Plan {
    Plan::new(samples, 1).expect("enough samples")
}

pub fn entry(name: &str, dims: usize) -> Entry {
    catalogue::find(name, Some(dims)).expect("a problem of the catalogue")
}

/// Measures each, then prints how fast each is as a multiple of the first.
pub fn measure(criterion: &mut Criterion, name: &str, entrants: Vec<Option<Entrant>>) {
    let mut entrants: Vec<_> = entrants.into_iter().flatten().collect();
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_millis(50));
    group.measurement_time(Duration::from_millis(500));
    let mut measured = false;
    for entrant in &mut entrants {
        group.throughput(Throughput::Elements(entrant.amount));
        let name = entrant.way.name.clone();
        group.bench_function(&name, |bencher| {
            measured = true;
            bencher.iter(|| entrant.way.run(1));
        });
    }
    group.finish();
    // Not if a filter leaves the group out, nor when `cargo test` only tries it.
    if measured && std::env::args().any(|argument| argument == "--bench") {
        ratios(name, entrants);
    }
}

fn ratios(name: &str, entrants: Vec<Entrant>) {
    let (made, mut ways): (Vec<_>, Vec<_>) = entrants
        .into_iter()
        .map(|entrant| ((entrant.amount as f64, entrant.unit), entrant.way))
        .unzip();
    let medians: Vec<_> = interleaved(&mut ways, Duration::from_secs(5), |_| {})
        .into_iter()
        .map(|times| times.ok().and_then(|times| Seconds::of(times.runs)))
        .collect();
    let Some(Some(first)) = medians.first().copied() else { return };
    let first = made[0].0 / first.median;
    for ((way, (amount, unit)), seconds) in ways.iter().zip(made).zip(medians) {
        let Some(seconds) = seconds else { continue };
        let rate = amount / seconds.median;
        println!(
            "{name}: {:<14}{rate:>10.3e} {unit}/s, {:>6.2} × {}, {} rounds",
            way.name,
            rate / first,
            ways[0].name,
            seconds.runs,
        );
    }
}

/// M = 10⁷ beside the loops by hand; 10⁶ for n = 1000, of which a run still takes 0.1 s.
fn lecture(criterion: &mut Criterion) {
    const SAMPLES: u64 = 10_000_000;
    for (dims, samples) in [(2, SAMPLES), (10, SAMPLES), (100, SAMPLES), (1000, SAMPLES / 10)] {
        let problem = &entry("lecture", dims).problem;
        let entrants = vec![
            Entrant::new("by-hand", &ByHand::default(), problem, samples),
            Entrant::words(dims, samples),
            Entrant::new("jit", &Jit::new(), problem, samples),
        ];
        measure(criterion, &format!("jit/lecture/n={dims}"), entrants);
    }
}

/// Every step and every level, beside the native loop.
fn steps(criterion: &mut Criterion) {
    const SAMPLES: u64 = 1_000_000;
    for dims in [2, 10, 100] {
        let entry = entry("lecture", dims);
        let problem = &entry.problem;
        let mut entrants = vec![Entrant::native(&entry, SAMPLES)];
        for name in KernelName::ALL.into_iter().filter(|name| name.is_compiled()) {
            let technique = name.technique(Some(&entry)).expect("this build has it");
            entrants.push(Entrant::new(name.text(), &*technique, problem, SAMPLES));
        }
        for simd in [Simd::Sse2, Simd::Avx2, Simd::Neon] {
            let name = format!("jit, {simd}");
            entrants.push(Entrant::new(&name, &Jit::new().with_simd(simd), problem, SAMPLES));
        }
        measure(criterion, &format!("jit/steps/n={dims}"), entrants);
    }
}

/// The native loop over a closure, on the box of `entry`, beside native code of
/// ours and compiled code. The three must estimate the same, but not in every bit:
/// the functions of the standard library round otherwise.
fn beside_std(
    criterion: &mut Criterion,
    entry: &Entry,
    samples: u64,
    f: impl Fn(&[f64]) -> f64 + Clone + Send + Sync + 'static,
) {
    let problem = &entry.problem;
    let g = match problem.g() {
        None => Density::Uniform,
        Some(g) => Density::Of(g.clone()),
    };
    let support: Support = problem.support().clone();
    let closure = Closure::new(f);
    let std = closure.problem(support, g).expect("the problem of a closure");
    let mut entrants = vec![
        Entrant::new("std", &closure, &std, samples),
        Entrant::native(entry, samples),
        Entrant::new("jit", &Jit::new(), problem, samples),
    ];
    let estimates: Vec<f64> = entrants
        .iter_mut()
        .flatten()
        .filter_map(|entrant| {
            entrant.way.run(1).expect("finite values");
            entrant.way.last?
        })
        .collect();
    assert!(
        estimates.iter().all(|estimate| (estimate / estimates[0] - 1.0).abs() < 1e-9),
        "these are not the same function: {estimates:?}"
    );
    measure(criterion, &format!("jit/{}", entry.name), entrants);
}

/// exp in 4 dimensions.
fn peak(criterion: &mut Criterion) {
    const WIDTH: f64 = 0.1;
    let entry = entry("gaussian-peak", 4);
    let norm = (WIDTH * PI.sqrt()).powi(4);
    beside_std(criterion, &entry, 1_000_000, move |x| {
        let squares: f64 = x.iter().map(|x| ((x - 0.5) / WIDTH) * ((x - 0.5) / WIDTH)).sum();
        (-squares).exp() / norm
    });
}

/// cos in 10 dimensions.
fn oscillatory(criterion: &mut Criterion) {
    let entry = entry("genz-oscillatory", 10);
    let (phase, a) = wave(&entry);
    beside_std(criterion, &entry, 1_000_000, move |x| {
        let weighed: f64 = x.iter().map(|x| a * x).sum();
        (phase + weighed).cos()
    });
}

/// The parameters of `cos(2*pi*u + sum(a*x))`, as the catalogue writes it.
fn wave(entry: &Entry) -> (f64, f64) {
    let number = |text: &str| text.parse::<f64>().expect("a number of the catalogue");
    let inside = entry.f().strip_prefix("cos(2*pi*").and_then(|f| f.strip_suffix("*x))"));
    let (phase, a) = inside.and_then(|f| f.split_once(" + sum(")).expect("a wave");
    (2.0 * PI * number(phase), number(a))
}

/// M = 100, after prepare.
fn few(criterion: &mut Criterion) {
    for dims in [2, 10, 100, 1000] {
        let entry = entry("lecture", dims);
        let jit = Entrant::new("jit", &Jit::new(), &entry.problem, 100);
        measure(criterion, &format!("jit/few/n={dims}"), vec![Entrant::native(&entry, 100), jit]);
    }
}

/// Cold: nothing is taken from an earlier prepare.
fn prepare(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("jit/prepare");
    group.sample_size(20).warm_up_time(Duration::from_millis(200));
    group.measurement_time(Duration::from_secs(1));
    for dims in [2, 10, 100, 1000] {
        let problem = &entry("lecture", dims).problem;
        group.bench_function(format!("lecture/n={dims}"), |bencher| {
            bencher.iter(|| Jit::new().cold().prepare(problem).map(|_| ()));
        });
        group.bench_function(format!("again/n={dims}"), |bencher| {
            bencher.iter(|| Jit::new().prepare(problem).map(|_| ()));
        });
    }
    group.finish();
}
