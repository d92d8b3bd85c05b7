//! Whole sessions.

use std::cell::RefCell;
use std::time::Duration;

use super::*;
use crate::catalogue;
use crate::conformance::test_kernels::Good;
use crate::problem::{Density, Problem};
use crate::{
    Block, Compute, Estimate, Kernel, Moments, Plan, Progress, RunError, Technique, Tree, run,
    run_block, run_nodes,
};

pub(super) fn problem(support: &str, f: &str) -> Problem {
    Problem::parse(support.parse().unwrap(), f, Density::Uniform).unwrap()
}

/// Runs a session on this thread; its outcome and the states that it offered.
pub(super) fn all_states(session: Session<'_>, problem: &Problem) -> (Outcome, Vec<State>) {
    let kernel = Good.prepare(problem).unwrap();
    let progress = Progress::new();
    let mut states = Vec::new();
    let outcome = session.run(&*kernel, |state, _| states.push(state.clone()), &progress).unwrap();
    assert_eq!(progress.samples(), outcome.samples);
    (outcome, states)
}

/// What a run of random points has done.
fn batches(state: &State) -> &Batches {
    match state.done() {
        Done::Random(batches) => batches,
        Done::Sobol(_) => panic!("a state of random points"),
    }
}

pub(super) fn outcome(session: Session<'_>, problem: &Problem) -> Outcome {
    all_states(session, problem).0
}

pub(super) type Nodes = Result<Vec<Moments>, RunError>;

/// A kernel in this thread; a function stands between it and who asks.
pub(super) struct Watched<'k, F>(pub &'k dyn Kernel, pub F);

impl<F: FnMut(&dyn Fn() -> Nodes) -> Nodes> Compute for Watched<'_, F> {
    fn problem(&self) -> &Problem {
        self.0.problem()
    }

    fn run_nodes(&mut self, plan: &Plan, block: Block, level: u32, progress: &Progress) -> Nodes {
        (self.1)(&|| run_nodes(self.0, plan, block, level, progress))
    }
}

#[test]
fn a_session_has_the_bits_of_a_run_however_it_is_cut() {
    let problem = problem("-1:2,3:5", "norm(x)^2");
    let kernel = Good.prepare(&problem).unwrap();
    for samples in [2, 3, 4, 5, 8, 100, 1_000, 65_537, 300_001] {
        let plan = Plan::new(samples, 7).unwrap();
        let expected = run(&*kernel, &plan, &Progress::new()).unwrap();
        let whole = outcome(Session::new(&plan), &problem);
        assert_eq!(whole.estimate, expected);
        assert_eq!((whole.samples, whole.stopped_by), (samples, StoppedBy::Samples));
        let (kept, states) = all_states(Session::new(&plan).keep_state(), &problem);
        assert_eq!(kept, whole);
        // And from each of its states.
        for state in states.iter().step_by(states.len().div_ceil(9)) {
            let session = Session::new(&plan).resume(state.clone()).unwrap();
            assert_eq!(outcome(session, &problem), whole, "from {}", state.batches());
        }
    }
}

/// Asked for nodes, it asks less often and ends alike: the same outcome and state.
#[test]
fn a_session_that_asks_for_nodes_asks_seldom() {
    let problem = problem("-1:2,3:5", "norm(x)^2");
    let kernel = Good.prepare(&problem).unwrap();
    for samples in [2, 5, 100, 1_000, 65_537, 300_001, 1_000_000] {
        let plan = Plan::new(samples, 7).unwrap();
        let new = || Session::new(&plan);
        let limited = || new().stop_at(Target::relative(1e-9).unwrap());
        for (session, again, most) in [
            (new(), new(), 8),
            (new().interruptible(), new().interruptible(), 8),
            (new().keep_state(), new().keep_state(), 26),
            (limited(), limited(), 26),
        ] {
            let progress = Progress::new();
            let (mut asked, mut last) = (0, None);
            let ended = session.run(
                Watched(&*kernel, |nodes: &dyn Fn() -> Nodes| {
                    asked += 1;
                    nodes()
                }),
                |state, _| last = Some(state.clone()),
                &progress,
            );
            let (expected, states) = all_states(again, &problem);
            assert_eq!(ended.unwrap(), expected);
            assert_eq!(last.as_ref(), states.last());
            assert_eq!(progress.samples(), samples);
            assert!(asked <= most, "{samples} samples: asked {asked} times");
        }
    }
}

