//! Multiple-precision values to measure against.
//!
//! The arithmetic (+ − × ÷ √ and π, ln 2) is that of `dashu-float`. The
//! functions on top are ours, made for arguments near f64: a start value in
//! f64, then one step of high order, so that a value costs microseconds. Their
//! relative error is below 2⁻⁹⁰ next to a zero, else below 2⁻¹⁰⁰;
//! `tests/accuracy.rs` checks that against known answers from mpmath.

pub mod circular;
pub mod error_function;
pub mod exponential;
pub mod gamma;

use std::sync::LazyLock;

use dashu_float::FBig;
use dashu_float::round::mode::HalfEven;

/// A number of [`PRECISION`] bits.
pub type Big = FBig<HalfEven, 2>;

/// Working precision in bits: 53, the result; 53, the worst cancellation near a
/// zero; and 54 to see where between two f64 the exact result lies.
pub const PRECISION: usize = 160;

/// A finite f64, exactly.
pub fn big(x: f64) -> Big {
    let exact = Big::try_from(x).expect("the argument is finite");
    exact.with_precision(PRECISION).value()
}

/// The nearest f64; ±0 and ±∞ beyond its range.
pub fn nearest(x: &Big) -> f64 {
    x.to_f64().value()
}

/// ⌊log₂|x|⌋; a very small number for 0.
pub fn exponent(x: &Big) -> isize {
    if is_zero(x) {
        return isize::MIN / 4;
    }
    x.repr().exponent() + x.repr().digits() as isize - 1
}

/// x = 0?
pub fn is_zero(x: &Big) -> bool {
    x.repr().significand().is_zero()
}

/// c₀ + c₁·x + c₂·x² + … for coefficients that do not grow, with as many terms
/// as x needs.
pub fn series(x: &Big, coefficients: &[Big]) -> Big {
    let bits_a_term = -exponent(x) - 1;
    let terms = match usize::try_from(bits_a_term) {
        Ok(bits) if bits > 0 => (PRECISION / bits + 3).min(coefficients.len()),
        _ => coefficients.len(),
    };
    let mut sum = coefficients[terms - 1].clone();
    for c in coefficients[..terms - 1].iter().rev() {
        sum = sum * x + c;
    }
    sum
}

/// The constants that need some work, computed once.
pub struct Constants {
    pub ln_2: Big,
    pub ln_10: Big,
    pub pi: Big,
    pub half_pi: Big,
    /// π/2 to 400 bits, to take multiples away from arguments up to 2⁵³.
    pub half_pi_long: Big,
    /// 1/2π to 1400 bits, for all arguments.
    pub inverse_turn_long: Big,
    pub sqrt_pi: Big,
    pub sqrt_2: Big,
    pub half_ln_2_pi: Big,
}

pub static CONSTANTS: LazyLock<Constants> = LazyLock::new(|| {
    let pi = Big::pi(PRECISION);
    let half_pi = pi.clone() >> 1;
    Constants {
        ln_2: big(2.0).ln(),
        ln_10: big(10.0).ln(),
        half_pi_long: Big::pi(400) >> 1,
        inverse_turn_long: big(1.0).with_precision(1400).value() / (Big::pi(1400) << 1),
        sqrt_pi: pi.sqrt(),
        sqrt_2: big(2.0).sqrt(),
        half_ln_2_pi: (pi.clone() << 1).ln() >> 1,
        pi,
        half_pi,
    }
});

/// x − y·⌊x/y⌋ for finite x and y ≠ 0: long division, a bit of the quotient at a time.
pub fn modulo(x: f64, y: f64) -> Option<Big> {
    if y == 0.0 {
        return None;
    }
    let ((mut rest, high), (divisor, low)) = (whole(x), whole(y));
    if high < low {
        // |x| < |y|.
        return Some(floored(big(x), x, y));
    }
    rest %= divisor;
    for _ in low..high {
        rest = 2 * rest % divisor;
    }
    let size = big(rest as f64) << low;
    Some(floored(if x < 0.0 { -size } else { size }, x, y))
}

/// A remainder that has the sign of x, with that of y.
fn floored(rest: Big, x: f64, y: f64) -> Big {
    if is_zero(&rest) || (x < 0.0) == (y < 0.0) { rest } else { rest + big(y) }
}

/// |x| = whole·2^exponent.
fn whole(x: f64) -> (u64, isize) {
    let (field, fraction) = (x.to_bits() >> 52 & 0x7ff, x.to_bits() & ((1 << 52) - 1));
    if field == 0 { (fraction, -1074) } else { (fraction | 1 << 52, field as isize - 1075) }
}

/// xᵏ for a whole k; none where it is ±∞.
pub fn powi(x: f64, k: f64) -> Option<Big> {
    let mut power = big(1.0);
    for _ in 0..k.abs() as u32 {
        power *= big(x);
    }
    if k >= 0.0 {
        return Some(power);
    }
    (x != 0.0).then(|| big(1.0) / power)
}

/// √(x² + y²), as the norm of a vector.
pub fn norm(x: f64, y: f64) -> Big {
    (big(x).sqr() + big(y).sqr()).sqrt()
}
