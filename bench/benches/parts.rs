//! The parts of an estimate, each alone, one core: `cargo bench -p bench -- parts`.
//!
//! - `parts/by-hand`: the lecture's problem by hand, by width, and its words alone;
//! - `parts/stream`: random words, and points of a box;
//! - `parts/tape`: h at one point, in every way it can be evaluated here;
//! - `parts/prepare`: from a text to the tape;
//! - `parts/merge`: values into moments, and moments into moments.
//!
//! The elementary functions are in `elementary`, and what handing out work costs is
//! `multiproc/dispatch`.

use std::hint::black_box;
use std::time::Duration;

use bench::technique::by_hand::{self, ByHand, Width};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use mc_core::catalogue::{self, Entry, Visitor};
use mc_core::{
    Accumulator, Evaluator, Formula, Function, Moments, Plan, Problem, Progress, Stream, Support,
    Tape, Technique, Tree, run,
};
use rand::distr::Open01;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256Plus;

/// Words, points or values in one go: what fits a core's own cache.
const COUNT: u64 = 4096;

/// The lecture's problem by hand, and the part of it that no integrand can save.
fn by_hand(criterion: &mut Criterion) {
    const SAMPLES: u64 = 1_000_000;
    let plan = plan(SAMPLES);
    for dims in [2, 10] {
        let problem = &entry("lecture", dims).problem;
        let mut group = criterion.benchmark_group(format!("parts/by-hand/n={dims}"));
        group.throughput(Throughput::Elements(SAMPLES * dims as u64));
        if Width::ALL.is_empty() {
            eprintln!("parts/by-hand: left out: this build is for a CPU without AVX2");
        }
        for &width in Width::ALL {
            let kernel = ByHand::with_width(width).prepare(problem).expect("this build has it");
            group.bench_function(format!("{width:?}").to_lowercase(), |bencher| {
                bencher.iter(|| run(&*kernel, &plan, &Progress::new()));
            });
            group.bench_function(format!("{width:?}-words").to_lowercase(), |bencher| {
                bencher.iter(|| by_hand::words(width, &plan, dims));
            });
        }
        group.finish();
    }
}

