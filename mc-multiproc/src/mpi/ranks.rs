//! The ranks of a job: joining, preparing, serving.

use std::cell::{Cell, RefCell, RefMut};
use std::collections::{HashMap, VecDeque};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::process::exit;
use std::rc::Rc;
use std::sync::Arc;

use ::mpi::Rank;
use mc_core::{
    Block, Compute, Estimate, Kernel, Moments, Plan, PrepareError, Problem, Progress, RunError,
    Sampling,
};

use super::MpiError;
use super::link::{Answers, Link, Pause, ROOT, Requests, content};
use crate::process::frame;
use crate::process::message::{Hello, KernelId, Refusal, Reply, Request, Role, WHOLE};
use crate::process::question::{Question, greeted};
use crate::process::worker::{self, Service, Techniques};

/// The ranks of this job, seen from rank 0.
///
/// Clones share the job. When the last one and all that was prepared are dropped,
/// the other ranks are dismissed; if some still compute, as after an error, or
/// while panicking, the job is aborted instead: `mpirun` then ends with code 1.
#[derive(Clone)]
pub struct Ranks<'t>(Rc<Job<'t>>);

/// What all that is prepared shares.
pub(super) struct Job<'t> {
    // In this order they are dropped; see `Drop`.
    others: RefCell<Vec<Other>>,
    pub(super) link: Link,
    techniques: &'t dyn Techniques,
    names: Cell<u64>,
}

/// A rank other than 0: what it was asked and has not answered.
pub(super) struct Other {
    pub rank: Rank,
    pub unanswered: VecDeque<Question>,
}

impl<'t> Ranks<'t> {
    /// Joins the job that this process was started in ([`in_job`](super::in_job)
    /// says whether it was; a process that was not becomes a job of one rank).
    ///
    /// It returns in rank 0. The other ranks serve it here: they prepare
    /// `techniques` and compute, and end their process once rank 0 lets them go.
    /// So call it at the top of `main`, before anything is printed.
    ///
    /// # Errors
    ///
    /// [`MpiError`]: no MPI that can be used, or ranks of several builds. End the
    /// process then with a code other than 0: `mpirun` ends the other ranks.
    pub fn join(techniques: &'t dyn Techniques) -> Result<Self, MpiError> {
        let link = Link::open()?;
        if link.rank() != ROOT {
            let rank = link.rank();
            let mut service = Service::new(techniques);
            let served =
                worker::serve(Requests(&link), &mut Answers(&link), &mut |r| service.answer(r));
            return match served {
                Ok(()) => {
                    drop(link);
                    exit(0)
                }
                Err(error) => {
                    // Leaving in good order would wait for the others.
                    std::mem::forget(link);
                    Err(MpiError::Asked { rank, what: error.to_string() })
                }
            };
        }
        let others =
            (1..link.size()).map(|rank| Other { rank, unanswered: VecDeque::new() }).collect();
        let job = Job { others: RefCell::new(others), link, techniques, names: Cell::new(0) };
        if let Err(error) = job.greet() {
            // Dropped, it would end this process before the error is told.
            std::mem::forget(job);
            return Err(error);
        }
        Ok(Self(Rc::new(job)))
    }

    /// The number of ranks, this one included.
    pub fn size(&self) -> NonZeroUsize {
        self.0.size()
    }

