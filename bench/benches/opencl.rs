//! The device: the same estimate in the lecture's three ways, the number of
//! lanes, the first use of a kernel, and the elementwise product: `cargo bench -p bench --features opencl
//! -- opencl`.
//!
//! Throughput is in coordinates, or in products. Without a device, why is said on
//! stderr.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mc_core::{Density, Plan, Problem, Progress, Technique, catalogue, run};
use mc_opencl::{OpenCl, OpenClGrid, OpenClHost, Product};

fn estimates(criterion: &mut Criterion) {
    let entry = catalogue::find("lecture", Some(2)).expect("the lecture's problem");
    let techniques: [(&str, Box<dyn Technique>); 5] = [
        ("opencl-host", Box::new(OpenClHost::default())),
        ("opencl-grid", Box::new(OpenClGrid::default())),
        ("opencl", Box::new(OpenCl::default())),
        ("opencl, one lane", Box::new(OpenCl::default().lanes(1))),
        ("opencl, f32", Box::new(OpenCl::default().precision(mc_core::Precision::F32))),
    ];
    let mut group = criterion.benchmark_group("opencl/lecture");
    for samples in [100_000u64, 10_000_000] {
        let plan = Plan::new(samples, 1).expect("enough samples");
        group.throughput(Throughput::Elements(2 * samples)).sample_size(10);
        for (name, technique) in &techniques {
            match technique.prepare(&entry.problem) {
                Ok(kernel) => {
                    group.bench_function(BenchmarkId::new(*name, samples), |bencher| {
                        bencher.iter(|| run(&*kernel, &plan, &Progress::new()));
                    });
                }
                Err(error) => eprintln!("{name}: not measured: {error}"),
            }
        }
    }
    group.finish();
}

/// Integrands that no device has seen: a constant of each is made up from the clock,
/// since PoCL and drivers keep on disk what they compiled.
fn first_uses(criterion: &mut Criterion) {
    let twenty: Vec<_> = (1..=20).map(|k| format!("sin({k}*x0)*exp(-{k}*x1)")).collect();
    let cases = [
        ("lecture, n = 2", "norm(x)^2".to_owned(), "0:1^2"),
        ("lecture, n = 10", "norm(x)^2".to_owned(), "0:1^10"),
        ("Gaussian peak, n = 4", "exp(-norm((x - 0.5)/0.1)^2)".to_owned(), "0:1^4"),
        ("20 sines and exponentials", twenty.join(" + "), "0:1^2"),
    ];
    let mut group = criterion.benchmark_group("opencl/first use");
    let since = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    let mut number = since % 1_000_000_000_000_000;
    for (name, f, support) in cases {
        let mut fresh = || {
            number += 1;
            let support = support.parse().expect("a box");
            Problem::parse(support, &format!("{f} + {number}"), Density::Uniform)
                .expect("an integrand")
        };
        if let Err(error) = OpenCl::default().prepare(&fresh()) {
            eprintln!("{name}: not measured: {error}");
            continue;
        }
        group.bench_function(name, |bencher| {
            bencher.iter_batched(
                &mut fresh,
                |problem| OpenCl::default().prepare(&problem).map(drop),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

fn products(criterion: &mut Criterion) {
    let product = match Product::prepare(None) {
        Ok(product) => product,
        Err(error) => return eprintln!("products: not measured: {error}"),
    };
    let mut group = criterion.benchmark_group("opencl/elementwise");
    for len in [512_000usize, 5_120_000] {
        let (a, b, mut c) = (vec![3.0; len], vec![2.0; len], vec![0.0; len]);
        group.throughput(Throughput::Elements(len as u64)).sample_size(10);
        group.bench_function(BenchmarkId::new("copied", len), |bencher| {
            bencher.iter(|| product.multiply(&a, &b, &mut c));
        });
        match product.shared(len) {
            Ok(mut shared) => {
                group.bench_function(BenchmarkId::new("shared", len), |bencher| {
                    bencher.iter(|| shared.multiply(|_| {}));
                });
            }
            Err(error) => eprintln!("shared: not measured: {error}"),
        }
    }
    group.finish();
}

criterion_group! {
    name = opencl;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(500));
    targets = estimates, first_uses, products
}
criterion_main!(opencl);
