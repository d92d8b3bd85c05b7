//! sin, cos and tan.
//!
//! x = q·π/2 + r with a whole q and |r| ≤ π/4, for |x| ≤ 2⁴¹ by three fmas, beyond by the
//! integers of [`large_angle`](super::large_angle). Polynomials give sin r, cos r and
//! tan r; q mod 4 says which one is wanted, and its sign (Muller, *Elementary
//! Functions*, 2016, ch. 11; Cody & Waite, *Software Manual for the Elementary
//! Functions*, 1980).

#![allow(
    clippy::indexing_slicing,
    reason = "quarters are modulo 4, k is below the length of both series"
)]

use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

use super::double::Double;
use super::large_angle::{Angle, reduce};
use super::polynomial::pairs;
use crate::real::Real;

use LARGEST_REDUCED_BY_FMA as LARGEST;

/// 2⁴¹: of larger arguments three parts of π/2 cannot be taken away with an fma each.
pub const LARGEST_REDUCED_BY_FMA: f64 = 2_199_023_255_552.0;

/// What `FRAC_PI_2` leaves of π/2, to nearest.
const HALF_PI_2: f64 = 6.123233995736766e-17;
/// What both leave, to nearest; all three leave 2.3·10⁻⁴⁹.
const HALF_PI_3: f64 = -1.4973849048591698e-33;

/// q is held as 1024·q: its two lowest bits are then where
/// [`exp2_int`](Real::exp2_int) takes a sign and the top bit of an exponent from.
const QUARTER: f64 = 1024.0;
/// 1.5·2⁵²·[`QUARTER`]: its neighbours are one quarter apart, so adding it rounds
/// to whole quarters.
const ROUNDER: f64 = 6_755_399_441_055_744.0 * QUARTER;
/// `exp2_int` of 1024·q + this: 0, 2, −0, −2 for q mod 4 = 0, 1, 2, 3.
const SIN_TURN: f64 = -1023.0;
/// `exp2_int` of 1024·q + this: 2, −0, −2, 0 for q mod 4 = 0, 1, 2, 3.
const COS_TURN: f64 = 1.0;

// Minimax coefficients from Sollya's fpminimax for |r| ≤ 0.7857, in powers of r².

/// (r − sin r)/r³; relative error of sin r 3.8·10⁻¹⁸.
const MINUS_SIN: [f64; 7] = [
    0.1666666666666663,
    -0.00833333333332191,
    0.00019841269829447432,
    -2.7557313577423425e-6,
    2.505074144340083e-8,
    -1.58958871820198e-10,
    0.0, // as many as for the cosine
];

/// (cos r − 1)/r²; error of cos r 4.8·10⁻²⁰.
const COS: [f64; 7] = [
    -0.5,
    0.0416666666666666,
    -0.001388888888887447,
    2.4801587289665675e-5,
    -2.755731439842873e-7,
    2.087572880995213e-9,
    -1.1359904132531818e-11,
];

/// (r − tan r)/r³; relative error of tan r 1.2·10⁻¹⁷.
const MINUS_TAN: [f64; 14] = [
    -0.3333333333333277,
    -0.1333333333341548,
    -0.05396825392628322,
    -0.02186948961785819,
    -0.00886321904277612,
    -0.0035922901551097555,
    -0.001454751507331581,
    -0.0005950917035749235,
    -0.0002223007685211421,
    -0.00013668765509027573,
    2.6613904114968616e-5,
    -8.966110935193055e-5,
    4.498905666852071e-5,
    -2.0890280981776313e-5,
];

/// x = q·π/2 + r − minus_lo. For one x, sin and cos make the same one, which a
/// tape holds once.
struct Reduced<T> {
    /// q·[`QUARTER`].
    quarters: T,
    r: T,
    minus_lo: T,
}

impl<T: Real> Reduced<T> {
    #[inline(always)]
    fn new(x: T) -> Self {
        let scale = T::constant(QUARTER * FRAC_2_PI);
        let quarters = x.mul_add(scale, T::constant(ROUNDER)) - ROUNDER;
        // Exact: below 1, and a multiple of 2⁻⁵³ (of x's last bit if q = 0).
        let first = quarters.mul_add(T::constant(-FRAC_PI_2 / QUARTER), x);
        // `first` is a multiple of the last bit of `second`, so r − first is
        // exact (Dekker), and minus_lo is right however much cancels in r.
        let second = quarters * (HALF_PI_2 / QUARTER);
        let r = first - second;
        let minus_lo = quarters.mul_add(T::constant(HALF_PI_2 / QUARTER), r - first);
        let minus_lo = quarters.mul_add(T::constant(HALF_PI_3 / QUARTER), minus_lo);
        Self { quarters, r, minus_lo }
    }

