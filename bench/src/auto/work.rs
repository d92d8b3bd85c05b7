//! What an integrand asks of any technique.

use mc_core::{Op, Problem, Sampling, Step};

/// Counts of one sample's work, and of the code that does it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    /// Coordinates that are drawn.
    pub dims: f64,
    /// Of which kind of points.
    pub sampling: Sampling,
    /// Steps of the tape that are done, constants and coordinates too.
    pub steps: f64,
    /// Of these, the operations: what computes something.
    pub operations: f64,
    /// Arithmetic that code is written for: in a loop's body once.
    pub arithmetic: f64,
    /// The other operations that code is written for: comparing, choosing, rounding, bits.
    pub other: f64,
    /// Whether there is native code, so that nothing need be interpreted.
    pub native: bool,
}

impl Work {
    /// That of `problem` with such points; `native`: whether its function was compiled with this program.
    pub fn of(problem: &Problem, sampling: Sampling, native: bool) -> Self {
        let dims = problem.dims() as f64;
        let mut work = Self { dims, sampling, native, ..Self::default() };
        work.add(problem.h().steps(), 1.0);
        work
    }

    /// `steps` that are done `times` times a sample.
    fn add(&mut self, steps: &[Step], times: f64) {
        for step in steps {
            self.steps += times;
            match &step.op {
                Op::Const(_) | Op::Coord(_) | Op::Element { .. } => continue,
                Op::Fold(fold) => self.add(&fold.body, times * f64::from(fold.len)),
                Op::Binary(operation, ..) if is_arithmetic(*operation) => self.arithmetic += 1.0,
                Op::Ternary(mc_core::Ternary::MulAdd, ..) => self.arithmetic += 1.0,
                Op::Unary(mc_core::Unary::Neg, _) => self.arithmetic += 1.0,
                _ => self.other += 1.0,
            }
            if !matches!(step.op, Op::Fold(_)) {
                self.operations += times;
            }
        }
    }

    /// Vectors of batches that technique `jit` works on at a time: the shorter the
    /// code, the more (mc-jit's `shape.rs`, which also looks at the registers).
    pub fn chains(&self) -> f64 {
        match self.arithmetic + self.other {
            short if short <= 40.0 => 4.0,
            medium if medium <= 160.0 => 2.0,
            _ => 1.0,
        }
    }
}

fn is_arithmetic(operation: mc_core::Binary) -> bool {
    use mc_core::Binary::{Add, Mul, Sub};
    matches!(operation, Add | Sub | Mul)
}

#[cfg(test)]
mod tests {
    use mc_core::Density;

    use super::*;

    fn of(f: &str, support: &str) -> Work {
        let support = support.parse().expect("a box");
        let problem = Problem::parse(support, f, Density::Uniform).expect("a problem");
        Work::of(&problem, Sampling::Random, false)
    }

    #[test]
    fn a_loop_is_done_often_and_written_once() {
        let (few, many) = (of("norm(x)^2", "0:1^2"), of("norm(x)^2", "0:1^1000"));
        assert_eq!((few.dims, few.operations), (2.0, 2.0));
        assert_eq!((many.dims, many.operations), (1000.0, 1000.0));
        assert_eq!((many.arithmetic, many.other), (1.0, 0.0));
        assert_eq!(many.chains(), 4.0);
    }

    #[test]
    fn choices_are_no_arithmetic() {
        let work = of("if(x0 < x1, x0 + x1, 2)", "0:1^2");
        assert_eq!((work.arithmetic, work.other, work.operations), (1.0, 2.0, 3.0));
        // Constants and coordinates are steps, but no operations.
        assert_eq!(work.steps, 6.0);
    }
}
