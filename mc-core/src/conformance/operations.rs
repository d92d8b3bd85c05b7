//! Every operation of the tape on special values, one problem an operation.

use super::case::Case;
use crate::function::Function;
use crate::real::Real;
use crate::support::Support;
use crate::tape::{Binary, Ternary, Unary};

/// What operations are tried on: both zeros, subnormal and extreme numbers,
/// ties, infinities, NaN, and numbers with many digits.
const VALUES: [f64; 32] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    1.5,
    -1.5,
    2.5,
    -2.5,
    0.1,
    -1.0 / 3.0,
    std::f64::consts::PI,
    -std::f64::consts::E,
    1e10 / 7.0,
    -1e-10 / 7.0,
    4_503_599_627_370_495.5,
    -4_503_599_627_370_497.0,
    9_007_199_254_740_993.0,
    1e22,
    1e300,
    -1e300,
    1e-300,
    5e-324,
    -2e-310,
    f64::MIN_POSITIVE,
    f64::MAX,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    1023.0,
    -1022.0,
];

#[derive(Clone, Copy)]
enum Operation {
    Unary(Unary),
    Binary(Binary),
    Ternary(Ternary),
}

/// The operation on values that the coordinates pick, encoded so that every
/// bit of the result shows in a finite number.
struct Probe(Operation);

impl Function for Probe {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        // The first coordinate chooses what is looked at, the others the values.
        let pick = |x: T| {
            let index = (x * VALUES.len() as f64).floor();
            T::fold(T::constant(0.0), [&T::constants(&VALUES)], |acc, i, [value]| {
                T::select(index.equal(i), value, acc)
            })
        };
        let result = match self.0 {
            Operation::Unary(op) => op.apply(pick(x[1])),
            Operation::Binary(op) => op.apply(pick(x[1]), pick(x[2])),
            Operation::Ternary(op) => op.apply(pick(x[1]), pick(x[2]), pick(x[3])),
        };
        // NaN has a sign and a payload that IEEE 754 does not fix.
        let nan = result.not_equal(result);
        let scale = result.exponent() + T::constant(0.25).copysign(result);
        let seen = T::select(x[0].less(T::constant(0.5)), result.significand(), scale);
        T::select(nan, T::constant(-7777.0), seen)
    }
}

/// Few samples, so that one wrong bit in one value cannot be rounded away.
const SAMPLES: [u64; 2] = [2, 3];

/// One problem for each operation of the tape, on special values.
pub fn operations() -> Vec<Case> {
    let unary = Unary::ALL.iter().map(|op| (op.name(), Operation::Unary(*op), 2));
    let binary = Binary::ALL.iter().map(|op| (op.name(), Operation::Binary(*op), 3));
    let ternary = Ternary::ALL.iter().map(|op| (op.name(), Operation::Ternary(*op), 4));
    unary
        .chain(binary)
        .chain(ternary)
        .map(|(name, op, dims)| {
            let support = Support::cube(0.0, 1.0, dims).expect("a unit cube");
            Case::new(name, support, Probe(op), &SAMPLES).with_seeds(0..500)
        })
        .collect()
}