    #[inline(always)]
    fn turn(&self, offset: f64) -> T {
        (self.quarters + offset).exp2_int()
    }
}

/// cos r where `turn` ≠ 0, else sin r.
///
/// One polynomial whose coefficients are chosen: cheaper than two polynomials
/// of which one is chosen, since a CPU can do more choices than fmas at a time.
#[inline(always)]
fn sin_or_cos_of<T: Real>(turn: T, r: T, minus_lo: T) -> T {
    let choose = |of_cos: T, of_sin: T| T::select(turn, of_cos, of_sin);
    let coefficient = |k: usize| choose(T::constant(COS[k]), T::constant(MINUS_SIN[k]));
    let square = r * r;
    let last = COS.len() - 1;
    let series =
        (0..last).rev().fold(coefficient(last), |sum, k| sum.mul_add(square, coefficient(k)));
    // cos r + lo: 1 + r·(r·series − lo), since the slope −sin r is close to −r.
    // sin r + lo: r − (r³·series − lo), the slope cos r taken as 1: at most
    // 0.15 ulp. Subtracted, so that −0 stays −0.
    let power = choose(r, square * r);
    let rest = power.mul_add(series, minus_lo);
    rest.mul_add(choose(r, T::constant(-1.0)), choose(T::constant(1.0), r))
}

/// tan r, and what its rounding lost.
#[inline(always)]
fn tan_of<T: Real>(r: T, minus_lo: T) -> Double<T> {
    // lo times the slope 1 + tan² r, taken as 1 + 1.6·r².
    let square = r * r;
    let slope = square.mul_add(T::constant(1.6), T::constant(1.0));
    let lack = (square * r).mul_add(pairs(square, MINUS_TAN), minus_lo * slope);
    let hi = r - lack;
    Double { hi, lo: (r - hi) - lack }
}

#[inline(always)]
fn sin_or_cos<T: Real>(x: T, offset: f64) -> T {
    let reduced = Reduced::new(x);
    let turn = reduced.turn(offset);
    sin_or_cos_near_0(turn, reduced.r, reduced.minus_lo)
}

/// ±cos of r − `minus_lo` where `turn` ≠ 0, else ±sin, with the sign of `turn`; |r| ≤ π/4.
///
/// What sin and cos do once the argument is reduced, for techniques that reduce large
/// arguments in code of their own.
#[inline(always)]
pub fn sin_or_cos_near_0<T: Real>(turn: T, r: T, minus_lo: T) -> T {
    sin_or_cos_of(turn, r, minus_lo) * T::constant(1.0).copysign(turn)
}

/// tan of r − `minus_lo` where `turn` ≠ 0, else −1/tan; |r| ≤ π/4. As
/// [`sin_or_cos_near_0`].
#[inline(always)]
pub fn tan_near_0<T: Real>(turn: T, r: T, minus_lo: T) -> T {
    let tan = tan_of(r, minus_lo);
    // −1/(hi + lo) = q + q²·lo.
    let quotient = T::constant(-1.0) / tan.hi;
    let cotangent = (quotient * quotient).mul_add(tan.lo, quotient);
    T::select(turn, tan.hi, cotangent)
}

/// `small` where |x| ≤ 2⁴¹, else `large(x)`. NaN is not large.
#[inline(always)]
fn or_large(x: f64, small: f64, large: fn(f64) -> f64) -> f64 {
    if x.abs() > LARGEST { large(x) } else { small }
}

/// 0, 2, −0, −2 for 0, 1, 2, 3 quarters: what [`Real::exp2_int`] gives for small angles.
const TURNS: [f64; 4] = [0.0, 2.0, -0.0, -2.0];

/// The meaning of [`Real::large_sin`].
#[inline(always)]
pub(crate) fn native_large_sin(x: f64, small: f64) -> f64 {
    #[cold]
    #[inline(never)]
    fn large(x: f64) -> f64 {
        if x.is_infinite() {
            return f64::NAN;
        }
        let Angle { quarters, r, minus_lo } = reduce(x);
        sin_or_cos_near_0(TURNS[quarters], r, minus_lo)
    }
    or_large(x, small, large)
}

