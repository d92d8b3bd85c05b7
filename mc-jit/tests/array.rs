//! A compiled function over arrays has the bits of the interpreter.

use mc_core::{Evaluator, Function, Real, Tape, function};
use mc_jit::{ArrayError, ArrayFunction, Lanes};

fn one<T: Real>(x: &[T]) -> T {
    T::select(x[0].less(T::constant(0.5)), x[0].exp(), (x[0] * x[0] + 1.0).ln())
}

fn two<T: Real>(x: &[T]) -> T {
    (x[0] - x[1].abs()).sqrt() / x[1]
}

/// Folds over all coordinates: too long to be unrolled, and read twice.
fn many<T: Real>(x: &[T]) -> T {
    T::dot(x, x) + T::fold(x[3], [x], |acc, i, [x]| acc * 0.5 + x * i)
}

/// No coordinate is read.
fn none<T: Real>(_: &[T]) -> T {
    T::constant(2.5)
}

/// Numbers of many sizes, some of them special.
fn number(i: usize) -> f64 {
    match i % 11 {
        3 => -0.0,
        5 => f64::INFINITY,
        7 => f64::NAN,
        9 => 1e-310,
        _ => (i as f64 * 0.618).sin() * 10f64.powi(i as i32 % 7 - 3),
    }
}

fn has_the_bits_of_the_interpreter(f: &impl Function, dims: usize) {
    let tape = Tape::trace(f, dims).unwrap();
    let mut evaluator = Evaluator::new(&tape);
    for &lanes in Lanes::ALL {
        let compiled = ArrayFunction::with_lanes(&tape, lanes).unwrap();
        assert_eq!((compiled.dims(), compiled.lanes()), (dims, lanes));
        for count in 0..40 {
            let x: Vec<f64> = (0..count * dims).map(|i| number(i + count)).collect();
            // One more, which must stay.
            let mut values = vec![7.0; count + 1];
            compiled.map(&x, &mut values[..count]).unwrap();
            assert_eq!(values[count], 7.0);
            for i in 0..count {
                let point: Vec<f64> = (0..dims).map(|k| x[k * count + i]).collect();
                let (got, expected) = (values[i], evaluator.eval(&point));
                let same = got.to_bits() == expected.to_bits() || got.is_nan() && expected.is_nan();
                assert!(same, "{lanes:?}, {i} of {count}: {got:e}, not {expected:e}, at {point:?}");
            }
        }
    }
}

#[test]
fn the_same_bits_at_every_width_and_length() {
    has_the_bits_of_the_interpreter(&function!(one), 1);
    has_the_bits_of_the_interpreter(&function!(two), 2);
    has_the_bits_of_the_interpreter(&function!(many), 100);
    has_the_bits_of_the_interpreter(&function!(none), 1);
}

#[test]
fn lengths_must_fit() {
    let f = ArrayFunction::compile(&Tape::trace(&function!(two), 2).unwrap()).unwrap();
    let error = f.map(&[1.0; 5], &mut [0.0; 3]).unwrap_err();
    assert_eq!(error, ArrayError::Length { values: 3, dims: 2, given: 5 });
    assert_eq!(error.to_string(), "3 values at points of 2 coordinates take 3·2 numbers, not 5");
}
