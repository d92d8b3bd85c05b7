//! The elementary functions keep their bounds, and the reference they are
//! measured against is right.
//!
//! `cargo run --release -p mc-core --example accuracy` measures the same with a
//! million arguments a function and prints the table.

#[path = "../examples/accuracy/instrument/mod.rs"]
mod instrument;

use std::str::FromStr;
use std::thread;

use dashu_float::DBig;
use instrument::arguments::{Arguments, Source};
use instrument::function::Function;
use instrument::functions::functions;
use instrument::measure::ulps;
use instrument::reference::{Big, PRECISION, big, exponent, is_zero};

const ARGUMENTS: u64 = 4000;

/// As many again are tried near the worst.
const SEARCHED: u64 = 2000;

fn find(name: &str) -> Function {
    let found = functions().into_iter().find(|function| function.name == name);
    found.unwrap_or_else(|| panic!("{name} is measured"))
}

#[test]
fn every_function_keeps_its_bound() {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let mut broken = String::new();
    for function in functions() {
        let measured = function.measure(ARGUMENTS, threads);
        assert_eq!(measured.arguments, ARGUMENTS);
        let found = function.search(&measured, SEARCHED, threads);
        if !function.keeps(found.error) {
            let Function { name, domain, bound, .. } = function;
            let (error, at) = (found.error, found.at);
            broken += &format!("{name} ({domain}): {error} > {bound} ulp at {at:?}\n");
        }
    }
    assert!(broken.is_empty(), "{broken}");
}

/// What was asked for: the table may promise more, not less.
#[test]
fn the_bounds_are_those_asked_for() {
    const ONE_ULP: &str = "exp ln exp2 log2 sqrt cbrt sin cos atan expm1 log1p";
    const TWO_ULPS: &str = "tan asin acos atan2 sinh cosh tanh asinh acosh atanh erf pow norm_cdf \
                            norm_quantile";
    for (names, bound) in [(ONE_ULP, 1.0), (TWO_ULPS, 2.0)] {
        for name in names.split_whitespace() {
            let all = functions().into_iter().filter(|function| function.name == name);
            let promised = all.map(|function| (function.bound, function.floor)).collect::<Vec<_>>();
            assert!(!promised.is_empty(), "{name} is measured");
            assert!(promised.iter().all(|&(own, floor)| own <= bound && floor == 0.0), "{name}");
        }
    }
}

#[test]
fn the_reference_knows_the_answers() {
    let answers = include_str!("accuracy.txt");
    let mut checked = 0;
    for line in answers.lines().filter(|line| !line.starts_with('#')) {
        let words: Vec<_> = line.split(' ').collect();
        let (name, numbers) = words.split_first().expect("a name");
        let (value, arguments) = numbers.split_last().expect("a value");
        let mut at = [0.0; 2];
        for (at, word) in at.iter_mut().zip(arguments) {
            *at = word.parse().expect("an f64");
        }
        let exact = DBig::from_str(value).expect("a decimal");
        let exact: Big = exact.with_rounding().with_base_and_precision::<2>(PRECISION).value();
        let found = (find(name).reference)(at).unwrap_or_else(|| panic!("a value: {line}"));
        let difference = exponent(&(&found - &exact));
        // 32 digits are 2⁻¹⁰³. The zeros of ln Γ cost the most.
        let limit = if name == &"ln_gamma" { -90 } else { -100 };
        let right =
            if is_zero(&exact) { is_zero(&found) } else { difference - exponent(&exact) < limit };
        assert!(right, "{line}: off by 2^{difference}");
        checked += 1;
    }
    assert!(checked > 600, "{checked}");
}

#[test]
fn threads_do_not_matter() {
    let function = find("atan2");
    let serial = function.measure(3000, 1);
    assert_eq!(serial, function.measure(3000, 5));
    let found = function.search(&serial, 600, 1);
    assert_eq!(found, function.search(&serial, 600, 3));
    assert!(found.error > serial.error, "the search finds worse ones");
}

#[test]
fn units_in_the_last_place() {
    let tiny = f64::from_bits(1);
    assert_eq!(ulps(1.0, &big(1.0), 0.0), 0.0);
    assert_eq!(ulps(1.0 + f64::EPSILON, &big(1.0), 0.0), 1.0);
    // Below a power of two the unit is half as large.
    assert_eq!(ulps(1.0, &big(1.0 - f64::EPSILON), 0.0), 2.0);
    assert_eq!(ulps(1.25, &big(1.0), 4.0), 2f64.powi(48));
    // Gradual underflow: the unit stays 2⁻¹⁰⁷⁴.
    assert_eq!(ulps(tiny, &(big(1.0) >> 1075), 0.0), 0.5);
    assert_eq!(ulps(tiny, &(big(3.0) >> 1074), 0.0), 2.0);
    assert_eq!(ulps(0.0, &(big(1.0) >> 5000), 0.0), 0.0);
    assert_eq!(ulps(-tiny, &big(0.0), 0.0), 1.0);
    // Overflow: infinity is right from where the exact result rounds to it.
    let end = big(1.0) << 1024;
    let half_unit = big(1.0) << 970;
    assert_eq!(ulps(f64::INFINITY, &end, 0.0), 0.0);
    assert_eq!(ulps(f64::INFINITY, &(&end - &half_unit), 0.0), 0.0);
    assert_eq!(ulps(f64::MAX, &(&end - &half_unit), 0.0), 0.5);
    assert_eq!(ulps(f64::INFINITY, &big(f64::MAX), 0.0), 1.0);
    assert!(ulps(f64::NEG_INFINITY, &end, 0.0) > 1e10);
    assert!(ulps(f64::MAX, &(big(1.0) << 5000), 0.0) > 1e10);
    assert_eq!(ulps(f64::NAN, &big(1.0), 0.0), f64::INFINITY);
}

/// The arguments do what their description says.
#[test]
fn arguments_reach_everything() {
    let mut source = Source::new("test", 7);
    let binades: std::collections::BTreeSet<_> =
        (0..40_000).map(|_| source.bits(-f64::MAX, f64::MAX).to_bits() >> 52).collect();
    assert_eq!(binades.len(), 2 * 2047);
    assert!((0..1000).all(|_| (1.0..=1.5).contains(&source.bits(1.0, 1.5))));
    assert!((0..1000).any(|_| source.near(0.0).is_sign_negative()));
    assert!((0..1000).all(|_| source.near(f64::MAX).is_finite()));
    for function in functions() {
        let Arguments::One(places) = &function.arguments else { continue };
        let mut source = function.source(0);
        let drawn: Vec<_> = (0..5000).map(|_| source.argument(&function.arguments)[0]).collect();
        assert!(drawn.iter().all(|x| places.domain.contains(x)), "{}", function.name);
        for hard in places.hard.iter().filter(|x| places.domain.contains(x)) {
            assert!(drawn.contains(hard), "{}: {hard}", function.name);
        }
    }
}
