//! Numbers as people read them.

/// 1234567 as `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (k, digit) in digits.chars().enumerate() {
        if k > 0 && (digits.len() - k).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A whole number, rounded to so many digits: 23170 to two is 23000.
pub fn to_digits(number: u64, digits: u32) -> u64 {
    let length = number.max(1).ilog10() + 1;
    let unit = 10u64.pow(length.saturating_sub(digits));
    (number / unit + u64::from(number % unit >= unit.div_ceil(2) && unit > 1)).saturating_mul(unit)
}

/// Seconds with three digits and a fitting unit.
pub fn duration(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s if s >= 1e-6 => (s * 1e6, "µs"),
        s => (s * 1e9, "ns"),
    };
    format!("{} {unit}", three_digits(value))
}

/// A share of 1 in hundredths, with three digits.
pub fn percent(share: f64) -> String {
    format!("{} %", three_digits(100.0 * share))
}

/// A distance in standard errors, with two decimals where it is near.
pub fn distance(z: f64) -> String {
    if z < 1e5 { format!("{z:.2}") } else { format!("{z:.1e}") }
}

/// Three significant digits, without an exponent where it fits.
pub fn three_digits(value: f64) -> String {
    match value.abs() {
        v if !v.is_finite() => value.to_string(),
        v if v >= 1e5 => format!("{value:.2e}"),
        v if v >= 99.95 => format!("{value:.0}"),
        v if v >= 9.995 => format!("{value:.1}"),
        v if v >= 0.0995 || v == 0.0 => format!("{value:.2}"),
        v if v >= 0.00995 => format!("{value:.3}"),
        _ => format!("{value:.2e}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_to_read() {
        assert_eq!(grouped(7), "7");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!((to_digits(23_570, 2), to_digits(96, 1), to_digits(7, 3)), (24_000, 100, 7));
        assert_eq!(to_digits(u64::MAX, 1), 10_000_000_000_000_000_000u64.saturating_mul(2));
        assert_eq!(duration(0.0123), "12.3 ms");
        assert_eq!(duration(2.5e-7), "250 ns");
        assert_eq!(duration(61.0), "61.0 s");
        assert_eq!([0.0, 12.345, 1e300].map(distance), ["0.00", "12.35", "1.0e300"]);
        assert_eq!(distance(f64::INFINITY), "inf");
        assert_eq!(three_digits(0.0), "0.00");
        assert_eq!(three_digits(1234567.0), "1.23e6");
    }
}
