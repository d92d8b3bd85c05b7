//! Numbers that were wrong once, with what they must be.

use std::cell::RefCell;

use super::*;
use crate::conformance::test_kernels::Good;
use crate::problem::{Density, NonFinite, Problem};
use crate::support::Support;
use crate::{Block, Estimate, Kernel, Moments, Plan, Progress, RunError, Technique, run};

fn problem(f: &str, g: &str, support: &str) -> Problem {
    let support: Support = support.parse().unwrap();
    let g = Density::parse(g, &support).unwrap();
    Problem::parse(support, f, g).unwrap()
}

fn outcome(problem: &Problem, samples: u64, seed: u64) -> Outcome {
    let plan = Plan::new(samples, seed).unwrap();
    let kernel = Good.prepare(problem).unwrap();
    let progress = Progress::new();
    Session::new(&plan).run(&*kernel, |_, _| (), &progress).unwrap()
}

fn close(a: f64, b: f64, tolerance: f64) -> bool {
    (a / b - 1.0).abs() <= tolerance
}

/// The estimate of x0·10ᵉ is that of x0, times 10ᵉ, in every magnitude.
#[test]
fn any_magnitude_has_the_same_relative_error() {
    let of_x = outcome(&problem("x0", "uniform", "0:1"), 10_000, 1).estimate;
    for magnitude in [
        "1e-165", "1e-160", "1e-158", "1e-200", "1e-300", "1e-90", "1e90", "1e155", "1e200",
        "1e307",
    ] {
        let outcome = outcome(&problem(&format!("x0*{magnitude}"), "uniform", "0:1"), 10_000, 1);
        let (got, by): (_, f64) = (outcome.estimate, magnitude.parse().unwrap());
        assert!(close(got.value / by, of_x.value, 1e-12), "{magnitude}: {got:?}");
        assert!(close(got.std_error / by, of_x.std_error, 1e-9), "{magnitude}: {got:?}");
        let square = got.std_error * got.std_error;
        assert!(!square.is_normal() || close(got.variance, square, 1e-14), "{magnitude}: {got:?}");
        assert_eq!(outcome.warnings, [], "{magnitude}");
    }
}

/// The value, the volume and their product are representable; their squares, or the
/// product of f and g, are not.
#[test]
fn the_weight_over_and_underflows_nowhere() {
    for (f, g, support, truth) in [
        ("x0*1e161", "1e120", "0:1e-161", 0.5e-41),
        ("x0*1e163", "1e100", "0:1e-163", 0.5e-63),
        ("sum(x)", "1/volume", "0:10^155", 775.0),
        ("sum(x)", "1/volume", "0:0.1^155", 7.75),
        ("1e150*(1 + x1)", "1/volume", "0:1e-200,0:1", 1.5e150),
        ("1e-150*(1 + x1)", "1/volume", "0:1e200,0:1", 1.5e-150),
        ("1e-100*x1", "1e-250*(1 + x1)", "0:1e200,0:1", 1e-150 * 5.0 / 6.0),
    ] {
        let estimate = outcome(&problem(f, g, support), 10_000, 1).estimate;
        assert!(estimate.distance(truth) < 5.0, "{f}, {g}: {estimate}");
        assert!(estimate.std_error < 0.02 * truth, "{f}, {g}: {estimate}");
        let square = estimate.std_error * estimate.std_error;
        assert!(
            !square.is_normal() || close(estimate.variance, square, 1e-14),
            "{f}: {estimate:?}"
        );
    }
}

