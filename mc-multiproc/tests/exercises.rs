//! Solutions of chapter 4's exercises. Each is a program to read; what it claims is
//! asserted, and no clock is read.

use std::num::NonZeroUsize;
use std::sync::mpsc::channel;
use std::thread;

use mc_core::net::Net;
use mc_core::{
    Block, Collector, Estimate, Kernel, Moments, Plan, PrepareError, Problem, Progress, RunError,
    SquaredNorm, Support, Technique, run,
};
use mc_multiproc::Executor;
use mc_serial::{Flat, Native};

/// Exercise 1: no reorder buffer. Two workers compute the blocks of a run, and their
/// moments are merged as they come. Which block comes last is up to the system; here it is
/// block 0, because its worker waits until all others have come.
#[test]
fn merged_as_they_come() {
    let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2).unwrap()).unwrap();
    let kernel = Native::new(SquaredNorm).prepare(&problem).unwrap();
    let plan = Plan::new(100_000, 42).unwrap();
    let level = 3;

    let merged = thread::scope(|scope| {
        let (results, done) = channel();
        let (release, released) = channel();
        let (kernel, plan) = (&*kernel, &plan);
        let slow = results.clone();
        scope.spawn(move || {
            released.recv().unwrap();
            slow.send(kernel.moments(plan, plan.block(level, 0)).unwrap()).unwrap();
        });
        scope.spawn(move || {
            for block in plan.blocks(level).skip(1) {
                results.send(kernel.moments(plan, block).unwrap()).unwrap();
            }
        });
        let mut merged = Moments::EMPTY;
        for count in 1..=plan.block_count(level) {
            merged = merged.merge(done.recv().unwrap());
            if count == plan.block_count(level) - 1 {
                release.send(()).unwrap();
            }
        }
        merged
    });

    let estimate = Estimate::new(&merged, problem.scale());
    let in_order = run(&*kernel, &plan, &Progress::new()).unwrap();
    // The same sample, and a sum of the same numbers, but not the same sum.
    assert_ne!(estimate, in_order);
    // What order does is tiny beside the standard error. It matters since a comparison with
    // `==` finds any defect, and one with a tolerance only those that are larger.
    let apart = (estimate.value - in_order.value).abs();
    assert!(apart <= 1e-12 * in_order.value, "{apart:e}");
    assert!(apart < 1e-9 * in_order.std_error);
}

/// When the last of the workers is done, if a block takes the k-th of them `pace[k]`
/// ticks, and each gets its share beforehand, as in the lecture.
fn shares(blocks: u64, pace: &[u64]) -> u64 {
    let share = blocks.div_ceil(pace.len() as u64);
    pace.iter().map(|ticks| share * ticks).max().unwrap_or(0)
}

/// The same, if a worker that is done takes the next block from a queue.
fn queue(blocks: u64, pace: &[u64]) -> u64 {
    let mut free_at = vec![0; pace.len()];
    for _ in 0..blocks {
        // Whoever is free first takes it.
        let next = (0..pace.len()).min_by_key(|&k| free_at[k]).unwrap_or(0);
        free_at[next] += pace[next];
    }
    free_at.into_iter().max().unwrap_or(0)
}

/// Exercise 2: equal shares, while another program takes half of one core. The last worker
/// takes twice as long as the others, and all wait for it; from a queue it takes fewer
/// blocks. One that is much slower still makes the queue wait for its last block: so
/// blocks must be short.
#[test]
fn shares_against_a_queue() {
    // Four cores for themselves: both ways are as good.
    assert_eq!(shares(1000, &[1; 4]), 250);
    assert_eq!(queue(1000, &[1; 4]), 250);
    // One core does every second tick something else: 3.5 cores are left.
    assert_eq!(shares(1000, &[1, 1, 1, 2]), 500);
    assert_eq!(queue(1000, &[1, 1, 1, 2]), 286); // 1000 / 3.5
    // A tenth as many blocks, ten times as long, and a worker at a hundredth of the pace.
    assert_eq!(queue(1000, &[1, 1, 1, 100]), 400);
    assert_eq!(queue(100, &[10, 10, 10, 1000]), 1000);
}

/// The lecture's way as an executor: each worker gets one slice of the blocks.
struct Slices {
    workers: NonZeroUsize,
}

