//! Whole sessions of Sobol' points.

use std::time::Duration;

use super::tests::{Nodes, Watched, all_states, outcome, problem};
use super::*;
use crate::conformance::test_kernels::Good;
use crate::{Lenient, Plan, Progress, RunError, Sampling, Technique, run};

#[test]
fn a_session_has_the_bits_of_a_run_however_it_is_cut() {
    let problem = problem("-1:2,3:5", "norm(x)^2");
    let kernel = Good.prepare(&problem).unwrap();
    for samples in [32, 50, 100, 1_000, 65_537, 150_001] {
        let plan = Plan::sobol(samples, 7).unwrap();
        let expected = run(&*kernel, &plan, &Progress::new()).unwrap();
        let whole = outcome(Session::new(&plan), &problem);
        assert_eq!(whole.estimate, expected);
        assert_eq!((whole.samples, whole.stopped_by), (plan.samples(), StoppedBy::Samples));
        assert_eq!(expected.replicates, plan.replicates().map(|replicates| replicates.count()));
        let (kept, states) = all_states(Session::new(&plan).keep_state(), &problem);
        assert_eq!(kept, whole);
        assert_eq!(outcome(Session::new(&plan).interruptible(), &problem), whole);
        // And from each of its states.
        for state in states.iter().step_by(states.len().div_ceil(12)) {
            let resumed = Session::new(&plan).resume(state.clone()).unwrap();
            assert_eq!(outcome(resumed, &problem), whole);
        }
    }
}

/// A run goes on by doubling the points of its replicates, and is then the longer run.
#[test]
fn a_run_can_be_made_longer() {
    let problem = problem("0:1^3", "exp(x0)*x1 - x2");
    let plan = |samples| Plan::sobol(samples, 2).unwrap();
    let samples = 5 << 18;
    let (_, states) = all_states(Session::new(&plan(samples)), &problem);
    let state = states.last().unwrap();
    let longer = plan(2 * samples);
    let resumed = Session::new(&longer).resume(state.clone()).unwrap();
    assert_eq!(outcome(resumed, &problem), outcome(Session::new(&longer), &problem));

    let refused = |plan: &Plan| Session::new(plan).resume(state.clone()).unwrap_err();
    let (kept, wanted) = (20, 24);
    let advised = match refused(&plan(6 << 18)) {
        ResumeError::Replicates { kept: k, wanted: w, samples } if (k, w) == (kept, wanted) => {
            samples
        }
        other => panic!("{other}"),
    };
    assert!(Session::new(&plan(advised)).resume(state.clone()).is_ok(), "{advised}");
    assert!(matches!(refused(&plan(samples / 2)), ResumeError::TooMany { .. }));
    assert!(matches!(refused(&plan((1 << 20) + (1 << 17))), ResumeError::TooMany { .. }));
    let random = Plan::new(2 * samples, 2).unwrap();
    let wanted = ResumeError::Sampling { kept: Sampling::Sobol, wanted: Sampling::Random };
    assert_eq!(refused(&random), wanted);
}

#[test]
fn a_target_is_judged_between_stages() {
    let problem = problem("0:1^4", "exp(-sum(x))");
    let plan = Plan::sobol(Session::MOST_SAMPLES, 3).unwrap();
    for (target, by) in [
        (Target::relative(1e-7).unwrap(), StoppedBy::RelError),
        (Target::absolute(1e-6).unwrap(), StoppedBy::AbsError),
        (Target::relative(0.5).unwrap(), StoppedBy::RelError),
    ] {
        let (stopped, states) = all_states(Session::new(&plan).stop_at(target), &problem);
        assert_eq!(stopped.stopped_by, by);
        assert!(stopped.samples >= Session::LEAST_SAMPLES);
        // It has the bits of a run of so many samples, batches apart: these are as long as the plan's.
        for state in states.iter().step_by(states.len().div_ceil(5)) {
            let session = Session::new(&plan).stop_at(target);
            let session = session.resume(state.clone()).unwrap();
            assert_eq!(outcome(session, &problem), stopped);
        }
        let long = Plan::sobol(stopped.samples, 3).unwrap();
        if long.batch_size() == plan.batch_size() {
            assert_eq!(outcome(Session::new(&long), &problem).estimate, stopped.estimate);
        }
    }
}

