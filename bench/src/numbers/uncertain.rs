//! A value and its standard error in one number, as physicists write it.

use mc_core::Short;

/// `0.66651(38)` is 0.66651 with a standard error of 0.00038: the digits in brackets
/// are those of the error, and belong to the last digits of the value.
///
/// The error has two digits; where it is 0 or not finite, the value stands alone or
/// with the error spelt out.
pub fn value_with_error(value: f64, error: f64) -> String {
    /// More decimals than this, or an error above 100, and an exponent reads better.
    const DECIMALS: i32 = 12;
    if !value.is_finite() || !error.is_finite() || error < 0.0 {
        return format!("{} ± {}", Short(value), Short(error));
    }
    if error == 0.0 {
        return format!("{}(0)", Short(value));
    }
    let decimals = 1 - leading(error, 1);
    let exponent = leading(value.abs().max(error), 0);
    if (0..=DECIMALS).contains(&decimals) && exponent < 7 {
        return fixed(value, error, decimals);
    }
    if decimals < 0 && exponent < 7 {
        return format!("{value:.0}({error:.0})");
    }
    // In two steps, since 10^308 and more are beyond f64.
    let half = -exponent / 2;
    let scaled = |x: f64| x * 10f64.powi(half) * 10f64.powi(-exponent - half);
    let (value, error) = (scaled(value), scaled(error));
    let decimals = (1 - leading(error, 1)).clamp(0, 17);
    let digits = fixed(value, error, decimals);
    if exponent == 0 { digits } else { format!("{digits}e{exponent}") }
}

/// `value` with the digits that it has if its standard error is `error`: `0.66651`.
pub fn value_to_error(value: f64, error: f64) -> String {
    let text = value_with_error(value, error);
    match (text.split_once('('), text.split_once(')')) {
        (Some((digits, _)), Some((_, exponent))) if error > 0.0 => format!("{digits}{exponent}"),
        _ => Short(value).to_string(),
    }
}

/// The power of ten of the first digit, once `x` is rounded to 1 + `more` digits.
fn leading(x: f64, more: usize) -> i32 {
    let text = format!("{x:.more$e}");
    text.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or(0)
}

fn fixed(value: f64, error: f64, decimals: i32) -> String {
    let places = usize::try_from(decimals).unwrap_or(0);
    // From 1 on, the error's own point is shown: 12.3(4.5).
    let error = if decimals > 0 && error < 1.0 - 0.5 * 10f64.powi(-decimals) {
        format!("{:.0}", error * 10f64.powi(decimals))
    } else {
        format!("{error:.places$}")
    };
    format!("{value:.places$}({error})")
}

#[cfg(test)]
mod tests {
    use super::{value_to_error, value_with_error as shown};

    #[test]
    fn the_ends_of_an_interval_have_the_digits_of_its_middle() {
        assert_eq!(value_to_error(0.666_512_3, 0.000_381), "0.66651");
        assert_eq!(value_to_error(1.234e-20, 5.6e-23), "1.2340e-20");
        assert_eq!(value_to_error(2.5, 0.0), "2.5");
        assert_eq!(value_to_error(1.0, f64::INFINITY), "1");
    }

    #[test]
    fn two_digits_of_the_error() {
        assert_eq!(shown(0.666_512_3, 0.000_381), "0.66651(38)");
        assert_eq!(shown(-0.999_999_999_999_498_1, 8.9e-15), "-0.9999999999994981(89)");
        assert_eq!(shown(17.33, 0.0999), "17.33(10)");
        assert_eq!(shown(-1.5, 0.25), "-1.50(25)");
        assert_eq!(shown(12.34, 4.51), "12.3(4.5)");
        assert_eq!(shown(12.34, 0.999), "12.3(1.0)");
        assert_eq!(shown(1234.0, 56.0), "1234(56)");
        assert_eq!(shown(123_456.0, 789.0), "123456(789)");
    }

    #[test]
    fn large_and_small_ones_have_an_exponent() {
        assert_eq!(shown(1.234e20, 5.6e17), "1.2340(56)e20");
        assert_eq!(shown(1.234e-20, 5.6e-23), "1.2340(56)e-20");
        assert_eq!(shown(0.0, 2.5e-20), "0.0(2.5)e-20");
        assert_eq!(shown(1.234e300, 5.6e297), "1.2340(56)e300");
        assert_eq!(shown(-1.234e-300, 5.6e-303), "-1.2340(56)e-300");
        assert_eq!(shown(1.234e-310, 5.6e-313), "1.2340(56)e-310");
        assert_eq!(shown(1.7e308, 1.2e306), "1.700(12)e308");
    }

    #[test]
    fn errors_that_say_nothing() {
        assert_eq!(shown(2.0, 0.0), "2(0)");
        assert_eq!(shown(2e-300, 0.0), "2e-300(0)");
        assert_eq!(shown(f64::NAN, 1.0), "NaN ± 1");
        assert_eq!(shown(1.0, f64::INFINITY), "1 ± inf");
    }
}
