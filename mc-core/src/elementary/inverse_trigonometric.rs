//! asin, acos, atan and atan2.
//!
//! All four are base + f(t): a multiple of π/4 and an odd polynomial in a small
//! t (Muller, *Elementary Functions*, 2016, ch. 11; Moshier, *Methods and Programs
//! for Mathematical Functions*, 1989).

use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

use super::polynomial::pairs;
use crate::real::Real;

/// What `FRAC_PI_2` lacks of π/2, in parts of it; the same for π/4 and π.
const PI_REST: f64 = 3.8981718325193755e-17;

// Minimax coefficients from Sollya's fpminimax, in powers of t².

/// (atan t − t)/t³ where |t| ≤ 9/16; relative error of atan t 3.9·10⁻¹⁸.
const ATAN_SHORT: [f64; 13] = [
    -0.3333333333333302,
    0.19999999999921036,
    -0.14285714278720887,
    0.11111110798179773,
    -0.09090900801201103,
    0.07692165907049743,
    -0.06665017729560227,
    0.05868901858666756,
    -0.051848781690306135,
    0.04434928442375253,
    -0.033701929276354466,
    0.019247331149242285,
    -0.005844912727991458,
];

/// The same where |t| ≤ 1; 4.6·10⁻¹⁸.
const ATAN: [f64; 20] = [
    -0.3333333333333307,
    0.19999999999951756,
    -0.1428571428258855,
    0.11111111007354929,
    -0.09090907008003163,
    0.07692279890999246,
    -0.06666404438114071,
    0.05880529884546193,
    -0.05253527080577385,
    0.04722349270736123,
    -0.04219245746217412,
    0.0366432009149631,
    -0.02990580836537137,
    0.02198714849116386,
    -0.01390264001036171,
    0.00719792530675724,
    -0.002885627634729607,
    0.0008315651339560051,
    -0.0001522121757794645,
    1.3230089304297347e-5,
];

/// (asin t − t)/t³ where |t| ≤ 1/2; relative error of asin t 1.5·10⁻¹⁷.
const ASIN: [f64; 12] = [
    0.16666666666665408,
    0.07500000000337102,
    0.04464285682827013,
    0.03038195913898113,
    0.022371758008737617,
    0.017359705316378104,
    0.013885230601957104,
    0.012169240345234159,
    0.006527862704180293,
    0.01952854690865914,
    -0.0162246601880464,
    0.03191252893457411,
];

/// base·(1 + [`PI_REST`]) + t + t³·series, where base = 0 or |base| ≥ |t|.
#[inline(always)]
fn angle<T: Real>(base: T, t: T, square: T, series: T) -> T {
    let sum = base + t;
    let error = t - (sum - base);
    sum + (error + (t * square).mul_add(series, base * PI_REST))
}

/// What asin and acos share of |x|: asin |x| = asin t, or π/2 − 2·asin t if |x| is
/// above 1/2, where t = √((1 − |x|)/2).
struct Folded<T> {
    above: T,
    t: T,
    square: T,
}

impl<T: Real> Folded<T> {
    #[inline(always)]
    fn new(x: T) -> Self {
        let half = T::constant(0.5);
        let magnitude = x.abs();
        let above = half.less(magnitude);
        let square = T::select(above, magnitude.mul_add(T::constant(-0.5), half), x * x);
        let t = T::select(above, square.sqrt(), magnitude);
        Self { above, t, square }
    }

    /// base + asin of t or of −2·t, ….
    #[inline(always)]
    fn angle(&self, base: T, t: T) -> T {
        angle(base, t, self.square, pairs(self.square, ASIN))
    }
}

/// asin x in [−π/2, π/2].
///
/// For |x| ≤ 1/2 a minimax polynomial of degree 25; above it
/// π/2 − 2·asin √((1 − |x|)/2) (Cody & Waite, 1980), with π/2 in two parts.
///
/// asin ±0 = ±0; NaN for |x| > 1.
///
/// # Accuracy
///
/// 1.29 ulp at most; the worst that a search found is 1.247.
#[inline(always)]
pub fn asin<T: Real>(x: T) -> T {
    let folded = Folded::new(x);
    // 1 or −2.
    let factor = folded.above.mul_add(T::constant(-3.0), T::constant(1.0));
    folded.angle(folded.above * FRAC_PI_2, folded.t * factor).copysign(x)
}

