//! Evaluating a tape at one point after another: the flat loop.

#![allow(
    clippy::indexing_slicing,
    reason = "a valid tape: what a step reads is defined before it, and below `values`; the point has the tape's dims"
)]

use super::{Op, Row, Step, Tape};

/// Evaluates a tape in f64, value by value in one flat array.
///
/// Constants are written once; a point costs one pass over the steps. This is
/// what `serial` runs for an integrand that has no native code.
///
/// ```
/// use mc_core::{Evaluator, Formula, Support, Tape};
///
/// let support = Support::cube(0.0, 1.0, 2)?;
/// let tape = Tape::trace(&Formula::parse("norm(x)^2", &support)?, 2)?;
/// assert_eq!(Evaluator::new(&tape).eval(&[0.5, 2.0]), 4.25);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Evaluator<'t> {
    tape: &'t Tape,
    values: Vec<f64>,
}

impl<'t> Evaluator<'t> {
    /// An evaluator of `tape`.
    pub fn new(tape: &'t Tape) -> Self {
        let mut values = vec![0.0; tape.values()];
        write_constants(&tape.steps, &mut values);
        Self { tape, values }
    }

    /// The tape's result at `x`, which has [`Tape::dims`] coordinates.
    ///
    /// # Panics
    ///
    /// If `x` has another number of coordinates.
    #[inline]
    pub fn eval(&mut self, x: &[f64]) -> f64 {
        assert_eq!(x.len(), self.tape.dims(), "coordinates of the point");
        run(self.tape, &self.tape.steps, &mut self.values, x);
        self.values[self.tape.result.index()]
    }
}

fn write_constants(steps: &[Step], values: &mut [f64]) {
    for step in steps {
        if let Op::Const(c) = step.op {
            values[step.value.index()] = c.get();
        }
        write_constants(step.op.body().unwrap_or_default(), values);
    }
}

fn run(tape: &Tape, steps: &[Step], values: &mut [f64], x: &[f64]) {
    for step in steps {
        values[step.value.index()] = match &step.op {
            Op::Const(_) => continue,
            Op::Coord(k) => x[*k as usize],
            Op::Unary(op, a) => op.apply(values[a.index()]),
            Op::Binary(op, a, b) => op.apply(values[a.index()], values[b.index()]),
            Op::Ternary(op, a, b, c) => {
                op.apply(values[a.index()], values[b.index()], values[c.index()])
            }
            Op::Element { row, index } => {
                let round = values[index.index()] as usize;
                match *row {
                    Row::Coords { first } => x[first as usize + round],
                    Row::Table(table) => tape.tables[table as usize][round].get(),
                }
            }
            Op::Fold(fold) => {
                let mut acc = values[fold.init.index()];
                for round in 0..fold.len {
                    values[fold.index.index()] = f64::from(round);
                    values[fold.acc.index()] = acc;
                    run(tape, &fold.body, values, x);
                    acc = values[fold.next.index()];
                }
                acc
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SquaredNorm;

    #[test]
    #[should_panic(expected = "coordinates of the point")]
    fn a_point_of_another_dimension_is_a_defect_of_the_caller() {
        let tape = Tape::trace(&SquaredNorm, 2).unwrap();
        Evaluator::new(&tape).eval(&[1.0, 2.0, 3.0]);
    }
}
