//! The suite that every technique must pass: the same bits as the rules.
//!
//! A kernel joins with one line in its tests,
//!
//! ```text
//! mc_core::conformance!(serial, mc_serial::Flat);
//! ```
//!
//! and an executor with [`conformance_of_runs!`](crate::conformance_of_runs).
//! The reference is an oracle that shares no code with any technique: it draws
//! with `rand_xoshiro`, evaluates the Rust function itself and not its tape,
//! and builds the tree by its definition. Comparison is of bits. The tests of
//! this module run deliberately wrong kernels and show that each is caught.

mod blocks;
mod cases;
mod functions;
mod lenient;
mod macros;
mod operations;
mod oracle;
#[cfg(test)]
pub(crate) mod test_kernels;
#[cfg(test)]
mod wrong;

use std::fmt;
use std::ops::Range;

use crate::error::{PrepareError, RunError};
use crate::estimate::Estimate;
use crate::function::Function;
use crate::kernel::{Kernel, Technique};
use crate::moments::{Moments, Tree};
use crate::plan::{Block, Plan};
use crate::problem::{Density, Integrand, NonFinite, Problem};
use crate::progress::Progress;
use crate::run::run;
use crate::support::Support;
use crate::tape::Evaluator;

pub use blocks::check_blocks;
pub use lenient::check_lenient;

type PointFunction = dyn Fn(&[f64]) -> f64 + Send + Sync;

/// One problem of the suite and what it is run for.
pub struct Case {
    name: String,
    problem: Problem,
    h: Box<PointFunction>,
    samples: Vec<u64>,
    seeds: Range<u64>,
}

impl Case {
    fn make(
        name: String,
        problem: Problem,
        h: impl Fn(&[f64]) -> f64 + Send + Sync + 'static,
        samples: &[u64],
    ) -> Self {
        let name = format!("{name} on {}", problem.support());
        Self { name, problem, h: Box::new(h), samples: samples.to_vec(), seeds: 42..43 }
    }

    fn new<F>(name: &str, support: Support, f: F, samples: &[u64]) -> Self
    where
        F: Function + Send + Sync + 'static,
    {
        let problem = Problem::trace(support, &f, Density::Uniform).expect("a valid problem");
        Self::make(name.to_owned(), problem, move |x| f.eval(x), samples)
    }

    fn weighed<F, G>(name: &str, support: Support, f: F, g: G, samples: &[u64]) -> Self
    where
        F: Function + Send + Sync + 'static,
        G: Function + Send + Sync + 'static,
    {
        let density = Density::Of(Integrand::trace(&g, support.dims()).expect("a valid density"));
        let problem = Problem::trace(support, &f, density).expect("a valid problem");
        Self::make(name.to_owned(), problem, move |x| f.eval(x) * g.eval(x), samples)
    }

    fn parsed(f: &str, g: &str, support: Support, samples: &[u64]) -> Self {
        let density = Density::parse(g, &support).expect("a valid density");
        let problem = Problem::parse(support, f, density).expect("a valid problem");
        let formula = |integrand: &Integrand| integrand.formula().expect("it was parsed").clone();
        let f_formula = formula(problem.f());
        let g_formula = problem.g().map(formula);
        let h = move |x: &[f64]| match &g_formula {
            None => f_formula.eval(x),
            Some(g) => f_formula.eval(x) * g.eval(x),
        };
        Self::make(format!("{f} | {g}"), problem, h, samples)
    }

    /// The case of a problem's own tape: the oracle's moments for any problem,
    /// slowly.
    pub fn of_tape(problem: &Problem) -> Self {
        let tape = problem.h().clone();
        Self::make("tape".to_owned(), problem.clone(), move |x| Evaluator::new(&tape).eval(x), &[])
    }

    fn with_seeds(mut self, seeds: Range<u64>) -> Self {
        self.seeds = seeds;
        self
    }

    /// What it is called in a message.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Every plan that it is run for.
    pub fn plans(&self) -> impl Iterator<Item = Plan> {
        self.samples.iter().flat_map(|&samples| {
            let plan = move |seed| Plan::new(samples, seed).expect("enough samples");
            self.seeds.clone().map(plan)
        })
    }

    /// The moments that the rules give for `block`.
    pub fn expected(&self, plan: &Plan, block: Block) -> Moments {
        oracle::moments(&self.problem, &*self.h, plan, block)
    }
}

/// The problems with closed shapes, loops, densities and boxes of all kinds.
pub fn integrands() -> Vec<Case> {
    cases::cases()
}

/// One problem for each operation of the tape, on special values.
pub fn operations() -> Vec<Case> {
    operations::cases()
}

/// Every elementary function, on arguments in and out of its domain.
pub fn functions() -> Vec<Case> {
    functions::functions()
}

/// Integrands as people write them, of functions, branches and reductions.
pub fn mixtures() -> Vec<Case> {
    functions::mixtures()
}

/// A difference between a technique and the rules.
#[derive(Clone, Debug)]
pub struct Mismatch(String);

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn same(a: f64, b: f64) -> bool {
    a.to_bits() == b.to_bits()
}

fn same_moments(a: &Moments, b: &Moments) -> bool {
    a.count == b.count && same(a.mean, b.mean) && same(a.m2, b.m2)
}

/// Whether a technique may pass over a case.
fn prepared(technique: &dyn Technique, case: &Case) -> Result<Option<Box<dyn Kernel>>, Mismatch> {
    match technique.prepare(&case.problem) {
        Ok(kernel) => Ok(Some(kernel)),
        Err(PrepareError::NoText { .. }) if case.problem.f().formula().is_none() => Ok(None),
        Err(error) => Err(Mismatch(format!("{}: {error}", case.name))),
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
            let what = format!("{}, {plan:?}, blocks at level {level}", case.name);
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
        let plan = Plan::new(samples, 5).expect("enough samples");
        let expected = problem.first_non_finite(&plan, plan.whole());
        assert_ne!(expected, NonFinite::Overflow, "the case {f} has bad samples");
        let outcome = match technique.prepare(&problem) {
            Ok(kernel) => run(&*kernel, &problem, &plan, &Progress::new()),
            Err(error) => return vec![Mismatch(format!("{f}: {error}"))],
        };
        match outcome {
            Err(RunError::NonFinite(got)) if same_sample(&got, &expected) => {}
            other => mismatches.push(Mismatch(format!("{f}: {other:?} instead of {expected:?}"))),
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
    ];
    for case in &cases {
        let run = match prepare(&case.problem) {
            Ok(run) => run,
            Err(error) => return vec![Mismatch(format!("{}: {error}", case.name))],
        };
        for plan in case.plans() {
            let moments = case.expected(&plan, plan.whole());
            let expected = Estimate::new(&moments, case.problem.weight());
            let what = format!("{}, {plan:?}", case.name);
            match run(&plan) {
                Ok(got)
                    if same(got.value, expected.value)
                        && same(got.variance, expected.variance)
                        && got.samples == expected.samples => {}
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
