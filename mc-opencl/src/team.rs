//! Devices that share one run: batches are handed out, moments are put in order.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use mc_core::{Block, Kernel, Moments, Nodes, NonFinite, Plan, Precision, Problem, RunError, Tree};

use crate::device::{DeviceInfo, Opened};
use crate::error::OpenClError;
use crate::lock::lock;

/// One device, prepared for a problem.
pub(crate) trait Member: Debug + Send + Sync {
    /// Which device.
    fn info(&self) -> &DeviceInfo;

    /// The moments of the nodes at `level` that make up `block`, in order.
    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, OpenClError>;

    /// The level of the blocks that take one launch.
    fn level(&self, plan: &Plan) -> u32;

    /// The fewest batches that fill a launch's smallest part.
    fn smallest(&self) -> u64;
}

/// The devices of one technique: a kernel as executors know it.
#[derive(Debug)]
pub(crate) struct Team {
    technique: &'static str,
    precision: Precision,
    problem: Problem,
    members: Vec<Box<dyn Member>>,
}

impl Team {
    /// Of at least one device.
    pub fn new(
        technique: &'static str,
        precision: Precision,
        problem: &Problem,
        members: Vec<Box<dyn Member>>,
    ) -> Self {
        Self { technique, precision, problem: problem.clone(), members }
    }

    /// The level of the blocks that are handed to one device at a time.
    fn unit(&self, plan: &Plan) -> u32 {
        self.members.iter().map(|member| member.level(plan)).min().unwrap_or(0)
    }

    fn smallest(&self) -> u64 {
        self.members.iter().map(|member| member.smallest()).max().unwrap_or(1)
    }

    /// A block on one device. If that was lost, the next to ask opens it anew.
    fn one(
        &self,
        member: &dyn Member,
        plan: &Plan,
        block: Block,
        level: u32,
    ) -> Result<Vec<Moments>, OpenClError> {
        let nodes = member.nodes(plan, block, level);
        if matches!(nodes, Err(OpenClError::Lost { .. })) {
            Opened::forget(member.info());
        }
        nodes
    }

    /// All devices at once. Each takes the next part when it is done with one,
    /// so a faster device does more of them.
    fn shared(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, OpenClError> {
        let share = (block.count() / self.members.len() as u64).max(self.smallest());
        // A part is some of the nodes, or a part of one.
        let size = self.unit(plan).min(share.ilog2());
        let below = level.min(size);
        let (indices, each) = (plan.indices(below, block), 1 << (size - below));
        let parts = (indices.end - indices.start).div_ceil(each);
        let next = AtomicU64::new(0);
        let done: Mutex<Result<BTreeMap<u64, Vec<Moments>>, OpenClError>> =
            Mutex::new(Ok(BTreeMap::new()));
        let work = |member: &dyn Member| {
            while let part @ 0.. = next.fetch_add(1, Ordering::Relaxed)
                && part < parts
            {
                let first = indices.start + part * each;
                let span = plan.span(below, first..indices.end.min(first + each));
                let outcome = self.one(member, plan, span, below);
                let mut done = lock(&done);
                match (done.as_mut(), outcome) {
                    (Ok(done), Ok(nodes)) => drop(done.insert(part, nodes)),
                    (Ok(_), Err(error)) => {
                        // The others stop at their next part.
                        next.store(parts, Ordering::Relaxed);
                        *done = Err(error);
                    }
                    (Err(_), _) => {}
                }
            }
        };
        std::thread::scope(|scope| {
            for member in self.members.iter().skip(1) {
                // Where no thread can be had, the others do its parts.
                let work = || work(&**member);
                let _ = std::thread::Builder::new().spawn_scoped(scope, work);
            }
            if let Some(first) = self.members.first() {
                work(&**first);
            }
        });
        let done = done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)?;
        let mut nodes = Nodes::new(level - below);
        nodes.extend(done.into_values().flatten());
        Ok(nodes.all())
    }

    /// In f32 a value may be out of range that f64 holds. Then no sample is to
    /// blame, and the message must name the range.
    fn explained(
        &self,
        plan: &Plan,
        block: Block,
        nodes: Vec<Moments>,
    ) -> Result<Vec<Moments>, OpenClError> {
        let finite = self.precision == Precision::F64 || nodes.iter().all(Moments::is_finite);
        if finite || matches!(self.problem.first_non_finite(plan, block), NonFinite::Sample(_)) {
            return Ok(nodes);
        }
        let names: Vec<_> = self.members.iter().map(|member| &*member.info().name).collect();
        Err(OpenClError::OutOfRange { device: names.join(", ") })
    }
}

