//! A closure and the problem it meets.

use mc_core::{
    Density, NonFinite, Plan, PrepareError, Problem, Progress, RunError, SquaredNorm, Support,
    Technique, run,
};
use mc_serial::{Closure, Flat};

fn support() -> Support {
    "-1:2,3:5".parse().unwrap()
}

#[test]
fn the_same_function_gives_the_same_bits() {
    let plan = Plan::new(12_345, 9).unwrap();
    for g in ["uniform", "1", "x0^2 + 1"] {
        let density = || Density::parse(g, &support()).unwrap();
        let product = Closure::new(|x: &[f64]| x[0] * x[1]);
        let stand_in = Closure::problem(support(), density()).unwrap();
        let problem = Problem::parse(support(), "x0*x1", density()).unwrap();
        let estimate = |technique: &dyn Technique, problem: &Problem| {
            let kernel = technique.prepare(problem).unwrap();
            run(&*kernel, &plan, &Progress::new()).unwrap()
        };
        assert_eq!(estimate(&product, &stand_in), estimate(&Flat, &problem), "{g}");
    }
}

#[test]
fn a_problem_with_its_own_integrand_is_refused() {
    let problem = SquaredNorm::problem(support()).unwrap();
    let closure = Closure::new(|x: &[f64]| x[0] * x[0] + x[1] * x[1]);
    let Err(PrepareError::Unavailable { reason }) = closure.prepare(&problem) else {
        panic!("the closure cannot be compared with the problem's f");
    };
    assert!(reason.contains("Closure::problem"), "{reason}");
}

#[test]
fn the_sample_that_is_not_finite_is_named() {
    let plan = Plan::new(1_000, 1).unwrap();
    let problem = Closure::problem(support(), Density::Uniform).unwrap();
    let kernel = Closure::new(|x: &[f64]| x[0].sqrt()).prepare(&problem).unwrap();
    let same = Problem::parse(support(), "sqrt(x0)", Density::Uniform).unwrap();
    let tape = Flat.prepare(&same).unwrap();
    let error = run(&*kernel, &plan, &Progress::new()).unwrap_err();
    let expected = run(&*tape, &plan, &Progress::new()).unwrap_err();
    assert_eq!(error.to_string(), expected.to_string());

    let kernel = Closure::new(|x: &[f64]| x[0] * 1e300).prepare(&problem).unwrap();
    let error = run(&*kernel, &plan, &Progress::new()).unwrap_err();
    assert!(matches!(error, RunError::NonFinite(NonFinite::Overflow)), "{error}");
}