/// Who leaves a node out is found out.
#[test]
fn nodes_must_be_complete() {
    let problem = problem("0:1", "x^2");
    let plan = Plan::new(1_000, 1).unwrap();
    let kernel = Good.prepare(&problem).unwrap();
    let progress = Progress::new();
    let ended = Session::new(&plan).run(
        Watched(&*kernel, |nodes: &dyn Fn() -> Nodes| {
            let mut nodes = nodes()?;
            nodes.pop();
            Ok(nodes)
        }),
        |_, _| (),
        &progress,
    );
    assert!(matches!(ended, Err(RunError::Incomplete { .. })), "{ended:?}");
}

#[test]
fn a_longer_run_goes_on_from_a_shorter_one() {
    // From 2²² samples on, all batches have the same size.
    let problem = problem("0:1", "x^2");
    let (short, long) = ((1 << 22) + 5, (1 << 22) + 123_457);
    let (first, states) = {
        let plan = Plan::new(short, 1).unwrap();
        all_states(Session::new(&plan), &problem)
    };
    assert_eq!(first.samples, short);
    let last = states.last().unwrap();
    assert_eq!(last.samples(), 1 << 22, "the short last batch is not kept");
    let plan = Plan::new(long, 1).unwrap();
    let resumed = Session::new(&plan).resume(last.clone()).unwrap();
    let resumed = outcome(resumed, &problem);
    assert_eq!(resumed, outcome(Session::new(&plan), &problem));
}

#[test]
fn states_that_do_not_fit_are_refused() {
    let problem = problem("0:1", "x^2");
    let plan = Plan::new(10_000, 1).unwrap();
    let (_, states) = all_states(Session::new(&plan), &problem);
    let state = states.last().unwrap();
    let resume = |samples| {
        let plan = Plan::new(samples, 1).unwrap();
        Session::new(&plan).resume(state.clone()).map(|_| ()).unwrap_err()
    };
    assert_eq!(resume(9_000), ResumeError::TooMany { kept: 9_984, samples: 9_000 });
    assert_eq!(resume(100_000), ResumeError::BatchSize { kept: 32, wanted: 128 });
}

/// The target is judged at doublings, so it stops at the same place whatever the pace.
#[test]
fn a_target_is_judged_at_doublings_only() {
    let problem = problem("0:1^2", "norm(x)^2");
    let plan = Plan::new(Session::MOST_SAMPLES, 3).unwrap();
    for (target, by) in [
        (Target::relative(1e-3).unwrap(), StoppedBy::RelError),
        (Target::absolute(1e-3).unwrap(), StoppedBy::AbsError),
        (Target::relative(0.5).unwrap(), StoppedBy::RelError),
    ] {
        let (stopped, states) = all_states(Session::new(&plan).stop_at(target), &problem);
        assert_eq!(stopped.stopped_by, by);
        assert!(stopped.samples.is_power_of_two() && stopped.samples >= Session::LEAST_SAMPLES);
        // It is the first doubling at which the target is reached.
        for state in &states {
            let root = batches(state).tree().root();
            let estimate = Estimate::new(&root, problem.scale());
            let judged =
                state.batches().is_power_of_two() && state.samples() >= Session::LEAST_SAMPLES;
            let reached = target.reached(&estimate).is_some();
            assert_eq!(judged && reached, state.samples() == stopped.samples);
        }
        // A run that is broken off and taken up again stops there too.
        for state in states.iter().step_by(states.len().div_ceil(9)) {
            let session = Session::new(&plan).stop_at(target);
            let session = session.resume(state.clone()).unwrap();
            assert_eq!(outcome(session, &problem), stopped);
        }
    }
}

