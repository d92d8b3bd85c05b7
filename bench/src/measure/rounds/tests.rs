use std::cell::{Cell, RefCell};

use rand::RngExt;

use super::*;

/// A clock that moves only when a competitor says so.
#[derive(Default)]
struct Synthetic(Cell<f64>);

impl Clock for Synthetic {
    fn seconds(&self) -> f64 {
        self.0.get()
    }
}

struct Counter<'c> {
    clock: &'c Synthetic,
    runs: u32,
    fails_at: u32,
}

impl Competitor for Counter<'_> {
    type Error = u32;

    fn run(&mut self) -> Result<Option<f64>, u32> {
        self.clock.0.set(self.clock.0.get() + 0.25);
        self.runs += 1;
        if self.runs == self.fails_at { Err(self.runs) } else { Ok(None) }
    }
}

#[test]
fn all_take_part_in_every_round_until_they_fail() {
    let clock = Synthetic::default();
    let mut competitors = [0, 1, 3].map(|fails_at| Counter { clock: &clock, runs: 0, fails_at });
    let outcomes = interleaved_by(&clock, &mut competitors, Duration::ZERO, |_| {});
    assert_eq!(outcomes[0], Ok(Times { first: Some(0.25), runs: vec![0.25; 3] }));
    assert_eq!(outcomes[1], Err(1), "fails while warming up");
    assert_eq!(outcomes[2], Err(3), "fails later");
    assert_eq!(competitors[1].runs, 1, "and is not run again");
}

#[test]
fn a_certain_median_ends_the_race_before_the_budget() {
    let clock = Synthetic::default();
    let mut one = [Counter { clock: &clock, runs: 0, fails_at: 0 }];
    let outcomes = interleaved_by(&clock, &mut one, Duration::from_secs(1000), |_| {});
    assert_eq!(outcomes[0].as_ref().unwrap().runs.len(), TRUSTED);
}

/// Says itself how long it took.
struct Told(f64);

impl Competitor for Told {
    type Error = ();

    fn run(&mut self) -> Result<Option<f64>, ()> {
        Ok(Some(self.0))
    }
}

#[test]
fn a_competitor_with_its_own_clock_is_believed() {
    let outcomes = interleaved_by(&Synthetic::default(), &mut [Told(2.0)], Duration::ZERO, |_| {});
    assert_eq!(outcomes[0], Ok(Times { first: Some(2.0), runs: vec![2.0; 3] }));
}

#[test]
fn a_slow_one_takes_part_in_few_rounds_and_not_at_the_others_cost() {
    /// Either of them.
    struct One<'c>(Counter<'c>, bool);
    impl Competitor for One<'_> {
        type Error = u32;

        fn run(&mut self) -> Result<Option<f64>, u32> {
            self.0.run_often(if self.1 { 4 } else { 1 })
        }

        fn pace(&self) -> Pace {
            if self.1 { Pace::Slow { rounds: 2 } } else { Pace::EveryRound }
        }
    }
    let clock = Synthetic::default();
    let mut competitors =
        [false, true].map(|slow| One(Counter { clock: &clock, runs: 0, fails_at: 0 }, slow));
    let budget = Duration::from_secs_f64(2.5);
    let outcomes = interleaved_by(&clock, &mut competitors, budget, |_| {});
    // The first and 9 rounds of a quarter of a second: the slow one's 2 seconds are apart.
    assert_eq!(outcomes[0], Ok(Times { first: Some(0.25), runs: vec![0.25; 9] }));
    assert_eq!(outcomes[1], Ok(Times { first: None, runs: vec![1.0; 2] }));
}

/// Takes a millisecond, give or take the noise of a shared machine: each run is
/// off by some percent, one in ten by up to twice the time, and slow spells that
/// last many runs hit whoever is running.
struct Noisy<'c> {
    clock: &'c Synthetic,
    rng: &'c RefCell<Xoshiro256Plus>,
}

impl Competitor for Noisy<'_> {
    type Error = ();

    fn run(&mut self) -> Result<Option<f64>, ()> {
        let mut rng = self.rng.borrow_mut();
        let now = self.clock.0.get();
        let spell = if ((now / 0.05) as u64).is_multiple_of(3) { 1.15 } else { 1.0 };
        let mut time = 1e-3 * spell * (1.0 + 0.05 * rng.random::<f64>());
        if rng.random::<f64>() < 0.1 {
            time *= 1.0 + rng.random::<f64>();
        }
        self.clock.0.set(now + time);
        Ok(None)
    }
}