/// The meaning of [`Real::large_cos`].
#[inline(always)]
pub(crate) fn native_large_cos(x: f64, small: f64) -> f64 {
    #[cold]
    #[inline(never)]
    fn large(x: f64) -> f64 {
        if x.is_infinite() {
            return f64::NAN;
        }
        let Angle { quarters, r, minus_lo } = reduce(x);
        sin_or_cos_near_0(TURNS[(quarters + 1) % 4], r, minus_lo)
    }
    or_large(x, small, large)
}

/// The meaning of [`Real::large_tan`].
#[inline(always)]
pub(crate) fn native_large_tan(x: f64, small: f64) -> f64 {
    #[cold]
    #[inline(never)]
    fn large(x: f64) -> f64 {
        if x.is_infinite() {
            return f64::NAN;
        }
        let Angle { quarters, r, minus_lo } = reduce(x);
        tan_near_0(TURNS[(quarters + 1) % 4], r, minus_lo)
    }
    or_large(x, small, large)
}

/// sin x, x in radians.
///
/// The argument is reduced by Cody & Waite's method with three parts of π/2 and
/// fma: q·(first part) cancels against x exactly, the second part's product is
/// kept in full as r and what r lacks. So r is right also for the x nearest to
/// multiples of π/2, where 60 bits cancel. Beyond 2⁴¹ Payne & Hanek's method takes
/// its place, in integers (`large_angle` in the source). Minimax polynomials of
/// degree 13 (sine) and 14 (cosine) on |r| ≤ π/4.
///
/// sin ±0 = ±0, sin ±∞ = NaN.
///
/// # Accuracy
///
/// 0.92 ulp at most; the worst that a search found is 0.889.
#[inline(always)]
pub fn sin<T: Real>(x: T) -> T {
    x.large_sin(sin_or_cos(x, SIN_TURN))
}

/// cos x, x in radians: as [`sin`], a quarter turn on.
///
/// cos ±0 = 1, cos ±∞ = NaN.
///
/// # Accuracy
///
/// 0.89 ulp at most; the worst that a search found is 0.857.
#[inline(always)]
pub fn cos<T: Real>(x: T) -> T {
    x.large_cos(sin_or_cos(x, COS_TURN))
}

/// tan x, x in radians.
///
/// Reduced as for [`sin`]; a minimax polynomial of degree 29 for tan r, and
/// tan x = tan r or −1/tan r as q is even or odd, the latter from tan r and the
/// rounding error of its last step.
///
/// tan ±0 = ±0, tan ±∞ = NaN. No x is at a pole.
///
/// # Accuracy
///
/// 1.41 ulp at most; the worst that a search found is 1.370.
#[inline(always)]
pub fn tan<T: Real>(x: T) -> T {
    let reduced = Reduced::new(x);
    x.large_tan(tan_near_0(reduced.turn(COS_TURN), reduced.r, reduced.minus_lo))
}

#[cfg(test)]
mod tests {
    use super::super::exponential::tests::{
        assert_near, assert_same, assert_same_on_tape, numbers,
    };
    use super::*;
    use crate::tape::Tape;

    const INF: f64 = f64::INFINITY;

    #[test]
    fn special_values() {
        for x in [INF, -INF, f64::NAN] {
            assert_same(sin(x), f64::NAN, x);
            assert_same(cos(x), f64::NAN, x);
            assert_same(tan(x), f64::NAN, x);
        }
        for x in [0.0, 5e-324, 2.2e-308, 1e-300, 1e-9] {
            for x in [x, -x] {
                assert_same(sin(x), x, x);
                assert_same(tan(x), x, x);
                assert_same(cos(x), 1.0, x);
            }
        }
    }

    #[test]
    fn known_values() {
        for (x, s, c, t) in [
            (1.0, 0.8414709848078965, 0.5403023058681398, 1.5574077246549023),
            (-2.0, -0.9092974268256817, -0.4161468365471424, 2.185039863261519),
            (10.0, -0.5440211108893698, -0.8390715290764524, 0.6483608274590866),
            (1e5, 0.03574879797201651, -0.9993608074382124, -0.035771662952898776),
            (1073741824.0, -0.6173264150460421, 0.7867071229411882, -0.7846966133192005),
            (LARGEST, 0.741632065136774, 0.6708068872342946, 1.105582067283907),
        ] {
            assert_near(sin(x), s);
            assert_near(cos(x), c);
            assert_near(tan(x), t);
        }
    }