    /// Prepares `technique` for `problem` in every rank; the problem travels as a
    /// tape, as to the workers of a [`ProcessPool`](crate::ProcessPool::prepare).
    ///
    /// # Errors
    ///
    /// What the technique says in the first rank that refuses.
    pub fn prepare(
        &self,
        technique: &str,
        key: &str,
        problem: &Problem,
    ) -> Result<OnRanks<'t>, PrepareError> {
        self.prepare_for(technique, key, problem, Sampling::Random)
    }

    /// [`Ranks::prepare`] for plans with these points, as
    /// [`Technique::prepare_for`](mc_core::Technique::prepare_for).
    ///
    /// # Errors
    ///
    /// As [`Ranks::prepare`].
    pub fn prepare_for(
        &self,
        technique: &str,
        key: &str,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<OnRanks<'t>, PrepareError> {
        let job = &self.0;
        let kernel = job.name();
        let request = Request::Prepare {
            kernel,
            technique: technique.to_owned(),
            key: key.to_owned(),
            problem: Box::new(problem.clone()),
            sampling,
        };
        let failed = |cause| PrepareError::Failed { technique: "mpi", cause };
        let prepare = frame::encode(&request).map_err(|error| failed(error.into()))?;
        for other in job.others.borrow_mut().iter_mut() {
            job.ask(other, &prepare, Question::Prepare { kernel });
        }
        // This rank prepares while the others do.
        let own = match job.techniques.find(technique, key, problem) {
            Some(technique) => technique.prepare_for(problem, sampling),
            None => Err(PrepareError::Unavailable {
                reason: format!("the ranks have no technique `{technique}`"),
            }),
        };
        let mut refusals = Vec::new();
        job.settle(|rank, question, reply| {
            if let (true, Reply::Prepared(Err(why))) =
                (question == Question::Prepare { kernel }, reply)
            {
                refusals.push((rank, why));
            }
        })
        .map_err(|error| failed(error.into()))?;
        let own = own?;
        refusals.sort_by_key(|(rank, _)| *rank);
        match refusals.into_iter().next() {
            None => Ok(OnRanks { job: Rc::clone(job), kernel, own }),
            Some((rank, Refusal::Unavailable(why))) => {
                Err(PrepareError::Unavailable { reason: MpiError::Rank { rank, why }.to_string() })
            }
            Some((rank, Refusal::Failed(why))) => Err(failed(MpiError::Rank { rank, why }.into())),
        }
    }

    /// Serves and ends the process, if this job was started as the one worker of a
    /// pool ([`ProcessPool::start_job`](crate::ProcessPool::start_job)).
    ///
    /// All ranks together are then that worker, and a run is one block for it.
    pub fn serve_if_worker(self) -> Self {
        if !worker::is_job() {
            return self;
        }
        let mut kernels = HashMap::new();
        // When the pool is gone, what runs is given up.
        let progress = Arc::new(Progress::new());
        let cancel = Arc::clone(&progress);
        let frames = worker::stdin_frames(worker::GRACE_OF_JOB, move || cancel.cancel());
        let served = frames.map_err(frame::FrameError::from).and_then(|frames| {
            let answer = &mut |request| self.answer(&mut kernels, &progress, request);
            worker::serve(frames, &mut std::io::stdout().lock(), answer)
        });
        // The others finish what they have: then all leave in good order.
        let settled = self.0.settle(|_, _, _| {});
        drop(kernels);
        drop(self);
        exit(if served.is_ok() && settled.is_ok() { 0 } else { 1 })
    }

    fn answer(
        &self,
        kernels: &mut HashMap<KernelId, OnRanks<'t>>,
        progress: &Progress,
        request: Request,
    ) -> Option<Reply> {
        let unknown = |kernel: KernelId| format!("kernel {kernel} is not prepared");
        Some(match request {
            Request::Prepare { kernel, technique, key, problem, sampling } => {
                let prepared = self.prepare_for(&technique, &key, &problem, sampling);
                Reply::Prepared(prepared.map_err(Refusal::from).map(|ready| {
                    kernels.insert(kernel, ready);
                }))
            }
            Request::Level { .. } => Reply::Level(Ok(WHOLE)),
            Request::Blocks { kernel, plan, level, range } => {
                let mut moments = Vec::new();
                let done = match kernels.get(&kernel) {
                    None => Err(unknown(kernel)),
                    Some(_) if range.end > plan.block_count(level) => {
                        Err(format!("there are no blocks {range:?} at level {level}"))
                    }
                    Some(ready) => ready.blocks(&plan, level, range, progress, &mut moments),
                };
                Reply::Blocks(moments, done.err())
            }
            Request::Forget { kernel } => {
                kernels.remove(&kernel);
                return None;
            }
        })
    }
}

