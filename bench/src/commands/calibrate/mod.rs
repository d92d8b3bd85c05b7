//! `calibrate`: do the intervals cover the truth as often as they say?
//!
//! The same estimate is made from many seeds. φ̂ ± 1 std_error should cover the truth
//! in 68.27 % of them and φ̂ ± 1.96 std_error in 95 %, once M is large enough for φ̂ to
//! be normal; where replicates of Sobol' points tell the error, the intervals are those of Student's t. What was counted has an error too, and is printed with it: the interval
//! of Wilson (*J. Am. Stat. Assoc.* 22, 1927).
//!
//! All techniques have the same bits, so one of them is enough; and that they have is
//! shown on some of the seeds.

mod calibration;
mod coverage;
mod proof;

use mc_core::{Plan, run as run_kernel};
use rayon::prelude::*;

use crate::cli::given::Given;
use crate::cli::request::Request;
use crate::numbers::grouped;
use crate::output::{self, progress};
use crate::process::{Failure, interrupt};
use crate::results::{Host, Made, SCHEMA};
use crate::technique::name::{KernelName, Name};
use calibration::Calibration;
use coverage::Coverage;

/// Counts, and prints what came out.
///
/// # Errors
/// [`Failure::Request`] where the truth is not known or the techniques do not fit;
/// [`Failure::Run`] if a run fails, or techniques disagree.
pub fn run(request: &Request, seeds: u64) -> Result<(), Failure> {
    interrupt::attend();
    let Some(truth) = request.truth else {
        return Err(Failure::Request(format!(
            "calibrate: the integral of f = {} is not known, so nothing can be covered: take a --problem \
             of the catalogue (--problem list), or norm(x)^2",
            request.f
        )));
    };
    let kernel_name = kernel_of(request)?;
    let kernel = kernel_name
        .technique(request.native.as_ref())
        .and_then(|technique| {
            let prepared = technique.prepare_for(&request.problem, request.sampling);
            prepared.map_err(|error| error.to_string())
        })
        .map_err(|reason| Failure::Run(format!("{kernel_name} cannot be used: {reason}")))?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(request.workers.get())
        .build()
        .map_err(|error| Failure::Run(format!("no threads: {error}")))?;

    let cancel = interrupt::watch();
    let bar = progress::steps(seeds.saturating_mul(request.plans.len() as u64));
    let first_seed = request.plans[0].seed();
    let mut rows = Vec::new();
    for plan in &request.plans {
        bar.set_message(format!("seeds, {} samples", grouped(plan.samples())));
        let one = |k: u64| {
            let plan = Plan::of(plan.sampling(), plan.samples(), first_seed.wrapping_add(k))
                .map_err(|error| error.to_string())?;
            let estimate =
                run_kernel(&*kernel, &plan, &cancel).map_err(|error| error.to_string())?;
            bar.inc(1);
            let off = estimate.value - truth;
            Ok(if off == 0.0 { 0.0 } else { off / estimate.std_error })
        };
        // In order of the seeds, whatever the threads: the sums below depend on it.
        let distances: Result<Vec<f64>, String> =
            pool.install(|| (0..seeds).into_par_iter().map(one).collect());
        rows.push(Coverage::of(plan, &distances.map_err(Failure::Run)?));
    }
    bar.set_message("the other techniques");
    let proof = proof::of(request, seeds, &cancel);
    bar.finish_and_clear();
    cancel.check().map_err(|error| Failure::Run(error.to_string()))?;

    let calibration = Calibration {
        schema: SCHEMA,
        made: Made::now(Given::here().typed()),
        host: Host::here(),
        f: request.f.clone(),
        g: request.g.clone(),
        support: request.problem.support().to_string(),
        dims: request.problem.dims(),
        truth,
        sampling: request.sampling,
        technique: kernel_name.to_string(),
        first_seed,
        rows,
        proof,
    };
    output::print(&calibration, request.format)?;
    match calibration.proof.same_bits {
        true => Ok(()),
        false => Err(Failure::other_bits()),
    }
}

/// The kernel asked for; unless one was, the fastest that is here.
fn kernel_of(request: &Request) -> Result<KernelName, Failure> {
    match request.techniques.as_slice() {
        [] => Ok(KernelName::fastest()),
        [Name { executor: None, kernel }] => Ok(*kernel),
        [name] => Err(Failure::Request(format!(
            "--technique: {name} is a kernel under an executor, and calibrate shares out the seeds \
             itself: give the kernel, {}",
            name.kernel
        ))),
        names => Err(Failure::Request(format!(
            "--technique: calibrate takes one, since all have the same bits; these are {}",
            names.len()
        ))),
    }
}
