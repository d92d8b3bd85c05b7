//! What a run says while it is under way.

use std::fmt;

use super::target::Target;
use crate::estimate::Estimate;

/// Something that is worth knowing before a run ends.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// A relative error is wanted, and nothing else, of an estimate that cannot be told from 0.
    NoRelativeError {
        /// The estimate so far.
        value: f64,
        /// Its standard error.
        std_error: f64,
        /// The samples so far.
        samples: u64,
        /// The fewest samples that it will most likely take: as many if the truth is two
        /// standard errors further from 0.
        at_least: f64,
    },
}

impl Notice {
    /// What there is to say of a run with this target, after `samples` samples.
    pub(super) fn of(target: &Target, estimate: &Estimate, samples: u64) -> Option<Self> {
        let wanted = target.only_relative()?;
        let Estimate { value, std_error, .. } = *estimate;
        let farthest = value.abs() + 2.0 * std_error;
        // As `Target::factor`.
        let power = if estimate.replicates.is_some() { 1 } else { 2 };
        let at_least = samples as f64 * (std_error / wanted / farthest).powi(power);
        (value.abs() < 2.0 * std_error).then_some(Self::NoRelativeError {
            value,
            std_error,
            samples,
            at_least,
        })
    }
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::NoRelativeError { value, std_error, samples, at_least } = self;
        write!(
            f,
            "after {samples} samples the estimate, {value:.1e} ± {std_error:.1e}, cannot be told from 0: this relative error \
             will take {at_least:.0e} samples at the least, and if the integral is 0 it is never reached. Only an \
             absolute error (--abs-error) can end such a run"
        )
    }
}
