//! The functions with their bounds and where they are measured.

use std::f64::consts::{FRAC_PI_2, LN_2, PI};
use std::ops::RangeInclusive;

use mc_core::Real;

use super::arguments::{Arguments, Places, divisions, plane, powers, whole_powers};
use super::function::{Function, one, two};
use super::reference::circular::{acos, asin, atan, atan2, cos, sin, tan};
use super::reference::error_function::{erf, erfc, norm_cdf, norm_pdf, norm_quantile};
use super::reference::exponential::{
    acosh, asinh, atanh, cbrt, cosh, exp, exp2, expm1, hypot, ln, log1p, log2, log10, pow, sinh,
    tanh,
};
use super::reference::gamma::{gamma, ln_gamma};
use super::reference::{big, modulo, norm, powi};

const SMALLEST: f64 = f64::from_bits(1);
const BELOW_1: f64 = 1.0 - f64::EPSILON / 2.0;
const ALL: RangeInclusive<f64> = -f64::MAX..=f64::MAX;
const POSITIVE: RangeInclusive<f64> = SMALLEST..=f64::MAX;
const NEGATIVE: RangeInclusive<f64> = -f64::MAX..=-SMALLEST;

/// Where eˣ, and half of it, over- and underflows: ln 2¹⁰²⁴, …
const OVERFLOW: f64 = 709.782712893384;
const HALF_OVERFLOW: f64 = 710.4758600739439;
const SUBNORMAL: f64 = -708.3964185322641;
const UNDERFLOW: f64 = -745.1332191019412;

/// All rows of the table.
pub fn functions() -> Vec<Function> {
    let mut all = exponentials();
    all.extend(powers_and_roots());
    all.extend(circular());
    all.extend(hyperbolic());
    all.extend(error_functions());
    all.extend(gammas());
    all.extend(exact());
    all
}

fn exponentials() -> Vec<Function> {
    vec![
        one!(exp, |x| exp(&big(x)))
            .bound(0.96)
            .mostly(-746.0..=710.0)
            .near(&[0.0, OVERFLOW, SUBNORMAL, UNDERFLOW]),
        one!(exp2, |x| exp2(x))
            .bound(0.93)
            .mostly(-1076.0..=1025.0)
            .near(&[0.0, 1024.0, -1022.0, -1074.0, -1075.0, 0.5, -0.5, 10.0]),
        one!(expm1, |x| expm1(&big(x)))
            .bound(0.85)
            .mostly(-50.0..=710.0)
            .near(&[0.0, OVERFLOW, LN_2, -LN_2, -37.0]),
        one!(ln, |x| ln(&big(x)))
            .bound(0.85)
            .for_which("x > 0")
            .on(POSITIVE)
            .mostly(0.25..=4.0)
            .near(&[1.0, SMALLEST, 0.5, 2.0, f64::MAX]),
        one!(log2, |x| log2(&big(x)))
            .bound(0.93)
            .for_which("x > 0")
            .on(POSITIVE)
            .mostly(0.25..=4.0)
            .near(&[1.0, SMALLEST, 0.5, 2.0, 1024.0]),
        one!(log10, |x| log10(&big(x)))
            .bound(0.98)
            .for_which("x > 0")
            .on(POSITIVE)
            .mostly(0.25..=4.0)
            .near(&[1.0, SMALLEST, 0.1, 10.0, 1e22]),
        one!(log1p, |x| log1p(&big(x)))
            .bound(0.84)
            .for_which("x > −1")
            .on(-BELOW_1..=f64::MAX)
            .mostly(-0.9..=2.0)
            .near(&[0.0, -BELOW_1, -0.5, 1.0, f64::MAX]),
    ]
}

fn powers_and_roots() -> Vec<Function> {
    vec![
        two!(pow, powers, |x, y| pow(x, y)).bound(0.97),
        one!(sqrt, |x| big(x).sqrt())
            .bound(0.5)
            .for_which("x ≥ 0")
            .on(0.0..=f64::MAX)
            .mostly(0.25..=4.0)
            .near(&[0.0, 1.0, 2.0, 4.0]),
        one!(cbrt, |x| cbrt(x)).bound(0.501).mostly(-8.0..=8.0).near(&[0.0, 1.0, 8.0, 27.0, -64.0]),
        two!(hypot, plane, |x, y| hypot(x, y)).bound(0.76),
        two!(hypot, plane, |x, y| norm(x, y))
            .named("norm", |[x, y]| Real::norm(&[x, y]))
            .bound(1.25),
        two!(pow, whole_powers, |x, k| powi(x, k))
            .named("powi", |[x, k]| Real::powi(x, k as i32))
            .bound(32.0)
            .for_which("|k| ≤ 32"),
    ]
}

