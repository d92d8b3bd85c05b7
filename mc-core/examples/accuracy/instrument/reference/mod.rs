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
        sqrt_pi: pi.sqrt(),
        sqrt_2: big(2.0).sqrt(),
        half_ln_2_pi: (pi.clone() << 1).ln() >> 1,
        pi,
        half_pi,
    }
});

/// x − y·⌊x/y⌋ where the quotient is below 2¹⁰⁰, so that it and its product with
/// y are exact.
pub fn modulo(x: f64, y: f64) -> Option<Big> {
    if y == 0.0 {
        return None;
    }
    let quotient = (big(x) / big(y)).floor().with_precision(PRECISION).value();
    (exponent(&quotient) < 100).then(|| big(x) - quotient * big(y))
}