#[test]
fn what_comes_first_ends_a_run() {
    let problem = problem("0:1^2", "norm(x)^2");
    // Too few samples for the target to be judged at all.
    let plan = Plan::new(30_000, 1).unwrap();
    let target = Target::relative(0.9).unwrap();
    let ended = outcome(Session::new(&plan).stop_at(target), &problem);
    assert_eq!((ended.stopped_by, ended.samples), (StoppedBy::Samples, 30_000));
    // No time at all: one segment, of whole batches.
    let plan = Plan::new(Session::MOST_SAMPLES, 1).unwrap();
    let limited = Session::new(&plan).time_limit(Duration::ZERO).stop_at(target);
    let ended = outcome(limited, &problem);
    assert_eq!(ended.stopped_by, StoppedBy::TimeLimit);
    assert_eq!(ended.samples, plan.batch_size());
    let part =
        run_block(&*Good.prepare(&problem).unwrap(), &plan, plan.block(0, 0), &Progress::new());
    assert_eq!(ended.estimate, Estimate::new(&part.unwrap(), 1.0));
}

#[test]
fn a_run_does_not_stop_because_nothing_was_met() {
    let target = Target::relative(0.1).unwrap().or(Target::absolute(0.1).unwrap());
    let plan = Plan::new(1 << 18, 1).unwrap();
    let spike = problem("0:1", "if(x < 1e-9, 1e9, 0)");
    let ended = outcome(Session::new(&plan).stop_at(target), &spike);
    assert_eq!(ended.stopped_by, StoppedBy::Samples);
    assert!(matches!(ended.warnings[..], [Warning::AllEqual { value: 0.0, count: 0x40000 }]));
    let constant = problem("0:1", "3");
    let ended = outcome(Session::new(&plan).stop_at(target), &constant);
    assert_eq!(ended.stopped_by, StoppedBy::RelError);
    assert_eq!((ended.samples, ended.warnings), (Session::LEAST_SAMPLES, vec![]));
}

#[test]
fn a_cancelled_run_offers_its_state_and_goes_on() {
    let problem = problem("0:1", "x^2");
    let plan = Plan::new(1 << 20, 1).unwrap();
    let kernel = Good.prepare(&problem).unwrap();
    let progress = Progress::new();
    let last = RefCell::new(None);
    let ended = Session::new(&plan).keep_state().run(
        &*kernel,
        |state, phase| {
            if state.batches() == 128 {
                progress.cancel();
            }
            if phase == Phase::Ended {
                last.replace(Some(state.clone()));
            }
        },
        &progress,
    );
    let state = last.into_inner().expect("the end is told");
    assert_eq!(state.batches(), 128);
    // It is the run of as many samples, but for how many were asked for.
    let ended = ended.unwrap();
    assert_eq!((ended.stopped_by, ended.samples), (StoppedBy::Interrupt, state.samples()));
    assert_eq!(ended.estimate, Estimate::new(&batches(&state).tree().root(), problem.scale()));
    let resumed = Session::new(&plan).resume(state).unwrap();
    let whole = outcome(Session::new(&plan), &problem);
    assert_eq!(outcome(resumed, &problem), whole);
}