impl Job<'_> {
    pub fn size(&self) -> NonZeroUsize {
        let size = usize::try_from(self.link.size()).unwrap_or(1);
        NonZeroUsize::new(size).unwrap_or(NonZeroUsize::MIN)
    }

    /// A number that no kernel and no run has had.
    pub(super) fn name(&self) -> u64 {
        self.names.replace(self.names.get() + 1)
    }

    /// All the others, to be asked.
    pub(super) fn others(&self) -> RefMut<'_, Vec<Other>> {
        self.others.borrow_mut()
    }

    pub(super) fn ask(&self, other: &mut Other, frame: &[u8], question: Question) {
        other.unanswered.push_back(question);
        self.link.send(other.rank, frame);
    }

    /// Says hello to the others, and hears whether they are of this build.
    fn greet(&self) -> Result<(), MpiError> {
        let hello = frame::encode(&Hello::from(Role::Coordinator)).unwrap_or_default();
        for other in self.others.borrow_mut().iter_mut() {
            self.ask(other, &hello, Question::Hello);
        }
        self.settle(|_, _, _| {})
    }

    /// Takes answers until no other rank owes one.
    fn settle(&self, mut take: impl FnMut(Rank, Question, Reply)) -> Result<(), MpiError> {
        let mut pause = Pause::new();
        while self.others.borrow().iter().any(|other| !other.unanswered.is_empty()) {
            match self.news()? {
                Some((rank, question, reply)) => {
                    take(rank, question, reply);
                    pause = Pause::new();
                }
                None => pause.wait(),
            }
        }
        Ok(())
    }

    /// An answer, if one has come; a hello is looked at and not returned.
    pub(super) fn news(&self) -> Result<Option<(Rank, Question, Reply)>, MpiError> {
        let Some((rank, frame)) = self.link.poll() else {
            return Ok(None);
        };
        let rubbish = |what: &str| MpiError::Rubbish { rank, what: what.to_owned() };
        let mut others = self.others.borrow_mut();
        let other = others.iter_mut().find(|other| other.rank == rank);
        let question = other.and_then(|other| other.unanswered.pop_front());
        let (Some(question), Some(content)) = (question, content(&frame)) else {
            return Err(rubbish("it was asked nothing, or said nothing"));
        };
        if question == Question::Hello {
            let hello = greeted(content).map_err(|what| rubbish(&what))?;
            if !hello.same_version() {
                let ours = Hello::from(Role::Worker).to_string();
                return Err(MpiError::Version { rank, theirs: hello.to_string(), ours });
            }
            return Ok(None);
        }
        let reply = question.read(content).map_err(|what| rubbish(&what))?;
        Ok(Some((rank, question, reply)))
    }
}

impl Drop for Job<'_> {
    fn drop(&mut self) {
        let others = self.others.get_mut();
        if std::thread::panicking() || others.iter().any(|other| !other.unanswered.is_empty()) {
            self.link.abort(1);
        }
        for other in others {
            self.link.send(other.rank, &[]);
        }
    }
}

/// A problem prepared in all ranks.
pub struct OnRanks<'t> {
    pub(super) job: Rc<Job<'t>>,
    pub(super) kernel: KernelId,
    pub(super) own: Box<dyn Kernel>,
}

impl OnRanks<'_> {
    /// The problem.
    pub fn problem(&self) -> &Problem {
        self.own.problem()
    }

    /// Runs the kernel on all batches of `plan`, on all ranks.
    ///
    /// # Errors
    ///
    /// As [`Executor::run`](crate::Executor::run), and [`MpiError`]. Some ranks
    /// may then still be computing: end the process, or run again.
    pub fn run(&self, plan: &Plan, progress: &Progress) -> Result<Estimate, RunError> {
        let nodes = self.run_nodes(plan, plan.whole(), plan.estimate_level(), progress)?;
        Estimate::of_nodes(&nodes, self.own.problem().scale(), plan)
    }

    /// The moments of these blocks, for one who asks as a kernel is asked.
    fn blocks(
        &self,
        plan: &Plan,
        level: u32,
        range: Range<u64>,
        progress: &Progress,
        moments: &mut Vec<Moments>,
    ) -> Result<(), String> {
        if range.is_empty() {
            return Ok(());
        }
        // All of them shared by the ranks; one by one only to see which one is bad.
        match self.run_nodes(plan, plan.span(level, range.clone()), level, progress) {
            Ok(all) => {
                *moments = all;
                return Ok(());
            }
            Err(RunError::NonFinite(_)) => {}
            Err(error) => return Err(error.to_string()),
        }
        for index in range {
            let block = plan.block(level, index);
            moments.push(match self.run_block(plan, block, progress) {
                // In moments it shows as what it is, and who asked finds the sample.
                Err(RunError::NonFinite(_)) => {
                    Moments { count: block.samples(plan), mean: f64::NAN, m2: f64::NAN }
                }
                done => done.map_err(|error| error.to_string())?,
            });
        }
        Ok(())
    }
}

impl Compute for &OnRanks<'_> {
    fn problem(&self) -> &Problem {
        (**self).problem()
    }

    fn run_nodes(
        &mut self,
        plan: &Plan,
        block: Block,
        level: u32,
        progress: &Progress,
    ) -> Result<Vec<Moments>, RunError> {
        (**self).run_nodes(plan, block, level, progress)
    }
}

impl Drop for OnRanks<'_> {
    fn drop(&mut self) {
        if let Ok(forget) = frame::encode(&Request::Forget { kernel: self.kernel }) {
            for other in self.job.others.borrow().iter() {
                self.job.link.send(other.rank, &forget);
            }
        }
    }
}
