//! Numbers and comments as OpenCL C.

use mc_core::Precision;

/// `c` as a literal of these bits, or of f32's bits that are nearest.
///
/// Whole numbers are written as such. Other numbers are written in hexadecimal,
/// which no compiler can round, with what they are in a comment; infinities and
/// NaN have no literal and are written by their bits.
pub(super) fn number(c: f64, precision: Precision) -> String {
    match precision {
        Precision::F64 => double(c),
        Precision::F32 => float(c as f32),
    }
}

/// Whole numbers up to here are written with their digits.
const EXACT: f64 = 1e15;

fn double(c: f64) -> String {
    if !c.is_finite() {
        format!("as_double(0x{:016x}UL)", c.to_bits())
    } else if c.fract() == 0.0 && c.abs() < EXACT {
        format!("{c:.1}")
    } else {
        format!("{} /* {c:?} */", hexadecimal(c))
    }
}

/// A float is a double as well, so the same digits will do.
fn float(c: f32) -> String {
    let wide = f64::from(c);
    if !c.is_finite() {
        format!("as_float(0x{:08x}U)", c.to_bits())
    } else if c.fract() == 0.0 && wide.abs() < EXACT {
        format!("{c:.1}f")
    } else {
        format!("{}f /* {c:?} */", hexadecimal(wide))
    }
}

/// A finite number as C writes it: `0x1.8p+1` is 3.
fn hexadecimal(c: f64) -> String {
    const FRACTION: u64 = (1 << 52) - 1;
    let bits = c.to_bits();
    let sign = if c.is_sign_negative() { "-" } else { "" };
    let field = (bits >> 52) & 0x7ff;
    let (lead, exponent) = if field == 0 { (0, -1022) } else { (1, field as i32 - 1023) };
    let digits = format!("{:013x}", bits & FRACTION);
    let digits = digits.trim_end_matches('0');
    let point = if digits.is_empty() { "" } else { "." };
    format!("{sign}0x{lead}{point}{digits}p{exponent:+}")
}

/// Text that cannot end a `//` comment.
pub(super) fn comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '\\' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_have_the_bits() {
        let number = |c| number(c, Precision::F64);
        assert_eq!(number(3.0), "3.0");
        assert_eq!(number(-0.0), "-0.0");
        assert_eq!(number(0.25), "0x1p-2 /* 0.25 */");
        assert_eq!(number(0.1), "0x1.999999999999ap-4 /* 0.1 */");
        assert_eq!(number(-1.5e-310), "-0x0.01b9cd1295941p-1022 /* -1.5e-310 */");
        assert_eq!(number(f64::MAX), "0x1.fffffffffffffp+1023 /* 1.7976931348623157e308 */");
        assert_eq!(number(f64::NEG_INFINITY), "as_double(0xfff0000000000000UL)");
        assert_eq!(
            number(f64::from_bits(0x7ff8_0000_0000_0001)),
            "as_double(0x7ff8000000000001UL)"
        );
    }

    #[test]
    fn floats_have_the_nearest_bits() {
        let number = |c| number(c, Precision::F32);
        assert_eq!(number(-3.0), "-3.0f");
        assert_eq!(number(0.1), "0x1.99999ap-4f /* 0.1 */");
        assert_eq!(number(1e300), "as_float(0x7f800000U)");
        assert_eq!(number(1e-300), "0.0f");
        assert_eq!(number(1e-45), "0x1p-149f /* 1e-45 */");
    }

    #[test]
    fn comments_stay_on_their_line() {
        assert_eq!(comment("x0\n+ 1\\"), "x0 + 1 ");
    }
}
