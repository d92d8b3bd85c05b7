//! Runs a technique on the suite, and tells what differs from the rules.

use std::fmt;

use super::case::Case;
use super::operations::operations;
use crate::error::{PrepareError, RunError};
use crate::estimate::Estimate;
use crate::kernel::{Kernel, Technique};
use crate::moments::{Moments, Tree};
use crate::plan::Plan;
use crate::problem::{Density, NonFinite, Problem};
use crate::progress::Progress;
use crate::run::run;
use crate::sampling::Sampling;
use crate::support::Support;

/// A difference between a technique and the rules.
#[derive(Clone, Debug)]
pub struct Mismatch(pub(super) String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

pub(super) fn same_moments(a: &Moments, b: &Moments) -> bool {
    a.count == b.count && same(a.mean, b.mean) && same(a.m2, b.m2)
}

/// Whether a technique may pass over a case.
pub(super) fn prepared(
    technique: &dyn Technique,
    case: &Case,
) -> Result<Option<Box<dyn Kernel>>, Mismatch> {
    match technique.prepare_for(case.problem(), case.sampling()) {
        Ok(kernel) => Ok(Some(kernel)),
        Err(PrepareError::NoText { .. }) if case.problem().f().formula().is_none() => Ok(None),
        Err(error) => Err(Mismatch(format!("{}: {error}", case.name()))),
    }
}

/// Runs a technique on `cases`; what differs.
///
/// A technique that needs text may say so, [`PrepareError::NoText`], for
/// problems without it; those are passed over.
pub fn check(technique: &dyn Technique, cases: &[Case]) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    let mut compared = 0;
    for case in cases {
        let kernel = match prepared(technique, case) {
            Ok(Some(kernel)) => kernel,
            Ok(None) => continue,
            Err(mismatch) => {
                mismatches.push(mismatch);
                continue;
            }
        };
        for plan in case.plans() {
            compared += 1;
            let expected = case.expected(&plan, plan.whole());
            let level = kernel.block_level(&plan, 1);
            let blocks: Result<Vec<_>, _> =
                plan.blocks(level).map(|block| kernel.moments(&plan, block)).collect();
            let what = format!("{}, {plan:?}, blocks at level {level}", case.name());
            match blocks.map(Tree::of) {
                Ok(got) if same_moments(&got, &expected) => {}
                Ok(got) => {
                    mismatches.push(Mismatch(format!("{what}: {got:?} instead of {expected:?}")));
                }
                Err(error) => mismatches.push(Mismatch(format!("{what}: {error}"))),
            }
        }
    }
    if compared == 0 {
        mismatches.push(Mismatch("the technique took none of the cases".to_owned()));
    }
    mismatches
}

/// Runs a technique on the problems of [`operations`]; what differs. One that
/// needs text cannot take them, and has nothing to compare.
pub fn check_operations(technique: &dyn Technique) -> Vec<Mismatch> {
    let cases = operations();
    match technique.prepare(cases[0].problem()) {
        Err(PrepareError::NoText { .. }) => Vec::new(),
        _ => check(technique, &cases),
    }
}

/// An integrand with a few bad values among many good ones; the error must
/// name the first of them, whatever the technique.
pub fn check_non_finite(technique: &dyn Technique) -> Vec<Mismatch> {
    let support = Support::cube(-1.0, 1.0, 2).expect("a box");
    let mut mismatches = Vec::new();
    for (f, samples) in [
        // √ of a negative number about twice in 10⁴ samples; 0/0 in half of all.
        ("sqrt(x0 + 0.9996)", 100_000),
        ("if(x0 < 0, (x1-x1)/(x1-x1), x1)", 100),
        ("if(x0 < 0.99, 1, 1/(x0-x0))", 10_000),
    ] {
        let problem = Problem::parse(support.clone(), f, Density::Uniform).expect("a problem");
        let kernel = match technique.prepare(&problem) {
            Ok(kernel) => kernel,
            Err(error) => return vec![Mismatch(format!("{f}: {error}"))],
        };
        for sampling in Sampling::ALL {
            let plan = Plan::of(sampling, samples, 5).expect("enough samples");
            let expected = problem.first_non_finite(&plan, plan.whole());
            assert!(matches!(expected, NonFinite::Sample(_)), "the case {f} has bad samples");
            match run(&*kernel, &plan, &Progress::new()) {
                Err(RunError::NonFinite(got)) if same_sample(&got, &expected) => {}
                other => {
                    let what = format!("{f}, {sampling}: {other:?} instead of {expected:?}");
                    mismatches.push(Mismatch(what));
                }
            }
        }
    }
    mismatches
}

fn same_sample(a: &NonFinite, b: &NonFinite) -> bool {
    match (a, b) {
        (NonFinite::Sample(a), NonFinite::Sample(b)) => a.sample == b.sample && a.x == b.x,
        _ => a == b,
    }
}

/// Runs whole estimates, as executors do, on a few of the integrands; what
/// differs from the oracle's estimate.
pub fn check_runs<R>(prepare: impl Fn(&Problem) -> Result<R, PrepareError>) -> Vec<Mismatch>
where
    R: Fn(&Plan) -> Result<Estimate, RunError>,
{
    let mut mismatches = Vec::new();
    let cases = [
        Case::parsed(
            "norm(x)^2",
            "uniform",
            Support::cube(0.0, 1.0, 2).expect("a box"),
            &[2, 3, 100, 1_000, 10_000, 1_000_003],
        ),
        Case::parsed(
            "norm(x)^2",
            "prod(1/(hi-lo))",
            "-1:2,3:5".parse().expect("a box"),
            &[2, 3, 100, 1_000, 10_000],
        ),
        Case::parsed(
            "sum(i*x)/x0",
            "1",
            Support::cube(1.0, 2.0, 40).expect("a box"),
            &[3, 1_000, 20_001],
        ),
        Case::parsed("norm(x)^2", "1", "-1:2,3:5".parse().expect("a box"), &[])
            .with_sobol(&[32, 100, 1_000, 10_000, 1_000_003]),
        Case::parsed("sum(i*x)/x0", "uniform", Support::cube(1.0, 2.0, 40).expect("a box"), &[])
            .with_sobol(&[50, 20_001]),
    ];
    for case in &cases {
        let run = match prepare(case.problem()) {
            Ok(run) => run,
            Err(error) => return vec![Mismatch(format!("{}: {error}", case.name()))],
        };
        for plan in case.plans() {
            let expected = case.estimate(&plan);
            let what = format!("{}, {plan:?}", case.name());
            match run(&plan) {
                Ok(got)
                    if same(got.value, expected.value)
                        && same(got.variance, expected.variance)
                        && got.samples == expected.samples
                        && got.replicates == expected.replicates => {}
                Ok(got) => {
                    mismatches.push(Mismatch(format!("{what}: {got:?} instead of {expected:?}")));
                }
                Err(error) => mismatches.push(Mismatch(format!("{what}: {error}"))),
            }
        }
    }
    mismatches
}

/// Panics with every mismatch, a line each.
#[track_caller]
pub fn assert_none(mismatches: &[Mismatch]) {
    /// The most lines shown.
    const SHOWN: usize = 20;
    let lines: Vec<_> = mismatches.iter().take(SHOWN).map(Mismatch::to_string).collect();
    assert!(
        mismatches.is_empty(),
        "{} differences from the rules:\n{}",
        mismatches.len(),
        lines.join("\n")
    );
}
