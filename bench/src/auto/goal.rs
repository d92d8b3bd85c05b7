//! What a choice is made for.

use std::time::Duration;

use mc_core::{Plan, Target};

/// What ends a run.
#[derive(Clone, Copy, Debug)]
pub struct Goal {
    /// The samples, or the most of them.
    pub plan: Plan,
    /// The error to stop at, if any.
    pub target: Target,
    /// The time to stop after, if any.
    pub time_limit: Option<Duration>,
}

impl Goal {
    /// All samples of `plan`.
    pub fn all(plan: &Plan) -> Self {
        Self { plan: *plan, target: Target::default(), time_limit: None }
    }
}