fn circular() -> Vec<Function> {
    /// From here on arguments are reduced in integers.
    const LARGE: f64 = (1_u64 << 41) as f64;
    /// 6381956970095103·2⁷⁹⁷, of all numbers the nearest to a multiple of π/2, and
    /// those that come next (found from the continued fractions of 2ᵏ/π).
    const NEAREST: f64 = 5.319372648326541e255;
    let circle = |function: Function| {
        let function = function.mostly(-10.0..=10.0).near_multiples_of(FRAC_PI_2);
        function.near(&[0.0, PI / 4.0, -PI / 4.0, LARGE, NEAREST, 45.553093477052, f64::MAX])
    };
    let unit = |function: Function| {
        let function = function.for_which("|x| ≤ 1").on(-1.0..=1.0).mostly(-1.0..=1.0);
        function.near(&[0.0, 1.0, -1.0, 0.5, -0.5])
    };
    vec![
        circle(one!(sin, |x| sin(&big(x)))).bound(0.92),
        circle(one!(cos, |x| cos(&big(x)))).bound(0.89),
        circle(one!(tan, |x| tan(&big(x)))).bound(1.41),
        unit(one!(asin, |x| asin(x))).bound(1.29),
        unit(one!(acos, |x| acos(x))).bound(1.27),
        one!(atan, |x| atan(&big(x))).bound(0.93).mostly(-10.0..=10.0).near(&[
            0.0,
            1.0,
            -1.0,
            0.41421356237309503,
            2.414213562373095,
        ]),
        two!(atan2, plane, |y, x| atan2(y, x)).bound(1.6).for_which("off the axes"),
    ]
}

fn hyperbolic() -> Vec<Function> {
    vec![
        one!(sinh, |x| sinh(x)).bound(0.84).mostly(-711.0..=711.0).near(&[
            0.0,
            OVERFLOW,
            HALF_OVERFLOW,
            -HALF_OVERFLOW,
        ]),
        one!(cosh, |x| cosh(&big(x))).bound(0.9).mostly(-711.0..=711.0).near(&[
            0.0,
            OVERFLOW,
            HALF_OVERFLOW,
            -HALF_OVERFLOW,
        ]),
        one!(tanh, |x| tanh(&big(x)))
            .bound(1.01)
            .mostly(-20.0..=20.0)
            .near(&[0.0, 18.7, 19.06, -19.06, 0.55]),
        one!(asinh, |x| asinh(x)).bound(0.65).mostly(-10.0..=10.0).near(&[
            0.0,
            1.0,
            f64::MAX,
            1e154,
        ]),
        one!(acosh, |x| acosh(x))
            .bound(0.69)
            .for_which("x ≥ 1")
            .on(1.0..=f64::MAX)
            .mostly(1.0..=10.0)
            .near(&[1.0, 2.0, 1e154, f64::MAX]),
        one!(atanh, |x| atanh(x))
            .bound(0.63)
            .for_which("|x| < 1")
            .on(-BELOW_1..=BELOW_1)
            .mostly(-BELOW_1..=BELOW_1)
            .near(&[0.0, BELOW_1, -BELOW_1, 0.5]),
    ]
}

