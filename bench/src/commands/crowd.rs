//! One technique with more and more workers: prepared once for each number of them, and timed in the
//! same rounds.

use std::num::NonZeroUsize;

use mc_core::{Estimate, Plan, Progress};

use crate::auto;
use crate::cli::request::Request;
use crate::measure::Way;
use crate::technique::name::Name;

/// A technique with some workers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crowd {
    /// Which one.
    pub name: Name,
    /// Its threads, processes or ranks.
    pub workers: usize,
}

impl Crowd {
    /// Prepares it for the problem of `request`: whole runs of `plan`, called by its name.
    pub fn prepare<'w>(
        self,
        request: &'w Request,
        plan: Plan,
        progress: &'w Progress,
    ) -> Result<Way<'w, Estimate>, String> {
        let workers = NonZeroUsize::new(self.workers).unwrap_or(NonZeroUsize::MIN);
        let mut runner = auto::prepare(self.name, &request.with_workers(workers))?;
        Ok(Way::new(self.name.to_string(), move || runner.run(&plan, progress)))
    }
}