/// Values that differ in their last digits: the variance is theirs, not that of roundings.
#[test]
fn a_large_mean_leaves_the_variance_exact() {
    let whole = outcome(&problem("1e16 + 2*floor(3*x0)", "uniform", "0:1"), 100, 1);
    let alone = outcome(&problem("2*floor(3*x0)", "uniform", "0:1"), 100, 1);
    assert!(close(alone.estimate.variance, 0.0264, 1e-2), "{:?}", alone.estimate);
    // The values are exact, and so is their mean in units of their own; the error that is
    // printed is that of rounding it.
    let scale = problem("1e16 + 2*floor(3*x0)", "uniform", "0:1").scale();
    assert_eq!((scale.exponent(), scale.shift() >= 1e16), (0, true));
    assert_eq!(whole.estimate.std_error, 1.0);
    assert!((whole.estimate.value - 1e16 - alone.estimate.value).abs() <= 1.0);

    // With digits to spare it is the same to 12 of them.
    let whole = outcome(&problem("1e9 + x0", "uniform", "0:1"), 10_000, 1).estimate;
    let alone = outcome(&problem("x0", "uniform", "0:1"), 10_000, 1).estimate;
    assert!(close(whole.variance, alone.variance, 1e-8), "{whole:?}");
    assert_eq!(whole.value, 1e9 + alone.value);
}

#[test]
fn an_error_below_rounding_is_not_printed() {
    let outcome = outcome(&problem("1e15 + 0.3*x0", "uniform", "0:1"), 1_000_000, 1);
    assert!((outcome.estimate.value - (1e15 + 0.15)).abs() <= 0.0625 + 0.05);
    assert_eq!(outcome.estimate.std_error, 0.0625, "half an ulp");
    assert_eq!(outcome.estimate.variance, 0.0625 * 0.0625);
    assert_eq!(outcome.warnings, [Warning::Rounded { ulp: 0.125 }]);
}

/// What no pilot met, and underflows: said, not passed over.
#[test]
fn underflow_that_no_pilot_saw_is_said() {
    let tiny = problem("if(x0 < 0.003, 1e-200*x1, 0)", "uniform", "0:1^2");
    assert!(tiny.scale().is_plain(), "pilots see zeros only");
    let outcome = outcome(&tiny, 10_000, 1);
    assert!(outcome.estimate.value > 0.0);
    assert!(outcome.warnings.contains(&Warning::Underflow), "{:?}", outcome.warnings);
    // With any other value that counts, nothing is lost.
    let ground = problem("if(x0 < 0.003, 1e-200*x1, x0)", "uniform", "0:1^2");
    assert_eq!(self::outcome(&ground, 10_000, 1).warnings, []);
}

/// Zeros among the smallest numbers leave room for a peak, so these stay too small for squares; and
/// two that are opposite have the mean 0.
#[test]
fn the_smallest_numbers_are_not_called_equal() {
    let problem = problem("x0", "uniform", "-1e-323:1e-323");
    let outcome = outcome(&problem, 2, 1117967380821686204);
    assert_eq!((outcome.estimate.value, outcome.estimate.std_error.to_bits()), (0.0, 0));
    assert!(outcome.warnings.contains(&Warning::Underflow), "{:?}", outcome.warnings);
}

/// Their units make them large enough for squares.
#[test]
fn small_numbers_that_are_equal_are_called_so() {
    let problem = problem("1e-300*if(x0<2,1,2)+1e-300", "uniform", "0:1");
    let warnings = outcome(&problem, 1000, 1).warnings;
    assert_eq!(warnings, [Warning::AllEqual { value: 2e-300, count: 1000 }]);
}

/// A kernel that has a NaN of its own.
struct Odd(Box<dyn Kernel>);

impl Kernel for Odd {
    fn problem(&self) -> &Problem {
        self.0.problem()
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let moments = self.0.moments(plan, block)?;
        Ok(if block.first() == 0 { Moments { m2: f64::NAN, ..moments } } else { moments })
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        self.0.block_level(plan, workers)
    }
}

#[test]
fn a_nan_of_the_kernel_is_no_overflow() {
    let kernel = Odd(Good.prepare(&problem("x0", "uniform", "0:1")).unwrap());
    let error = run(&kernel, &Plan::new(10_000, 1).unwrap(), &Progress::new()).unwrap_err();
    assert!(matches!(error, RunError::NonFinite(NonFinite::Kernel)), "{error}");
    assert!(!error.to_string().contains("1e150"), "{error}");
}

