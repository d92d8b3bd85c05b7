//! Executors: `cargo bench -p bench -- multiproc`.
//!
//! - `multiproc/dispatch`: what handing out a range costs;
//! - `multiproc/M=…`: the lecture's problem with one worker and with two.
//!
//! A range is what a worker is given at a time: a block for threads, up to sixteen
//! blocks for processes. What this build lacks is named on stderr.

use std::time::{Duration, Instant};

use bench::cli::flags::{Cli, Command};
use bench::cli::request::Request;
use bench::technique::name::{ExecutorName, KernelName, Name};
use bench::{auto, run};
use clap::Parser;
use criterion::{BenchmarkId, Criterion, SamplingMode, criterion_group};
use mc_core::{
    Block, Estimate, Kernel, Moments, Plan, PrepareError, Problem, Progress, RunError, Technique,
    run,
};
use mc_multiproc::{Crossbeam, Executor, ProcessPool, Rayon, serve_if_worker, this_executable};

fn main() {
    // The worker processes are this executable.
    serve_if_worker(&|technique: &str, key: &str, problem: &Problem| match technique {
        "instant" => Some(Box::new(Instantly) as Box<dyn Technique>),
        _ => run::worker::find(technique, key, problem),
    });
    multiproc();
    Criterion::default().configure_from_args().final_summary();
}

/// Takes no time, so that only the handing out is left.
struct Instantly;

impl Technique for Instantly {
    fn name(&self) -> &'static str {
        "instant"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(Nothing(problem.clone())))
    }
}

/// [`Instantly`], prepared.
struct Nothing(Problem);

impl Kernel for Nothing {
    fn problem(&self) -> &Problem {
        &self.0
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        Ok(Moments { count: block.samples(plan), mean: 1.0, m2: 0.0 })
    }

    fn block_level(&self, _: &Plan, _: usize) -> u32 {
        5
    }
}

/// The time of a whole run, divided by its ranges; in this thread, by its blocks.
fn dispatch(criterion: &mut Criterion) {
    let problem = Problem::parse("0:1^2".parse().expect("a box"), "x0", mc_core::Density::Uniform);
    let problem = problem.expect("a problem");
    let kernel = Instantly.prepare(&problem).expect("nothing to prepare");
    let plan = Plan::new(100_000_000, 1).expect("enough samples");
    let blocks = plan.block_count(kernel.block_level(&plan, 2)) as u32;
    let mut group = criterion.benchmark_group("multiproc/dispatch");
    let mut measure = |name: &str, ranges: u32, run: &dyn Fn() -> Result<Estimate, RunError>| {
        group.bench_function(name, |bencher| {
            bencher.iter_custom(|iterations| {
                let runs = iterations.div_ceil(u64::from(ranges));
                let clock = Instant::now();
                for _ in 0..runs {
                    run().expect("nothing can fail here");
                }
                let each = clock.elapsed().as_secs_f64() / (runs as f64 * f64::from(ranges));
                Duration::from_secs_f64(each * iterations as f64)
            });
        });
    };
    measure("this thread", blocks, &|| run(&*kernel, &plan, &Progress::new()));
    let rayon = Rayon::new(2).expect("two threads");
    measure("rayon", blocks, &|| rayon.run(&*kernel, &plan, &Progress::new()));
    let crossbeam = Crossbeam::new(2).expect("two threads");
    measure("crossbeam", blocks, &|| crossbeam.run(&*kernel, &plan, &Progress::new()));
    let pool = ProcessPool::start(this_executable().expect("a path"), 2).expect("two processes");
    let prepared = pool.prepare("instant", "", &problem).expect("a kernel");
    measure("processes", blocks.div_ceil(16), &|| prepared.run(&plan, &Progress::new()));
    group.finish();
}

/// Each executor with one worker and with two.
fn workers(criterion: &mut Criterion) {
    let kernel = match KernelName::Jit.missing() {
        None => KernelName::Jit,
        Some(reason) => {
            eprintln!("jit: not measured: {reason}");
            KernelName::Serial
        }
    };
    for samples in ["1e5", "1e9"] {
        let mut group = criterion.benchmark_group(format!("multiproc/M={samples}"));
        group.sample_size(10).sampling_mode(SamplingMode::Flat);
        let alone = std::iter::once(None);
        for executor in alone.chain(ExecutorName::ALL.map(Some)) {
            for workers in ["1", "2"] {
                let name = Name { executor, kernel };
                if executor == Some(ExecutorName::Mpi) {
                    // Its ranks would be this executable, which joins no job.
                    continue;
                }
                let request = request(samples, workers);
                match auto::prepare(name, &request) {
                    Ok(mut runner) => {
                        let id = BenchmarkId::new(name.to_string(), workers);
                        group.bench_function(id, |bencher| {
                            bencher.iter(|| {
                                let plan = &request.plans[0];
                                runner.run(plan, &Progress::new())
                            });
                        });
                    }
                    Err(reason) => eprintln!("{name}: not measured: {reason}"),
                }
            }
        }
        group.finish();
    }
}

fn request(samples: &str, workers: &str) -> Request {
    let line = ["bench", "estimate", "--samples", samples, "--workers", workers];
    let Command::Estimate(flags) = Cli::parse_from(line).command else {
        unreachable!("the line says estimate")
    };
    Request::estimate(&flags.common, &flags.ending)
        .unwrap_or_else(|_| unreachable!("the line is right"))
}

criterion_group! {
    name = multiproc;
    config = Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    targets = dispatch, workers
}
