//! Sine, cosine, tangent and their inverses.

use std::f64::consts;
use std::sync::LazyLock;

use super::{Big, CONSTANTS, PRECISION, big, exponent, nearest, series};

/// The terms of sin x/x and cos x in −x², from 1.
fn alternating(first: u32) -> Vec<Big> {
    let mut value = big(1.0);
    let mut k = f64::from(first);
    (0..20)
        .map(|_| {
            let next = &value / big(k * (k + 1.0));
            k += 2.0;
            std::mem::replace(&mut value, next)
        })
        .collect()
}

static SINE: LazyLock<Vec<Big>> = LazyLock::new(|| alternating(2));
static COSINE: LazyLock<Vec<Big>> = LazyLock::new(|| alternating(1));

/// sin x for |x| ≤ 0.8.
fn sin_near_0(x: &Big) -> Big {
    series(&-x.sqr(), &SINE) * x
}

/// cos x for |x| ≤ 0.8.
fn cos_near_0(x: &Big) -> Big {
    series(&-x.sqr(), &COSINE)
}

/// x less a multiple of π/2, and which multiple, modulo 4.
fn reduced(x: &Big) -> (Big, i64) {
    if exponent(x) > 50 {
        return reduced_large(x);
    }
    let k = (nearest(x) * consts::FRAC_2_PI).round();
    if k == 0.0 {
        return (x.clone(), 0);
    }
    let rest = x - big(k) * &CONSTANTS.half_pi_long;
    (rest.with_precision(PRECISION).value(), (k as i64).rem_euclid(4))
}

/// The same by whole turns: of x/2π to 1400 bits, the fraction keeps more than 300.
fn reduced_large(x: &Big) -> (Big, i64) {
    let turns = x.clone().with_precision(1400).value() * &CONSTANTS.inverse_turn_long;
    let quarters = (&turns - turns.floor()).with_precision(400).value() << 2;
    let k = nearest(&quarters).round();
    let rest = (quarters - big(k)) * &CONSTANTS.half_pi_long;
    (rest.with_precision(PRECISION).value(), k as i64 % 4)
}

/// sin x
pub fn sin(x: &Big) -> Big {
    match reduced(x) {
        (rest, 0) => sin_near_0(&rest),
        (rest, 1) => cos_near_0(&rest),
        (rest, 2) => -sin_near_0(&rest),
        (rest, _) => -cos_near_0(&rest),
    }
}

/// cos x
pub fn cos(x: &Big) -> Big {
    match reduced(x) {
        (rest, 0) => cos_near_0(&rest),
        (rest, 1) => -sin_near_0(&rest),
        (rest, 2) => -cos_near_0(&rest),
        (rest, _) => sin_near_0(&rest),
    }
}

/// sin x / cos x
pub fn tan(x: &Big) -> Big {
    let (rest, quadrant) = reduced(x);
    let (sine, cosine) = (sin_near_0(&rest), cos_near_0(&rest));
    if quadrant % 2 == 0 { sine / cosine } else { -(cosine / sine) }
}

/// sin πx, where x has no multiple of π in it to lose.
pub fn sin_pi(x: f64) -> Big {
    let whole = x.round();
    let sine = sin(&(big(x - whole) * &CONSTANTS.pi));
    if whole % 2.0 == 0.0 { sine } else { -sine }
}

/// The angle with tangent x, for |x| ≤ 1: an f64 start y, and the series of the
/// arc tangent for the small (x − tan y)/(1 + x·tan y).
fn atan_to_1(x: &Big) -> Big {
    let start = if exponent(x) < -60 { big(0.0) } else { big(nearest(x).atan()) };
    let (sine, cosine) = (sin_near_0(&start), cos_near_0(&start));
    let r = (x * &cosine - &sine) / (x * sine + cosine);
    let cube = r.sqr() * &r / big(3.0);
    start + (r - cube)
}

/// The angle with tangent x.
pub fn atan(x: &Big) -> Big {
    if exponent(x) < 0 {
        return atan_to_1(x);
    }
    let rest = atan_to_1(&(big(1.0) / x));
    let quarter = &CONSTANTS.half_pi;
    if nearest(x) > 0.0 { quarter - rest } else { -(quarter + rest) }
}

/// The angle in [−π/2, π/2] with sine x; none outside [−1, 1].
pub fn asin(x: f64) -> Option<Big> {
    if x.abs() >= 1.0 {
        return (x.abs() == 1.0).then(|| &CONSTANTS.half_pi * big(x));
    }
    let cosine = ((big(1.0) - big(x)) * (big(1.0) + big(x))).sqrt();
    Some(atan(&(big(x) / cosine)))
}

/// The angle in [0, π] with cosine x; none outside [−1, 1].
pub fn acos(x: f64) -> Option<Big> {
    if x.abs() >= 1.0 {
        return (x.abs() == 1.0).then(|| if x > 0.0 { big(0.0) } else { CONSTANTS.pi.clone() });
    }
    let tangent_of_half = ((big(1.0) - big(x)) / (big(1.0) + big(x))).sqrt();
    Some(atan(&tangent_of_half) << 1)
}

/// The angle of the point (x, y); none on the axes, where it is plain.
pub fn atan2(y: f64, x: f64) -> Option<Big> {
    if x == 0.0 || y == 0.0 {
        return None;
    }
    let angle = atan(&(big(y) / big(x)));
    Some(match (x > 0.0, y > 0.0) {
        (true, _) => angle,
        (false, true) => angle + &CONSTANTS.pi,
        (false, false) => angle - &CONSTANTS.pi,
    })
}