/// Zeros that stand for what is not finite are zeros in any units.
#[test]
fn a_zero_is_a_zero_in_any_units() {
    let problem = problem("if(x0 < 0.5, 1e9 + x0, 1/(x0-x0))", "uniform", "0:1");
    assert!(!problem.scale().is_plain());
    let plan = Plan::new(10_000, 1).unwrap();
    let kernel = Lenient(Box::new(Good)).prepare(&problem).unwrap();
    let progress = Progress::new();
    let session = Session::new(&plan).non_finite(NonFinitePolicy::Zero);
    let outcome = session.run(&*kernel, |_, _| (), &progress).unwrap();
    let zeros = outcome.non_finite as f64 / 1e4;
    let truth = (1.0 - zeros) * (1e9 + 0.25);
    assert!(close(outcome.estimate.value, truth, 1e-9), "{:?}", outcome.estimate);
    assert!(close(outcome.estimate.std_error, 1e9 * (zeros * (1.0 - zeros) / 1e4).sqrt(), 1e-3));
}

/// Student's t: the interval of few samples of a uniform variable covers as it says.
#[test]
fn intervals_of_few_samples_cover() {
    const SEEDS: u64 = 4_000;
    let problem = problem("x0", "uniform", "0:1");
    let kernel = Good.prepare(&problem).unwrap();
    for (samples, least) in [(2, 0.90), (3, 0.91), (5, 0.92), (10, 0.94), (30, 0.94)] {
        let covered = (0..SEEDS)
            .filter(|&seed| {
                let plan = Plan::new(samples, seed).unwrap();
                let (lo, hi) = run(&*kernel, &plan, &Progress::new()).unwrap().interval95();
                lo <= 0.5 && 0.5 <= hi
            })
            .count() as f64
            / SEEDS as f64;
        assert!((least..0.97).contains(&covered), "M = {samples}: {covered}");
    }
    let warned = |samples| outcome(&problem, samples, 1).warnings;
    assert_eq!(warned(10), [Warning::FewSamples { samples: 10, wanted: None }]);
    assert_eq!(warned(100), []);
}

#[test]
fn too_few_samples_for_a_skewed_integrand_are_warned_of() {
    // Skewness of about 17: it takes some 6,000 samples.
    let problem = problem("exp(15*x0)/1e5", "uniform", "0:1");
    let warned = |samples| {
        let few = |seed: &u64| {
            let warnings = outcome(&problem, samples, *seed).warnings;
            warnings.iter().any(|warning| matches!(warning, Warning::FewSamples { .. }))
        };
        (0..40).filter(few).count()
    };
    assert!(warned(100) >= 10, "{}", warned(100));
    assert_eq!(warned(100_000), 0);
}

#[test]
fn a_relative_error_of_zero_is_told_of_early() {
    let plan = Plan::new(1 << 18, 1).unwrap();
    let notices = |f: &str, target: Target| {
        let problem = problem(f, "uniform", "0:1");
        let kernel = Good.prepare(&problem).unwrap();
        let (told, progress) = (RefCell::new(Vec::new()), Progress::new());
        let session = Session::new(&plan).stop_at(target);
        let session = session.on_notice(|notice| told.borrow_mut().push(notice.clone()));
        session.run(&*kernel, |_, _| (), &progress).unwrap();
        told.into_inner()
    };
    let relative = Target::relative(1e-3).unwrap();
    let told = notices("x0 - 0.5", relative);
    let [Notice::NoRelativeError { samples, at_least, .. }] = told[..] else {
        panic!("{told:?}");
    };
    assert_eq!(samples, Session::LEAST_SAMPLES);
    // If the truth is less than four standard errors of the first look off.
    assert!((1e9..1e12).contains(&at_least), "{at_least:e}");
    assert!(told[0].to_string().contains("--abs-error"));
    assert_eq!(notices("x0", relative), []);
    assert_eq!(notices("x0 - 0.5", relative.or(Target::absolute(1e-9).unwrap())), []);
}

/// The estimate of a constant is the constant.
#[test]
fn constants_stay_exact() {
    for (f, truth) in [("3", 3.0), ("1e-200", 1e-200), ("1e300", 1e300), ("0.1 + 0*x0", 0.1)] {
        let Estimate { value, std_error, .. } =
            outcome(&problem(f, "uniform", "0:1"), 100, 1).estimate;
        assert_eq!((value, std_error), (truth, 0.0), "{f}");
    }
}