/// acos x in [0, π].
///
/// With the polynomial of [`asin`]: π/2 − asin x for |x| ≤ 1/2; above it
/// 2·asin √((1 − x)/2), and π − that for negative x. So nothing cancels near 1.
///
/// acos 1 = +0; NaN for |x| > 1.
///
/// # Accuracy
///
/// 1.27 ulp at most; the worst that a search found is 1.225.
#[inline(always)]
pub fn acos<T: Real>(x: T) -> T {
    let folded = Folded::new(x);
    // −x, or twice t with the sign of x.
    let factor = folded.above.mul_add(T::constant(3.0), T::constant(-1.0));
    let t = folded.t.copysign(x) * factor;
    // π/2, or 0 and π for positive and negative x.
    let half_pi = T::constant(FRAC_PI_2);
    let base = folded.above.copysign(x).mul_add(-half_pi, half_pi);
    folded.angle(base, t)
}

/// atan x in [−π/2, π/2].
///
/// With a = |x|: atan a for a ≤ 9/16, π/4 + atan((a − 1)/(a + 1)) for a ≤ 12/5,
/// else π/2 + atan(−1/a); one division, one minimax polynomial of degree 27. The
/// middle one begins where its result is above 1/2, large beside the error of
/// the quotient.
///
/// atan ±0 = ±0, atan ±∞ = ±π/2.
///
/// # Accuracy
///
/// 0.93 ulp at most; the worst that a search found is 0.897.
#[inline(always)]
pub fn atan<T: Real>(x: T) -> T {
    let one = T::constant(1.0);
    let a = x.abs();
    let above = T::constant(0.5625).less(a);
    let far = T::constant(2.4).less(a);
    let numerator = T::select(far, -one, T::select(above, a - 1.0, a));
    let denominator = T::select(far, a, T::select(above, a + 1.0, one));
    let t = numerator / denominator;
    let square = t * t;
    angle((above + far) * FRAC_PI_4, t, square, pairs(square, ATAN_SHORT)).copysign(x)
}

