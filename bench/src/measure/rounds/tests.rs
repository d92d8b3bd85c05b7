use std::cell::{Cell, RefCell};

use rand::RngExt;

use super::*;

/// Takes so many seconds on a clock that moves only then.
fn taking<'c>(
    clock: &'c Cell<f64>,
    mut seconds: impl FnMut() -> Result<f64, String> + 'c,
) -> Way<'c, ()> {
    Way::new("", move || seconds().map(|seconds| clock.set(clock.get() + seconds)))
}

/// Takes a quarter of a second, counts its runs, and fails at one of them.
fn counter<'c>(clock: &'c Cell<f64>, runs: &'c Cell<u32>, fails_at: u32) -> Way<'c, ()> {
    taking(clock, move || {
        runs.set(runs.get() + 1);
        if runs.get() == fails_at { Err(format!("at {fails_at}")) } else { Ok(0.25) }
    })
}

#[test]
fn all_take_part_in_every_round_until_they_fail() {
    let (clock, runs) = (Cell::new(0.0), [const { Cell::new(0) }; 3]);
    let mut ways = [(0, 0), (1, 1), (2, 3)].map(|(k, at)| counter(&clock, &runs[k], at));
    let outcomes = interleaved_by(&|| clock.get(), &mut ways, Duration::ZERO, |_| {});
    assert_eq!(outcomes[0], Ok(Times { first: Some(0.25), runs: vec![0.25; 3] }));
    assert_eq!(outcomes[1], Err("at 1".to_owned()), "fails while warming up");
    assert_eq!(outcomes[2], Err("at 3".to_owned()), "fails later");
    assert_eq!(runs[1].get(), 1, "and is not run again");
}

#[test]
fn a_certain_median_ends_the_race_before_the_budget() {
    let (clock, runs) = (Cell::new(0.0), Cell::new(0));
    let mut one = [counter(&clock, &runs, 0)];
    let outcomes = interleaved_by(&|| clock.get(), &mut one, Duration::from_secs(1000), |_| {});
    assert_eq!(outcomes[0].as_ref().unwrap().runs.len(), TRUSTED);
}

#[test]
fn a_way_with_its_own_clock_is_believed() {
    let mut told = [Way::clocked("", None, |_| Ok(((), Some(2.0))))];
    let outcomes = interleaved_by(&|| 0.0, &mut told, Duration::ZERO, |_| {});
    assert_eq!(outcomes[0], Ok(Times { first: Some(2.0), runs: vec![2.0; 3] }));
}

#[test]
fn a_slow_one_takes_part_in_few_rounds_and_not_at_the_others_cost() {
    let (clock, runs) = (Cell::new(0.0), Cell::new(0));
    let slow = Way::clocked("", Some(2), |_| {
        clock.set(clock.get() + 1.0);
        Ok(((), None))
    });
    let mut ways = [counter(&clock, &runs, 0), slow];
    let budget = Duration::from_secs_f64(2.5);
    let outcomes = interleaved_by(&|| clock.get(), &mut ways, budget, |_| {});
    // The first and 9 rounds of a quarter of a second: the slow one's 2 seconds are apart.
    assert_eq!(outcomes[0], Ok(Times { first: Some(0.25), runs: vec![0.25; 9] }));
    assert_eq!(outcomes[1], Ok(Times { first: None, runs: vec![1.0; 2] }));
}

/// Takes a millisecond times `factor`, give or take the noise of a shared machine: each run is
/// off by some percent, one in ten by up to twice the time, and slow spells that
/// last many runs hit whoever is running.
fn noisy<'c>(clock: &'c Cell<f64>, rng: &'c RefCell<Xoshiro256Plus>, factor: f64) -> Way<'c, ()> {
    taking(clock, move || {
        let mut rng = rng.borrow_mut();
        let spell = if ((clock.get() / 0.05) as u64).is_multiple_of(3) { 1.15 } else { 1.0 };
        let mut time = 1e-3 * spell * (1.0 + 0.05 * rng.random::<f64>());
        if rng.random::<f64>() < 0.1 {
            time *= 1.0 + rng.random::<f64>();
        }
        Ok(factor * time)
    })
}

/// The ratio of two identical ways is 1 to within its interval, in 95 % of 1,000 repeats. If
/// the true share is 95 %, it falls below 92.5 % with a probability of less than 0.001.
#[test]
fn two_that_are_the_same_differ_by_less_than_they_say() {
    let rng = RefCell::new(Xoshiro256Plus::seed_from_u64(20_150_101));
    let mut covered = 0;
    for repeat in 0..1000 {
        let clock = Cell::new(f64::from(repeat) * 0.0173);
        let mut two = [1.0, 1.0].map(|factor| noisy(&clock, &rng, factor));
        let budget = Duration::from_millis(60);
        let mut times = interleaved_by(&|| clock.get(), &mut two, budget, |_| {}).into_iter();
        let mut next = || Seconds::of(times.next().unwrap().unwrap().runs).unwrap();
        let ratio = next().over(&next());
        covered += u32::from(ratio.low <= 1.0 && 1.0 <= ratio.high);
    }
    assert!(covered >= 925, "{covered} of 1000");
}

/// One that takes 1.3 times as long is told apart.
#[test]
fn two_that_differ_are_told_apart() {
    let rng = RefCell::new(Xoshiro256Plus::seed_from_u64(7));
    let clock = Cell::new(0.0);
    let mut two = [1.0, 1.3].map(|factor| noisy(&clock, &rng, factor));
    let budget = Duration::from_millis(200);
    let times = interleaved_by(&|| clock.get(), &mut two, budget, |_| {});
    let [fast, slow] = [0, 1].map(|k| Seconds::of(times[k].clone().unwrap().runs).unwrap());
    let ratio = slow.over(&fast);
    assert!(ratio.low > 1.0 && ratio.low < 1.3 && ratio.high > 1.3, "{ratio:?}");
}

/// Seconds of a warm run, and of one after another's.
const WARM: f64 = 0.5e-6;
const AFTER_ANOTHER: f64 = 6e-6;

/// A short loop as a processor does it: slow in its first run, which takes `first` and whose code
/// and memory nobody has touched, and a little slow in the first run after another's.
fn short<'c>(
    clock: &'c Cell<f64>,
    last: &'c Cell<usize>,
    name: usize,
    mut first: f64,
) -> Way<'c, ()> {
    taking(clock, move || {
        Ok(match (std::mem::take(&mut first), last.replace(name)) {
            (first, _) if first > 0.0 => first,
            (_, last) if last != name => AFTER_ANOTHER,
            _ => WARM,
        })
    })
}

/// The same loop four times, of which some had a slower first run: it decides nothing.
#[test]
fn a_cold_first_run_changes_no_time() {
    let (clock, last) = (Cell::new(0.0), Cell::new(usize::MAX));
    let firsts = [0.6e-6, 12e-6, 150e-6, 30e-3];
    let mut four: Vec<_> =
        (0..).zip(firsts).map(|(name, first)| short(&clock, &last, name, first)).collect();
    let times = interleaved_by(&|| clock.get(), &mut four, Duration::from_millis(50), |_| {});
    for (outcome, first) in times.into_iter().zip(firsts) {
        let times = outcome.expect("none fails");
        assert!((times.first.expect("a first run") / first - 1.0).abs() < 1e-6, "{times:?}");
        let median = Seconds::median_of(times.runs);
        assert!((median / WARM - 1.0).abs() < 0.005, "{median} after a first of {first}");
    }
}
