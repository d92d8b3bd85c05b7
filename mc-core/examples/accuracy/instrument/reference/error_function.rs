//! The error function and the normal distribution.

use std::sync::LazyLock;

use super::exponential::exp;
use super::{Big, CONSTANTS, PRECISION, big, exponent, nearest, series};

/// Below, the series of erf; above, the continued fraction of erfc.
const SERIES_END: f64 = 4.0;

/// 2ᵏ/(2k + 1)!! for k = 0, 1, …
static TERMS: LazyLock<Vec<Big>> = LazyLock::new(|| {
    let mut value = big(1.0);
    (1..180)
        .map(|k| {
            let next = (value.clone() << 1) / big(f64::from(2 * k + 1));
            std::mem::replace(&mut value, next)
        })
        .collect()
});

/// How many of [`TERMS`] give erf to working precision, for a square ≥ 1/8.
fn terms_needed(square: f64) -> usize {
    let mut log2_term = 0.0;
    let mut largest = 0.0_f64;
    let mut k = 0.0;
    while log2_term > largest - (PRECISION as f64 + 4.0) {
        k += 1.0;
        log2_term += (2.0 * square / (2.0 * k + 1.0)).log2();
        largest = largest.max(log2_term);
    }
    k as usize + 1
}

/// erf x = 2x/√π · e^−x² · Σ (2x²)ᵏ/(2k + 1)!!, all terms positive
/// (Abramowitz & Stegun 7.1.6). For |x| < [`SERIES_END`].
fn erf_series(x: &Big) -> Big {
    let square = x.sqr();
    let rough = nearest(&square);
    let terms = if rough < 0.125 { TERMS.len() } else { terms_needed(rough) };
    let sum = series(&square, &TERMS[..terms]);
    ((sum * exp(&-square) * x) << 1) / &CONSTANTS.sqrt_pi
}

/// erfc x = e^−x²/√π · 1/(x + ½/(x + 1/(x + (3/2)/(x + …)))), for
/// x ≥ [`SERIES_END`] (Abramowitz & Stegun 7.1.14).
fn erfc_fraction(x: &Big) -> Big {
    let bits = PRECISION as f64 / (4.0 * nearest(x));
    let depth = (1.3 * bits * bits).min(1000.0) as u32 + 30;
    let mut below = x.clone();
    for k in (1..=depth).rev() {
        below = (big(f64::from(k)) >> 1) / below + x;
    }
    exp(&-x.sqr()) / (below * &CONSTANTS.sqrt_pi)
}

/// erf x
pub fn erf(x: &Big) -> Big {
    let rough = nearest(x);
    if rough.abs() < SERIES_END {
        erf_series(x)
    } else if rough > 0.0 {
        big(1.0) - erfc_fraction(x)
    } else {
        erfc_fraction(&-x) - big(1.0)
    }
}

/// 1 − erf x
pub fn erfc(x: &Big) -> Big {
    if nearest(x) < SERIES_END { big(1.0) - erf(x) } else { erfc_fraction(x) }
}

/// Φ(x) = erfc(−x/√2)/2
pub fn norm_cdf(x: &Big) -> Big {
    erfc(&-(x / &CONSTANTS.sqrt_2)) >> 1
}

/// φ(x) = e^(−x²/2)/√(2π)
pub fn norm_pdf(x: &Big) -> Big {
    exp(&-(x.sqr() >> 1)) / (&CONSTANTS.sqrt_2 * &CONSTANTS.sqrt_pi)
}

/// The x with Φ(x) = p; none outside (0, 1).
///
/// A start good to 4.5·10⁻⁴ (Abramowitz & Stegun 26.2.23), then two steps of
/// the inverse's Taylor series to the fifth power of the residual.
pub fn norm_quantile(p: f64) -> Option<Big> {
    if !(0.0 < p && p < 1.0) {
        return None;
    }
    if p == 0.5 {
        return Some(big(0.0));
    }
    if p > 0.5 {
        // 1 − p is exact here.
        return norm_quantile(1.0 - p).map(|x| -x);
    }
    let t = (-2.0 * p.ln()).sqrt();
    let above = (0.010328 * t + 0.802853) * t + 2.515517;
    let below = ((0.001308 * t + 0.189269) * t + 1.432788) * t + 1.0;
    let mut x = big(above / below - t);
    for _ in 0..3 {
        // Near p = ½, Φ − ½ keeps the digits of a small x.
        let residual = if p > 0.25 {
            big(p - 0.5) - (erf(&(&x / &CONSTANTS.sqrt_2)) >> 1)
        } else {
            big(p) - norm_cdf(&x)
        };
        let step = quantile_step(&x, &(residual / norm_pdf(&x)));
        x += &step;
        if exponent(&step) - exponent(&x) < -24 {
            break;
        }
    }
    Some(x)
}

/// Φ⁻¹(Φ(x) + d·φ(x)) − x to the fifth power of d: with w = Φ⁻¹, w″ = w·w′² and
/// so on (Steinbrecher & Shaw, *European J. Appl. Math.* 19, 2008).
fn quantile_step(x: &Big, d: &Big) -> Big {
    let square = x.sqr();
    let cubic = (big(2.0) * &square + big(1.0)) / big(6.0);
    let quartic = (big(6.0) * &square + big(7.0)) * x / big(24.0);
    let quintic = ((big(24.0) * &square + big(46.0)) * &square + big(7.0)) / big(120.0);
    series(d, &[big(0.0), big(1.0), x.clone() >> 1, cubic, quartic, quintic])
}
