//! The corner-peak family, and its mean without cancellation.

use super::{Family, vector};
use crate::catalogue::numbers::mean_of_decay;
use crate::real::Real;

/// (1 + Σ aᵢxᵢ)^−(n+1): a peak in the corner at the origin.
#[derive(Clone, Copy, Debug)]
pub struct CornerPeak;

/// Up to here `v^-k` is repeated multiplication in the language.
const LARGEST_WHOLE_POWER: usize = 32;

impl Family for CornerPeak {
    const NAME: &'static str = "genz-corner-peak";
    const ABOUT: &'static str = "a peak in a corner: (1 + Σ aᵢxᵢ)^−(n+1)";
    const DIFFICULTY: f64 = 1.85;

    #[inline(always)]
    fn eval<T: Real>(a: &[T], _: &[T], x: &[T]) -> T {
        let base = T::constant(1.0) + super::weighed(a, x);
        match x.len() + 1 {
            // It is no larger than 1 + Σ aᵢ: its power does not overflow.
            power @ ..=LARGEST_WHOLE_POWER => T::constant(1.0) / base.powi(power as i32),
            power => base.pow(T::constant(-(power as f64))),
        }
    }

    fn text(a: &[f64], _: &[f64]) -> String {
        format!("(1 + sum({}*x))^-{}", vector(a), a.len() + 1)
    }

    /// 1/(n!·Πaᵢ) · Σ (−1)^|v| / (1 + Σ vᵢaᵢ) over all corners v of the box, and
    /// 1/Π(1 + ka) over k = 1, …, n where all aᵢ are equal.
    fn mean(a: &[f64], _: &[f64]) -> f64 {
        mean_of_power(a, a.len() + 1)
    }

    fn second_moment(a: &[f64], _: &[f64]) -> f64 {
        mean_of_power(a, 2 * (a.len() + 1))
    }
}

/// The mean of (1 + Σ aᵢxᵢ)^−p.
///
/// The sum over corners has 2ⁿ terms that cancel almost entirely. But
/// s^−p = 1/Γ(p) · ∫ t^(p−1) e^(−st) dt, and the mean over each xᵢ of e^(−taᵢxᵢ) is
/// (1 − e^(−taᵢ))/(taᵢ). So this is the mean of the product of these where t has
/// the Gamma distribution of shape p, a sum of positive terms. After t = p·e^s the
/// trapezoidal rule converges faster than any power of its step, on numerator
/// and denominator alike: here to about 1e-15.
fn mean_of_power(a: &[f64], p: usize) -> f64 {
    /// What is left out, relative to the smaller of the two sums.
    const NEGLIGIBLE: f64 = 1e-20;
    let p = p as f64;
    let step = (0.25 / p.sqrt()).min(0.1);
    // t^p·e^(−t) relative to its largest value, at s = 0.
    let weight = |s: f64| (-p * (s.exp_m1() - s)).exp();
    let decay = |s: f64| a.iter().map(|a| mean_of_decay(a * p * s.exp())).product::<f64>();
    let (mut numerator, mut denominator) = (decay(0.0), 1.0);
    for direction in [-step, step] {
        for k in 1.. {
            let s = direction * f64::from(k);
            let weight = weight(s);
            // No factor is above 1, so what follows adds less than this to either sum.
            if weight <= NEGLIGIBLE * numerator {
                break;
            }
            numerator += weight * decay(s);
            denominator += weight;
        }
    }
    numerator / denominator
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The sum over corners, for few coordinates.
    fn by_corners(a: &[f64]) -> f64 {
        let n = a.len() as i32;
        let corner = |v: u32| {
            let chosen = (0..n).filter(|k| v >> k & 1 == 1);
            let sum: f64 = chosen.map(|k| a[k as usize]).sum();
            (-1f64).powi(v.count_ones() as i32) / (1.0 + sum)
        };
        let factor: f64 = a.iter().zip(1..).map(|(a, k)| a * f64::from(k)).product();
        (0..1 << n).map(corner).sum::<f64>() / factor
    }

    #[test]
    fn sums_over_corners() {
        for a in [&[0.5][..], &[3.0, 0.25], &[1.0, 2.0, 3.0], &[10.0, 1.0, 5.0, 2.0]] {
            let (mean, corners) = (CornerPeak::mean(a, &[]), by_corners(a));
            assert!((mean / corners - 1.0).abs() < 1e-12, "{a:?}: {mean} {corners}");
        }
    }

    #[test]
    fn equal_difficulties() {
        for (n, a) in [(1, 0.01), (5, 0.37), (20, 1.85), (100, 0.1), (1000, 0.00185)] {
            let mean = CornerPeak::mean(&vec![a; n], &[]);
            let product: f64 = (1..=n).map(|k| 1.0 + k as f64 * a).product();
            assert!((mean * product - 1.0).abs() < 1e-12, "n = {n}, a = {a}: {}", mean * product);
        }
    }

    #[test]
    fn squares_in_one_coordinate() {
        // ∫ (1 + 2x)^−4 dx = (1 − 3^−3)/6.
        let second = CornerPeak::second_moment(&[2.0], &[]);
        assert!((second / ((1.0 - 1.0 / 27.0) / 6.0) - 1.0).abs() < 1e-13, "{second}");
    }
}
