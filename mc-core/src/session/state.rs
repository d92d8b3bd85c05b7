//! What a run knows at a batch boundary.

use super::batches::Batches;
use super::replicated::Replicated;
use crate::moments::Moments;
use crate::plan::Plan;
use crate::sampling::Sampling;

/// The moments of the batches that are done: all that is needed to go on with a run.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    batch_size: u64,
    done: Done,
}

/// What is done, by the kind of points.
#[derive(Clone, Debug, PartialEq)]
pub enum Done {
    /// Random points.
    Random(Batches),
    /// Sobol' points.
    Sobol(Replicated),
}

impl State {
    /// Nothing is done yet.
    pub fn new(plan: &Plan) -> Self {
        let done = match plan.replicates() {
            None => Done::Random(Batches::default()),
            Some(replicates) => Done::Sobol(Replicated::new(replicates)),
        };
        Self { batch_size: plan.batch_size(), done }
    }

    /// From what the other methods return.
    pub fn from_parts(batch_size: u64, done: Done) -> Self {
        Self { batch_size, done }
    }

    /// What is done.
    pub fn done(&self) -> &Done {
        &self.done
    }

    pub(super) fn done_mut(&mut self) -> &mut Done {
        &mut self.done
    }

    /// What kind of points.
    pub fn sampling(&self) -> Sampling {
        match self.done {
            Done::Random(_) => Sampling::Random,
            Done::Sobol(_) => Sampling::Sobol,
        }
    }

    /// Samples in each batch.
    pub fn batch_size(&self) -> u64 {
        self.batch_size
    }

    /// The number of batches done.
    pub fn batches(&self) -> u64 {
        match &self.done {
            Done::Random(batches) => batches.tree().leaves(),
            Done::Sobol(replicated) => replicated.batches(),
        }
    }

    /// The number of samples drawn.
    pub fn samples(&self) -> u64 {
        self.batches() * self.batch_size
    }

    /// Of these, the ones that an estimate can be made of.
    pub fn estimable(&self) -> u64 {
        match &self.done {
            Done::Random(_) => self.samples(),
            Done::Sobol(replicated) => replicated.in_stages() * self.batch_size,
        }
    }

    /// How many of their values were not finite, and left out.
    pub fn non_finite(&self) -> u64 {
        match &self.done {
            Done::Random(batches) => self.samples().saturating_sub(batches.tree().root().count),
            Done::Sobol(replicated) => replicated.non_finite(self.batch_size),
        }
    }

    /// The moments of the parts that an estimate is made of: all as one, or those of each replicate.
    pub(super) fn parts(&self) -> Vec<Moments> {
        match &self.done {
            Done::Random(batches) => vec![batches.tree().root()],
            Done::Sobol(replicated) => replicated.done().to_vec(),
        }
    }

    /// The moments of parts of equal size: how the sample is spread.
    pub(super) fn nodes(&self) -> &[Moments] {
        match &self.done {
            Done::Random(batches) => batches.nodes(),
            Done::Sobol(replicated) => replicated.done(),
        }
    }

    /// Takes the moments of the next nodes, of 2^`level` batches each.
    pub(super) fn push(&mut self, level: u32, nodes: Vec<Moments>) {
        for node in nodes {
            match &mut self.done {
                Done::Random(batches) => batches.push(level, node),
                Done::Sobol(replicated) => replicated.push(level, node),
            }
        }
    }

    /// Whether a run of `plan` can go on from here; a run that refuses values that are
    /// not finite cannot go on from one that has left some out.
    pub(super) fn check(&self, plan: &Plan, refuse: bool) -> Result<(), ResumeError> {
        let (samples, kept) = (plan.samples(), self.samples());
        if self.sampling() != plan.sampling() {
            let (kept, wanted) = (self.sampling(), plan.sampling());
            return Err(ResumeError::Sampling { kept, wanted });
        }
        if kept > samples {
            return Err(ResumeError::TooMany { kept, samples });
        }
        if self.batch_size != plan.batch_size() {
            let (kept, wanted) = (self.batch_size, plan.batch_size());
            return Err(ResumeError::BatchSize { kept, wanted });
        }
        if let (Done::Sobol(done), Some(replicates)) = (&self.done, plan.replicates()) {
            let (kept, wanted) = (done.count(), replicates.count());
            if kept != wanted {
                let points = plan.samples() / kept;
                let samples = kept << points.max(1).ilog2();
                return Err(ResumeError::Replicates { kept, wanted, samples });
            }
            if done.least_level() > replicates.level() {
                return Err(ResumeError::TooMany { kept: self.samples(), samples });
            }
        }
        match self.non_finite() {
            non_finite if refuse && non_finite > 0 => Err(ResumeError::NonFinite { non_finite }),
            _ => Ok(()),
        }
    }
}

/// Why a run cannot go on from a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// It is further than the run is to go.
    #[error(
        "{kept} samples are done already, more than the {samples} asked for: ask for as many or more"
    )]
    TooMany {
        /// Samples done.
        kept: u64,
        /// Samples of the plan.
        samples: u64,
    },
    /// The batch size depends on the number of samples while these are fewer than 2²².
    #[error("the samples done are in batches of {kept}, this run needs batches of {wanted}")]
    BatchSize {
        /// Samples in each batch that is done.
        kept: u64,
        /// Samples in each batch of the plan.
        wanted: u64,
    },
    /// Replicates are made longer, never more.
    #[error(
        "the samples done are {kept} replicates, and this run has {wanted}: ask for {samples} samples, \
         or twice as many, or four times"
    )]
    Replicates {
        /// Replicates that are done.
        kept: u64,
        /// Replicates of the plan.
        wanted: u64,
        /// About as many samples as the plan has, in as many replicates as are done.
        samples: u64,
    },
    /// The points are of another kind.
    #[error("the samples done are {kept} points, and this run draws {wanted} ones")]
    Sampling {
        /// What was drawn.
        kept: Sampling,
        /// What the plan draws.
        wanted: Sampling,
    },
    /// Values were left out, and this run wants none left out.
    #[error(
        "{non_finite} of the values so far were not finite and were left out: a run that goes on must skip such \
         values, or count them as zero, too"
    )]
    NonFinite {
        /// How many.
        non_finite: u64,
    },
}
