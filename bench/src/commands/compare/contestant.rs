//! Who takes part in a comparison, and the row that each begins with.

use std::time::Instant;

use mc_core::{Plan, Precision};

use crate::auto;
use crate::cli::request::Request;
use crate::peers::Entry;
use crate::results::Row;
use crate::run::Runner;
use crate::technique::name::{Name, note};

/// A technique on its way through the comparison.
pub struct Contestant {
    /// Which one.
    pub name: Name,
    /// Seconds that preparing took.
    pub prepare_seconds: f64,
    /// What it runs with, or why it cannot.
    pub runner: Result<Box<dyn Runner>, String>,
}

impl Contestant {
    /// Prepares the technique, by the clock, and cold: what another has compiled does not
    /// count for it.
    pub fn prepare(name: Name, request: &Request) -> Self {
        let request = Request { cold: true, ..request.clone() };
        let clock = Instant::now();
        let runner = auto::prepare(name, &request);
        Self { name, prepare_seconds: clock.elapsed().as_secs_f64(), runner }
    }

    /// Its row, before it has run.
    pub fn row(&self, request: &Request, plan: &Plan) -> Row {
        let runner = self.runner.as_ref();
        let precision = runner.map_or(Precision::F64, |runner| runner.precision());
        Row {
            technique: self.name.to_string(),
            samples: plan.samples(),
            sampling: plan.sampling(),
            dims: request.problem.dims(),
            prepare_seconds: self.runner.is_ok().then_some(self.prepare_seconds),
            reason: self.runner.as_ref().err().cloned(),
            precision: precision.to_string(),
            note: note(self.name, request.native.as_ref(), precision).map(str::to_owned),
            ..Row::default()
        }
    }
}

/// The row of a peer, before it has run.
pub fn row_of_peer(entry: &Entry, request: &Request, plan: &Plan) -> Row {
    Row {
        technique: entry.name.to_string(),
        peer: true,
        samples: plan.samples(),
        dims: request.problem.dims(),
        prepare_seconds: entry.versions().map(|_| entry.prepare_seconds),
        precision: Precision::F64.to_string(),
        note: entry.name.note(),
        ..Row::default()
    }
}
