//! Rounds: competitors timed side by side.

use std::time::Duration;

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;

use super::clock::{Clock, WallClock};
use super::seconds::Seconds;

/// Something that can be run again and again.
pub trait Competitor {
    /// What went wrong in a run.
    type Error;

    /// One run. The seconds it took, if it has a clock of its own that knows better
    /// than one outside: another process, for instance.
    fn run(&mut self) -> Result<Option<f64>, Self::Error>;

    /// `repeats` runs in a row; the seconds of one of them, as in [`run`](Self::run).
    fn run_often(&mut self, repeats: u32) -> Result<Option<f64>, Self::Error> {
        let mut own = Some(0.0);
        for _ in 0..repeats {
            own = own.zip(self.run()?).map(|(sum, seconds)| sum + seconds);
        }
        Ok(own.map(|sum| sum / f64::from(repeats)))
    }

    /// How it takes part.
    fn pace(&self) -> Pace {
        Pace::EveryRound
    }
}

/// How a competitor takes part in the rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Pace {
    /// A run to warm up, then one in every round.
    EveryRound,
    /// It is so slow that it would leave the others no time: it takes part in a few
    /// rounds, cold, and its time is not taken from the budget.
    Slow {
        /// In how many rounds.
        rounds: usize,
    },
}

/// The times of a competitor.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// Seconds of the first run, which warms up, and is not one of `runs`. A slow
    /// competitor has none.
    pub first: Option<f64>,
    /// Seconds of each measurement.
    pub runs: Vec<f64>,
}

impl Times {
    /// What is said of them.
    pub fn summary(self) -> Option<Seconds> {
        Seconds::of(self.runs)
    }
}

/// A measurement shorter than this is repeated inside, since reading the clock
/// and waking up cost something too.
const SHORTEST: f64 = 200e-6;

/// A run as long as this is not repeated inside, however much of it was for being the first.
const LONG: f64 = 0.1;

/// The fewest and the most rounds.
const ROUNDS: std::ops::RangeInclusive<usize> = 3..=301;

/// The fewest rounds after which a narrow interval is believed.
const TRUSTED: usize = 21;

/// An interval is narrow if its half is less than this share of the median.
const NARROW: f64 = 0.005;

/// Runs every competitor until it is warm, then in rounds, in an order that is
/// shuffled each time, until every median is known to 0.5 % or `budget` is spent.
/// Rounds make slow spells of the machine hit all alike. A competitor that fails
/// leaves the race; its slot holds its error.
pub fn interleaved<C: Competitor>(
    competitors: &mut [C],
    budget: Duration,
    tick: impl FnMut(f64),
) -> Vec<Result<Times, C::Error>> {
    interleaved_by(&WallClock::start(), competitors, budget, tick)
}

/// The same by another clock.
pub fn interleaved_by<C: Competitor>(
    clock: &impl Clock,
    competitors: &mut [C],
    budget: Duration,
    mut tick: impl FnMut(f64),
) -> Vec<Result<Times, C::Error>> {
    let budget = budget.as_secs_f64();
    let start = clock.seconds();
    let mut repeats = vec![1u32; competitors.len()];
    let mut outcomes: Vec<Result<Times, C::Error>> = competitors
        .iter_mut()
        .zip(&mut repeats)
        .map(|(competitor, repeats)| {
            if competitor.pace() != Pace::EveryRound {
                return Ok(Times { first: None, runs: Vec::new() });
            }
            let first = timed(clock, competitor, 1)?;
            *repeats = repeats_of(clock, competitor, first)?;
            Ok(Times { first: Some(first), runs: Vec::new() })
        })
        .collect();
    let mut order: Vec<usize> = (0..competitors.len()).collect();
    // Any order will do, but the same each time the program is run.
    let mut rng = Xoshiro256Plus::seed_from_u64(0);
    let mut slow = 0.0;
    for round in 1..=*ROUNDS.end() {
        order.shuffle(&mut rng);
        for &k in &order {
            let Ok(times) = &mut outcomes[k] else { continue };
            let pace = competitors[k].pace();
            if matches!(pace, Pace::Slow { rounds } if times.runs.len() >= rounds) {
                continue;
            }
            let begin = clock.seconds();
            match measured(clock, &mut competitors[k], repeats[k]) {
                Ok(seconds) => times.runs.push(seconds),
                Err(error) => outcomes[k] = Err(error),
            }
            if pace != Pace::EveryRound {
                slow += clock.seconds() - begin;
            }
        }
        let spent = clock.seconds() - start - slow;
        tick((spent / budget).min(1.0));
        if round >= *ROUNDS.start() && spent >= budget
            || round >= TRUSTED && narrow(competitors, &outcomes)
        {
            break;
        }
    }
    outcomes
}

/// How many runs in a row make a measurement, for a competitor whose first run took `first`
/// seconds.
///
/// The first run touches code and memory for the first time, and may take fifty times as long
/// as the next. So it does not decide: the number grows until so many warm runs are long enough.
fn repeats_of<C: Competitor>(
    clock: &impl Clock,
    competitor: &mut C,
    first: f64,
) -> Result<u32, C::Error> {
    /// Until it is known how long a warm run takes, no more than so many times as often.
    const GROWS: u32 = 16;
    let mut repeats = 1;
    if first >= LONG {
        return Ok(repeats);
    }
    loop {
        let warm = timed(clock, competitor, repeats)?;
        let wanted = (SHORTEST / warm.max(50e-9)).clamp(1.0, 10_000.0) as u32;
        if wanted <= 2 * repeats {
            return Ok(wanted);
        }
        repeats = wanted.min(GROWS * repeats);
    }
}

/// Seconds of one of `repeats` runs of a round. The others have run meanwhile, and their code
/// and memory are what the caches hold: where runs are short, one is made before the clock starts.
fn measured<C: Competitor>(
    clock: &impl Clock,
    competitor: &mut C,
    repeats: u32,
) -> Result<f64, C::Error> {
    if repeats > 1 {
        competitor.run()?;
    }
    timed(clock, competitor, repeats)
}

/// Seconds of one of `repeats` runs.
fn timed<C: Competitor>(
    clock: &impl Clock,
    competitor: &mut C,
    repeats: u32,
) -> Result<f64, C::Error> {
    let start = clock.seconds();
    let own = competitor.run_often(repeats)?;
    Ok(own.unwrap_or_else(|| (clock.seconds() - start) / f64::from(repeats)))
}

/// Whether every median is known well enough; those of slow competitors never are.
fn narrow<C: Competitor>(competitors: &[C], outcomes: &[Result<Times, C::Error>]) -> bool {
    competitors.iter().zip(outcomes).all(|(competitor, outcome)| {
        let seconds = outcome.as_ref().ok().and_then(|times| Seconds::of(times.runs.clone()));
        competitor.pace() != Pace::EveryRound
            || seconds.is_none_or(|seconds| seconds.spread() < NARROW)
    })
}

#[cfg(test)]
mod tests;
