//! What a run says about the integral.

use std::fmt;

use crate::error::RunError;
use crate::moments::Moments;
use crate::problem::NonFinite;

/// φ̂ and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// φ̂ = V·mean, the estimate of ∫ f(x) g(x) dx.
    pub value: f64,
    /// The variance of φ̂: V²·m2 / (M(M − 1)).
    pub variance: f64,
    /// The standard error of φ̂: the square root of its variance.
    pub std_error: f64,
    /// The number of samples, M.
    pub samples: u64,
}

impl Estimate {
    /// From the moments of h = f·g over the whole plan, and the factor V that
    /// takes their mean to the integral
    /// ([`Problem::weight`](crate::Problem::weight)).
    ///
    /// `moments.count` must be at least 2, as in every plan.
    pub fn new(moments: &Moments, weight: f64) -> Self {
        let samples = moments.count as f64;
        // V enters after the division: V²·m2 could overflow where the result does not.
        let std_dev_of_mean = (moments.m2 / samples / (samples - 1.0)).sqrt();
        let variance = weight * weight * (moments.m2 / samples / (samples - 1.0));
        Self {
            value: weight * moments.mean,
            variance,
            std_error: weight.abs() * std_dev_of_mean,
            samples: moments.count,
        }
    }

    /// [`Estimate::new`] from the moments of what is finite among the values of `samples`
    /// samples.
    ///
    /// # Errors
    ///
    /// [`RunError::TooFewFinite`] if these are fewer than 2,
    /// [`RunError::NonFinite`] if the estimate overflows.
    pub fn checked(moments: &Moments, weight: f64, samples: u64) -> Result<Self, RunError> {
        if moments.count < 2 {
            return Err(RunError::TooFewFinite { finite: moments.count, samples });
        }
        let estimate = Self::new(moments, weight);
        if estimate.value.is_finite() && estimate.variance.is_finite() {
            Ok(estimate)
        } else {
            Err(RunError::NonFinite(NonFinite::Overflow))
        }
    }

    /// The interval that covers the truth in 95 % of runs, when M is large
    /// enough for φ̂ to be normally distributed: φ̂ ± 1.96 standard errors.
    pub fn interval95(&self) -> (f64, f64) {
        /// The 97.5 % quantile of the standard normal distribution.
        const Z: f64 = 1.959_963_984_540_054;
        (self.value - Z * self.std_error, self.value + Z * self.std_error)
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
        write!(f, "{} ± {}", self.value, self.std_error)
    }
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
}
