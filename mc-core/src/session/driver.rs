//! The session itself: segment after segment, and when to stop.

use std::fmt;
use std::time::{Duration, Instant};

use crate::error::RunError;
use crate::estimate::Estimate;
use crate::moments::{Moments, Tree};
use crate::plan::{Block, Plan, Replicates};
use crate::problem::{NonFinite, Problem};
use crate::progress::Progress;
use crate::run::Compute;
use crate::sampling::Sampling;

use super::batches::Batches;
use super::density;
use super::notice::Notice;
use super::pace::Pace;
use super::state::{Done, ResumeError, State};
use super::target::{NonFinitePolicy, StoppedBy, Target};
use super::warning::{self, Warning};

/// Operations that take some tens of milliseconds.
const SOME_WORK: u64 = 1 << 25;

/// Takes what a run has to say.
type Tell<'p> = Box<dyn FnMut(&Notice) + 'p>;

/// A run that is to be made, in segments.
pub struct Session<'p> {
    plan: Plan,
    target: Target,
    time_limit: Option<Duration>,
    policy: NonFinitePolicy,
    kept: bool,
    interruptible: bool,
    state: State,
    told: Option<Tell<'p>>,
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { plan, target, time_limit, policy, kept, interruptible, state, told: _ } = self;
        f.debug_struct("Session")
            .field("plan", plan)
            .field("target", target)
            .field("time_limit", time_limit)
            .field("policy", policy)
            .field("kept", kept)
            .field("interruptible", interruptible)
            .field("state", state)
            .finish_non_exhaustive()
    }
}

/// How a session ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The estimate.
    pub estimate: Estimate,
    /// How many samples were drawn.
    pub samples: u64,
    /// How many of their values were not finite, and were skipped or taken for 0.
    pub non_finite: u64,
    /// What ended it.
    pub stopped_by: StoppedBy,
    /// What is doubtful about the estimate.
    pub warnings: Vec<Warning>,
}

/// When a session offers its state to be kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Between two segments.
    UnderWay,
    /// At the end, also at that by an error or a [`Progress::cancel`].
    Ended,
}

impl<'p> Session<'p> {
    /// The most samples of a run that is given a target or a time limit and no number
    /// of samples: a day's worth at 10⁸ a second. It is fixed, since the batch size
    /// depends on it.
    pub const MOST_SAMPLES: u64 = 10_000_000_000_000;

    /// No target is judged before so many samples are drawn, 64 batches of the largest
    /// size. The relative error of the standard error is then below 2 % even for a kurtosis
    /// of 100, so that a run stops on luck only if no sample has met what matters.
    pub const LEAST_SAMPLES: u64 = 65_536;

    /// A session that draws all samples of `plan`.
    pub fn new(plan: &Plan) -> Self {
        Self {
            plan: *plan,
            target: Target::default(),
            time_limit: None,
            policy: NonFinitePolicy::Refuse,
            kept: false,
            interruptible: false,
            state: State::new(plan),
            told: None,
        }
    }

    /// Stop when the standard error is small enough.
    pub fn stop_at(mut self, target: Target) -> Self {
        self.target = target;
        self
    }