/// Our stream beside what it is made of, and beside what `rand` would give.
fn stream(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parts/stream");
    group.throughput(Throughput::Elements(COUNT));
    let mut ours = Stream::new(1, 0);
    group.bench_function("words/ours", |bencher| {
        bencher.iter(|| (0..COUNT).fold(0u64, |sum, _| sum.wrapping_add(ours.next_word())));
    });
    let mut theirs = Xoshiro256Plus::seed_from_u64(1);
    group.bench_function("words/xoshiro256plus", |bencher| {
        bencher.iter(|| (0..COUNT).fold(0u64, |sum, _| sum.wrapping_add(theirs.next_u64())));
    });
    let mut usual = Xoshiro256PlusPlus::seed_from_u64(1);
    group.bench_function("words/xoshiro256plusplus", |bencher| {
        bencher.iter(|| (0..COUNT).fold(0u64, |sum, _| sum.wrapping_add(usual.next_u64())));
    });
    // A whole plan of these words: its batches start streams too.
    let plan = plan(COUNT);
    for &width in Width::ALL {
        group.bench_function(format!("words/{width:?}").to_lowercase(), |bencher| {
            bencher.iter(|| by_hand::words(width, black_box(&plan), 1));
        });
    }
    let support = Support::cube(0.0, 1.0, 1).expect("a box");
    // As in the loop of a technique, the compiler knows the number of coordinates.
    let axes = [black_box(support.affine()[0])];
    let mut x = [0.0];
    group.bench_function("points/ours", |bencher| {
        bencher.iter(|| {
            (0..COUNT).fold(0.0, |sum, _| {
                ours.draw(&axes, &mut x);
                sum + x[0]
            })
        });
    });
    group.bench_function("points/open01", |bencher| {
        bencher.iter(|| (0..COUNT).fold(0.0, |sum, _| sum + theirs.sample::<f64, _>(Open01)));
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("start", |bencher| {
        let mut batch = 0;
        bencher.iter(|| {
            batch += 1;
            Stream::new(black_box(1), batch)
        });
    });
    group.finish();
}

/// The problems whose h is evaluated: without functions, in a long fold, with one function.
const PROBLEMS: [(&str, usize); 4] =
    [("lecture", 2), ("lecture", 100), ("gaussian-peak", 4), ("european-call", 1)];

/// h at one point after another.
fn tape(criterion: &mut Criterion) {
    for (name, dims) in PROBLEMS {
        let entry = entry(name, dims);
        let points = points(&entry.problem);
        let mut group = criterion.benchmark_group(format!("parts/tape/{name}/n={dims}"));
        group.throughput(Throughput::Elements(points.len() as u64 / dims as u64));
        let mut measure = |way: &str, h: &mut dyn FnMut(&[f64]) -> f64| {
            group.bench_function(way, |bencher| {
                bencher.iter(|| points.chunks_exact(dims).map(&mut *h).sum::<f64>());
            });
        };
        let mut native = entry.with_function(Native);
        measure("native", &mut *native);
        let text = Formula::parse(entry.f(), entry.problem.support()).expect("the entry's own");
        measure("interpreted", &mut |x| text.eval(x));
        let f = entry.problem.f().tape();
        let mut flat = Evaluator::new(f);
        measure("flat", &mut |x| flat.eval(x));
        match compiled::point(f) {
            Ok(mut compiled) => measure("compiled", &mut *compiled),
            Err(reason) => eprintln!("parts/tape: compiled: left out: {reason}"),
        }
        group.finish();
    }
}

/// From a text to something that can be run.
fn prepare(criterion: &mut Criterion) {
    for (name, dims) in PROBLEMS {
        let entry = entry(name, dims);
        let (text, support) = (entry.f(), entry.problem.support());
        let formula = Formula::parse(text, support).expect("the entry's own");
        let mut group = criterion.benchmark_group(format!("parts/prepare/{name}/n={dims}"));
        group.bench_function("parse", |bencher| {
            bencher.iter(|| Formula::parse(black_box(text), support));
        });
        group.bench_function("trace", |bencher| {
            bencher.iter(|| Tape::trace(black_box(&formula), dims));
        });
        group.finish();
    }
}

/// Values into the moments of a batch, and moments of batches into those of a run.
fn merge(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parts/merge");
    group.throughput(Throughput::Elements(COUNT));
    let values: Vec<f64> = (0..COUNT).map(|k| (k as f64).sin()).collect();
    group.bench_function("accumulator/push", |bencher| {
        bencher.iter(|| {
            let mut sums = Accumulator::start(values[0]);
            values[1..].iter().for_each(|&h| sums.push(black_box(h)));
            sums.moments()
        });
    });
    let leaves: Vec<Moments> =
        values.iter().map(|&mean| Moments { count: 64, mean, m2: 5.0 }).collect();
    group.bench_function("moments/merge", |bencher| {
        bencher.iter(|| leaves.iter().fold(Moments::EMPTY, |left, &right| left.merge(right)));
    });
    group.bench_function("tree/push", |bencher| {
        bencher.iter(|| Tree::of(black_box(&leaves).iter().copied()));
    });
    group.finish();
}

fn entry(name: &str, dims: usize) -> Entry {
    catalogue::find(name, Some(dims)).expect("a problem of the catalogue")
}

fn plan(samples: u64) -> Plan {
    Plan::new(samples, 1).expect("enough samples")
}

/// Points of the problem's box, one after another.
fn points(problem: &Problem) -> Vec<f64> {
    const POINTS: usize = 512;
    let mut stream = Stream::new(1, 0);
    let mut points = vec![0.0; POINTS * problem.dims()];
    for point in points.chunks_exact_mut(problem.dims()) {
        stream.draw(problem.affine(), point);
    }
    points
}

/// A function of one point.
type Point = Box<dyn FnMut(&[f64]) -> f64>;

/// The entry's function as native code.
struct Native;

impl Visitor for Native {
    type Output = Point;

    fn visit<F: Function + Clone + Send + Sync + 'static>(self, f: F) -> Point {
        Box::new(move |x| f.eval(x))
    }
}

/// What LLVM makes of a tape.
mod compiled {
    use mc_core::Tape;

    use super::Point;

    #[cfg(feature = "_jit")]
    pub fn point(tape: &Tape) -> Result<Point, String> {
        let mut f = mc_jit::PointFunction::compile(tape).map_err(|error| error.to_string())?;
        Ok(Box::new(move |x| f.eval(x).expect("a point of as many coordinates")))
    }

    #[cfg(not(feature = "_jit"))]
    pub fn point(_: &Tape) -> Result<Point, String> {
        Err("built without a feature llvm18 … llvm22".to_owned())
    }
}

criterion_group! {
    name = parts;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    targets = by_hand, stream, tape, prepare, merge
}
criterion_main!(parts);