#[test]
fn a_time_limit_ends_with_a_stage() {
    let problem = problem("0:1^2", "x0*x1");
    let plan = Plan::sobol(Session::MOST_SAMPLES, 3).unwrap();
    for limit in [0, 1, 60] {
        let session = Session::new(&plan).time_limit(Duration::from_millis(limit));
        let ended = outcome_of_stages(session, &problem);
        assert_eq!(ended.stopped_by, StoppedBy::TimeLimit);
        let each = ended.samples / ended.estimate.replicates.unwrap();
        assert!(each.is_power_of_two() && each * 18 == ended.samples, "{}", ended.samples);
    }
}

/// As [`outcome`], where more may have been drawn than the estimate is made of.
fn outcome_of_stages(session: Session<'_>, problem: &crate::Problem) -> Outcome {
    let kernel = Good.prepare(problem).unwrap();
    session.run(&*kernel, |_, _| (), &Progress::new()).unwrap()
}

/// Cancelled in the midst of a stage, a run has the stages before it.
#[test]
fn a_cancelled_run_has_the_stages_that_were_done() {
    let problem = problem("0:1", "exp(x)");
    let plan = Plan::sobol(1 << 21, 1).unwrap();
    let kernel = Good.prepare(&problem).unwrap();
    for segment in [0, 5, 16, 20, 40] {
        let (progress, mut asked, mut last) = (Progress::new(), 0, None);
        let ended = Session::new(&plan).keep_state().run(
            Watched(&*kernel, |nodes: &dyn Fn() -> Nodes| {
                if asked == segment {
                    progress.cancel();
                }
                asked += 1;
                nodes()
            }),
            |state, _| last = Some(state.clone()),
            &progress,
        );
        let state = last.expect("the end is told");
        match (ended, state.estimable()) {
            (Err(RunError::Cancelled), 0) => assert!(segment < 16),
            (Ok(ended), samples) => {
                assert_eq!((ended.stopped_by, ended.samples), (StoppedBy::Interrupt, samples));
                assert!(samples > 0 && samples <= state.samples());
            }
            other => panic!("{segment}: {other:?}"),
        }
        let resumed = Session::new(&plan).resume(state).unwrap();
        assert_eq!(outcome(resumed, &problem), outcome(Session::new(&plan), &problem));
    }
}

#[test]
fn values_that_are_not_finite_are_left_out_or_zero() {
    let bad = problem("0:1^2", "if(x0 < 0.25, 1/(x0-x0), x1)");
    let plan = Plan::sobol(100_000, 1).unwrap();
    let kernel = Lenient(Box::new(Good)).prepare(&bad).unwrap();
    let run = |policy| {
        let session = Session::new(&plan).non_finite(policy);
        session.run(&*kernel, |_, _| (), &Progress::new())
    };
    assert!(matches!(run(NonFinitePolicy::Refuse), Err(RunError::NonFinite(_))));
    for (policy, truth) in [(NonFinitePolicy::Skip, 0.5), (NonFinitePolicy::Zero, 0.375)] {
        let ended = run(policy).unwrap();
        // The net has its share in each quarter, exactly.
        assert_eq!(ended.non_finite, plan.samples() / 4);
        assert!((ended.estimate.value - truth).abs() < 1e-3, "{policy:?}: {}", ended.estimate);
        assert!(ended.estimate.distance(truth) < 6.0, "{policy:?}: {}", ended.estimate);
    }
}

/// A wave that is shorter than what a net resolves, and a function that it is made for: 100 seeds each. By chance the
/// first is not seen in 1 run of 20, so 80 of 100 are seen but for 1 in 10⁷; the second is never doubted.
#[test]
fn points_that_do_not_pay_are_named() {
    let seen = |f: &str| {
        let problem = problem("0:1^10", f);
        let warned = (0..100).filter(|&seed| {
            let plan = Plan::sobol(1 << 14, seed).unwrap();
            let warnings = outcome(Session::new(&plan), &problem).warnings;
            warnings.iter().any(|warning| matches!(warning, Warning::NoBetter { .. }))
        });
        warned.count()
    };
    assert!(seen("cos(300*sum(i*x))") >= 80);
    assert_eq!(seen("exp(sum(x))"), 0);
}
