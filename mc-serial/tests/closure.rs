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
        let stand_in = product.problem(support(), density()).unwrap();
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
    let root = Closure::new(|x: &[f64]| x[0].sqrt());
    let kernel = root.prepare(&root.problem(support(), Density::Uniform).unwrap()).unwrap();
    let same = Problem::parse(support(), "sqrt(x0)", Density::Uniform).unwrap();
    let tape = Flat.prepare(&same).unwrap();
    let error = run(&*kernel, &plan, &Progress::new()).unwrap_err();
    let expected = run(&*tape, &plan, &Progress::new()).unwrap_err();
    assert_eq!(error.to_string(), expected.to_string());

    // Larger than at any point that the units are chosen by.
    let spike = Closure::new(|x: &[f64]| if x[0] > 1.99 { 1e300 } else { x[0] });
    let kernel = spike.prepare(&spike.problem(support(), Density::Uniform).unwrap()).unwrap();
    let error = run(&*kernel, &plan, &Progress::new()).unwrap_err();
    assert!(matches!(error, RunError::NonFinite(NonFinite::Overflow)), "{error}");
}

/// Values whose squares f64 does not hold, and values that agree in 15 digits.
#[test]
fn a_closure_is_averaged_in_its_own_units() {
    let plan = Plan::new(10_000, 1).unwrap();
    type Point = fn(&[f64]) -> f64;
    let functions: [(Point, &str); 3] = [
        (|x| x[0] * 1e-170, "x0*1e-170"),
        (|x| x[0] * 1e170, "x0*1e170"),
        (|x| 1e15 + 0.3 * x[0], "1e15 + 0.3*x0"),
    ];
    for (f, text) in functions {
        let closure = Closure::new(f);
        let own = closure.problem(support(), Density::Uniform).unwrap();
        assert!(!own.scale().is_plain());
        let tape = Problem::parse(support(), text, Density::Uniform).unwrap();
        let of_closure = run(&*closure.prepare(&own).unwrap(), &plan, &Progress::new()).unwrap();
        let of_tape = run(&*Flat.prepare(&tape).unwrap(), &plan, &Progress::new()).unwrap();
        assert_eq!(of_closure, of_tape, "{text}");
        assert!(of_closure.std_error > 0.0);
    }
}