/// Cancelled in the midst of a segment, a run that looks up has those before it; one that does not, and
/// one that has not begun, have nothing.
#[test]
fn a_cancelled_run_has_the_estimate_of_what_was_drawn() {
    let problem = problem("0:1", "exp(x)");
    let plan = Plan::new((1 << 23) + 77, 1).unwrap();
    let kernel = Good.prepare(&problem).unwrap();
    let cancelled_in = |segment: u32, session: Session<'_>| {
        let (progress, mut asked, mut state) = (Progress::new(), 0, None);
        let ended = session.run(
            Watched(&*kernel, |nodes: &dyn Fn() -> Nodes| {
                if asked == segment {
                    progress.cancel();
                }
                asked += 1;
                nodes()
            }),
            |last, _| state = Some(last.clone()),
            &progress,
        );
        (ended, state.expect("the end is told"))
    };
    let new = || Session::new(&plan);
    let (ended, state) = cancelled_in(1, new().interruptible());
    let ended = ended.unwrap();
    assert_eq!((ended.stopped_by, ended.samples), (StoppedBy::Interrupt, state.samples()));
    assert!(0 < ended.samples && ended.samples < plan.samples(), "{}", ended.samples);
    assert_eq!(ended.estimate, Estimate::new(&batches(&state).tree().root(), problem.scale()));
    assert_eq!(state.nodes().len(), 64);
    for session in [new(), new().interruptible(), new().keep_state()] {
        assert!(matches!(cancelled_in(0, session).0, Err(RunError::Cancelled)));
    }
    // Undisturbed, it has the bits of the others.
    let expected = outcome(new(), &problem);
    assert_eq!(outcome(new().interruptible(), &problem), expected);
}

/// Starts near the places where counters of 32, 53 and 64 bits end.
#[test]
fn counters_do_not_overflow() {
    let problem = problem("0:1", "x^2");
    let kernel = Good.prepare(&problem).unwrap();
    for samples in [(1 << 32) + 3_000, (1 << 53) + 3_000, u64::MAX - 1_024, u64::MAX] {
        let plan = Plan::new(samples, 1).unwrap();
        let complete = samples / 1024;
        let start = complete - 5;
        // Any moments will do for the batches that nobody has computed.
        let part = |size: u64| Moments { count: size * 1024, mean: 1.0 / 3.0, m2: size as f64 };
        let sizes = (0..64).rev().map(|bit| start & (1 << bit)).filter(|&size| size > 0);
        let tree = Tree::from_subtrees(start, sizes.map(part).collect()).unwrap();
        let level = Batches::level_of(start);
        let nodes = vec![part(1 << level); (start >> level) as usize];
        let done = Batches::from_parts(1024, tree.clone(), level, nodes).expect("a state");
        let state = State::from_parts(1024, Done::Random(done));

        let mut expected = tree;
        for batch in start..plan.batches() {
            expected.push(kernel.moments(&plan, plan.block(0, batch)).unwrap());
        }
        let session = Session::new(&plan).keep_state().resume(state).unwrap();
        let (ended, states) = all_states(session, &problem);
        assert_eq!(ended.estimate, Estimate::new(&expected.root(), 1.0));
        assert_eq!((ended.samples, ended.estimate.samples), (samples, samples));
        assert_eq!(states.last().unwrap().batches(), complete);
        assert!(states.last().unwrap().nodes().len() < 128);
    }
}

#[test]
fn what_is_remembered_depends_on_the_batches_done_only() {
    let problem = problem("0:1", "x^2");
    let plan = Plan::new(1 << 19, 1).unwrap();
    let (_, whole) = all_states(Session::new(&plan), &problem);
    let (_, kept) = all_states(Session::new(&plan).keep_state(), &problem);
    assert_eq!(whole.last(), kept.last());
    for state in whole.iter().chain(&kept) {
        assert!(state.nodes().len() < 128);
        let done = batches(state);
        let (tree, nodes) = (done.tree().clone(), done.nodes().to_vec());
        let copy = Batches::from_parts(state.batch_size(), tree, done.level(), nodes);
        assert_eq!(copy.as_ref(), Some(done));
    }
}

