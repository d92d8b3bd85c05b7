//! How points are drawn: at random, or evenly.

use std::fmt;

#[cfg(feature = "serde")]
use serde::{Deserialize, Serialize};

/// What the points of a run are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(Serialize, Deserialize), serde(rename_all = "lowercase"))]
pub enum Sampling {
    /// Independent random points, a [`Stream`](crate::Stream) a batch. The error falls as 1/√M.
    #[default]
    Random,
    /// Randomised Sobol' points, replicates of one [`Net`](crate::net::Net). Where f is smooth, or of few
    /// coordinates at a time, the error falls nearly as 1/M.
    Sobol,
}

impl Sampling {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Random, Self::Sobol];

    /// Its name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Random => "random",
            Self::Sobol => "sobol",
        }
    }
}

/// `random` or `sobol`.
impl fmt::Display for Sampling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
