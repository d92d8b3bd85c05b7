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
        let warm_up = Instant::now();
        match competitor.run() {
            Ok(()) => {
                let one = warm_up.elapsed().max(Duration::from_nanos(50));
                repeats[k] = (SHORTEST.as_nanos() / one.as_nanos()).clamp(1, 10_000) as u32;
            }
            Err(error) => outcomes[k] = Err(error),
        }
    }
    let mut order: Vec<usize> = (0..competitors.len()).collect();
    // Any order will do, but the same each time the program is run.
    let mut rng = Xoshiro256Plus::seed_from_u64(0);
    for round in 1..=*ROUNDS.end() {
        order.shuffle(&mut rng);
        for &k in &order {
            let Ok(times) = &mut outcomes[k] else { continue };
            let clock = Instant::now();
            let run = (0..repeats[k]).try_for_each(|_| competitors[k].run());
            match run {
                Ok(()) => times.push(clock.elapsed().as_secs_f64() / f64::from(repeats[k])),
                Err(error) => outcomes[k] = Err(error),
            }
        }
        tick((start.elapsed().as_secs_f64() / budget.as_secs_f64()).min(1.0));
        if round >= *ROUNDS.start() && start.elapsed() >= budget {
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
}