/// The worst case for stopping: a skewed integrand and a target that about half of the
/// runs reach at the first look, those whose error is estimated too small.
#[test]
fn intervals_of_stopped_runs_cover() {
    const SEEDS: u64 = 1_000;
    let problem = problem("0:1", "x^8");
    let truth = 1.0 / 9.0;
    // √(E h²/(E h)² − 1) of one value, over √65,536.
    let relative = (81.0f64 / 17.0 - 1.0).sqrt() / 256.0;
    let (mut covered, mut early) = (0, 0);
    for seed in 0..SEEDS {
        let plan = Plan::new(Session::MOST_SAMPLES, seed).unwrap();
        let session = Session::new(&plan).stop_at(Target::relative(relative).unwrap());
        let ended = outcome(session, &problem);
        let (lo, hi) = ended.estimate.interval95();
        covered += u64::from(lo <= truth && truth <= hi);
        early += u64::from(ended.samples == Session::LEAST_SAMPLES);
    }
    assert!((300..=700).contains(&early), "{early} of {SEEDS} stop at the first look");
    // As below: the bias is not seen in 1,000 runs.
    assert!((927..=973).contains(&covered), "{covered} of {SEEDS} intervals cover");
}

fn session_of(f: &str, samples: u64, policy: NonFinitePolicy) -> Result<Outcome, RunError> {
    let problem = problem("-1:1^2", f);
    let plan = Plan::new(samples, 5).unwrap();
    let technique: Box<dyn Technique> = match policy {
        NonFinitePolicy::Refuse => Box::new(Good),
        _ => Box::new(Lenient(Box::new(Good))),
    };
    let kernel = technique.prepare(&problem).unwrap();
    let progress = Progress::new();
    Session::new(&plan).non_finite(policy).run(&*kernel, |_, _| (), &progress)
}

#[test]
fn values_that_are_not_finite_are_refused_skipped_or_zero() {
    use NonFinitePolicy::{Refuse, Skip, Zero};
    // NaN where x0 < −0.5, a quarter of the box; else x0², whose mean there is 1/4 of
    // the box's 2 by 2: ∫ over (−0.5, 1) of x²/1.5 = 0.25.
    let f = "if(x0 < -0.5, (x0-x0)/(x0-x0), x0^2)";
    let refused = session_of(f, 100_000, Refuse).unwrap_err();
    assert!(matches!(refused, RunError::NonFinite(_)), "{refused}");
    let skipped = session_of(f, 100_000, Skip).unwrap();
    let zero = session_of(f, 100_000, Zero).unwrap();
    let bad = skipped.non_finite;
    assert_eq!(zero.non_finite, bad);
    // 25,000 expected with a standard deviation of 137: beyond 6 of them once in 10⁹.
    assert!(bad.abs_diff(25_000) < 822, "{bad}");
    assert_eq!((skipped.samples, skipped.estimate.samples), (100_000, 100_000 - bad));
    assert_eq!((zero.samples, zero.estimate.samples), (100_000, 100_000));
    assert!(skipped.estimate.distance(0.25) < 5.0);
    assert!(zero.estimate.distance(0.25 * 0.75) < 5.0);
    // The zeros are values like others.
    let same = session_of("if(x0 < -0.5, 0, x0^2)", 100_000, Refuse).unwrap().estimate;
    assert!((zero.estimate.value / same.value - 1.0).abs() < 1e-12);
    assert!((zero.estimate.variance / same.variance - 1.0).abs() < 1e-12);
    // Where all are finite, nothing changes.
    let plain = session_of("x0^2", 10_000, Refuse).unwrap();
    assert_eq!(session_of("x0^2", 10_000, Skip).unwrap(), plain);
    assert_eq!(session_of("x0^2", 10_000, Zero).unwrap(), plain);
}

#[test]
fn too_few_finite_values_and_overflow_are_errors() {
    let none = session_of("1/(x0-x0)", 1_000, NonFinitePolicy::Skip).unwrap_err();
    assert!(matches!(none, RunError::TooFewFinite { finite: 0, samples: 1_000 }), "{none}");
    let zero = session_of("1/(x0-x0)", 1_000, NonFinitePolicy::Zero).unwrap();
    assert_eq!((zero.estimate.value, zero.non_finite), (0.0, 1_000));
    for policy in [NonFinitePolicy::Skip, NonFinitePolicy::Refuse] {
        let huge = session_of("if(x0 > 0.99, 1e200, x0)", 1_000, policy).unwrap_err();
        assert!(huge.to_string().contains("overflow"), "{huge}");
    }
}