impl Executor for Slices {
    fn name(&self) -> &'static str {
        "slices"
    }

    fn workers(&self) -> NonZeroUsize {
        self.workers
    }

    fn run_block(
        &self,
        kernel: &dyn Kernel,
        plan: &Plan,
        block: Block,
        progress: &Progress,
    ) -> Result<Moments, RunError> {
        let workers = self.workers.get();
        let level = plan.level_within(block, kernel.block_level(plan, workers), workers);
        let mut collector = Collector::new(kernel.problem(), plan, block, level);
        let indices: Vec<u64> = collector.indices().collect();
        let slices: Vec<Vec<_>> = thread::scope(|scope| {
            // The last slice may be shorter: M need not divide by the number of workers.
            let slices = indices.chunks(indices.len().div_ceil(workers));
            let started: Vec<_> = slices
                .map(|slice| {
                    let compute = move |&index: &u64| {
                        progress.check()?;
                        kernel.moments(plan, plan.block(level, index))
                    };
                    scope.spawn(move || slice.iter().map(compute).collect())
                })
                .collect();
            started.into_iter().map(|worker| worker.join().expect("no panic")).collect()
        });
        // Slices are in order, and so are the blocks in each: no buffer is needed. But
        // nothing is merged before the last worker is done, and memory grows with M.
        for (outcome, &index) in slices.into_iter().flatten().zip(&indices) {
            collector.push(outcome?)?;
            progress.add(plan.block(level, index).samples(plan));
        }
        collector.moments()
    }
}

fn slices(
    workers: usize,
    problem: &Problem,
) -> Result<impl Fn(&Plan) -> Result<Estimate, RunError> + use<>, PrepareError> {
    let executor = Slices { workers: NonZeroUsize::new(workers).unwrap() };
    let kernel = Flat.prepare(problem)?;
    Ok(move |plan: &Plan| executor.run(&*kernel, plan, &Progress::new()))
}

// Exercise 3: an executor of your own joins the suite with one line, and passes it for any
// number of workers.
mc_core::conformance_of_runs!(slices_1, |problem| slices(1, problem));
mc_core::conformance_of_runs!(slices_3, |problem| slices(3, problem));
mc_core::conformance_of_runs!(slices_16, |problem| slices(16, problem));

/// The means of x0 and x1 over these points of a replicate on the unit square, each point found without
/// the ones before.
fn means(net: &Net, points: impl Iterator<Item = u64>) -> [f64; 2] {
    let (mut count, mut sums, mut state) = (0.0, [0.0; 2], [0; 2]);
    for index in points {
        net.start(0, index, &mut state);
        count += 1.0;
        for (sum, d) in sums.iter_mut().zip(state) {
            *sum += f64::from_bits(d) - 1.0;
        }
    }
    sums.map(|sum| sum / count)
}

/// Exercise 4: leapfrogging. The last two digits of a point's number say in which half of x0 and of x1 it is. So a
/// worker that takes every fourth point sees a quarter of the square, and its means are off by 1/4, however many points
/// it draws. All four together have every point once. As many consecutive points are a net of their own, and
/// know the means.
#[test]
fn leapfrogging() {
    const WORKERS: u64 = 4;
    for seed in 0..20 {
        let net = Net::new(2, seed).unwrap();
        for points in [1 << 8, 1 << 12] {
            let share = points / WORKERS;
            // One point in each of as many intervals: the mean is off by no more than half of one.
            let near = |mean: f64, count: u64| (mean - 0.5).abs() <= 0.5 / count as f64;
            let mut all = [0.0; 2];
            for w in 0..WORKERS {
                for (sum, mean) in all.iter_mut().zip(means(&net, (w..points).step_by(4))) {
                    let off = (mean - 0.5).abs();
                    assert!((off - 0.25).abs() <= 0.25 / share as f64, "{w}: off by {off}");
                    *sum += mean / WORKERS as f64;
                }
                let consecutive = means(&net, w * share..(w + 1) * share);
                assert!(consecutive.iter().all(|&mean| near(mean, share)), "{consecutive:?}");
            }
            assert!(all.iter().all(|&mean| near(mean, points)), "{all:?}");
        }
    }
}
