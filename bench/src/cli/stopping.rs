//! When an estimate ends, what it passes over, and where it is kept: the flags that
//! only `estimate` has.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use mc_core::{NonFinitePolicy, Session, Target};

use super::values::{absolute, relative, seconds};

/// The flags.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "When it ends, where it is kept")]
pub struct EndingFlags {
    /// Stop when std_error ≤ E·|estimate|, such as 1e-3 or 0.1%, judged at doublings of the batches; --samples
    /// is then the most
    #[arg(long, value_name = "E", value_parser = relative, allow_hyphen_values = true, conflicts_with = "emit")]
    pub rel_error: Option<Target>,

    /// Stop when std_error ≤ E, judged likewise
    #[arg(long, value_name = "E", value_parser = absolute, allow_hyphen_values = true, conflicts_with = "emit")]
    pub abs_error: Option<Target>,

    /// Stop after running for so many seconds, at the next batch boundary; of Sobol' points before a doubling that would
    /// take longer
    #[arg(long, value_name = "SECONDS", value_parser = seconds, allow_hyphen_values = true, conflicts_with = "emit")]
    pub time_limit: Option<Duration>,

    /// What becomes of values of f·g that are not finite
    #[arg(long, value_enum, value_name = "WHAT", default_value_t = NonFinite::Error, conflicts_with = "emit")]
    pub non_finite: NonFinite,

    /// Keep the run in this file, and go on from there if it exists
    #[arg(long, value_name = "FILE", conflicts_with = "emit")]
    pub checkpoint: Option<PathBuf>,

    /// How often --checkpoint is written
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "5", allow_hyphen_values = true, requires = "checkpoint")]
    pub checkpoint_every: Duration,
}

/// `--non-finite`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NonFinite {
    /// The first one ends the run, with its sample and point
    Error,
    /// They are left out of the mean, and counted
    Skip,
    /// They are taken for 0, and counted
    Zero,
}

impl EndingFlags {
    /// The standard error to stop at, if any.
    pub fn target(&self) -> Target {
        let relative = self.rel_error.unwrap_or_default();
        relative.or(self.abs_error.unwrap_or_default())
    }

    /// How many samples are drawn where nobody says: as many as it takes, if
    /// something else ends the run.
    pub fn default_samples(&self) -> u64 {
        match self.target().is_some() || self.time_limit.is_some() {
            true => Session::MOST_SAMPLES,
            false => 1_000_000,
        }
    }

    /// What becomes of values that are not finite.
    pub fn policy(&self) -> NonFinitePolicy {
        match self.non_finite {
            NonFinite::Error => NonFinitePolicy::Refuse,
            NonFinite::Skip => NonFinitePolicy::Skip,
            NonFinite::Zero => NonFinitePolicy::Zero,
        }
    }
}