/// The angle of the point (x, y) in [−π, π]: atan(y/x) in the half plane x > 0.
///
/// With |y|: atan(|y|/x) where it is not larger than |x|, plus π if x is negative,
/// else π/2 + atan(−x/|y|); the sign of y. The quotient is never above 1, so
/// nothing overflows; a minimax polynomial of degree 41.
///
/// Special values as in C99 (F.9.1.4), the sign of a zero counts:
/// atan2(±0, x) is ±0 for x = +0 and x > 0, ±π for x = −0 and x < 0;
/// atan2(±∞, ±∞) is an odd multiple of π/4.
///
/// # Accuracy
///
/// 1.60 ulp at most; the worst that a search found is 1.547.
#[inline(always)]
pub fn atan2<T: Real>(y: T, x: T) -> T {
    let half_pi = T::constant(FRAC_PI_2);
    let (ax, ay) = (x.abs(), y.abs());
    let steep = ax.less(ay);
    let quotient = T::select(steep, -x, ay) / T::select(steep, ay, x);
    // 0/0 and ∞/∞ would be NaN; here they are ±0 and ±1.
    let diagonal = T::constant(0.0).less(ay).copysign(x);
    let t = T::select(ax.equal(ay), diagonal, quotient);
    // 0 or π, as the sign of x is.
    let flat = T::constant(1.0).copysign(x).mul_add(-half_pi, half_pi);
    let base = T::select(steep, half_pi, flat);
    let square = t * t;
    angle(base, t, square, pairs(square, ATAN)).copysign(y)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::{FRAC_PI_3, FRAC_PI_6, PI};

    use super::super::exponential::tests::{
        assert_near, assert_same, assert_same_on_tape, numbers,
    };
    use super::*;

    const INF: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;

    #[test]
    fn special_values() {
        for (x, s, c) in [
            (0.0, 0.0, FRAC_PI_2),
            (1.0, FRAC_PI_2, 0.0),
            (-1.0, -FRAC_PI_2, PI),
            (1.0000000000000002, NAN, NAN),
            (-INF, NAN, NAN),
            (NAN, NAN, NAN),
        ] {
            assert_same(asin(x), s, x);
            assert_same(acos(x), c, x);
        }
        for (x, t) in [(1.0, FRAC_PI_4), (1e300, FRAC_PI_2), (INF, FRAC_PI_2), (NAN, NAN)] {
            assert_same(atan(x), t, x);
        }
        for x in [0.0, 5e-324, 2.2e-308, 1e-300, 1e-9] {
            assert_same(asin(x), x, x);
            assert_same(atan(x), x, x);
        }
    }

    /// All of C99 F.9.1.4, for y ≥ 0; the sign of y becomes the result's.
    #[test]
    fn special_values_of_two_arguments() {
        for (y, x, angle) in [
            (0.0, 0.0, 0.0),
            (0.0, -0.0, PI),
            (0.0, 3.0, 0.0),
            (0.0, -3.0, PI),
            (0.0, INF, 0.0),
            (0.0, -INF, PI),
            (2.0, 0.0, FRAC_PI_2),
            (2.0, -0.0, FRAC_PI_2),
            (2.0, INF, 0.0),
            (2.0, -INF, PI),
            (INF, 2.0, FRAC_PI_2),
            (INF, -2.0, FRAC_PI_2),
            (INF, 0.0, FRAC_PI_2),
            (INF, INF, FRAC_PI_4),
            (INF, -INF, 3.0 * FRAC_PI_4),
            (5e-324, 5e-324, FRAC_PI_4),
            (f64::MAX, -f64::MAX, 3.0 * FRAC_PI_4),
            (5e-324, f64::MAX, 0.0),
            (f64::MAX, 5e-324, FRAC_PI_2),
            (1e-308, 1e10, 1e-318),
            (NAN, 1.0, NAN),
            (NAN, NAN, NAN),
            (1.0, NAN, NAN),
            (INF, NAN, NAN),
        ] {
            assert_same(atan2(y, x), angle, (y, x));
            assert_same(atan2(-y, x), -angle, (-y, x));
        }
    }

    #[test]
    fn known_values() {
        for (x, s, c) in [
            (0.25, 0.25268025514207865, 1.318116071652818),
            (-0.3, -0.3046926540153975, 1.8754889808102941),
            (0.5, FRAC_PI_6, FRAC_PI_3),
            (0.75, 0.848062078981481, 0.7227342478134157),
            (-0.75, -0.848062078981481, 2.4188584057763776),
            (0.9999999999999999, 1.5707963118937354, 1.4901161193847656e-8),
        ] {
            assert_near(asin(x), s);
            assert_near(acos(x), c);
        }
        assert_near(atan(0.6), 0.5404195002705842);
        assert_near(atan(2.0), 1.1071487177940904);
        assert_near(atan(2.5), 1.1902899496825317);
        assert_near(atan2(1.0, 2.0), 0.4636476090008061);
        assert_near(atan2(2.0, 1.0), 1.1071487177940904);
        assert_near(atan2(1.0, -2.0), 2.677945044588987);
        assert_near(atan2(2.0, -1.0), 2.0344439357957027);
        assert_near(atan2(-3.0, -4.0), -2.498091544796509);
    }

    #[test]
    fn symmetries() {
        for x in numbers() {
            assert_same(asin(-x), -asin(x), x);
            assert_same(atan(-x), -atan(x), x);
            assert_same(atan2(-x, 1.5 * x), -atan2(x, 1.5 * x), x);
        }
    }

    #[test]
    fn the_tape_agrees() {
        fn all<T: Real>(x: &[T]) -> T {
            let sine = T::select(x[1], asin(x[0]), acos(x[0]));
            T::select(x[1] - 2.0, sine, T::select(x[2], atan2(x[0], x[2]), atan(x[0])))
        }
        let choices = |x: f64| [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [2.0, 1.5], [2.0, -x]];
        let numbers = numbers().into_iter();
        let points: Vec<_> =
            numbers.flat_map(|x| choices(x).map(|[f, other]| vec![x, f, other])).collect();
        assert_same_on_tape(&crate::function!(all), &points);
    }
}
