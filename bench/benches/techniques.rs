//! Every technique on the lecture's problem: `cargo bench -p bench -- lecture`.
//!
//! A technique is a kernel, alone or under an executor; all that `--technique` can name
//! are here. `cargo bench -p bench -- '/rayon-jit'` selects by name. Throughput is in
//! coordinates. What this build or this machine lacks is named on stderr.

use std::process::ExitCode;
use std::time::Duration;

use bench::cli::flags::{Cli, Command};
use bench::cli::request::Request;
use bench::technique::name::Name;
use bench::{auto, run};
use clap::Parser;
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group};
use mc_core::Progress;

/// Dimensions, and the numbers of samples.
const SIZES: [(&str, &str); 2] = [("2", "1e3,1e6"), ("10", "1e6")];

fn main() -> ExitCode {
    // Worker processes and ranks are this executable.
    if let Err(failure) = run::serve_if_worker() {
        return failure.report();
    }
    techniques();
    Criterion::default().configure_from_args().final_summary();
    run::leave();
    ExitCode::SUCCESS
}

fn lecture(criterion: &mut Criterion) {
    for (dims, samples) in SIZES {
        let request = request(dims, samples);
        let mut group = criterion.benchmark_group(format!("lecture/n={dims}"));
        group.sampling_mode(SamplingMode::Flat);
        for name in Name::all() {
            // What an executor starts ends before the next one begins.
            let mut runner = match auto::prepare(name, &request) {
                Ok(runner) => runner,
                Err(reason) => {
                    eprintln!("{name}: not measured: {reason}");
                    continue;
                }
            };
            for plan in &request.plans {
                let coordinates = plan.samples() * request.problem.dims() as u64;
                group.throughput(Throughput::Elements(coordinates));
                let id = BenchmarkId::new(name.to_string(), plan.samples());
                group.bench_function(id, |bencher| {
                    bencher.iter(|| {
                        let run = runner.run(plan, &Progress::new());
                        // An error may be quick, and is no time of an estimate.
                        run.unwrap_or_else(|error| panic!("{name}: {error}"))
                    });
                });
            }
        }
        group.finish();
    }
}

fn request(dims: &str, samples: &str) -> Request {
    let line = ["bench", "compare", "--problem", "lecture", "--dims", dims, "--samples", samples];
    let Command::Compare(flags) = Cli::parse_from(line).command else {
        unreachable!("the line says compare")
    };
    Request::compare(&flags.common).unwrap_or_else(|_| unreachable!("the line is right"))
}

criterion_group! {
    name = techniques;
    // There are some 180 of them: all together take a few minutes.
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400));
    targets = lecture
}