fn error_functions() -> Vec<Function> {
    vec![
        one!(erf, |x| erf(&big(x)))
            .bound(1.66)
            .mostly(-6.0..=6.0)
            .near(&[0.0, 0.5, 1.0, 1.25, 5.92, -5.92]),
        one!(erfc, |x| erfc(&big(x)))
            .bound(2.35)
            .mostly(-6.0..=27.3)
            .near(&[0.0, 0.5, 1.0, 26.543, 27.226, -5.92]),
        one!(erfc, |x| erfc(&big(x)))
            .bound(2.1)
            .for_which("x ≤ 5")
            .on(-f64::MAX..=5.0)
            .mostly(-6.0..=5.0)
            .near(&[0.0, 0.5, 1.0, 3.6695691089479685, 5.0]),
        one!(norm_cdf, |x| norm_cdf(&big(x)))
            .bound(1.98)
            .mostly(-38.6..=8.5)
            .near(&[0.0, -1.0, -37.519, -38.485, 8.3]),
        one!(norm_pdf, |x| norm_pdf(&big(x)))
            .bound(1.46)
            .mostly(-38.6..=38.6)
            .near(&[0.0, 37.6, 38.567, -38.567]),
        one!(norm_quantile, |x| norm_quantile(x))
            .bound(1.7)
            .for_which("0 < x < 1")
            .on(SMALLEST..=BELOW_1)
            .mostly(0.001..=0.999)
            .near(&[0.5, SMALLEST, BELOW_1, 0.0127, 0.96, 1.4e-11]),
    ]
}

fn gammas() -> Vec<Function> {
    let negative = |function: Function| {
        let function = function.mostly(-186.0..=-SMALLEST);
        function.near(&[-0.5, -SMALLEST, -5.6e-309, -20.5]).near_multiples_of(1.0)
    };
    vec![
        one!(gamma, |x| gamma(x))
            .bound(4.6)
            .for_which("x > 0")
            .on(POSITIVE)
            .mostly(SMALLEST..=172.0)
            .near(&[1.0, 2.0, 171.6243769563027, SMALLEST, 1.4616321449683622, 5.6e-309])
            .near_multiples_of(1.0),
        one!(gamma, |x| gamma(x))
            .bound(2.15)
            .for_which("0 < x ≤ 60")
            .on(SMALLEST..=60.0)
            .mostly(SMALLEST..=60.0)
            .near(&[1.0, 2.0, 60.0, SMALLEST, 1.4616321449683622, 45.21437196294212])
            .near_multiples_of(1.0),
        negative(one!(gamma, |x| gamma(x)))
            .bound(6.4)
            .for_which("x < 0")
            .on(NEGATIVE)
            .near(&[-0.5, -170.5, -177.8, -183.5, -SMALLEST, -5.6e-309]),
        one!(ln_gamma, |x| ln_gamma(x))
            .bound(2.15)
            .for_which("x > 0")
            .on(POSITIVE)
            .mostly(SMALLEST..=100.0)
            .near(&[1.0, 2.0, 2.5, 2.5599833278516e305, 1.4616321449683622, SMALLEST])
            .near_multiples_of(1.0),
        negative(one!(ln_gamma, |x| ln_gamma(x)))
            .bound(3.05)
            .for_which("−2 < x < 0")
            .on(-2.0..=0.0),
        // Here ln |Γ| has zeros, which are no f64: near them the absolute error
        // counts.
        negative(one!(ln_gamma, |x| ln_gamma(x)))
            .bound(20.0)
            .floor(1.0)
            .for_which("−20 < x < −2")
            .on(-20.0..=-2.0)
            .near(&[-2.4570247382208006, -2.7476826467274127, -3.14358088834998, -2.5]),
        negative(one!(ln_gamma, |x| ln_gamma(x)))
            .bound(3.05)
            .for_which("x < −20")
            .on(-f64::MAX..=-20.0),
    ]
}

/// Operations that are exact, or rounded once.
fn exact() -> Vec<Function> {
    let steps = |function: Function| {
        let halves = &[0.0, 0.5, 1.0, 1.5, 4503599627370495.5, 4503599627370496.5, 9e15];
        function.near(halves).near_multiples_of(0.5)
    };
    vec![
        one!(abs, |x| big(x.abs())),
        one!(sign, |x| big(if x == 0.0 { 0.0 } else { x.signum() })),
        steps(one!(floor, |x| big(x.floor()))),
        steps(one!(ceil, |x| big(x.ceil()))),
        steps(one!(round, |x| big(x.round()))),
        steps(one!(trunc, |x| big(x.trunc()))),
        two!(modulo, divisions, |x, y| modulo(x, y)).bound(0.5),
        two!(minimum, plane, |x, y| big(x.min(y))),
        two!(maximum, plane, |x, y| big(x.max(y))),
    ]
}
