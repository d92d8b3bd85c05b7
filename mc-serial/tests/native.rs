//! When a native function meets a problem, and when it does not.

use mc_core::{
    Density, Function, Integrand, Plan, PrepareError, Problem, Real, SquaredNorm, Support,
    Technique, function,
};
use mc_serial::{Flat, Interpreted, Mismatch, Native};

fn square() -> Support {
    Support::cube(0.0, 1.0, 2).unwrap()
}

fn product<T: Real>(x: &[T]) -> T {
    x[0] * x[1]
}

fn tilted<T: Real>(x: &[T]) -> T {
    x[0] * 0.5 + 1.0
}

fn bits(technique: &dyn Technique, problem: &Problem) -> (u64, u64) {
    let kernel = technique.prepare(problem).unwrap();
    let plan = Plan::new(10_007, 3).unwrap();
    let moments = kernel.moments(&plan, plan.whole()).unwrap();
    (moments.mean.to_bits(), moments.m2.to_bits())
}

#[test]
fn native_code_meets_the_same_integrand_as_text() {
    for dims in [1, 2, 3, 10, 16, 17, 40] {
        let problem = SquaredNorm::problem(Support::cube(-1.0, 2.0, dims).unwrap()).unwrap();
        assert_eq!(bits(&Native::new(SquaredNorm), &problem), bits(&Flat, &problem));
    }
}

#[test]
fn a_constant_density_needs_no_function() {
    for g in ["prod(1/(hi-lo))", "1", "-3"] {
        let support: Support = "-1:2,3:5".parse().unwrap();
        let density = Density::parse(g, &support).unwrap();
        let problem = Problem::parse(support, "norm(x)^2", density).unwrap();
        assert_eq!(bits(&Native::new(SquaredNorm), &problem), bits(&Flat, &problem), "{g}");
    }
}

#[test]
fn a_density_is_native_too() {
    let g = Density::Of(Integrand::trace(&function!(tilted), 2).unwrap());
    let problem = Problem::trace(square(), &function!(product), g).unwrap();
    let native = Native::with_density(function!(product), function!(tilted));
    assert_eq!(bits(&native, &problem), bits(&Flat, &problem));

    let missing = Native::new(function!(product)).check(&problem).unwrap_err();
    assert_eq!(missing, Mismatch::NoDensity);
    let other = Native::with_density(function!(product), SquaredNorm).check(&problem).unwrap_err();
    assert!(matches!(other, Mismatch::Density(_)), "{other}");
    let uniform = Problem::trace(square(), &function!(product), Density::Uniform).unwrap();
    assert_eq!(native.check(&uniform).unwrap_err(), Mismatch::Uniform);
}

#[test]
fn another_function_is_refused_and_the_place_named() {
    let problem = SquaredNorm::problem(square()).unwrap();
    let Err(PrepareError::Failed { technique: "serial", cause }) =
        Native::new(function!(product)).prepare(&problem)
    else {
        panic!("the product is not ‖x‖²");
    };
    assert_eq!(
        cause.to_string(),
        "the native function is not the problem's integrand f: \
         as tapes they part at line 1, `v0 = x[0]` against the problem's `v0 = 0`"
    );
}

#[test]
fn a_table_that_differs_is_seen() {
    #[derive(Clone)]
    struct Weighed([f64; 2]);
    impl Function for Weighed {
        fn eval<T: Real>(&self, x: &[T]) -> T {
            T::dot(x, &T::constants(&self.0))
        }
    }
    let problem = Problem::trace(square(), &Weighed([1.0, 2.0]), Density::Uniform).unwrap();
    assert_eq!(Native::new(Weighed([1.0, 2.0])).check(&problem), Ok(()));
    let error = Native::new(Weighed([1.0, 3.0])).check(&problem).unwrap_err();
    assert!(error.to_string().contains("constants in a table"), "{error}");
}

#[test]
fn what_has_no_text_cannot_be_interpreted() {
    let reason = |problem: &Problem| match Interpreted.prepare(problem) {
        Err(error @ PrepareError::NoText { .. }) => error.to_string(),
        _ => panic!("there is no text"),
    };
    let problem = Problem::trace(square(), &SquaredNorm, Density::Uniform).unwrap();
    assert!(reason(&problem).starts_with("the integrand f is a Rust function"));
    let g = Density::Of(Integrand::trace(&function!(tilted), 2).unwrap());
    let problem = Problem::parse(square(), "x0*x1", g).unwrap();
    assert!(reason(&problem).starts_with("the density g is a Rust function"));
}
