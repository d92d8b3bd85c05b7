//! What a run says about the integral.

use std::fmt;

use crate::error::RunError;
use crate::moments::{Accumulator, Moments, Tree};
use crate::plan::Plan;
use crate::problem::{NonFinite, Scale, join, split};
use crate::sampling::Sampling;
use crate::short::Short;
use crate::student::quantile_975;

/// φ̂ and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// φ̂ = V·mean, the estimate of ∫ f(x) g(x) dx.
    pub value: f64,
    /// The variance of φ̂: V²·m2 / (M(M − 1)), the square of its standard error; where replicates tell it,
    /// that of their R means in place of M values. It is infinite, or 0, where f64 holds no such square.
    pub variance: f64,
    /// The standard error of φ̂: the square root of its variance. Unless all values were equal,
    /// it is at least half an ulp of φ̂, since φ̂ and the values that it is made of are rounded; of Sobol'
    /// points, whose spread can be less than that of rounding, an ulp of φ̂ and of the values' standard deviation.
    pub std_error: f64,
    /// The number of samples, M.
    pub samples: u64,
    /// From how many independent means of equally many Sobol' points the error was told; none where all
    /// samples were independent.
    pub replicates: Option<u64>,
}

impl Estimate {
    /// From the moments of h = f·g over the whole plan, and what they are in the units of
    /// ([`Problem::scale`](crate::Problem::scale)); a plain factor V stands for the scale
    /// of moments of h itself.
    ///
    /// Powers of two are kept apart, so nothing over- or underflows on the way to a result
    /// that does not. `moments.count` must be at least 2, as in every plan.
    pub fn new(moments: &Moments, scale: impl Into<Scale>) -> Self {
        let scale: Scale = scale.into();
        let samples = moments.count as f64;
        let (weight, of_weight) = split(scale.weight());
        let shifted = match scale.shift() {
            0.0 => moments.mean,
            shift => shift + moments.mean,
        };
        let (mean, of_mean) = split(shifted);
        let value = join(weight * mean, of_weight + of_mean - scale.exponent());

        // Where squares underflow it can be −0. NaN stays.
        let (m2, of_m2) = split(if moments.m2 <= 0.0 { 0.0 } else { moments.m2 });
        // An even power, which has a root.
        let (m2, of_m2) = if of_m2 % 2 == 0 { (m2, of_m2) } else { (2.0 * m2, of_m2 - 1) };
        let of_mean = m2 / samples / (samples - 1.0);
        let power = of_weight + of_m2 / 2 - scale.exponent();
        let std_error = join(weight.abs() * of_mean.sqrt(), power);
        let variance = join(weight * weight * of_mean, 2 * power);
        let estimate =
            Self { value, variance, std_error, samples: moments.count, replicates: None };
        estimate.at_least(if moments.m2 > 0.0 { half_ulp(value) } else { 0.0 })
    }

    /// With an error that is not below this one.
    fn at_least(self, least: f64) -> Self {
        match self.std_error < least {
            true => Self { variance: least * least, std_error: least, ..self },
            false => self,
        }
    }

    /// From the means of replicates, in order: the estimate is their mean, and its error their spread
    /// over √R.
    ///
    /// # Errors
    ///
    /// As [`Estimate::checked`]; [`RunError::TooFewFinite`] also if one of them has no value at all.
    pub fn of_replicates(
        replicates: &[Moments],
        scale: impl Into<Scale>,
        samples: u64,
    ) -> Result<Self, RunError> {
        let finite = replicates.iter().map(|replicate| replicate.count).sum();
        let mut means = replicates.iter().map(|replicate| replicate.mean);
        let Some(mut sums) = means.next().map(Accumulator::start) else {
            return Err(RunError::TooFewFinite { finite, samples });
        };
        means.for_each(|mean| sums.push(mean));
        if replicates.iter().any(|replicate| replicate.count == 0) {
            return Err(RunError::TooFewFinite { finite, samples });
        }
        let scale = scale.into();
        let estimate = Self::checked(&sums.moments(), scale, samples)?;
        // A net can be exact, but for rounding: that of the values, an ulp of their size, is the same in all
        // replicates, and their spread does not show it.
        let all = Self::new(&Tree::of(replicates.iter().copied()), scale);
        let deviation = all.std_error * (finite as f64).sqrt();
        let least = match replicates.iter().all(|replicate| replicate.m2 == 0.0) {
            true => 0.0,
            false => f64::EPSILON * (estimate.value.abs() + deviation),
        };
        Ok(Self { samples: finite, replicates: Some(estimate.samples), ..estimate.at_least(least) })
    }

    /// From the moments of all nodes of `plan` at [`Plan::estimate_level`], in order.
    ///
    /// # Errors
    ///
    /// As [`Estimate::checked`] and [`Estimate::of_replicates`].
    pub fn of_nodes(
        nodes: &[Moments],
        scale: impl Into<Scale>,
        plan: &Plan,
    ) -> Result<Self, RunError> {
        match plan.sampling() {
            Sampling::Random => {
                Self::checked(&Tree::of(nodes.iter().copied()), scale, plan.samples())
            }
            Sampling::Sobol => Self::of_replicates(nodes, scale, plan.samples()),
        }
    }

    /// [`Estimate::new`] from the moments of what is finite among the values of `samples`
    /// samples.
    ///
    /// # Errors
    ///
    /// [`RunError::TooFewFinite`] if these are fewer than 2,
    /// [`RunError::NonFinite`] if the estimate or its error overflows.
    pub fn checked(
        moments: &Moments,
        scale: impl Into<Scale>,
        samples: u64,
    ) -> Result<Self, RunError> {
        if moments.count < 2 {
            return Err(RunError::TooFewFinite { finite: moments.count, samples });
        }
        let estimate = Self::new(moments, scale);
        if estimate.value.is_finite() && estimate.std_error.is_finite() {
            Ok(estimate)
        } else {
            Err(RunError::NonFinite(NonFinite::Overflow))
        }
    }

