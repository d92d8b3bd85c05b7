//! Rounds: ways to a result timed side by side.

use std::time::{Duration, Instant};

use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::SeedableRng;

use super::seconds::Seconds;
use super::way::Way;

/// The times of one way.
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    /// Seconds of the first run, which warms up, and is not one of `runs`. A slow
    /// one has none.
    pub first: Option<f64>,
    /// Seconds of each measurement.
    pub runs: Vec<f64>,
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

/// Runs every way until it is warm, then in rounds, in an order that is
/// shuffled each time, until every median is known to 0.5 % or `budget` is spent.
/// Rounds make slow spells of the machine hit all alike. A way that fails
/// leaves the race; its slot holds its error. One that is interrupted ends the race.
pub fn interleaved<T>(
    ways: &mut [Way<'_, T>],
    budget: Duration,
    tick: impl FnMut(f64),
) -> Vec<Result<Times, String>> {
    let start = Instant::now();
    interleaved_by(&|| start.elapsed().as_secs_f64(), ways, budget, tick)
}

/// The same by another clock, which tells the seconds since some moment in the past.
pub fn interleaved_by<T>(
    clock: &dyn Fn() -> f64,
    ways: &mut [Way<'_, T>],
    budget: Duration,
    mut tick: impl FnMut(f64),
) -> Vec<Result<Times, String>> {
    let budget = budget.as_secs_f64();
    let start = clock();
    let mut repeats = vec![1u32; ways.len()];
    let mut outcomes: Vec<Result<Times, String>> = ways
        .iter_mut()
        .zip(&mut repeats)
        .map(|(way, repeats)| {
            if way.rounds.is_some() {
                return Ok(Times { first: None, runs: Vec::new() });
            }
            let first = timed(clock, way, 1)?;
            *repeats = repeats_of(clock, way, first)?;
            Ok(Times { first: Some(first), runs: Vec::new() })
        })
        .collect();
    let mut order: Vec<usize> = (0..ways.len()).collect();
    // Any order will do, but the same each time the program is run.
    let mut rng = Xoshiro256Plus::seed_from_u64(0);
    let mut slow = 0.0;
    'race: for round in 1..=*ROUNDS.end() {
        order.shuffle(&mut rng);
        for &k in &order {
            let Ok(times) = &mut outcomes[k] else { continue };
            let rounds = ways[k].rounds;
            if rounds.is_some_and(|rounds| times.runs.len() >= rounds) {
                continue;
            }
            let begin = clock();
            match measured(clock, &mut ways[k], repeats[k]) {
                Ok(seconds) => times.runs.push(seconds),
                Err(_) if ways[k].is_interrupted() => break 'race,
                Err(error) => outcomes[k] = Err(error),
            }
            if rounds.is_some() {
                slow += clock() - begin;
            }
        }
        let spent = clock() - start - slow;
        tick((spent / budget).min(1.0));
        if round >= *ROUNDS.start() && spent >= budget
            || round >= TRUSTED && narrow(ways, &outcomes)
        {
            break;
        }
    }
    outcomes
}

/// How many runs in a row make a measurement, for a way whose first run took `first`
/// seconds.
///
/// The first run touches code and memory for the first time, and may take fifty times as long
/// as the next. So it does not decide: the number grows until so many warm runs are long enough.
fn repeats_of<T>(clock: &dyn Fn() -> f64, way: &mut Way<'_, T>, first: f64) -> Result<u32, String> {
    /// Until it is known how long a warm run takes, no more than so many times as often.
    const GROWS: u32 = 16;
    let mut repeats = 1;
    if first >= LONG {
        return Ok(repeats);
    }
    loop {
        let warm = timed(clock, way, repeats)?;
        let wanted = (SHORTEST / warm.max(50e-9)).clamp(1.0, 10_000.0) as u32;
        if wanted <= 2 * repeats {
            return Ok(wanted);
        }
        repeats = wanted.min(GROWS * repeats);
    }
}

/// Seconds of one of `repeats` runs of a round. The others have run meanwhile, and their code
/// and memory are what the caches hold: where runs are short, one is made before the clock starts.
fn measured<T>(clock: &dyn Fn() -> f64, way: &mut Way<'_, T>, repeats: u32) -> Result<f64, String> {
    if repeats > 1 {
        way.run(1)?;
    }
    timed(clock, way, repeats)
}

/// Seconds of one of `repeats` runs.
fn timed<T>(clock: &dyn Fn() -> f64, way: &mut Way<'_, T>, repeats: u32) -> Result<f64, String> {
    let start = clock();
    let own = way.run(repeats)?;
    Ok(own.unwrap_or_else(|| (clock() - start) / f64::from(repeats)))
}

/// Whether every median is known well enough; those of slow ways never are.
fn narrow<T>(ways: &[Way<'_, T>], outcomes: &[Result<Times, String>]) -> bool {
    ways.iter().zip(outcomes).all(|(way, outcome)| {
        let seconds = outcome.as_ref().ok().and_then(|times| Seconds::of(times.runs.clone()));
        way.rounds.is_some() || seconds.is_none_or(|seconds| seconds.spread() < NARROW)
    })
}

/// The median time of each of `ways`, in the same rounds; or what one of them says went wrong.
pub fn medians<T>(ways: &mut [Way<'_, T>], budget: Duration) -> Result<Vec<f64>, String> {
    let outcomes = interleaved(ways, budget, |_| {});
    let medians = ways.iter().zip(outcomes).map(|(way, outcome)| match outcome {
        Ok(times) => Ok(Seconds::median_of(times.runs)),
        Err(error) => Err(format!("{}: {error}", way.name)),
    });
    medians.collect()
}

#[cfg(test)]
mod tests;
