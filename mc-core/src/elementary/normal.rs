//! The standard normal distribution: density, distribution function, quantiles.

use super::double::Double;
use super::error_function::{Power, Tail, at_most, gaussian_tail, scale};
use super::logarithm::ln_double;
use super::polynomial::horner_halved;
use crate::real::Real;

/// From here on the density and the lower tail underflow to 0.
const END: f64 = 39.0;

/// −x²/2, exactly.
#[inline(always)]
fn exponent<T: Real>(x: T) -> Double<T> {
    Double::product(-x, x * 0.5)
}

/// φ(x) = e^(−x²/2)/√(2π).
///
/// Method: the exponent is a pair, so that no accuracy is lost where it is large.
///
/// norm_pdf(±∞) = +0. It underflows gradually, to 0 from |x| = 38.59 on.
///
/// # Accuracy
///
/// 1.46 ulp at most; the worst that a search found is 1.413.
#[inline(always)]
pub fn norm_pdf<T: Real>(x: T) -> T {
    let peak = T::constant(0.3989422804014327);
    let size = at_most(END, x.abs());
    let power = Power::of(exponent(size));
    scale(peak.mul_add(power.excess(), peak), power.exponent)
}

/// Φ(−x)·e^(x²/2) where x ≥ 0; relative error 2⁻⁵⁸.
const LOWER: Tail<23> = Tail {
    centre: 5.484375,
    pole: 0.875,
    coefficients: [
        0.4485367963061898,
        -0.07182323798891364,
        0.02215820385462306,
        0.01269569815278681,
        -0.028206147910951867,
        0.028037665479891394,
        -0.019897544037270638,
        0.010771939565662348,
        -0.004345360796787441,
        0.001134378786762892,
        -5.8383435607898446e-05,
        -9.66660688804542e-05,
        3.798038968612505e-05,
        5.961352611673654e-07,
        -4.853636108224177e-06,
        9.401155446701453e-07,
        4.945036186332112e-07,
        -2.0336793982264072e-07,
        -5.103048731582364e-08,
        3.315400215847703e-08,
        7.120319035186323e-09,
        -3.7752882278832765e-09,
        -1.1383339894371259e-09,
    ],
};

/// Φ(x), the integral of [`norm_pdf`] from −∞ to x.
///
/// Method: one piece for the whole tail (`gaussian_tail` in the source), which is not erfc(−x/√2)/2: x/√2 would have to be
/// rounded. 1 − Φ(−x) where x > 0.
///
/// norm_cdf(±0) = ½, norm_cdf(−∞) = +0, norm_cdf(∞) = 1. It underflows gradually,
/// to 0 from x = −38.49 on.
///
/// # Accuracy
///
/// 1.98 ulp at most, the tail down to its underflow included; the worst that a search found
/// is 1.898, next to 0.
#[inline(always)]
pub fn norm_cdf<T: Real>(x: T) -> T {
    let size = at_most(END, x.abs());
    let tail = gaussian_tail(size, exponent(size), &LOWER);
    T::select(T::constant(0.0).less(x), T::constant(1.0) - tail, tail)
}

/// Where [`norm_quantile`] changes its formula: x = ∓2.236.
const SPLIT: f64 = 0.0126953125;

/// The quantile over ½ − p in powers of y − 2.6875, with y = −ln(p·(1 − p)), where
/// [`SPLIT`] ≤ p ≤ ½; relative error 2⁻⁵⁷.
const CENTRAL: (f64, [f64; 17]) = (
    3.4007442877080205,
    [
        0.7064257187123608,
        0.0061313709546869655,
        -0.006289190745270399,
        0.0004281323216734277,
        8.369198349680313e-05,
        -1.4560476197340074e-05,
        -7.368098705250073e-07,
        3.5830489521228625e-07,
        -7.375992106253591e-09,
        -7.364098692999442e-09,
        6.302384150988426e-10,
        1.24174737032783e-10,
        -2.1847286546535034e-11,
        -1.4217798749826607e-12,
        5.552208907596905e-13,
        -1.47775732692742e-15,
        -7.899218899160103e-15,
    ],
);

/// The quantile over r, minus 1, in powers of 1/√r − 0.4375, with r = √(−ln p), where
/// p ≤ [`SPLIT`]; relative error 2⁻⁵⁵.
const FAR: [f64; 21] = [
    0.3374546305425057,
    -0.589754163081392,
    -1.5253233804811137,
    -1.2560173109330102,
    0.3314089221036072,
    0.2202177104165679,
    -0.30707267986377557,
    0.13693933006326067,
    -0.15735739359699147,
    0.3943949291181755,
    -0.2903424260283974,
    -0.2812440203823241,
    0.2311602568088572,
    1.1279625409249523,
    -1.7334299312824588,
    -0.5596411931968688,
    1.7725303437509743,
    3.1219323037448774,
    -8.950953399665503,
    14.12425826604666,
    -16.518577097867663,
];

