//! Long integrands: cut into parts, with the bits of the interpreter; or refused.

use mc_core::conformance::Case;
use mc_core::{Density, Function, Plan, PrepareError, Problem, Real, Support, Technique};
use mc_jit::{Jit, JitCalls};

/// A chain of `steps` operations with as many constants.
struct Chain {
    steps: u32,
}

impl Function for Chain {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        (0..self.steps).fold(x[0], |acc, k| {
            acc.mul_add(x[k as usize % x.len()], T::constant(1.0 / (f64::from(k) + 2.0)))
        })
    }
}

/// Numbers that are all computed first and read in the opposite order, among them
/// some that a loop reads.
struct Wide {
    width: usize,
}

impl Function for Wide {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        let numbers: Vec<T> =
            (0..self.width).map(|k| (x[k % x.len()] + k as f64).sqrt() * x[0]).collect();
        let sum = numbers.iter().rev().fold(x[1], |acc, number| acc * 0.5 + *number);
        T::fold(sum, [x], |acc, i, [x]| {
            let inner = numbers.iter().step_by(50).fold(x, |acc, number| acc * 0.25 + *number);
            T::select(inner.less(acc), acc * 0.5 + inner, acc + i)
        })
    }
}

fn problem(f: &impl Function, dims: usize) -> Problem {
    Problem::trace(Support::cube(0.0, 1.0, dims).unwrap(), f, Density::Uniform).unwrap()
}

#[test]
fn parts_have_the_bits_of_the_interpreter() {
    let plan = Plan::new(203, 5).unwrap();
    for problem in [
        problem(&Chain { steps: 10_000 }, 3),
        problem(&Chain { steps: 2_000 }, 700),
        problem(&Wide { width: 1_500 }, 40),
        problem(&Wide { width: 1_500 }, 2),
    ] {
        let expected = Case::of_tape(&problem).expected(&plan, plan.whole());
        for technique in [&Jit::new() as &dyn Technique, &Jit::scalar(), &JitCalls::new()] {
            let kernel = technique.prepare(&problem).unwrap();
            let got = kernel.moments(&plan, plan.whole()).unwrap();
            assert_eq!(got, expected, "{}, n = {}", technique.name(), problem.dims());
        }
    }
}

#[test]
fn fifty_thousand_operations_compile() {
    let problem = problem(&Chain { steps: 25_000 }, 2);
    assert!(problem.h().len() > 50_000);
    let plan = Plan::new(100, 5).unwrap();
    let kernel = Jit::new().prepare(&problem).unwrap();
    let expected = Case::of_tape(&problem).expected(&plan, plan.whole());
    assert_eq!(kernel.moments(&plan, plan.whole()).unwrap(), expected);
}

#[test]
fn what_would_take_too_long_is_refused() {
    let problem = problem(&Chain { steps: 150_000 }, 2);
    let error = Jit::new().prepare(&problem).err().expect("too long");
    assert!(matches!(error, PrepareError::Unavailable { .. }), "{error}");
    let text = error.to_string();
    assert!(text.contains("200000") && text.contains("`serial`"), "{text}");
}
