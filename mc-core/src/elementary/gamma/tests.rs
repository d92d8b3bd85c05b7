use super::super::exponential::tests::{assert_near, assert_same, assert_same_on_tape, numbers};
use super::*;
use crate::function;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;

#[test]
fn special_values() {
    for (x, value, logarithm) in [
        (0.0, INF, INF),
        (-0.0, -INF, INF),
        (5e-324, INF, 744.4400719213812),
        (-5e-324, -INF, 744.4400719213812),
        (f64::MAX, INF, INF),
        (INF, INF, INF),
        (NAN, NAN, NAN),
    ] {
        assert_same(gamma(x), value, x);
        assert_same(ln_gamma(x), logarithm, x);
    }
    for x in [-1.0, -2.0, -180.0, -1e15, -1e300, f64::MIN, -INF] {
        assert_same(gamma(x), NAN, x);
        assert_same(ln_gamma(x), INF, x);
    }
    assert_same(ln_gamma(1.0), 0.0, 1.0);
    assert_same(ln_gamma(2.0), 0.0, 2.0);
}

#[test]
fn known() {
    let mut factorial = 1.0;
    for n in (1..=23).map(f64::from) {
        assert_eq!(gamma(n), factorial, "{n}");
        factorial *= n;
    }
    assert_near(gamma(0.5), 1.772453850905516);
    assert_near(gamma(1e-308), 1e308);
    assert_near(ln_gamma(0.5), 0.5723649429247001);
    assert_near(ln_gamma(10.0), 12.801827480081469);
    assert_near(ln_gamma(1e-10), 23.025850929882736);
    assert_near(ln_gamma(1e10), 220258509288.81058);
    assert!((gamma(-0.5) + 3.544907701811032).abs() < 2e-15);
}

#[test]
fn ends_of_the_range() {
    assert!(gamma(171.624) < INF);
    assert_eq!(gamma(171.625), INF);
    // Below −170.5 the result is subnormal, with alternating signs.
    assert!((gamma(-171.5) - 1.9316265431712e-310).abs() < 1e-323);
    assert_same(gamma(-184.5), -0.0, -184.5);
    assert_same(gamma(-1001.75), 0.0, -1001.75);
    assert!(ln_gamma(LAST_LN_GAMMA) < INF);
    assert_eq!(ln_gamma(LAST_LN_GAMMA.next_up()), INF);
    assert_eq!(ln_gamma(-LAST_LN_GAMMA), INF);
}

#[test]
fn recurrence_and_reflection() {
    for k in 1..400 {
        let x = f64::from(k) / 7.0 + 0.01;
        assert!((gamma(x + 1.0) / (x * gamma(x)) - 1.0).abs() < 2e-14, "{x}");
        let y = -x;
        assert!((ln_gamma(y) - gamma(y).abs().ln()).abs() < 3e-14 * x.max(1.0), "{y}");
        let sign = if (k / 7) % 2 == 0 { -1.0 } else { 1.0 };
        assert_eq!(gamma(y).signum(), sign, "{y}");
    }
}

#[test]
fn the_tape_agrees() {
    let poles = (0..40).map(|k| -f64::from(k) / 2.0);
    let points: Vec<_> = numbers().into_iter().chain(poles).map(|x| vec![x]).collect();
    fn both<T: Real>(x: &[T]) -> T {
        gamma(x[0]) + ln_gamma(x[0])
    }
    assert_same_on_tape(&function!(both), &points);
}
