//! Any text: an error that can be shown, or a formula whose tape, whose plain
//! form's tape, and whose tree agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mc_core::{Evaluator, Formula, Function, Support, Tape};

fuzz_target!(|text: &str| {
    let support = Support::cube(-1.0, 3.0, 3).expect("a box");
    let formula = match Formula::parse(text, &support) {
        Ok(formula) => formula,
        Err(error) => {
            let _ = error.to_string();
            return;
        }
    };
    let Ok(tape) = Tape::trace(&formula, 3) else { panic!("{text} cannot be traced") };
    let _ = tape.to_string();
    let printed = Formula::parse(&formula.to_string(), &support).expect("the plain form parses");
    assert_eq!(Tape::trace(&printed, 3).as_ref(), Ok(&tape), "{text} printed as {formula}");
    let x = [0.5, -0.75, 2.0];
    let (walked, run) = (formula.eval(&x), Evaluator::new(&tape).eval(&x));
    assert!(walked.to_bits() == run.to_bits() || walked.is_nan() && run.is_nan(), "{text}");
});
