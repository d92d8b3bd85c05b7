//! `auto` as a technique of a comparison.

use std::collections::HashMap;

use mc_core::{Block, Compute, Moments, Plan, Problem, Progress, RunError};

use super::choose::choose;
use super::goal::Goal;
use crate::cli::request::Request;
use crate::run::{self, Runner};
use crate::technique::name::Name;

/// Prepares a technique, `auto` among them, for the problem of `request`; or why it cannot be used.
pub fn prepare(name: Name, request: &Request) -> Result<Box<dyn Runner>, String> {
    match name {
        Name::AUTO => Ok(Box::new(Auto::new(request))),
        name => run::prepare(name, request),
    }
}

/// Chooses anew for each number of samples, when it first meets it: by the time of a whole
/// estimate, preparing included. The runs after the first are those of what it chose.
pub struct Auto {
    request: Request,
    chosen: HashMap<u64, Box<dyn Runner>>,
    notices: Vec<String>,
}

impl Auto {
    /// For the problem of `request`.
    pub fn new(request: &Request) -> Self {
        Self { request: request.clone(), chosen: HashMap::new(), notices: Vec::new() }
    }

    fn of(&mut self, plan: &Plan) -> Result<&mut dyn Runner, RunError> {
        use std::collections::hash_map::Entry;
        Ok(&mut **match self.chosen.entry(plan.samples()) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                let (choice, runner) = choose(&self.request, &Goal::all(plan))
                    .map_err(|why| RunError::Failed { technique: "auto", cause: why.into() })?;
                self.notices.push(format!("{} for {}", choice.name, choice.why()));
                entry.insert(runner)
            }
        })
    }
}

impl Compute for Auto {
    fn problem(&self) -> &Problem {
        &self.request.problem
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        self.of(plan)?.run_nodes(plan, block, level, progress)
    }
}

impl Runner for Auto {
    fn notices(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notices)
    }
}
