//! The language: what texts mean, and what is said of wrong ones.

use mc_core::{Formula, Function, Support, parse_constant};
use proptest::prelude::*;

/// The box [−1, 2] × [3, 5].
fn support() -> Support {
    "-1:2,3:5".parse().unwrap()
}

fn value(text: &str) -> f64 {
    Formula::parse(text, &support()).unwrap_or_else(|e| panic!("{text}: {e}")).eval(&[0.5, 4.0])
}

#[test]
fn meaning() {
    for (text, expected) in [
        ("1 + 2*3 - 4/8", 6.5),
        ("-2^2", -4.0),
        ("2^3^2", 512.0),
        ("2^-1", 0.5),
        ("9^0.5", 3.0),
        ("(1 + 1)^(n + 1)", 8.0),
        ("--1 - +1", 0.0),
        ("1e3 + .5 + 2.", 1002.5),
        ("x0 + x[1]", 4.5),
        ("x[n - 1]", 4.0),
        ("volume", 6.0),
        ("sum(hi - lo)", 5.0),
        ("prod(1/(hi-lo))", 1.0 / 3.0 * 0.5),
        ("norm(x)^2", 16.25),
        ("norm([3, 4])", 5.0),
        ("dot(x, [2, 1])", 5.0),
        ("dot(x - lo, i)", 1.0),
        ("sum(i*x)", 4.0),
        ("sum((x - 0.5)^2)", 12.25),
        ("max(x) - min(x)", 3.5),
        ("max(x0, 2) + min(x1, 2)", 4.0),
        ("x0 < 1", 1.0),
        ("x0 >= 1", 0.0),
        ("(x0 != x1) + (x0 == x0) + (1 <= 1)", 3.0),
        ("if(x0 > 0, 10, 20)", 10.0),
        ("sum(if(x > 1, x, 0))", 4.0),
        ("sqrt(x1) + abs(-3) + floor(-1.5) + ceil(1.2) + round(2.5)", 8.0),
        ("(2*x)[1]", 8.0),
        ("[x0, x1, 7][2]", 7.0),
        ("2·3 − 1", 5.0),
        ("4^1.5 + 2^x1", 24.0),
        ("sum(x^i)", 5.0),
        ("exp(0) + ln(1) + sin(0) + cos(0) + log2(8) + log10(1000)", 8.0),
        ("sign(-3) + trunc(-1.5) + round(2.5) + mod(7, 3)", 2.0),
        ("hypot(3, x1) + pow(2, 3) + cbrt(27)", 16.0),
        ("gamma(5) + ln_gamma(1) + norm_cdf(0)", 24.5),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
    assert_eq!(parse_constant("2*pi").unwrap(), 2.0 * std::f64::consts::PI);
    let line = Support::cube(0.0, 1.0, 1).unwrap();
    assert_eq!(Formula::parse("x^2", &line).unwrap().eval(&[3.0]), 9.0, "x is x0 on a line");
}

#[test]
fn plain_form() {
    for (text, plain) in [
        ("((1+x0))*2-3", "(1.0 + x0) * 2.0 - 3.0"),
        ("1-(2-x0)", "1.0 - (2.0 - x0)"),
        ("-(x0^2)+(-x0)^2", "-x0^2.0 + (-x0)^2.0"),
        ("2^(3^x0)", "2.0^3.0^x0"),
        ("(2^3)^-x0", "(2.0^3.0)^-x0"),
        ("if((x0)<1,[1,2][0],sum(i*x))", "if(x0 < 1.0, [1.0, 2.0][0.0], sum(i * x))"),
        ("x0/(2*3)/1e300", "x0 / (2.0 * 3.0) / 1e300"),
    ] {
        assert_eq!(Formula::parse(text, &support()).unwrap().to_string(), plain);
    }
}

#[test]
fn wrong_texts_are_pointed_at() {
    for (text, column, part) in [
        ("", 1, "empty"),
        ("x0 +", 5, "ends here"),
        ("x0 x1", 4, "operator"),
        ("(x0", 4, "`)`"),
        ("x0)", 3, "no opening"),
        ("x0 + w", 6, "unknown name `w`: known are x, x0"),
        ("foo(x)", 1, "unknown function `foo`"),
        ("x2", 1, "0 to 1"),
        ("x[2]", 3, "0 to 1"),
        ("x[-1]", 3, "0 to 1"),
        ("x[0.5]", 3, "0 to 1"),
        ("x[x0]", 3, "constant"),
        ("x99999999999999999999", 1, "0 to 1"),
        ("2x", 1, "needs its `*`"),
        ("1.2.3", 1, "not a number"),
        ("1e999", 1, "too large"),
        ("x", 1, "vector of length 2"),
        ("sum(x0)", 5, "number where a vector"),
        ("x + [1,2,3]", 5, "length 3 meets one of length 2"),
        ("dot(x)", 1, "two vectors"),
        ("if(1,2)", 1, "three arguments"),
        ("exp(1, 2)", 1, "one argument, not 2"),
        ("pow(2)", 1, "two arguments, not 1"),
        ("x^[1,2,3]", 3, "length 3 meets one of length 2"),
        ("log(x0)", 1, "ln; log2 and log10"),
        ("x0 = 1", 4, "`==`"),
        ("x0 < x1 < 2", 9, "chain"),
        ("x0 && x1", 4, "multiply"),
        ("x0 and x1", 4, "(a) * (b)"),
        ("max(x0 or x1)", 8, "max(a, b)"),
        ("not x0", 1, "1 - c"),
        ("x0 mod 2", 4, "mod(a, b)"),
        ("x0**2", 3, "a power is `^`"),
        ("x0 % 2", 4, "mod(a, b)"),
        ("2*π", 3, "write pi"),
        ("x0²", 3, "write ^2"),
        ("Sin(x0)", 1, "did you mean `sin`?"),
        ("Pi*x0", 1, "did you mean `pi`?"),
        ("X0", 1, "did you mean `x0`?"),
        ("sqr(x0)", 1, "did you mean `sqrt`?"),
        ("arctan(x0)", 1, "atan"),
        ("exp(i*x0)", 1, "no complex numbers"),
        ("exp(2i*x0)", 5, "no complex numbers"),
        ("y", 1, "x0, x1"),
        ("sqrt", 1, "is a function"),
        ("[]", 1, "at least one"),
        ("[x, 1]", 2, "must be a number"),
        ("x0 $ 1", 4, "does not belong"),
        ("sum(x", 6, "`,` or `)`"),
        ("x0[0]", 1, "has no entries"),
    ] {
        let error = Formula::parse(text, &support()).expect_err(text);
        let message = error.to_string();
        assert_eq!(error.column(), column, "{text}: {message}");
        assert!(message.contains(part), "{text}: {message}");
        assert!(message.contains('^'), "a caret: {message}");
    }
    assert!(parse_constant("x0").unwrap_err().to_string().contains("no meaning in a constant"));
}

#[test]
fn monsters_end_in_an_error() {
    let deep =
        |open: &str, close: &str| format!("{}x0{}", open.repeat(100_000), close.repeat(100_000));
    for text in [
        deep("(", ")"),
        deep("-", ""),
        deep("sqrt(", ")"),
        deep("2^", ""),
        deep("[", "]"),
        deep("x[", "]"),
        "x0+".repeat(500_000),
        "9".repeat(1 << 20),
        "é".repeat(1 << 19),
        format!("x0{}", "[0]".repeat(50_000)),
    ] {
        let message = Formula::parse(&text, &support()).unwrap_err().to_string();
        assert!(message.len() < 1000, "{}", message.len());
    }
    // Deep but allowed, where each level is looked at more than once: must not take 2ⁿ steps.
    let text = format!("{}1{}", "2^(0*".repeat(60), ")".repeat(60));
    assert_eq!(value(&text), 1.0);
    let text = format!("{}1{}", "dot([1], [".repeat(80), "])".repeat(80));
    assert_eq!(value(&text), 1.0);
    // Long and flat is fine.
    let text = format!("0{}", " + x0*2".repeat(10_000));
    assert_eq!(value(&text), 10_000.0);
}

#[test]
fn supports() {
    let dims = |text: &str| text.parse::<Support>().map(|s| s.to_string());
    assert_eq!(dims("-1:1,0:1^3").unwrap(), "-1:1,0:1^3");
    assert_eq!(dims(" 0 : 2*2 ^ 2 ").unwrap(), "0:4^2");
    assert_eq!(dims("-(2^2):(2^3)").unwrap(), "-4:8");
    for (text, part) in [
        ("", "expected here"),
        ("0:1,", "expected here"),
        ("1", "lo:hi"),
        ("0:1:2", "lo:hi"),
        ("1:0", "`1:0`"),
        ("0:0", "less than"),
        ("0:1/0", "finite"),
        ("0:(0/0)", "finite"),
        ("0:y", "unknown name `y`"),
        ("0:w", "unknown name `w`: known are pi, e and the functions sqrt"),
        ("0:inf", "numbers are finite"),
        ("0:x0", "constant"),
        ("0:1^0", "at least 1"),
        ("0:1^x", "whole number"),
        ("0:1^2.5", "whole number"),
        ("0:1^1048577", "too many"),
        ("0:1^99999999999999999999999", "whole number"),
        ("0:1,2:1", "side 2"),
    ] {
        let message = dims(text).expect_err(text).to_string();
        assert!(message.contains(part), "{text}: {message}");
    }
}

proptest! {
    #[test]
    fn any_text_is_a_formula_or_an_error(text in "\\PC{0,40}") {
        let _ = Formula::parse(&text, &support()).map(|f| f.eval(&[0.5, 4.0])).map_err(|e| e.to_string());
        let _ = text.parse::<Support>().map_err(|e| e.to_string());
    }

    #[test]
    fn any_words_are_a_formula_or_an_error(
        words in prop::collection::vec(prop::sample::select(vec![
            "x", "x0", "x1", "lo", "n", "i", "sum", "dot", "norm", "if", "(", ")", "[", "]", ",", "+", "-", "*",
            "/", "^", "<", "==", "1", "2.5", "0.5", "pi",
        ]), 0..30)
    ) {
        let text = words.join(" ");
        let _ = Formula::parse(&text, &support()).map(|f| f.eval(&[0.5, 4.0])).map_err(|e| e.to_string());
    }
}
