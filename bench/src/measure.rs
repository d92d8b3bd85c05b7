//! Timing competitors side by side.

use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;
use serde::Serialize;

/// Seconds of one run, over several runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Seconds {
    /// The middle one.
    pub median: f64,
    /// The fastest.
    pub min: f64,
    /// The slowest.
    pub max: f64,
    /// How many measurements.
    pub runs: usize,
}

impl Seconds {
    /// The summary of `times`, unless there are none.
    pub fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_by(f64::total_cmp);
        let (min, max) = (*times.first()?, *times.last()?);
        let middle = times.len() / 2;
        let median = if times.len() % 2 == 1 {
            times[middle]
        } else {
            (times[middle - 1] + times[middle]) / 2.0
        };
        Some(Self { median, min, max, runs: times.len() })
    }
}

/// Something that can be run again and again.
pub trait Competitor {
    /// What went wrong in a run.
    type Error;

    /// One run.
    fn run(&mut self) -> Result<(), Self::Error>;

    /// `repeats` runs in a row; the seconds of one. A competitor with a clock of its
    /// own, in another process, says what that one showed.
    fn timed(&mut self, repeats: u32) -> Result<f64, Self::Error> {
        let clock = Instant::now();
        (0..repeats).try_for_each(|_| self.run())?;
        Ok(clock.elapsed().as_secs_f64() / f64::from(repeats))
    }

    /// Gets warm before the rounds, with a run that does not count. Says about how
    /// many seconds a run takes.
    fn warm_up(&mut self) -> Result<f64, Self::Error> {
        self.timed(1)
    }

    /// The most rounds that it takes part in. Where it says a number, it is slow, and
    /// its time is not taken from the budget of the others.
    fn rounds(&self) -> usize {
        usize::MAX
    }
}

/// A measurement shorter than this is repeated inside, since reading the clock
/// and waking up cost something too.
const SHORTEST: Duration = Duration::from_micros(200);

/// The fewest and the most rounds.
const ROUNDS: std::ops::RangeInclusive<usize> = 3..=51;

/// Runs every competitor once to warm up, then in rounds, in an order that is
/// shuffled each time, until `budget` is spent. Rounds make slow spells of the
/// machine hit all alike. A competitor that fails leaves the race; its slot
/// holds its error.
pub fn interleaved<C: Competitor>(
    competitors: &mut [C],
    budget: Duration,
    mut tick: impl FnMut(f64),
) -> Vec<Result<Vec<f64>, C::Error>> {
    let start = Instant::now();
    let mut outcomes: Vec<Result<Vec<f64>, C::Error>> =
        competitors.iter().map(|_| Ok(Vec::new())).collect();
    let mut repeats = vec![1u32; competitors.len()];
    for (k, competitor) in competitors.iter_mut().enumerate() {
        match competitor.warm_up() {
            Ok(one) => {
                repeats[k] = (SHORTEST.as_secs_f64() / one.max(50e-9)).clamp(1.0, 10_000.0) as u32;
            }
            Err(error) => outcomes[k] = Err(error),
        }
    }
    let mut order: Vec<usize> = (0..competitors.len()).collect();
    // Any order will do, but the same each time the program is run.
    let mut rng = Xoshiro256Plus::seed_from_u64(0);
    let mut apart = Duration::ZERO;
    for round in 1..=*ROUNDS.end() {
        order.shuffle(&mut rng);
        for &k in &order {
            let Ok(times) = &mut outcomes[k] else { continue };
            let most = competitors[k].rounds();
            if times.len() >= most {
                continue;
            }
            let clock = Instant::now();
            match competitors[k].timed(repeats[k]) {
                Ok(seconds) => times.push(seconds),
                Err(error) => outcomes[k] = Err(error),
            }
            if most != usize::MAX {
                apart += clock.elapsed();
            }
        }
        let spent = start.elapsed().saturating_sub(apart);
        tick((spent.as_secs_f64() / budget.as_secs_f64()).min(1.0));
        if round >= *ROUNDS.start() && spent >= budget {
            break;
        }
    }
    outcomes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        let odd = Seconds::of(vec![3.0, 1.0, 2.0]).unwrap();
        assert_eq!(odd, Seconds { median: 2.0, min: 1.0, max: 3.0, runs: 3 });
        assert_eq!(Seconds::of(vec![1.0, 2.0]).unwrap().median, 1.5);
        assert_eq!(Seconds::of(vec![]), None);
    }

    struct Counter {
        runs: u32,
        fails_at: u32,
    }

    impl Competitor for Counter {
        type Error = u32;

        fn run(&mut self) -> Result<(), u32> {
            self.runs += 1;
            if self.runs == self.fails_at { Err(self.runs) } else { Ok(()) }
        }
    }

    #[test]
    fn all_take_part_in_every_round_until_they_fail() {
        let mut competitors = [0, 1, 5].map(|fails_at| Counter { runs: 0, fails_at });
        let outcomes = interleaved(&mut competitors, Duration::ZERO, |_| {});
        assert_eq!(outcomes[0].as_ref().map(Vec::len), Ok(3));
        assert_eq!(outcomes[1], Err(1), "fails while warming up");
        assert_eq!(outcomes[2], Err(5), "fails later");
        assert_eq!(competitors[1].runs, 1, "and is not run again");
    }

    /// It has a clock of its own, and is slow or not.
    struct Own {
        asked: Vec<u32>,
        rounds: usize,
    }

    impl Competitor for Own {
        type Error = ();

        fn run(&mut self) -> Result<(), ()> {
            self.timed(1).map(|_| ())
        }

        fn timed(&mut self, repeats: u32) -> Result<f64, ()> {
            self.asked.push(repeats);
            Ok(50e-6)
        }

        fn rounds(&self) -> usize {
            self.rounds
        }
    }

    #[test]
    fn a_clock_of_its_own_counts_and_a_slow_one_takes_part_in_few_rounds() {
        let mut competitors = [usize::MAX, 1].map(|rounds| Own { asked: vec![], rounds });
        let outcomes = interleaved(&mut competitors, Duration::ZERO, |_| {});
        assert_eq!(outcomes, [Ok(vec![50e-6; 3]), Ok(vec![50e-6; 1])]);
        // Once to warm up; then as often as fills a measurement.
        assert_eq!(competitors[0].asked, [1, 4, 4, 4]);
        assert_eq!(competitors[1].asked, [1, 4]);
    }
}
