//! What is seen of h before the run: its values at a few fixed points.

use super::scale::{Scale, join, split};
use crate::stream::Stream;
use crate::support::Affine;
use crate::tape::{Evaluator, Tape};

/// The seed of the points. It is no run's, so that the choice of units depends on the problem
/// alone; and whatever they are, they change no mean.
const SEED: u64 = 0x70_69_6c_6f_74_73;

/// The points that are always looked at, and those where the first are out of the ordinary.
const FEW: u64 = 16;
const MANY: u64 = 256;

/// The steps of a tape that all points together may take: some hundredths of a second,
/// and some tenths.
const PATIENCE: u64 = 1 << 24;
const MORE_PATIENCE: u64 = 1 << 26;

/// What a function without a tape is taken to cost: it is looked at as often as a tape.
pub(super) const UNKNOWN_COST: u64 = MORE_PATIENCE / MANY;

/// Values between 2^−SAFE and 2^SAFE stay as they are: their squares, and sums of
/// 10¹³ of them, are far from the ends of what f64 holds.
const SAFE: i32 = 300;

/// Where values lie so far apart, as those of a peak do, there may be much larger ones that no
/// pilot met. So the largest that was met is put as far below 1 as they lie apart, yet
/// no further than this: squares of 2^−ROOM still have all their digits.
const ROOM: i32 = 450;

/// And where that is not far enough for a peak of height 1, never so far up that its square, summed
/// over a run, overflows.
const PEAK: i32 = 480;

/// Values that agree in so many binary digits are averaged as differences from one of
/// them. They are within a factor of two, so the differences are exact (Sterbenz).
const AGREEING: i32 = 24;

/// One point: f and g there, 1 if there is no g.
type Value = (f64, f64);

/// The units for h = f·g over the box of `axes`; `f` gives the values of f, and is asked
/// for a fixed number of points. `cost`: about how many operations f and g take.
pub(super) fn scale(
    weight: f64,
    axes: &[Affine],
    mut f: impl FnMut(&[f64]) -> f64,
    g: Option<&Tape>,
    cost: u64,
) -> Scale {
    let cost = cost.max(1);
    let mut evaluator = g.map(Evaluator::new);
    let mut stream = Stream::new(SEED, 0);
    let mut x = vec![0.0; axes.len()];
    let mut values: Vec<Value> = Vec::new();
    let mut look = |values: &mut Vec<Value>, count: u64| {
        for _ in 0..count {
            stream.draw(axes, &mut x);
            values.push((f(&x), evaluator.as_mut().map_or(1.0, |g| g.eval(&x))));
        }
    };
    look(&mut values, FEW.min(PATIENCE / cost));
    if values.len() < 2 {
        return Scale::plain(weight);
    }
    if !is_ordinary(&values) {
        look(&mut values, (MORE_PATIENCE / cost).clamp(FEW, MANY) - FEW);
    }
    let (exponent, in_f) = exponent(&values, g.is_some());
    let unshifted = Scale::new(weight, exponent, in_f, 0.0);
    Scale::new(weight, exponent, in_f, shift(&values, unshifted))
}

/// Whether these few leave no doubt that h may be averaged as it is.
fn is_ordinary(values: &[Value]) -> bool {
    let top = values.iter().filter_map(power).max();
    top.is_some_and(|top| top.abs() <= SAFE) && shift(values, Scale::plain(1.0)) == 0.0
}

/// The exponent of |f·g|, also where that is no number of f64; none at a zero, and at what is not
/// finite.
fn power(&(f, g): &Value) -> Option<i32> {
    let ((a, b), (c, d)) = (split(f), split(g));
    (a * c != 0.0 && (a * c).is_finite()).then(|| b + d + split(a * c).1)
}

/// k, and whether it is f that takes it.
fn exponent(values: &[Value], weighed: bool) -> (i32, bool) {
    let largest = values.iter().filter_map(|value| power(value).map(|power| (power, value)));
    let Some((top, &(f, g))) = largest.max_by_key(|(power, _)| *power) else {
        return (0, true);
    };
    if top.abs() <= SAFE {
        return (0, true);
    }
    let zero = values.iter().any(|(f, g)| *f == 0.0 || *g == 0.0);
    let least = values.iter().filter_map(power).min().unwrap_or(top);
    let apart = if zero { ROOM } else { (top - least).min(ROOM) };
    let exponent = match -apart - top {
        exponent if apart == ROOM => exponent.min(PEAK),
        exponent => exponent,
    };
    // A power above 1 goes to the smaller one, a power below 1 to the larger: so it
    // stays in range.
    let f_is_smaller = split(f).1 <= split(g).1;
    (exponent, !weighed || f_is_smaller == (exponent > 0))
}

