//! What tracing makes of functions and text.

use mc_core::{Evaluator, Formula, Function, Op, Real, Support, Tape, TapeError, function};
use proptest::prelude::*;

fn unit(dims: usize) -> Support {
    Support::cube(0.0, 1.0, dims).unwrap()
}

fn tape(text: &str, dims: usize) -> Tape {
    let support = Support::cube(-1.0, 3.0, dims).unwrap();
    Tape::trace(&Formula::parse(text, &support).unwrap(), dims).unwrap()
}

#[test]
fn a_sum_over_1000_coordinates_is_as_long_as_one_over_two() {
    for text in ["sum(x^2)", "norm(x - lo)^2", "prod(1 + i*x)", "dot(x, hi) + max(x)"] {
        assert_eq!(tape(text, 1000).len(), tape(text, 2).len(), "{text}");
        assert!(tape(text, 1000).len() < 16, "{text}");
    }
}

#[test]
fn constants_are_computed_while_tracing() {
    assert_eq!(tape("prod(1/(hi-lo)) * volume", 3).as_constant(), Some(1.0));
    assert_eq!(tape("sum([1, 2, 3])", 3).as_constant(), Some(6.0));
    assert_eq!(tape("x0*1 + (-0.0) - 0", 1).len(), 1);
    assert_eq!(tape("x0/8", 1), tape("x0*0.125", 1));
    // Not exact for every operand, so not done.
    assert_eq!(tape("x0 + 0", 1).len(), 3);
    assert_eq!(tape("x0 * 0", 1).len(), 3);
    assert_eq!(tape("x0/3", 1).len(), 3);
}

#[test]
fn equal_parts_are_computed_once() {
    assert_eq!(tape("x0*x1 + x1*x0", 2).len(), 4);
    // The loop too: one fold, then a product.
    let squared = tape("norm(x) * norm(x)", 9);
    let folds = squared.steps().iter().filter(|step| matches!(step.op, Op::Fold(_)));
    assert_eq!(folds.count(), 1);
}

#[test]
fn what_a_loop_does_not_change_moves_out() {
    // Σ xᵢ·(Σ xⱼ): the inner sum must not be inside the outer loop.
    let nested = tape("sum(x * sum(x))", 50);
    for step in nested.steps() {
        for inner in step.op.body().unwrap_or_default() {
            assert!(inner.op.body().is_none(), "a loop is left inside:\n{nested}");
        }
    }
}

#[test]
fn unused_code_is_gone() {
    fn wasteful<T: Real>(x: &[T]) -> T {
        let _ = T::norm(x) * x[1];
        x[0] + x[0]
    }
    assert_eq!(Tape::trace(&function!(wasteful), 5).unwrap().len(), 2);
}

#[test]
fn a_value_that_leaves_its_loop_is_an_error() {
    fn leaky<T: Real>(x: &[T]) -> T {
        let mut leaked = x[0];
        let sum = T::fold(T::constant(0.0), [x], |acc, _, [x]| {
            leaked = x * x;
            acc + x
        });
        sum + leaked
    }
    let error = Tape::trace(&function!(leaky), 5).unwrap_err();
    assert!(matches!(error, TapeError::NotDefined { .. }), "{error}");
}

#[test]
fn tapes_survive_being_sent() {
    for text in ["norm(x)^2", "if(x0 < 1/0, x1, 0/0)", "dot([1, 2], x) + sum(i*x*sum(x))"] {
        let tape = tape(text, 2);
        let bytes = postcard::to_stdvec(&tape).unwrap();
        assert_eq!(postcard::from_bytes::<Tape>(&bytes).unwrap(), tape);
    }
}

#[test]
fn a_tape_replays_into_itself() {
    for text in ["norm(x)^2", "sum(x*[1,2,3]) + prod(x - sum(x))", "if(x0 < x1, x2, min(x))"] {
        let tape = tape(text, 3);
        assert_eq!(Tape::trace(&tape, 3).unwrap(), tape);
    }
}

#[test]
fn a_tape_nested_without_end_is_refused() {
    // A step, which is a fold: its value, tag, len, init, index, acc, and a body of
    // one step, which is a fold ….
    let level = [9, 6, 2, 0, 1, 2, 1];
    let bytes = [&[1, 9, 0, 1][..], &level.repeat(100_000)].concat();
    let error = postcard::from_bytes::<Tape>(&bytes).unwrap_err();
    assert_eq!(error, postcard::Error::SerdeDeCustom);
}

proptest! {
    /// Whatever bytes arrive: an error or a tape that can be evaluated.
    #[test]
    fn damaged_tapes_are_refused_or_valid(
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        text in prop::sample::select(vec!["sum(i*x*sum(x))", "dot([1, 2, 3], x)", "x0 < x1"]),
    ) {
        let mut bytes = postcard::to_stdvec(&tape(text, 3)).unwrap();
        for (place, byte) in flips {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Ok(tape) = postcard::from_bytes::<Tape>(&bytes)
            && tape.dims() <= 1000
        {
            Evaluator::new(&tape).eval(&vec![0.5; tape.dims()]);
        }
    }

    /// Text walked with f64, and its tape, give the same bits.
    #[test]
    fn formula_and_tape_agree(text in expression(), x in prop::array::uniform3(-2.0..2.0f64)) {
        let support = unit(3);
        if let Ok(formula) = Formula::parse(&text, &support) {
            let tape = Tape::trace(&formula, 3).unwrap();
            let (walked, run) = (formula.eval(&x), Evaluator::new(&tape).eval(&x));
            let printed = Formula::parse(&formula.to_string(), &support).unwrap();
            prop_assert_eq!(&Tape::trace(&printed, 3).unwrap(), &tape, "{} printed as {}", text, formula);
            prop_assert!(
                walked.to_bits() == run.to_bits() || walked.is_nan() && run.is_nan(),
                "{text} at {x:?}: walked {walked}, tape {run}\n{tape}"
            );
        }
    }
}

/// Expressions, most of them valid.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "x0",
        "x1",
        "x[2]",
        "1",
        "2.5",
        "-0.0",
        "0",
        "pi",
        "n",
        "volume",
        "sum(x)",
        "norm(x)",
        "prod(x)",
        "max(x)",
        "sum(i)",
        "[1, x0, 3][1]",
        "1/0",
    ])
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 4, |inner| {
        let op = prop::sample::select(vec!["+", "-", "*", "/", "<", "<=", "==", "!="]);
        let function = prop::sample::select(vec![
            "sqrt", "abs", "floor", "ceil", "round", "-", "exp", "sin", "ln",
        ]);
        let reduce = prop::sample::select(vec!["sum", "prod", "norm", "min", "max"]);
        prop_oneof![
            (inner.clone(), op, inner.clone()).prop_map(|(a, op, b)| format!("({a} {op} {b})")),
            (function, inner.clone()).prop_map(|(f, a)| format!("{f}({a})")),
            (inner.clone(), -4..5i32).prop_map(|(a, k)| format!("({a})^{k}")),
            (reduce, inner.clone()).prop_map(|(f, a)| format!("{f}(x * {a} - i)")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("dot([{a}, 1, {b}], x)")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(c, a, b)| format!("if({c}, {a}, -{b})")),
        ]
    })
}