    /// Whether the error is what rounding of the value alone allows.
    pub(crate) fn is_rounded(&self) -> bool {
        self.std_error > 0.0 && self.std_error <= half_ulp(self.value)
    }

    /// The interval that covers the truth in 95 % of runs, if φ̂ is normally distributed:
    /// φ̂ ± t standard errors, t being the 97.5 % quantile of Student's distribution with M − 1
    /// degrees of freedom, or R − 1 where R replicates tell the error. It is 12.7 for 2, 2.26 for 10, and 1.96
    /// for many.
    pub fn interval95(&self) -> (f64, f64) {
        let means = self.replicates.unwrap_or(self.samples);
        let reach = quantile_975(means.saturating_sub(1).max(1)) * self.std_error;
        (self.value - reach, self.value + reach)
    }

    /// z = |φ̂ − truth| / std_error, the distance in standard errors.
    ///
    /// It is 0 where both are 0 (a constant integrand that is met exactly).
    pub fn distance(&self, truth: f64) -> f64 {
        let off = (self.value - truth).abs();
        if off == 0.0 { 0.0 } else { off / self.std_error }
    }

    /// std_error / |value|.
    pub fn relative_error(&self) -> f64 {
        self.std_error / self.value.abs()
    }
}

/// `value ± std_error`, both in full.
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ± {}", Short(self.value), Short(self.std_error))
    }
}

/// Half the distance to the next larger number.
fn half_ulp(value: f64) -> f64 {
    let value = value.abs();
    (value.next_up() - value) / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_of_the_lecture() {
        let moments = Moments { count: 4, mean: 2.5, m2: 5.0 };
        let estimate = Estimate::new(&moments, 6.0);
        assert_eq!(estimate.value, 15.0);
        assert_eq!(estimate.variance, 36.0 * (5.0 / 4.0 / 3.0));
        assert!((estimate.std_error.powi(2) / estimate.variance - 1.0).abs() < 1e-15);
        assert!((estimate.distance(15.0 + 2.0 * estimate.std_error) - 2.0).abs() < 1e-12);
        let (lo, hi) = estimate.interval95();
        assert!(lo < 15.0 && 15.0 < hi);
    }

    #[test]
    fn a_constant_met_exactly_is_at_distance_zero() {
        let estimate = Estimate::new(&Moments { count: 9, mean: 1.0, m2: 0.0 }, 2.0);
        assert_eq!(estimate.distance(2.0), 0.0);
        assert_eq!(estimate.distance(1.0), f64::INFINITY);
    }

    /// V²·m2 overflows, or V·V underflows, where neither the variance nor its root does.
    #[test]
    fn nothing_is_lost_on_the_way() {
        for (weight, mean, m2) in [
            (1e-161, 1e120, 1e244),
            (1e-200, 1e150, 1e290),
            (1e200, 1e-150, 1e-290),
            (1e155, 7.75e-153, 1e-304),
            (1.0, 1e-160, 1e-290),
        ] {
            let estimate = Estimate::new(&Moments { count: 10_000, mean, m2 }, weight);
            let std_error = weight * (m2 / 1e4 / 9999.0).sqrt();
            assert!((estimate.value / (weight * mean) - 1.0).abs() < 1e-15);
            assert!((estimate.std_error / std_error - 1.0).abs() < 1e-9, "{estimate:?}");
            let square = estimate.std_error * estimate.std_error;
            if square.is_normal() {
                assert!((estimate.variance / square - 1.0).abs() < 1e-14, "{estimate:?}");
            }
        }
    }

    #[test]
    fn an_error_is_never_negative() {
        for m2 in [-0.0, -5e-324] {
            assert!(
                Estimate::new(&Moments { count: 2, mean: 0.0, m2: f64::NAN }, 1.0)
                    .std_error
                    .is_nan()
            );
            let estimate = Estimate::new(&Moments { count: 2, mean: 0.0, m2 }, 1.0);
            assert_eq!(estimate.std_error.to_bits(), 0);
            assert_eq!(estimate.variance.to_bits(), 0);
        }
    }

    /// The bits are those of the plain formulas where these do not leave the normal numbers.
    #[test]
    fn ordinary_numbers_keep_their_bits() {
        let mut x = 0.37;
        for count in [2u64, 3, 7, 100, 1_000_003] {
            for _ in 0..200 {
                x = (x * 997.0 + 0.1) % 1.0;
                let (weight, mean, m2) = (x * 40.0, x - 0.5, x * x * count as f64);
                let estimate = Estimate::new(&Moments { count, mean, m2 }, weight);
                let samples = count as f64;
                let of_mean = m2 / samples / (samples - 1.0);
                assert_eq!(estimate.value, weight * mean);
                assert_eq!(estimate.variance, weight * weight * of_mean);
                assert_eq!(estimate.std_error, weight * of_mean.sqrt());
            }
        }
    }

    #[test]
    fn an_error_is_no_less_than_rounding() {
        let moments = Moments { count: 10_000_000, mean: 1e15, m2: 1e4 };
        let estimate = Estimate::new(&moments, 1.0);
        assert_eq!((estimate.std_error, estimate.variance), (0.0625, 0.0625 * 0.0625));
        assert!(estimate.is_rounded());
        let constant = Estimate::new(&Moments { m2: 0.0, ..moments }, 1.0);
        assert_eq!(constant.std_error, 0.0);
        assert!(!Estimate::new(&Moments { m2: 1e20, ..moments }, 1.0).is_rounded());
    }
}
