//! When a run is good enough, and what becomes of values that are not finite.

use std::fmt;

use crate::estimate::Estimate;
use crate::short::Short;

/// The standard error that is wanted: a run stops when either is reached.
///
/// It is compared with the *estimated* standard error, and only when the number of
/// batches done is a power of two (of Sobol' points: of each replicate) and at least
/// [`Session::LEAST_SAMPLES`](crate::Session::LEAST_SAMPLES) samples are drawn. So the
/// result depends on problem, seed and target alone, not on the machine. A standard error of
/// exactly 0 reaches no target, unless the integrand is a constant: all values were
/// equal, which says nothing about those that were not drawn.
///
/// # What stopping costs
///
/// A run that stops when its estimated error is small stops a little too often when
/// that estimate happens to be too small, so its intervals cover slightly less than they say. As
/// the target goes to 0 that effect vanishes (Y. S. Chow & H. Robbins, *On the asymptotic theory of
/// fixed-width sequential confidence intervals for the mean*, Annals of Mathematical
/// Statistics 36, 1965; P. W. Glynn & W. Whitt, *The asymptotic validity of sequential
/// stopping rules for stochastic simulations*, Annals of Applied Probability 2, 1992). For a
/// finite target it is kept small by a least number of samples, and by judging at
/// doublings instead of after every batch: few looks leave little to chance. Neither
/// helps against a peak that no sample has met.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Target {
    relative: Option<f64>,
    absolute: Option<f64>,
}

impl Target {
    /// std_error ≤ `error`·|estimate|.
    ///
    /// # Errors
    ///
    /// `error` must be a positive number.
    pub fn relative(error: f64) -> Result<Self, TargetError> {
        Ok(Self { relative: Some(positive(error)?), absolute: None })
    }

    /// std_error ≤ `error`.
    ///
    /// # Errors
    ///
    /// `error` must be a positive number.
    pub fn absolute(error: f64) -> Result<Self, TargetError> {
        Ok(Self { relative: None, absolute: Some(positive(error)?) })
    }

    /// This target or `other`, whichever is reached first.
    pub fn or(self, other: Self) -> Self {
        Self {
            relative: self.relative.or(other.relative),
            absolute: self.absolute.or(other.absolute),
        }
    }

    /// Whether there is any.
    pub fn is_some(&self) -> bool {
        self.relative.is_some() || self.absolute.is_some()
    }

    /// The relative error, if that alone is wanted.
    pub(super) fn only_relative(&self) -> Option<f64> {
        self.relative.filter(|_| self.absolute.is_none())
    }

    /// Which of the two `estimate` reaches, if any.
    pub(super) fn reached(&self, estimate: &Estimate) -> Option<StoppedBy> {
        let below = |limit: Option<f64>, error: f64| limit.is_some_and(|limit| error <= limit);
        if below(self.relative, estimate.relative_error()) {
            Some(StoppedBy::RelError)
        } else if below(self.absolute, estimate.std_error) {
            Some(StoppedBy::AbsError)
        } else {
            None
        }
    }

    /// How many times as many samples as `estimate` has it will most likely take: the square
    /// of its error over that which is wanted; of Sobol' points, whose error falls nearly as 1/M where they
    /// pay, not the square. None if there is no target, or the estimate
    /// is 0 and only a relative error is wanted.
    pub fn factor(&self, estimate: &Estimate) -> Option<f64> {
        let power = if estimate.replicates.is_some() { 1 } else { 2 };
        let ratio = |error: f64, limit: Option<f64>| limit.map(|limit| (error / limit).powi(power));
        let factors = [
            ratio(estimate.relative_error(), self.relative),
            ratio(estimate.std_error, self.absolute),
        ];
        factors.into_iter().flatten().filter(|factor| factor.is_finite()).reduce(f64::min)
    }
}

fn positive(error: f64) -> Result<f64, TargetError> {
    if error > 0.0 && error.is_finite() { Ok(error) } else { Err(TargetError { error }) }
}

/// A target that is no positive number.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{} is no error to stop at: it must be a positive number, such as 1e-3", Short(*error))]
pub struct TargetError {
    error: f64,
}

/// What ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoppedBy {
    /// The relative error reached its target.
    RelError,
    /// The absolute error reached its target.
    AbsError,
    /// The time was over.
    TimeLimit,
    /// All samples of the plan were drawn.
    Samples,
    /// [`Progress::cancel`](crate::Progress::cancel) was called.
    Interrupt,
}

/// `rel-error`, `abs-error`, `time-limit`, `samples` or `interrupt`, as in JSON.
impl fmt::Display for StoppedBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::RelError => "rel-error",
            Self::AbsError => "abs-error",
            Self::TimeLimit => "time-limit",
            Self::Samples => "samples",
            Self::Interrupt => "interrupt",
        })
    }
}

/// What becomes of values of h = f·g that are not finite numbers.
///
/// Let p be the probability of a finite value, and F the part of the box where h is one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NonFinitePolicy {
    /// The first one ends the run with an error that names it.
    #[default]
    Refuse,
    /// They are left out, M′ of M values remain: φ̂ = V·mean of these, and its
    /// variance is V²·m2 / (M′(M′ − 1)). It estimates ∫ h over F, divided by p: the
    /// integral, if the bad points are too few to matter, or if h is on average the same
    /// there. Given M′ it has no bias.
    Skip,
    /// They count as 0: φ̂ = V/M · Σ of the finite values, and the zeros count in the
    /// variance too. It estimates ∫ h over F without bias.
    Zero,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moments::Moments;

    #[test]
    fn either_target_is_reached_by_itself() {
        // 10 ± 0.1
        let estimate = Estimate::new(&Moments { count: 101, mean: 10.0, m2: 101.0 }, 1.0);
        let reached = |target: Target| target.reached(&estimate);
        assert_eq!(reached(Target::default()), None);
        assert_eq!(reached(Target::relative(0.0101).unwrap()), Some(StoppedBy::RelError));
        assert_eq!(reached(Target::relative(0.0099).unwrap()), None);
        assert_eq!(reached(Target::absolute(0.101).unwrap()), Some(StoppedBy::AbsError));
        assert_eq!(reached(Target::absolute(0.099).unwrap()), None);
        let both = Target::relative(0.001).unwrap().or(Target::absolute(0.2).unwrap());
        assert_eq!(reached(both), Some(StoppedBy::AbsError));
        let factor = Target::relative(0.001).unwrap().factor(&estimate).unwrap();
        assert!((factor / 100.0 - 1.0).abs() < 1e-9, "{factor}");
    }

    #[test]
    fn targets_are_positive() {
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let message = Target::relative(wrong).unwrap_err().to_string();
            assert!(message.contains(&wrong.to_string()), "{message}");
            assert!(Target::absolute(wrong).is_err());
        }
    }

    #[test]
    fn an_estimate_of_zero_reaches_no_relative_error() {
        let estimate = Estimate::new(&Moments { count: 100, mean: 0.0, m2: 1.0 }, 1.0);
        assert_eq!(Target::relative(0.5).unwrap().reached(&estimate), None);
        assert_eq!(Target::relative(0.5).unwrap().factor(&estimate), None);
    }
}
