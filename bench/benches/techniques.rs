//! Each kernel on the lecture's problem, one thread: `cargo bench -p bench`.
//!
//! Throughput is in coordinates. What this build lacks is named on stderr.

use bench::techniques::KernelName;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use mc_core::{Plan, Progress, catalogue, run};

fn lecture(criterion: &mut Criterion) {
    for dims in [2, 10] {
        let entry = catalogue::find("lecture", Some(dims)).expect("the lecture's problem");
        let problem = &entry.problem;
        let mut group = criterion.benchmark_group(format!("lecture/n={dims}"));
        for samples in [1_000u64, 1_000_000] {
            let plan = Plan::new(samples, 1).expect("enough samples");
            group.throughput(Throughput::Elements(samples * dims as u64));
            for name in KernelName::ALL {
                // Slow, and no candidate for 10⁶ samples in a benchmark of many runs.
                if name == KernelName::SerialInterpreted && samples > 1_000 {
                    continue;
                }
                let kernel = name
                    .technique(Some(&entry))
                    .and_then(|technique| technique.prepare(problem).map_err(|e| e.to_string()));
                match kernel {
                    Ok(kernel) => {
                        group.bench_function(BenchmarkId::new(name.text(), samples), |bencher| {
                            bencher.iter(|| run(&*kernel, problem, &plan, &Progress::new()));
                        });
                    }
                    Err(reason) => eprintln!("{name}: not measured: {reason}"),
                }
            }
        }
        group.finish();
    }
}

criterion_group!(techniques, lecture);
criterion_main!(techniques);