/// The x with Φ(x) = p.
///
/// Method: by symmetry p ≤ ½. In the centre x = (p − ½)·h(−ln(p·(1 − p))); the
/// logarithm takes away the curvature (Giles, *GPU Computing Gems*, 2011). In the tail
/// x = −r·(1 + g(1/√r)) with r = √(−ln p) (Wichura, AS 241, *Appl. Stat.* 37, 1988).
/// h and g are minimax polynomials. One logarithm serves both.
///
/// norm_quantile(0) = −∞, norm_quantile(½) = +0, norm_quantile(1) = ∞; NaN outside
/// of [0, 1].
///
/// # Accuracy
///
/// 1.7 ulp at most, for subnormal p and p next to 1 too; the worst that a search found is
/// 1.596.
#[inline(always)]
pub fn norm_quantile<T: Real>(p: T) -> T {
    let (half, one) = (T::constant(0.5), T::constant(1.0));
    // 1 − p is exact where it is taken.
    let tail = T::select(p.less(half), p, one - p);
    let central = T::constant(SPLIT).less(tail);
    let ln = ln_double(T::select(central, (-tail).mul_add(tail, tail), tail));
    let y = -ln.hi;

    let q = half - tail;
    let q_low = (half - q) - tail;
    let (h0, h) = CENTRAL;
    let t = y - 2.6875;
    let rest = t * horner_halved(t, h);
    let near = q.mul_add(T::constant(h0), q.mul_add(rest, q_low * h0));

    let r = y.sqrt();
    let inverse = one / r;
    let r_low = ((-r).mul_add(r, y) - ln.lo) * (inverse * 0.5);
    let far = r + r.mul_add(horner_halved(inverse.sqrt() - 0.4375, FAR), r_low);
    let far = T::select(tail.equal(T::constant(0.0)), T::constant(f64::INFINITY), far);

    T::select(central, near, far).copysign(p - 0.5)
}

#[cfg(test)]
mod tests {
    use super::super::exponential::tests::{
        assert_near, assert_same, assert_same_on_tape, numbers,
    };
    use super::*;
    use crate::function;

    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;

    #[test]
    fn special_values() {
        for (x, density, probability) in [
            (0.0, 0.3989422804014327, 0.5),
            (-0.0, 0.3989422804014327, 0.5),
            (5e-324, 0.3989422804014327, 0.5),
            (INF, 0.0, 1.0),
            (-INF, 0.0, 0.0),
            (1e300, 0.0, 1.0),
            (-1e300, 0.0, 0.0),
            (NAN, NAN, NAN),
        ] {
            assert_same(norm_pdf(x), density, x);
            assert_same(norm_cdf(x), probability, x);
        }
        for (p, x) in [(0.0, -INF), (-0.0, -INF), (0.5, 0.0), (1.0, INF), (NAN, NAN)] {
            assert_same(norm_quantile(p), x, p);
        }
        for p in [-5e-324, -0.5, 1.0 + f64::EPSILON, 2.0, INF, -INF] {
            assert_same(norm_quantile(p), NAN, p);
        }
    }

    #[test]
    fn known() {
        assert_near(norm_pdf(1.0), 0.24197072451914334);
        assert_near(norm_pdf(-10.0), 7.694598626706419e-23);
        assert_near(norm_cdf(-1.0), 0.15865525393145705);
        assert_near(norm_cdf(1.0), 0.8413447460685429);
        assert_near(norm_cdf(-10.0), 7.619853024160525e-24);
        assert_near(norm_quantile(0.975), 1.959963984540054);
        assert_near(norm_quantile(0.25), -0.6744897501960817);
        assert_near(norm_quantile(1e-300), -37.0470962993612);
        assert_near(norm_quantile(5e-324), -38.467405617144344);
    }

    #[test]
    fn underflow() {
        assert_eq!(norm_cdf(-38.48), 5e-324);
        assert_eq!(norm_cdf(-38.49), 0.0);
        assert_eq!(norm_pdf(38.57), 5e-324);
        assert_eq!(norm_pdf(38.6), 0.0);
    }

    #[test]
    fn symmetry() {
        for x in numbers().into_iter().filter(|x| !x.is_nan()) {
            assert_eq!(norm_pdf(-x), norm_pdf(x), "{x}");
            assert_eq!(norm_cdf(x.abs()), 1.0 - norm_cdf(-x.abs()), "{x}");
        }
        for k in 1..1 << 12 {
            let p = f64::from(k) / 4096.0;
            assert_eq!(norm_quantile(1.0 - p), -norm_quantile(p) + 0.0, "{p}");
        }
    }

    #[test]
    fn the_quantile_inverts() {
        for k in -380..80 {
            let x = f64::from(k) / 10.0;
            let p = norm_cdf(x);
            // An ulp of p is so many of x.
            let ulp = (f64::EPSILON * p).max(5e-324) / norm_pdf(x);
            assert!((norm_quantile(p) - x).abs() <= 3.0 * ulp + 1e-14, "{x}");
        }
    }

    #[test]
    fn the_tape_agrees() {
        let points: Vec<_> = numbers().into_iter().map(|x| vec![x]).collect();
        macro_rules! check {
            ($($f:ident)+) => {$({
                fn of<T: Real>(x: &[T]) -> T {
                    $f(x[0])
                }
                assert_same_on_tape(&function!(of), &points);
            })+};
        }
        check!(norm_pdf norm_cdf norm_quantile);
    }
}