impl Kernel for Team {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        self.nodes(plan, block, block.level()).map(Tree::of)
    }

    /// All of them in as many launches as one block of that size takes.
    fn nodes(&self, plan: &Plan, block: Block, level: u32) -> Result<Vec<Moments>, RunError> {
        let nodes = match self.members.as_slice() {
            [only] => self.one(&**only, plan, block, level),
            _ => self.shared(plan, block, level),
        };
        nodes
            .and_then(|nodes| self.explained(plan, block, nodes))
            .map_err(|error| error.running(self.technique))
    }

    /// Blocks of one launch, or of four for each of several devices: a device is
    /// filled by thousands of batches.
    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        let doublings = match self.members.len() {
            1 => 0,
            several => several.next_power_of_two().ilog2() + 2,
        };
        let share = plan.batches() / workers.max(1) as u64;
        let smallest = self.smallest() << doublings.min(2);
        (self.unit(plan) + doublings).min(share.max(smallest).ilog2())
    }

    fn precision(&self) -> Precision {
        self.precision
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::AtomicBool;
    use std::thread;

    use mc_core::{Density, Progress, Support, run};

    use super::*;
    use crate::cl::Status;
    use crate::device::DeviceKind;
    use crate::device::info::tests::device;
    use crate::error::Step;

    /// A device that computes on the host, or is lost from a batch on.
    #[derive(Debug)]
    struct MadeUp {
        info: DeviceInfo,
        lost_from: u64,
        /// Whether it waits until another one is lost: else it might do all alone.
        waits: bool,
        lost: Arc<AtomicBool>,
    }

    impl Member for MadeUp {
        fn info(&self) -> &DeviceInfo {
            &self.info
        }

        fn nodes(
            &self,
            plan: &Plan,
            block: Block,
            level: u32,
        ) -> Result<Vec<Moments>, OpenClError> {
            if block.first() + block.count() > self.lost_from {
                self.lost.store(true, Ordering::Relaxed);
                let lost = OpenClError::at(Step::Running("running the kernel"), &self.info.name);
                return Err(lost(Status(-9999)));
            }
            while self.waits && !self.lost.load(Ordering::Relaxed) {
                thread::yield_now();
            }
            let one = |batch: u64| Moments {
                count: plan.batch_len(batch),
                mean: (batch as f64).sin(),
                m2: 1.0 / (1.0 + batch as f64),
            };
            let mut nodes = Nodes::new(level);
            nodes.extend(block.batches().map(one));
            Ok(nodes.all())
        }

        fn level(&self, _: &Plan) -> u32 {
            3
        }

        fn smallest(&self) -> u64 {
            4
        }
    }

    fn team(lost_from: &[u64]) -> Team {
        let support = Support::cube(0.0, 1.0, 2).unwrap();
        let problem = Problem::parse(support, "x0", Density::Uniform).unwrap();
        let lost = Arc::<AtomicBool>::default();
        let any = lost_from.contains(&0);
        let member = |(k, &lost_from): (usize, &u64)| -> Box<dyn Member> {
            let info = device(k, &format!("Card {k}"), DeviceKind::Gpu, true, 8);
            let waits = any && lost_from != 0;
            Box::new(MadeUp { info, lost_from, waits, lost: Arc::clone(&lost) })
        };
        let members = lost_from.iter().enumerate().map(member).collect();
        Team::new("opencl", Precision::F64, &problem, members)
    }

    #[test]
    fn any_number_of_devices_gives_the_bits_of_one() {
        for samples in [2, 100, 5_003, 300_007] {
            let plan = Plan::new(samples, 1).unwrap();
            let estimate = |devices: usize| {
                let team = team(&vec![u64::MAX; devices]);
                run(&team, &plan, &Progress::new()).unwrap()
            };
            let one = estimate(1);
            for devices in 2..6 {
                assert_eq!(estimate(devices), one, "{devices} devices");
            }
        }
    }

    #[test]
    fn a_lost_device_ends_the_run_with_an_error_that_names_it() {
        for lost_from in [vec![0], vec![u64::MAX, 0, u64::MAX], vec![40, 40]] {
            let team = team(&lost_from);
            let plan = Plan::new(300_007, 1).unwrap();
            let error = run(&team, &plan, &Progress::new()).unwrap_err().to_string();
            assert!(error.contains("Card") && error.contains("was lost"), "{error}");
            assert!(error.contains("status -9999"), "{error}");
        }
    }
}