/// c, if the values agree in their first digits.
fn shift(values: &[Value], scale: Scale) -> f64 {
    let values = values.iter().map(|&(f, g)| scale.of_product(f, g));
    let finite: Vec<f64> = values.filter(|value| value.is_finite()).collect();
    let Some(&first) = finite.first() else { return 0.0 };
    let least = finite.iter().copied().fold(f64::INFINITY, f64::min);
    let most = finite.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let size = least.abs().max(most.abs());
    if most - least <= size * join(1.0, -AGREEING) { first } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::function::Function;
    use crate::problem::{Density, Problem};
    use crate::real::Real;
    use crate::support::Support;

    fn scale_of(f: &str, g: &str, support: &str) -> Scale {
        let support = support.parse().unwrap();
        let g = Density::parse(g, &support).unwrap();
        Problem::parse(support, f, g).unwrap().scale()
    }

    #[test]
    fn ordinary_problems_stay_as_they_are() {
        for (f, g, support) in [
            ("norm(x)^2", "uniform", "0:1^2"),
            ("x0*1e80", "uniform", "0:1"),
            ("x0*1e-80", "1", "0:1"),
            ("exp(-100*norm(x-0.5)^2)", "uniform", "0:1^8"),
            ("1e6 + x0", "uniform", "0:1"),
            ("if(norm(x) < 1, 1, 0)", "uniform", "-1:1^12"),
            ("if(x < 1e-7, 1e7, 0)", "uniform", "0:1"),
            ("0", "uniform", "0:1"),
            ("1/(x0-x0)", "uniform", "0:1"),
        ] {
            assert!(scale_of(f, g, support).is_plain(), "{f}");
        }
    }

    #[test]
    fn values_far_from_one_are_brought_near_it() {
        for (f, g, support) in [
            ("x0*1e-160", "uniform", "0:1"),
            ("x0*1e-300", "uniform", "0:1"),
            ("x0*1e-309", "uniform", "0:1"),
            ("x0*1e300", "uniform", "0:1"),
            ("1e308*x0", "uniform", "0:1"),
            ("x0*1e163", "1e100", "0:1e-163"),
            ("sum(x)", "1/volume", "0:10^155"),
            ("x0*1e-150", "1/volume", "0:1e200"),
            ("x0*1e150", "1/volume", "0:1e-200"),
        ] {
            let support: Support = support.parse().unwrap();
            let g = Density::parse(g, &support).unwrap();
            let problem = Problem::parse(support, f, g).unwrap();
            assert_ne!(problem.scale().exponent(), 0, "{f}");
            let mut h = Evaluator::new(problem.h());
            let mut stream = Stream::new(7, 7);
            let mut x = vec![0.0; problem.dims()];
            for _ in 0..100 {
                stream.draw(problem.affine(), &mut x);
                let h = h.eval(&x);
                assert!((-40..=1).contains(&split(h).1), "{f}: {h:e}");
            }
        }
    }

    /// Pilots meet the foot of the mountain; a run meets its top.
    #[test]
    fn a_peak_that_no_pilot_met_does_not_overflow() {
        for sharpness in ["1e5", "1e6", "1e8", "1e10", "1e13"] {
            let scale = scale_of(&format!("exp(-{sharpness}*(x0-0.5)^2)"), "uniform", "0:1");
            let top = scale.of_value(1.0);
            assert!((top * top * 1e13).is_finite(), "{sharpness}: {scale:?}");
        }
    }

    #[test]
    fn values_that_agree_are_averaged_as_differences() {
        for f in ["1e16 + 2*floor(3*x0)", "1e15 + 0.3*x0", "-1e9 + x0", "1e-200*(1 + 1e-12*x0)"] {
            let scale = scale_of(f, "uniform", "0:1");
            assert!(scale.shift() != 0.0, "{f}: {scale:?}");
        }
    }

    /// Σᵢ Σⱼ xᵢ·xⱼ, in as many steps.
    struct Nested;

    impl Function for Nested {
        fn eval<T: Real>(&self, x: &[T]) -> T {
            T::fold(T::constant(0.0), [x], |acc, _, [xi]| {
                acc + T::fold(T::constant(0.0), [x], |acc, _, [xj]| acc + xi * xj)
            })
        }
    }

    /// Tapes of a few bytes can take years: such are not looked at.
    #[test]
    fn no_one_waits_for_a_long_tape() {
        let problem = |dims| {
            let support = Support::cube(0.0, 1e-100, dims).unwrap();
            Problem::trace(support, &Nested, Density::Uniform).unwrap()
        };
        assert!(!problem(100).scale().is_plain());
        let clock = std::time::Instant::now();
        assert!(problem(500_000).scale().is_plain());
        assert!(clock.elapsed().as_secs() < 10, "10¹² steps take an hour");
    }
}
