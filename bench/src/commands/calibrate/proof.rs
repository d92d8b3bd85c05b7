//! That one technique speaks for all: on some seeds, all are run.

use mc_core::{Estimate, Plan, Precision, Progress};
use serde::Serialize;

use crate::cli::request::Request;
use crate::results::gate::same;
use crate::run;
use crate::technique::name::{KernelName, Name};

/// How many seeds.
const SEEDS: u64 = 5;

/// What the techniques gave for the first seeds.
#[derive(Debug, Serialize)]
pub struct Proof {
    /// The seeds.
    pub seeds: Vec<u64>,
    /// Whether all techniques that gave estimates gave the same bits.
    pub same_bits: bool,
    /// One for each technique.
    pub techniques: Vec<Agreement>,
}

/// One technique against the serial loop.
#[derive(Debug, Serialize)]
pub struct Agreement {
    /// The technique's name.
    pub technique: String,
    /// How many estimates were compared: one for each seed and number of samples.
    pub compared: usize,
    /// How many of them have the bits of the serial loop's.
    pub equal: usize,
    /// Why fewer were compared than there are.
    pub reason: Option<String>,
}

/// Runs all techniques of a comparison on the first of the seeds.
pub fn of(request: &Request, seeds: u64, progress: &Progress) -> Proof {
    let first = request.plans[0].seed();
    let seeds: Vec<u64> = (0..seeds.min(SEEDS)).map(|k| first.wrapping_add(k)).collect();
    let plans: Vec<Plan> = request
        .plans
        .iter()
        .flat_map(|plan| {
            let with = |&seed| Plan::of(plan.sampling(), plan.samples(), seed).ok();
            seeds.iter().filter_map(with)
        })
        .collect();
    let serial = Name::alone(KernelName::Serial);
    let expected = estimates(serial, request, &plans, progress);
    let techniques: Vec<Agreement> = Name::defaults(&request.problem)
        .into_iter()
        .filter(|name| *name != serial)
        .map(|name| agreement(name, request, &plans, &expected, progress))
        .collect();
    let same_bits = techniques.iter().all(|found| found.equal == found.compared);
    Proof { seeds, same_bits, techniques }
}

type Estimates = Result<Vec<Estimate>, String>;

fn estimates(name: Name, request: &Request, plans: &[Plan], progress: &Progress) -> Estimates {
    let mut runner = run::prepare(name, request)?;
    if runner.precision() != Precision::F64 {
        return Err("it computes in f32, which cannot have these bits".to_owned());
    }
    plans.iter().map(|plan| runner.run(plan, progress)).collect()
}

fn agreement(
    name: Name,
    request: &Request,
    plans: &[Plan],
    expected: &Estimates,
    progress: &Progress,
) -> Agreement {
    let technique = name.to_string();
    let serial = expected.as_ref().map_err(|reason| format!("the serial loop: {reason}"));
    match estimates(name, request, plans, progress).and_then(|found| Ok((found, serial?))) {
        Ok((found, serial)) => {
            let equal = found.iter().zip(serial).filter(|(own, serial)| same(own, serial)).count();
            Agreement { technique, compared: found.len(), equal, reason: None }
        }
        Err(reason) => Agreement { technique, compared: 0, equal: 0, reason: Some(reason) },
    }
}
