//! What is written otherwise in other languages, and how it is written here.

use super::functions::{Function1, Function2, REDUCTIONS, is_function};
use crate::nearest::nearest;

/// Signs that others have, the longer ones first.
const SIGNS: [(&str, &str); 18] = [
    ("**", "a power is `^`"),
    ("%", "a remainder is mod(a, b)"),
    ("π", "write pi"),
    ("ℯ", "write e"),
    ("²", "write ^2"),
    ("³", "write ^3"),
    ("₀", "write x0"),
    ("₁", "write x1"),
    ("×", "write `*`"),
    ("÷", "write `/`"),
    ("√", "write sqrt(…)"),
    ("∑", "write sum(…)"),
    ("‖", "write norm(…)"),
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("≠", "write `!=`"),
    ("∞", INFINITY),
    ("{", "brackets are ( )"),
];

const INFINITY: &str =
    "numbers are finite; for an infinite side substitute, or cut it where f·g is small";

const COMPLEX: &str = "there are no complex numbers";

/// The foreign sign that a text begins with, and what stands for it here.
pub(super) fn sign(text: &str) -> Option<(&'static str, &'static str)> {
    SIGNS.into_iter().find(|(sign, _)| text.starts_with(sign))
}

/// What stands here for a word that others have between operands, or before one.
pub(super) fn operator(word: &str) -> Option<&'static str> {
    match word.to_lowercase().as_str() {
        "and" => Some("both conditions: (a) * (b)"),
        "or" => Some("one condition or the other: max(a, b)"),
        "not" => Some("the opposite of a condition: 1 - c"),
        "mod" => Some("a remainder is mod(a, b)"),
        _ => None,
    }
}

/// The letters behind a number.
pub(super) fn behind_a_number(letters: &str) -> &'static str {
    match letters {
        "i" | "j" => "; there are no complex numbers",
        _ if letters.starts_with(|c: char| c.is_ascii_alphabetic()) => "; a product needs its `*`",
        _ => "",
    }
}

/// What was meant by a name that there is not, or else the names that there are; `constant`: where no
/// coordinates are.
pub(super) fn name(name: &str, constant: bool) -> String {
    let functions = || Function1::NAMES.iter().chain(Function2::NAMES).copied();
    let own: &[&str] =
        if constant { &["pi", "e"] } else { &["x", "lo", "hi", "volume", "n", "i", "pi", "e"] };
    let lower = name.to_lowercase();
    if let Some(meant) = elsewhere(&lower).or_else(|| operator(name)) {
        return meant.to_owned();
    }
    let coordinate = lower.strip_prefix('x').is_some_and(|k| k.parse::<u64>().is_ok());
    let alike = match lower.as_str() {
        lower if coordinate && !constant => Some(lower),
        lower if own.contains(&lower) || is_function(lower) => Some(lower),
        lower => nearest(lower, functions().chain(REDUCTIONS).chain(own.iter().copied())),
    };
    if let Some(alike) = alike {
        return format!("did you mean `{alike}`?");
    }
    let functions = functions().collect::<Vec<_>>().join(", ");
    match constant {
        true => format!("known are pi, e and the functions {functions}"),
        false => format!(
            "known are x, x0, x1, …, lo, hi, volume, n, i, pi, e and the functions {functions}, {}",
            REDUCTIONS.join(", ")
        ),
    }
}

/// A name that other languages have for something that is here.
fn elsewhere(name: &str) -> Option<&'static str> {
    Some(match name {
        "log" => "the natural logarithm is ln; log2 and log10 have their bases",
        "arcsin" => "the inverse of sin is asin",
        "arccos" => "the inverse of cos is acos",
        "arctan" => "the inverse of tan is atan",
        "arcsinh" | "arsinh" => "the inverse of sinh is asinh",
        "arccosh" | "arcosh" => "the inverse of cosh is acosh",
        "arctanh" | "artanh" => "the inverse of tanh is atanh",
        "lg" => "the logarithm to base 10 is log10, to base 2 log2",
        "lgamma" | "gammaln" => "the logarithm of gamma is ln_gamma",
        "fabs" => "the absolute value is abs",
        "sgn" => "the sign is sign",
        "ceiling" => "the next whole number is ceil",
        "fmod" | "rem" => "a remainder is mod(a, b)",
        "power" => "a power is `^`, or pow(a, b)",
        "product" => "the product of a vector's entries is prod(v)",
        "mean" => "a mean is sum(v)/n",
        "len" | "length" => "the number of coordinates is n",
        "where" | "iif" => "a choice is if(condition, then, otherwise)",
        "y" | "z" => "the coordinates are x0, x1, …",
        "j" => COMPLEX,
        "inf" | "infinity" | "oo" => INFINITY,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_offered_is_there() {
        for (word, meant) in [
            ("Sin", "sin"),
            ("SQRT", "sqrt"),
            ("sqtr", "sqrt"),
            ("PI", "pi"),
            ("X3", "x3"),
            ("voluem", "volume"),
            ("norm_cfd", "norm_cdf"),
        ] {
            assert_eq!(name(word, false), format!("did you mean `{meant}`?"));
        }
        assert!(name("voluem", true).starts_with("known are pi, e and"), "no volume in a constant");
        assert!(!name("frobnicate", true).contains("sum"));
    }
}