fn warned(problem: &Problem, samples: u64, seeds: std::ops::Range<u64>) -> usize {
    seeds
        .filter(|&seed| {
            let plan = Plan::new(samples, seed).unwrap();
            !outcome(Session::new(&plan), problem).warnings.is_empty()
        })
        .count()
}

/// What is stated of the warnings, with seeds 0, 1, …: no chance is involved.
#[test]
fn heavy_tails_are_warned_of() {
    for (f, least) in [
        // The mildest infinite variance: 1/x^p with p < 1/2 has a finite one.
        ("1/sqrt(x)", 38),
        ("1/x^0.9", 40),
        ("tan(pi*(x-0.5))", 40),
        ("1/(x-0.5)", 40),
        ("exp(norm_quantile(x)*6)", 40),
    ] {
        let warned = warned(&problem("0:1", f), 100_000, 0..40);
        assert!(warned >= least, "{f}: {warned} of 40");
    }
    for f in ["x", "exp(5*x)", "x^(-0.2)", "ln(x)^2", "if(x < 0.01, 1, 0)"] {
        assert_eq!(warned(&problem("0:1", f), 100_000, 0..20), 0, "{f}");
    }
}

/// Some 360 of a million samples meet it: 94 of 100 intervals cover, so hardly a run warns.
#[test]
fn a_peak_that_hundreds_of_samples_meet_is_not_warned_of() {
    let peak = problem("-1000:0.5", "norm_pdf((x0-0.64449662)/0.19)/0.19");
    let warned = warned(&peak, 1_000_000, 0..20);
    assert!(warned <= 1, "{warned} of 20");
}

/// A million samples miss it nine times in ten. Alone it is warned of both ways: met,
/// or not met. On a smooth ground, only when it is met.
#[test]
fn a_spike_is_warned_of_when_it_is_met() {
    let alone = problem("0:1", "if(x < 1e-7, 1e7, 0)");
    let mut met = 0;
    for seed in 0..20 {
        let plan = Plan::new(1_000_000, seed).unwrap();
        let ended = outcome(Session::new(&plan), &alone);
        match ended.warnings[..] {
            [Warning::HeavyTail { largest, .. }] if ended.estimate.value > 0.0 => {
                assert!(largest > 0.4, "{largest}");
                met += 1;
            }
            [Warning::AllEqual { value: 0.0, .. }] => {}
            _ => panic!("{ended:?}"),
        }
    }
    // 2 expected; none, or 8 and more, of 20 about once in 8 draws of the seeds, and these
    // are fixed.
    assert!((1..8).contains(&met), "{met}");
}

/// 1,000 seeds each: how often the interval covers the truth, and that no run warns. It takes longest
/// of all tests here, so on all cores.
#[test]
fn intervals_cover_and_good_problems_are_not_warned_of() {
    std::thread::scope(|scope| {
        for name in catalogue::NAMES {
            scope.spawn(move || intervals_cover(name));
        }
    });
}

fn intervals_cover(name: &str) {
    const SEEDS: u64 = 1_000;
    let entry = catalogue::find(name, None).unwrap();
    let problem = &entry.problem;
    let kernel = Good.prepare(problem).unwrap();
    let (mut covered, mut warned) = (0, 0);
    for seed in 0..SEEDS {
        let plan = Plan::new(10_000, seed).unwrap();
        let progress = Progress::new();
        let ended = Session::new(&plan).run(&*kernel, |_, _| (), &progress).unwrap();
        let (lo, hi) = ended.estimate.interval95();
        covered += u64::from(lo <= entry.truth && entry.truth <= hi);
        warned += usize::from(!ended.warnings.is_empty());
    }
    // Binomial(1000, 0.95): standard deviation 6.9. Outside ±3.3 of them once in
    // 1,000 draws of the seeds, and these are fixed.
    assert!((927..=973).contains(&covered), "{name}: {covered} of {SEEDS} intervals cover");
    assert_eq!(warned, 0, "{name}");
}