    #[test]
    fn near_multiples_of_a_quarter_turn() {
        // The last two come nearest of all x up to 2⁴¹: found from the continued
        // fractions of 2ᵏ/π.
        for (x, s, c, t) in [
            (std::f64::consts::PI, 1.2246467991473532e-16, -1.0, -1.2246467991473532e-16),
            (FRAC_PI_2, 1.0, 6.123233995736766e-17, 1.633123935319537e16),
            (51.83627878423159, 1.0, 2.443103791928823e-16, 4093153976117008.0),
            (14461176.67027838, -1.0, -1.6985038298986004e-18, 5.88753456069451e17),
            (45.553093477052, 1.0, -6.189806365883577e-19, -1.6155594228467482e18),
        ] {
            assert_near(sin(x), s);
            assert_near(cos(x), c);
            assert_near(tan(x), t);
        }
    }

    #[test]
    fn beyond_2_to_the_41() {
        // Of all numbers, 6381956970095103·2⁷⁹⁷ is the nearest to a multiple of π/2
        // (Kahan; Muller, *Elementary Functions*, 2016, table 11.1).
        let nearest = 6_381_956_970_095_103.0 * 2f64.powi(797);
        for (x, s, c, t) in [
            (nearest, 1.0, -4.687165924254628e-19, -2.133485385753704e18),
            (LARGEST.next_up(), 0.7419595191397362, 0.6704446822504683, 1.1066677666071056),
            (1.2e13, -0.999296377072431, -0.03750667633787143, 26.643159955589464),
            (1e16, 0.7796880066069788, -0.6261681981330862, -1.2451734357184063),
            (1e22, -0.8522008497671888, 0.523214785395139, -1.6287782256068988),
            (1e40, 0.6467845884268344, -0.7626727320243791, -0.8480499711980782),
            (1e160, 0.38651808239345276, 0.922281828934566, 0.4190889056547545),
            (1e300, -0.8178819121159085, -0.5753861119575491, 1.4214488238747245),
            (5e300, 0.9970972810634189, -0.07613811198038367, -13.095902369109341),
            (2f64.powi(1023), 0.563127779850884, -0.826369834614148, -0.6814476476066215),
            (f64::MAX, 0.004961954789184062, -0.9999876894265599, -0.004962015874444895),
        ] {
            assert_near(sin(x), s);
            assert_near(cos(x), c);
            assert_near(tan(x), t);
        }
    }

    #[test]
    fn both_reductions_agree() {
        // Where the straight code is right too, the integers give the same angle.
        for k in 0..2000 {
            let x = (f64::from(k) * 0.618_033_988_7).fract().mul_add(40.0, 1.0).exp2();
            for x in [x, -x] {
                let Angle { quarters, r, minus_lo } = reduce(x);
                let small = Reduced::new(x);
                assert_eq!(small.turn(SIN_TURN).to_bits(), TURNS[quarters].to_bits(), "{x}");
                let difference = (small.r - r) - (small.minus_lo - minus_lo);
                assert!(difference.abs() <= 1e-30, "{x}: {difference:e}");
            }
        }
    }

    #[test]
    fn symmetries() {
        for x in numbers().into_iter().filter(|x| x.is_finite()) {
            assert_same(sin(-x), -sin(x), x);
            assert_same(cos(-x), cos(x), x);
            assert_same(tan(-x), -tan(x), x);
            assert!(sin(x).abs() <= 1.0 && cos(x).abs() <= 1.0, "{x:e}");
        }
    }

    #[test]
    fn sine_and_cosine_share_the_reduction() {
        fn one<T: Real>(x: &[T]) -> T {
            sin(x[0])
        }
        fn both<T: Real>(x: &[T]) -> T {
            sin(x[0]) + cos(x[0])
        }
        let one = Tape::trace(&crate::function!(one), 1).unwrap().len();
        let both = Tape::trace(&crate::function!(both), 1).unwrap().len();
        assert!(both < one + 26, "{both} steps for both, {one} for one");
    }

    #[test]
    fn the_tape_agrees() {
        fn all<T: Real>(x: &[T]) -> T {
            T::select(x[1], T::select(x[1] - 1.0, sin(x[0]), cos(x[0])), tan(x[0]))
        }
        let numbers = numbers().into_iter();
        let points: Vec<_> = numbers.flat_map(|x| [0.0, 1.0, 2.0].map(|f| vec![x, f])).collect();
        assert_same_on_tape(&crate::function!(all), &points);
    }
}
