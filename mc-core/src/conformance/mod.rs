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

mod cases;
mod functions;
mod lenient;
mod operations;
mod oracle;
#[cfg(test)]
pub(crate) mod test_kernels;
#[cfg(test)]
mod wrong;

use std::fmt;
use std::ops::Range;

use crate::estimate::Estimate;
use crate::function::Function;
use crate::kernel::{Kernel, PrepareError, Progress, RunError, Technique, run};
use crate::moments::{Moments, Tree};
use crate::plan::{Block, Plan};
use crate::problem::{Density, Integrand, NonFinite, Problem};
use crate::support::Support;
use crate::tape::Evaluator;

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

/// Runs a technique on every block of a plan at every level, some of them on
/// several threads at once; what differs.
pub fn check_blocks(technique: &dyn Technique) -> Vec<Mismatch> {
    let mut mismatches = Vec::new();
    let cases = [
        Case::parsed("norm(x)^2", "uniform", Support::cube(-1.0, 2.0, 3).expect("a box"), &[5_003]),
        Case::parsed("x0*x1", "1 + x0", Support::cube(1.0, 2.0, 2).expect("a box"), &[100, 999]),
    ];
    for case in &cases {
        let kernel = match technique.prepare(&case.problem) {
            Ok(kernel) => kernel,
            Err(error) => return vec![Mismatch(format!("{}: {error}", case.name))],
        };
        for plan in case.plans() {
            let top = plan.batches().next_power_of_two().ilog2();
            for level in 0..=top {
                let mut blocks: Vec<Block> = plan.blocks(level).collect();
                // The first, the last, and some between: all would be too many.
                blocks = blocks.iter().copied().step_by(blocks.len().div_ceil(7)).collect();
                blocks.push(plan.block(level, plan.block_count(level) - 1));
                let found = std::thread::scope(|scope| {
                    let workers = blocks.chunks(3).map(|part| {
                        let (kernel, plan) = (&kernel, &plan);
                        scope.spawn(move || {
                            part.iter()
                                .filter_map(|block| one_block(case, &**kernel, plan, *block))
                                .collect::<Vec<_>>()
                        })
                    });
                    let workers: Vec<_> = workers.collect();
                    workers
                        .into_iter()
                        .flat_map(|worker| worker.join().expect("no panic"))
                        .collect::<Vec<_>>()
                });
                mismatches.extend(found);
            }
        }
        let far = far_blocks().into_iter();
        mismatches.extend(far.filter_map(|(plan, block)| one_block(case, &*kernel, &plan, block)));
    }
    mismatches
}

/// Blocks of the longest plan, near the places where counters of 32, 53 and 64 bits
/// end: the indices of batches, of samples, and of words of a stream of states.
fn far_blocks() -> Vec<(Plan, Block)> {
    let plan = Plan::new(u64::MAX, 3).expect("enough samples");
    let last = plan.batches() - 1;
    let firsts = [22, 30, 31, 32, 43, 52, 53].map(|bit| (1u64 << bit) - 4);
    let firsts = firsts.into_iter().filter(|&first| first < last).chain([last - 3]);
    let blocks = firsts.flat_map(|first| {
        // The second is on the other side.
        [plan.block(2, first / 4), plan.block(0, first + 3), plan.block(0, (first + 4).min(last))]
    });
    blocks.map(|block| (plan, block)).collect()
}

fn one_block(case: &Case, kernel: &dyn Kernel, plan: &Plan, block: Block) -> Option<Mismatch> {
    let expected = case.expected(plan, block);
    let what = format!("{}, {plan:?}, {block:?}", case.name);
    match kernel.moments(plan, block) {
        Ok(got) if same_moments(&got, &expected) => None,
        Ok(got) => Some(Mismatch(format!("{what}: {got:?} instead of {expected:?}"))),
        Err(error) => Some(Mismatch(format!("{what}: {error}"))),
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

/// The tests of the suite for a [`Technique`]: `conformance!(name, technique)`.
///
/// Attributes before the name go on every test, such as a
/// `#[cfg_attr(…, ignore = "…")]` where a device may be missing.
#[macro_export]
macro_rules! conformance {
    ($(#[$attribute:meta])* $name:ident, $technique:expr $(,)?) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::conformance as suite;

            #[test]
            $(#[$attribute])*
            fn integrands_have_the_same_bits() {
                suite::assert_none(&suite::check(&$technique, &suite::integrands()));
            }

            #[test]
            $(#[$attribute])*
            fn operations_have_the_same_bits() {
                suite::assert_none(&suite::check_operations(&$technique));
            }

            #[test]
            $(#[$attribute])*
            fn functions_have_the_same_bits() {
                suite::assert_none(&suite::check(&$technique, &suite::functions()));
            }

            #[test]
            $(#[$attribute])*
            fn blocks_are_nodes_of_the_tree() {
                suite::assert_none(&suite::check_blocks(&$technique));
            }

            #[test]
            $(#[$attribute])*
            fn the_first_non_finite_sample_is_named() {
                suite::assert_none(&suite::check_non_finite(&$technique));
            }

            #[test]
            $(#[$attribute])*
            fn values_that_are_not_finite_can_be_left_out() {
                suite::assert_none(&suite::check_lenient(Box::new($technique)));
            }
        }
    };
}

/// The longer list of integrands, for the variant of a [`Technique`] that people
/// use: `conformance_of_mixtures!(name, technique)`.
#[macro_export]
macro_rules! conformance_of_mixtures {
    ($(#[$attribute:meta])* $name:ident, $technique:expr $(,)?) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::conformance as suite;

            #[test]
            $(#[$attribute])*
            fn mixtures_have_the_same_bits() {
                suite::assert_none(&suite::check(&$technique, &suite::mixtures()));
            }
        }
    };
}

/// The tests of the suite for whole runs: `conformance_of_runs!(name, prepare)`
/// with `prepare: Fn(&Problem) -> Result<impl Fn(&Plan) -> Result<Estimate, RunError>, PrepareError>`.
#[macro_export]
macro_rules! conformance_of_runs {
    ($(#[$attribute:meta])* $name:ident, $prepare:expr $(,)?) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;
            use $crate::conformance as suite;

            #[test]
            $(#[$attribute])*
            fn runs_have_the_same_bits() {
                suite::assert_none(&suite::check_runs($prepare));
            }
        }
    };
}