/// The ratio of two identical competitors is 1 to within its interval, in 95 % of 1,000 repeats. If
/// the true share is 95 %, it falls below 92.5 % with a probability of less than 0.001.
#[test]
fn two_that_are_the_same_differ_by_less_than_they_say() {
    let rng = RefCell::new(Xoshiro256Plus::seed_from_u64(20_150_101));
    let mut covered = 0;
    for repeat in 0..1000 {
        let clock = Synthetic(Cell::new(f64::from(repeat) * 0.0173));
        let mut two = [(); 2].map(|()| Noisy { clock: &clock, rng: &rng });
        let budget = Duration::from_millis(60);
        let mut times = interleaved_by(&clock, &mut two, budget, |_| {}).into_iter();
        let mut next = || times.next().unwrap().unwrap().summary().unwrap();
        let ratio = next().over(&next());
        covered += u32::from(ratio.low <= 1.0 && 1.0 <= ratio.high);
    }
    assert!(covered >= 925, "{covered} of 1000");
}

/// One that takes 1.3 times as long is told apart.
#[test]
fn two_that_differ_are_told_apart() {
    struct Slow<'c>(Noisy<'c>, f64);
    impl Competitor for Slow<'_> {
        type Error = ();
        fn run(&mut self) -> Result<Option<f64>, ()> {
            let before = self.0.clock.0.get();
            self.0.run()?;
            let time = self.0.clock.0.get() - before;
            self.0.clock.0.set(before + time * self.1);
            Ok(None)
        }
    }
    let rng = RefCell::new(Xoshiro256Plus::seed_from_u64(7));
    let clock = Synthetic::default();
    let mut two = [1.0, 1.3].map(|factor| Slow(Noisy { clock: &clock, rng: &rng }, factor));
    let budget = Duration::from_millis(200);
    let times = interleaved_by(&clock, &mut two, budget, |_| {});
    let [fast, slow] = [0, 1].map(|k| times[k].clone().unwrap().summary().unwrap());
    let ratio = slow.over(&fast);
    assert!(ratio.low > 1.0 && ratio.low < 1.3 && ratio.high > 1.3, "{ratio:?}");
}

/// A short loop as a processor does it: slow in its first run, whose code and memory nobody has
/// touched, and a little slow in the first run after another's.
struct Short<'c> {
    clock: &'c Synthetic,
    last: &'c Cell<usize>,
    name: usize,
    /// What the first run of all takes.
    first: f64,
}

/// Seconds of a warm run, and of one after another's.
const WARM: f64 = 0.5e-6;
const AFTER_ANOTHER: f64 = 6e-6;

impl Competitor for Short<'_> {
    type Error = ();

    fn run(&mut self) -> Result<Option<f64>, ()> {
        let time = match (std::mem::take(&mut self.first), self.last.replace(self.name)) {
            (first, _) if first > 0.0 => first,
            (_, last) if last != self.name => AFTER_ANOTHER,
            _ => WARM,
        };
        self.clock.0.set(self.clock.0.get() + time);
        Ok(None)
    }
}

/// The same loop four times, of which some had a slower first run: it decides nothing.
#[test]
fn a_cold_first_run_changes_no_time() {
    let (clock, last) = (Synthetic::default(), Cell::new(usize::MAX));
    let firsts = [0.6e-6, 12e-6, 150e-6, 30e-3];
    let mut four: Vec<_> = (0..)
        .zip(firsts)
        .map(|(name, first)| Short { clock: &clock, last: &last, name, first })
        .collect();
    let times = interleaved_by(&clock, &mut four, Duration::from_millis(50), |_| {});
    for (outcome, first) in times.into_iter().zip(firsts) {
        let times = outcome.expect("none fails");
        assert!((times.first.expect("a first run") / first - 1.0).abs() < 1e-6, "{times:?}");
        let median = times.summary().expect("runs").median;
        assert!((median / WARM - 1.0).abs() < 0.005, "{median} after a first of {first}");
    }
}
