//! The gamma function and its logarithm.

use std::sync::LazyLock;

use super::circular::sin_pi;
use super::exponential::{exp, ln};
use super::{Big, CONSTANTS, PRECISION, big, nearest, series};

/// Stirling's series is used from here on; smaller arguments are raised.
const STIRLING_FROM: f64 = 32.0;

/// B₂ₖ/(2k(2k − 1)) for k = 1, 2, …, the coefficients of x¹⁻²ᵏ in Stirling's
/// series. B₂ₖ = ±2k·Tₖ/(4ᵏ(4ᵏ − 1)) with the tangent numbers Tₖ, which are
/// whole (Brent & Harvey, *Fast computation of Bernoulli, tangent and secant
/// numbers*, 2011).
static STIRLING: LazyLock<Vec<Big>> = LazyLock::new(|| {
    const TERMS: usize = 32;
    // The largest tangent number here has 300 bits.
    let whole = |k: usize| big(k as f64).with_precision(400).value();
    let mut tangent = vec![whole(0), whole(1)];
    for k in 2..=TERMS {
        tangent.push(&tangent[k - 1] * whole(k - 1));
    }
    for k in 2..=TERMS {
        for j in k..=TERMS {
            tangent[j] = &tangent[j - 1] * whole(j - k) + &tangent[j] * whole(j - k + 2);
        }
    }
    (1..=TERMS)
        .map(|k| {
            let power = big(4f64.powi(k as i32));
            let below = (&power - big(1.0)) * power * big((2 * k - 1) as f64);
            let size = &tangent[k] / below;
            let coefficient = if k % 2 == 1 { size } else { -size };
            coefficient.with_precision(PRECISION).value()
        })
        .collect()
});

/// ln Γ(x) = (x − ½)·ln x − x + ½·ln 2π + Σ B₂ₖ/(2k(2k − 1))·x¹⁻²ᵏ, for
/// x ≥ [`STIRLING_FROM`] (Abramowitz & Stegun 6.1.40).
fn stirling(x: &Big) -> Big {
    let inverse = big(1.0) / x;
    let rest = series(&inverse.sqr(), &STIRLING) * inverse;
    (x - big(0.5)) * ln(x) - x + &CONSTANTS.half_ln_2_pi + rest
}

/// x raised by a whole number to [`STIRLING_FROM`] or more, and Γ of that
/// divided by Γ(x).
fn raised(x: &Big) -> (Big, Big) {
    let (mut x, mut product) = (x.clone(), big(1.0));
    while nearest(&x) < STIRLING_FROM {
        product *= &x;
        x += big(1.0);
    }
    (x, product)
}

/// Γ(x) for x > 0.
fn gamma_positive(x: &Big) -> Big {
    let (x, product) = raised(x);
    exp(&stirling(&x)) / product
}

/// ln Γ(x) for x > 0.
fn ln_gamma_positive(x: &Big) -> Big {
    let (x, product) = raised(x);
    stirling(&x) - ln(&product)
}

/// A pole of Γ?
fn is_pole(x: f64) -> bool {
    x <= 0.0 && x == x.trunc()
}

/// Γ(x), for negative x as π/(sin πx · Γ(1 − x)); none at a pole.
pub fn gamma(x: f64) -> Option<Big> {
    if is_pole(x) {
        return None;
    }
    if x > 0.0 {
        return Some(gamma_positive(&big(x)));
    }
    Some(&CONSTANTS.pi / (sin_pi(x) * gamma_positive(&(big(1.0) - big(x)))))
}

/// ln |Γ(x)|; none at a pole.
pub fn ln_gamma(x: f64) -> Option<Big> {
    if is_pole(x) {
        return None;
    }
    if x == 1.0 || x == 2.0 {
        return Some(big(0.0));
    }
    if x > 0.0 {
        return Some(ln_gamma_positive(&big(x)));
    }
    let sine = sin_pi(x);
    let size = if nearest(&sine) < 0.0 { -sine } else { sine };
    Some(ln(&(&CONSTANTS.pi / size)) - ln_gamma_positive(&(big(1.0) - big(x))))
}
