//! Exponentials, logarithms and the hyperbolic functions.

use std::f64::consts;
use std::sync::LazyLock;

use super::{Big, CONSTANTS, big, exponent, is_zero, nearest, series};

/// Beyond e^±this, every f64 function made from exp has long over- or underflowed.
const LIMIT: f64 = 3000.0;

/// eˣ is squared this often; x is halved as often before.
const HALVINGS: isize = 8;

/// 1/1!, 1/2!, …, 1/18!
static INVERSE_FACTORIALS: LazyLock<Vec<Big>> = LazyLock::new(|| {
    let mut value = big(1.0);
    (2..=19)
        .map(|k| {
            let next = &value / big(f64::from(k));
            std::mem::replace(&mut value, next)
        })
        .collect()
});

/// eˣ = 2ᵏ·(1 + returned.1) with k = returned.0 and a small second part, good
/// relative to itself.
fn exp_parts(x: &Big) -> (isize, Big) {
    let k = (nearest(x) * consts::LOG2_E).round();
    let rest = if k == 0.0 { x.clone() } else { x - big(k) * &CONSTANTS.ln_2 };
    let small = rest >> HALVINGS;
    let mut minus_1 = series(&small, &INVERSE_FACTORIALS) * small;
    for _ in 0..HALVINGS {
        // (1 + e)² − 1
        minus_1 = &minus_1 * (&minus_1 + big(2.0));
    }
    (k as isize, minus_1)
}

/// eˣ; 2^±5000 where that is far beyond the range of f64.
pub fn exp(x: &Big) -> Big {
    let rough = nearest(x);
    if rough.abs() > LIMIT {
        return big(1.0) << if rough > 0.0 { 5000 } else { -5000 };
    }
    let (k, minus_1) = exp_parts(x);
    (minus_1 + big(1.0)) << k
}

/// eˣ − 1
pub fn expm1(x: &Big) -> Big {
    if nearest(x).abs() < 0.34 {
        return exp_parts(x).1;
    }
    exp(x) - big(1.0)
}

/// 2ˣ
pub fn exp2(x: f64) -> Big {
    let whole = x.round().clamp(-LIMIT, LIMIT);
    if whole != x.round() {
        return exp(&big(x));
    }
    exp(&(big(x - whole) * &CONSTANTS.ln_2)) << whole as isize
}

/// ln(1 + x) for −0.3 < x < 0.42: an f64 start y, and the series of ln(1 + r)
/// for the small r of (1 + x)/eʸ = 1 + r.
fn log1p_near_0(x: &Big) -> Big {
    if is_zero(x) {
        return x.clone();
    }
    let start = if exponent(x) < -60 { 0.0 } else { nearest(x).ln_1p() };
    let (start, minus_1) = (big(start), expm1(&big(start)));
    let r = (x - &minus_1) / (minus_1 + big(1.0));
    let cube = r.sqr() * &r / big(3.0);
    start + (cube - (r.sqr() >> 1) + r)
}

/// ln(1 + x)
pub fn log1p(x: &Big) -> Big {
    let rough = nearest(x);
    if -0.3 < rough && rough < 0.42 { log1p_near_0(x) } else { ln(&(x + big(1.0))) }
}

/// ln x for x > 0.
pub fn ln(x: &Big) -> Big {
    let mut k = exponent(x);
    let mut significand = x.clone() >> k;
    if nearest(&significand) > consts::SQRT_2 {
        significand >>= 1;
        k += 1;
    }
    let ln = log1p_near_0(&(significand - big(1.0)));
    if k == 0 { ln } else { ln + big(k as f64) * &CONSTANTS.ln_2 }
}

/// log₂ x
pub fn log2(x: &Big) -> Big {
    ln(x) / &CONSTANTS.ln_2
}

/// log₁₀ x
pub fn log10(x: &Big) -> Big {
    ln(x) / &CONSTANTS.ln_10
}

/// xʸ where that is a real number; none for a zero x or a fractional power of
/// a negative one.
pub fn pow(x: f64, y: f64) -> Option<Big> {
    if x == 0.0 || (x < 0.0 && y != y.trunc()) {
        return None;
    }
    let size = exp(&(ln(&big(x.abs())) * big(y)));
    let odd = y.abs() < 9_007_199_254_740_992.0 && y % 2.0 != 0.0;
    Some(if x < 0.0 && odd { -size } else { size })
}

/// ∛x: an f64 start, one step of Halley's rule.
pub fn cbrt(x: f64) -> Big {
    if x == 0.0 {
        return big(0.0);
    }
    let (start, x) = (big(x.cbrt()), big(x));
    let cube = start.sqr() * &start;
    let above = (x.clone() << 1) + &cube;
    let below = (cube << 1) + x;
    start * above / below
}

/// √(x² + y²)
pub fn hypot(x: f64, y: f64) -> Big {
    // All 106 bits of a square fit.
    (big(x).sqr() + big(y).sqr()).sqrt()
}

/// (eˣ − e⁻ˣ)/2
pub fn sinh(x: f64) -> Big {
    let e = expm1(&big(x.abs()));
    let size = (&e + &e / (&e + big(1.0))) >> 1;
    if x < 0.0 { -size } else { size }
}

/// (eˣ + e⁻ˣ)/2
pub fn cosh(x: &Big) -> Big {
    let e = exp(x);
    (big(1.0) / &e + e) >> 1
}

/// sinh x / cosh x
pub fn tanh(x: &Big) -> Big {
    let e = expm1(&(x.clone() << 1));
    &e / (&e + big(2.0))
}

/// The x ≥ 0 with sinh x = |y|, and the sign of y.
pub fn asinh(y: f64) -> Big {
    let (size, square) = (big(y.abs()), big(y).sqr());
    let root = (&square + big(1.0)).sqrt();
    let value = log1p(&(size + square / (root + big(1.0))));
    if y < 0.0 { -value } else { value }
}

/// The x ≥ 0 with cosh x = y; none for y < 1.
pub fn acosh(y: f64) -> Option<Big> {
    let above = big(y) - big(1.0);
    let root = (&above * (big(y) + big(1.0))).sqrt();
    (y >= 1.0).then(|| log1p(&(above + root)))
}

/// The x with tanh x = y; none outside (−1, 1).
pub fn atanh(y: f64) -> Option<Big> {
    let value = || log1p(&((big(y) << 1) / (big(1.0) - big(y)))) >> 1;
    (y.abs() < 1.0).then(value)
}
