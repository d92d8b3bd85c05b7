//! Sobol' points beside random ones.

use bench::measure::Way;
use bench::technique::name::KernelName;
use criterion::Criterion;
use mc_core::{Plan, Sampling, Technique};
use mc_jit::Jit;

use crate::with_jit::{Entrant, entry, left_out, measure};

/// Techniques that are measured at 10⁶ points only.
const SLOWER: [KernelName; 2] = [KernelName::Ndarray, KernelName::OpenCl];

/// The lecture's problem: `jit` at random points, then it and others at Sobol' points.
pub fn points(criterion: &mut Criterion) {
    for dims in [2, 10, 100] {
        for (samples, text) in [(1_000_000, "1e6"), (10_000_000, "1e7")] {
            let problem = &entry("lecture", dims).problem;
            let of = |name: &str, technique: &dyn Technique, sampling| {
                let plan = Plan::of(sampling, samples, 1).expect("enough samples");
                Entrant::of(name, technique, problem, plan)
            };
            let mut entrants = vec![of("jit, random", &Jit::new(), Sampling::Random)];
            let slower = SLOWER.into_iter().filter(|_| samples == 1_000_000);
            for name in [KernelName::Jit, KernelName::ByHand].into_iter().chain(slower) {
                match name.technique(None) {
                    Ok(technique) => entrants.push(of(name.text(), &*technique, Sampling::Sobol)),
                    Err(reason) => left_out(name.text(), &reason),
                }
            }
            measure(criterion, &format!("sobol/n={dims}/M={text}"), entrants);
        }
    }
}

/// Compiling anew, for either kind of points: for Sobol' points with the direction numbers and their scramble, of
/// a seed that is new each time.
pub fn prepare(criterion: &mut Criterion) {
    for dims in [10, 1000] {
        let entrants = Sampling::ALL.map(|sampling| {
            let problem = entry("lecture", dims).problem;
            let mut seed = 0;
            let prepare = move || {
                seed += 1;
                let plan =
                    Plan::of(sampling, 1_000_000, seed).map_err(|error| error.to_string())?;
                plan.net(dims).map_err(|error| error.to_string())?;
                let kernel = Jit::new().cold().prepare_for(&problem, sampling);
                kernel.map(|_| None).map_err(|error| error.to_string())
            };
            let way = Way::new(format!("jit, {sampling}"), prepare);
            Some(Entrant { amount: 1, unit: "loops", way })
        });
        measure(criterion, &format!("sobol/prepare/n={dims}"), entrants.into());
    }
}
