//! The suite that every technique passes, for those of this chapter.

use mc_core::{
    Density, Evaluator, Function, Kernel, PrepareError, Problem, Real, SquaredNorm, Tape, Technique,
};
use mc_serial::{Closure, Flat, Interpreted, Native};

mc_core::conformance!(flat, Flat);
mc_core::conformance!(interpreted, Interpreted);
mc_core::conformance_of_mixtures!(flat_mixtures, Flat);
mc_core::conformance_of_mixtures!(interpreted_mixtures, Interpreted);
mc_core::conformance!(native, NativeReplay);
mc_core::conformance!(closure, EvaluatorInAClosure);

/// The suite's functions are known as tapes only, and a tape is a function
/// again: this is the native loop over it.
struct NativeReplay;

/// A tape as a function that can be copied into a kernel.
#[derive(Clone)]
struct Replayed(Tape);

impl Function for Replayed {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        self.0.eval(x)
    }
}

impl Technique for NativeReplay {
    fn name(&self) -> &'static str {
        Native::new(SquaredNorm).name()
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let f = Replayed(problem.f().tape().clone());
        match problem.g() {
            None => Native::new(f).prepare(problem),
            Some(g) => Native::with_density(f, Replayed(g.tape().clone())).prepare(problem),
        }
    }
}

/// The loop over a closure that happens to know the problem's f, on the
/// problem with a stand-in for it.
struct EvaluatorInAClosure;

impl Technique for EvaluatorInAClosure {
    fn name(&self) -> &'static str {
        "serial"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let f = problem.f().tape().clone();
        let closure = Closure::new(move |x: &[f64]| Evaluator::new(&f).eval(x));
        let g = problem.g().cloned().map_or(Density::Uniform, Density::Of);
        let failed = |error| PrepareError::Failed { technique: "serial", cause: Box::new(error) };
        closure.prepare(&closure.problem(problem.support().clone(), g).map_err(failed)?)
    }
}
