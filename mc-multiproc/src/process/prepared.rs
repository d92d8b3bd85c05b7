//! A problem that all workers have prepared.

#![allow(
    clippy::indexing_slicing,
    reason = "`place` is that of a worker, and the list is as long as there are"
)]

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use mc_core::{PrepareError, Problem, Sampling};

use super::child::Child;
use super::frame;
use super::lock::lock;
use super::message::{KernelId, Refusal, Reply, Request};
use super::question::Question;
use super::shared::Shared;
use super::supervisor::News;

/// A problem prepared in all workers of a [`ProcessPool`](crate::ProcessPool).
pub struct Prepared {
    pub(super) shared: Arc<Shared>,
    pub(super) kernel: KernelId,
    // The whole frame, for the workers that come later.
    prepare: Vec<u8>,
    pub(super) problem: Problem,
    // The level of the last plan, by its kind and number of samples.
    pub(super) level: Mutex<Option<((Sampling, u64), u32)>>,
    // The seconds that a worker took for a sample in the last run.
    pub(super) pace: Mutex<Option<f64>>,
}

impl Prepared {
    /// The problem.
    pub fn problem(&self) -> &Problem {
        &self.problem
    }

    /// Has every worker of a pool prepare.
    pub(super) fn new(
        shared: Arc<Shared>,
        technique: &str,
        key: &str,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Self, PrepareError> {
        let kernel = shared.names.fetch_add(1, Ordering::Relaxed);
        let request = Request::Prepare {
            kernel,
            technique: technique.to_owned(),
            key: key.to_owned(),
            problem: Box::new(problem.clone()),
            sampling,
        };
        let prepare = frame::encode(&request).map_err(|cause| prepare_failed(cause.into()))?;
        let prepared = Self {
            shared,
            kernel,
            prepare,
            problem: problem.clone(),
            level: Mutex::new(None),
            pace: Mutex::new(None),
        };
        prepared.prepare_all()?;
        Ok(prepared)
    }

    /// Has every worker prepare, and waits for it.
    fn prepare_all(&self) -> Result<(), PrepareError> {
        let mut workers = self.shared.for_a_task();
        let mut done = vec![false; workers.size()];
        while done.contains(&false) {
            workers.fill().map_err(|error| prepare_failed(error.into()))?;
            workers.ready().for_each(|(_, child)| self.equip(child));
            match workers.news().map_err(|error| prepare_failed(error.into()))? {
                News::Answer { place, question: Question::Prepare { kernel }, reply, .. }
                    if kernel == self.kernel =>
                {
                    match reply {
                        Reply::Prepared(Err(Refusal::Unavailable(reason))) => {
                            return Err(PrepareError::Unavailable { reason });
                        }
                        Reply::Prepared(Err(Refusal::Failed(message))) => {
                            return Err(prepare_failed(message.into()));
                        }
                        _ => done[place] = true,
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Sends the problem to a worker that has not got it.
    pub(super) fn equip(&self, child: &mut Child) {
        if child.kernels.insert(self.kernel) {
            child.ask(&self.prepare, Question::Prepare { kernel: self.kernel });
        }
    }
}

impl Drop for Prepared {
    fn drop(&mut self) {
        lock(&self.shared.forgotten).push(self.kernel);
    }
}

fn prepare_failed(cause: mc_core::Cause) -> PrepareError {
    PrepareError::Failed { technique: "processes", cause }
}
