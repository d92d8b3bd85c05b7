//! Numbers as people read them.

use std::fmt;

/// A number in words for people, with the fewest digits that read back to the same bits: 0.25, or
/// 1e-300 and not 301 digits. [`f64`]'s own `Display` has no exponents.
///
/// ```
/// use mc_core::Short;
///
/// assert_eq!(format!("{} {} {}", Short(0.25), Short(-2e300), Short(1e-300)), "0.25 -2e300 1e-300");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Short(pub f64);

impl fmt::Display for Short {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.abs() {
            0.0 | 1e-5..1e16 => self.0.fmt(f),
            x if x.is_finite() => fmt::LowerExp::fmt(&self.0, f),
            _ => self.0.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_read_back() {
        for (x, text) in [
            (0.0, "0"),
            (-0.0, "-0"),
            (1.0, "1"),
            (-1234.5, "-1234.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e-5, "0.00001"),
            (9.9e-6, "9.9e-6"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (1e16, "1e16"),
            (-1.7976931348623157e308, "-1.7976931348623157e308"),
            (5e-324, "5e-324"),
            (f64::INFINITY, "inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(Short(x).to_string(), text);
            let read: f64 = text.parse().unwrap();
            assert!(read.to_bits() == x.to_bits() || x.is_nan());
        }
    }
}