    /// Stop at the next batch boundary when the session has run for so long, yet not
    /// before the first segment is done; of Sobol' points not before the first stage, and before a
    /// stage that would take longer than is left.
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = Some(limit);
        self
    }

    /// What becomes of values that are not finite. For anything but
    /// [`NonFinitePolicy::Refuse`] the technique must be [`Lenient`](crate::Lenient).
    pub fn non_finite(mut self, policy: NonFinitePolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Look up every fraction of a second, so that the state can be kept.
    pub fn keep_state(mut self) -> Self {
        self.kept = true;
        self
    }

    /// Look up after some tens of milliseconds and then every fraction of a second, so that a
    /// [`Progress::cancel`] finds something to be estimated from. A shorter run has no more
    /// segments for it.
    pub fn interruptible(mut self) -> Self {
        self.interruptible = true;
        self
    }

    /// Call `tell` with what a run that is under way has to say.
    pub fn on_notice(mut self, tell: impl FnMut(&Notice) + 'p) -> Self {
        self.told = Some(Box::new(tell));
        self
    }

    /// Go on from `state`, which must be of the same problem and seed, with whatever
    /// technique. The result has the bits of a run without a break.
    ///
    /// # Errors
    ///
    /// If the state is further than the plan goes, has batches of another size, or
    /// left values out that this session refuses ([`Session::non_finite`] comes first).
    pub fn resume(mut self, state: State) -> Result<Self, ResumeError> {
        state.check(&self.plan, self.policy == NonFinitePolicy::Refuse)?;
        self.state = state;
        Ok(self)
    }

    /// Runs it. `compute` has the moments of the plan's nodes, and says whose they are: a kernel in this
    /// thread, or whatever else implements [`Compute`]. `keep` may write the state down, and
    /// should do so soon if the phase is [`Phase::Ended`]. After a [`Progress::cancel`] the outcome is
    /// that of the segments that were done by then.
    ///
    /// A run without target, limit or state to keep, and not [`interruptible`](Session::interruptible), asks
    /// `compute` once for nearly all.
    ///
    /// # Errors
    ///
    /// What `compute` returns, [`RunError::Cancelled`] only before the first segment is done;
    /// [`RunError::NonFinite`] if the estimate overflows;
    /// [`RunError::TooFewFinite`].
    pub fn run(
        mut self,
        mut compute: impl Compute,
        mut keep: impl FnMut(&State, Phase),
        progress: &Progress,
    ) -> Result<Outcome, RunError> {
        progress.add(self.state.samples());
        let outcome = match self.segments(&mut compute, &mut keep, progress) {
            Err(RunError::Cancelled) if self.state.estimable() > 0 => {
                self.so_far(compute.problem(), StoppedBy::Interrupt)
            }
            ended => ended,
        };
        keep(&self.state, Phase::Ended);
        outcome
    }

    fn segments(
        &mut self,
        compute: &mut dyn Compute,
        keep: &mut dyn FnMut(&State, Phase),
        progress: &Progress,
    ) -> Result<Outcome, RunError> {
        let start = Instant::now();
        let mut pace = Pace::new(&self.plan, compute.problem().dims());
        let mut fresh = true;
        loop {
            if let Some(why) = self.judge(compute.problem(), progress)? {
                return self.so_far(compute.problem(), why);
            }
            let left = self.time_limit.map(|limit| limit.saturating_sub(start.elapsed()));
            if !fresh && left.is_some_and(|left| self.is_over(left, &pace)) {
                return self.so_far(compute.problem(), StoppedBy::TimeLimit);
            }
            let Some((block, level)) = self.next(compute.problem(), &pace, left) else {
                return self.last(compute, progress);
            };
            progress.check()?;
            let clock = Instant::now();
            let nodes = self.segment(block, level, compute, progress)?;
            self.state.push(level, nodes);
            pace.took(block.level(), clock.elapsed());
            fresh = false;
            keep(&self.state, Phase::UnderWay);
        }
    }

    /// Whether the time is over; for Sobol' points also if what is left is too short for the stage that
    /// comes, since nothing could be made of a part of it.
    fn is_over(&self, left: Duration, pace: &Pace) -> bool {
        let short = match self.state.done() {
            Done::Random(_) => false,
            Done::Sobol(done) => {
                done.is_between_stages()
                    && pace
                        .seconds(done.in_stages())
                        .is_some_and(|stage| stage > left.as_secs_f64())
            }
        };
        self.state.estimable() > 0 && (left == Duration::ZERO || short)
    }

    /// The next segment, and the level of its nodes; none at the end.
    fn next(
        &mut self,
        problem: &Problem,
        pace: &Pace,
        left: Option<Duration>,
    ) -> Option<(Block, u32)> {
        match self.plan.replicates() {
            None => self.next_batches(problem, pace, left),
            Some(replicates) => self.next_of_stage(problem, replicates, pace, left),
        }
    }

    /// Of random points. The nodes are those that the state remembers after the segment.
    fn next_batches(
        &self,
        problem: &Problem,
        pace: &Pace,
        left: Option<Duration>,
    ) -> Option<(Block, u32)> {
        let done = self.state.batches();
        let complete = self.plan.samples() / self.plan.batch_size();
        if done == complete {
            return None;
        }
        if done == 0 && !self.looks_up_soon() {
            let most = if self.interruptible { self.some_work(problem) } else { u64::MAX };
            let batches = complete.min(most);
            // All but less than one of the nodes to remember.
            let level = Batches::level_of(batches);
            return Some((self.plan.first_blocks(level, batches >> level), level));
        }
        // A node of the tree that starts here: no longer than all before it together, so
        // it steps over no doubling.
        let most = match done {
            0 => 0,
            _ => done.trailing_zeros().min((complete - done).ilog2()),
        };
        let size = if self.looks_up() { pace.level(most, left) } else { most };
        let level = Batches::level_of(done + (1 << size)).min(size);
        Some((self.plan.block(size, done >> size), level))
    }

    /// Of Sobol' points. The first stage is all of the run, or as much as a run takes that looks up.
    fn next_of_stage(
        &mut self,
        problem: &Problem,
        replicates: Replicates,
        pace: &Pace,
        left: Option<Duration>,
    ) -> Option<(Block, u32)> {
        let (looks_up, work) = (self.looks_up(), self.some_work(problem));
        let first = match (self.looks_up_soon(), self.interruptible) {
            (true, _) => {
                (Self::LEAST_SAMPLES / self.plan.batch_size()).div_ceil(replicates.count())
            }
            (false, true) => work.div_ceil(replicates.count()),
            (false, false) => u64::MAX,
        };
        let Done::Sobol(done) = self.state.done_mut() else { return None };
        let first = first.checked_next_power_of_two().map_or(u64::BITS, u64::ilog2);
        done.begin(first.min(replicates.level()));
        if done.batches() == self.plan.batches() {
            return None;
        }
        if done.batches() == 0 && done.level() == replicates.level() {
            return Some((self.plan.whole(), replicates.level()));
        }
        // A segment may end where the time does, but only a stage gives an estimate.
        let left = left.filter(|_| done.in_stages() > 0);
        let most = if looks_up { pace.level(done.level(), left) } else { done.level() };
        let block = done.next_block(&self.plan, replicates, most);
        Some((block, block.level()))
    }

    /// Whether there is anything to see between segments.
    fn looks_up(&self) -> bool {
        self.looks_up_soon() || self.interruptible
    }

    /// Whether the first segments are to be short.
    fn looks_up_soon(&self) -> bool {
        self.target.is_some() || self.time_limit.is_some() || self.kept
    }

    /// How many batches take some tens of milliseconds, of a tape in a loop: a power of two.
    fn some_work(&self, problem: &Problem) -> u64 {
        let point = problem.h().cost().max(problem.dims() as u64);
        let batch = point.saturating_mul(self.plan.batch_size()).max(1);
        1 << (SOME_WORK / batch).max(1).ilog2()
    }

    /// The moments of the nodes of one segment, which leave out no value that should be
    /// refused.
    fn segment(
        &self,
        segment: Block,
        level: u32,
        compute: &mut dyn Compute,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        let nodes = compute.run_nodes(&self.plan, segment, level, progress)?;
        let indices = self.plan.indices(level, segment);
        if nodes.len() as u64 != indices.end - indices.start {
            let got = indices.start + nodes.len() as u64;
            return Err(RunError::Incomplete { got, blocks: indices.end });
        }
        for (index, moments) in indices.zip(&nodes) {
            let block = self.plan.block(level, index);
            let whole = moments.count == block.samples(&self.plan);
            if !moments.is_finite() || (self.policy == NonFinitePolicy::Refuse && !whole) {
                let bad = compute.problem().first_non_finite(&self.plan, block);
                return Err(RunError::NonFinite(match self.policy {
                    NonFinitePolicy::Refuse => bad,
                    // All that is not finite was left out; what is left has overflowed.
                    _ => NonFinite::Overflow,
                }));
            }
        }
        Ok(nodes)
    }

    /// Whether the target is reached, where it is judged.
    fn judge(
        &mut self,
        problem: &Problem,
        progress: &Progress,
    ) -> Result<Option<StoppedBy>, RunError> {
        let samples = self.state.estimable();
        let doubled = match self.state.done() {
            Done::Random(batches) => batches.tree().leaves().is_power_of_two(),
            Done::Sobol(done) => done.is_between_stages(),
        };
        if !self.target.is_some() || !doubled || samples < Self::LEAST_SAMPLES {
            return Ok(None);
        }
        let estimate = match self.estimate(problem, self.state.parts(), samples) {
            Ok((estimate, _)) => estimate,
            // There may be more of them later.
            Err(RunError::TooFewFinite { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        if estimate.std_error == 0.0 && problem.h().as_constant().is_none() {
            return Ok(None);
        }
        if let Some(notice) = Notice::of(&self.target, &estimate, samples)
            && let Some(mut tell) = self.told.take()
        {
            // Once is enough.
            tell(&notice);
        }
        if let Some(factor) = self.target.factor(&estimate) {
            // It is judged at the next doubling.
            let goal = samples as f64 * factor.max(1.0).log2().ceil().exp2();
            progress.set_goal(goal.min(self.plan.samples() as f64) as u64);
        }
        Ok(self.target.reached(&estimate))
    }

    /// The short last batch, which is not kept, and the end.
    fn last(&self, compute: &mut dyn Compute, progress: &Progress) -> Result<Outcome, RunError> {
        let Done::Random(batches) = self.state.done() else {
            return self.so_far(compute.problem(), StoppedBy::Samples);
        };
        let mut tree = batches.tree().clone();
        if tree.leaves() < self.plan.batches() {
            let block = self.plan.block(0, tree.leaves());
            tree.extend(self.segment(block, 0, compute, progress)?);
        }
        let (root, samples) = (tree.root(), self.plan.samples());
        self.outcome(compute.problem(), vec![root], samples, StoppedBy::Samples)
    }

    /// The outcome of the batches that are done.
    fn so_far(&self, problem: &Problem, stopped_by: StoppedBy) -> Result<Outcome, RunError> {
        self.outcome(problem, self.state.parts(), self.state.estimable(), stopped_by)
    }

    fn outcome(
        &self,
        problem: &Problem,
        parts: Vec<Moments>,
        samples: u64,
        stopped_by: StoppedBy,
    ) -> Result<Outcome, RunError> {
        let finite: u64 = parts.iter().map(|part| part.count).sum();
        let (estimate, moments) = self.estimate(problem, parts, samples)?;
        let constant = problem.h().as_constant().is_some();
        let sample = warning::Sample {
            moments: &moments,
            nodes: self.state.nodes(),
            scale: problem.scale(),
            estimate: &estimate,
            constant,
        };
        let mut warnings = warning::of(&sample);
        warnings.extend(density::doubts(problem, &self.plan));
        let non_finite = samples.saturating_sub(finite);
        Ok(Outcome { estimate, samples, non_finite, stopped_by, warnings })
    }

    /// The estimate from the moments of the finite values of equal parts of `samples` samples, and the
    /// moments of the values that it is made of.
    fn estimate(
        &self,
        problem: &Problem,
        mut parts: Vec<Moments>,
        samples: u64,
    ) -> Result<(Estimate, Moments), RunError> {
        if self.policy == NonFinitePolicy::Zero {
            let each = samples / (parts.len() as u64).max(1);
            // Zero, in the units of the moments.
            let zero = 0.0 - problem.scale().shift();
            for part in &mut parts {
                let left_out = each.saturating_sub(part.count);
                *part = part.merge(Moments { count: left_out, mean: zero, m2: 0.0 });
            }
        }
        let moments = Tree::of(parts.iter().copied());
        if !moments.is_finite() {
            return Err(RunError::NonFinite(NonFinite::Overflow));
        }
        let estimate = match self.plan.sampling() {
            Sampling::Random => Estimate::checked(&moments, problem.scale(), samples),
            Sampling::Sobol => Estimate::of_replicates(&parts, problem.scale(), samples),
        };
        estimate.map(|estimate| (estimate, moments))
    }
}
