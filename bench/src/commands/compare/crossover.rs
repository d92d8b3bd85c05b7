//! From how many samples on an executor pays: measured against the same kernel in one thread.

use std::time::{Duration, Instant};

use mc_core::{Plan, Progress};

use crate::measure::{Seconds, Way, interleaved_by};
use crate::run::Runner;

/// The first number of samples that is tried.
const FIRST: u64 = 1000;

/// How long the measurements at one number of samples may take, unless a few rounds take longer.
const EACH: Duration = Duration::from_millis(40);

/// To win is to take less than this share of the time of one thread. Less than that
/// is noise, or the executor runs it in one thread as well.
const CLEARLY: f64 = 0.95;

/// Searches for the crossover of `technique` against `alone`.
///
/// No larger number is tried once the search has taken as long as `patience`.
///
/// The number of samples is doubled until the technique wins at two of them in a
/// row, both by the medians of interleaved runs. Between the last loss and the first
/// of these wins it is narrowed down to a step of 2^¼, some 20 %.
pub fn search(
    technique: &mut dyn Runner,
    alone: &mut dyn Runner,
    seed: u64,
    patience: Duration,
    progress: &Progress,
) -> Result<(Option<u64>, u64), String> {
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64();
    search_by(&clock, patience, |samples| {
        let plan = &Plan::new(samples, seed).map_err(|error| error.to_string())?;
        let mut both = [
            Way::new("", || technique.run(plan, progress)),
            Way::new("", || alone.run(plan, progress)),
        ];
        wins(&clock, &mut both)
    })
}

/// The search, where `wins` says whether the technique is faster.
fn search_by(
    clock: &dyn Fn() -> f64,
    patience: Duration,
    mut wins: impl FnMut(u64) -> Result<bool, String>,
) -> Result<(Option<u64>, u64), String> {
    let start = clock();
    let (mut lost, mut won) = (None, None);
    let mut samples = FIRST;
    let found = loop {
        match (wins(samples)?, won) {
            (true, Some(first)) => break Some(first),
            (true, None) => won = Some(samples),
            (false, _) => (lost, won) = (Some(samples), None),
        }
        if clock() - start > patience.as_secs_f64() {
            // A win at the last number tried stands.
            break won;
        }
        samples *= 2;
    };
    let (Some(mut high), Some(mut low)) = (found, lost) else {
        return Ok((found, samples));
    };
    for _ in 0..2 {
        let middle = (low as f64 * high as f64).sqrt() as u64;
        if wins(middle)? { high = middle } else { low = middle }
    }
    Ok((Some(high), samples))
}

/// Whether the first of two is clearly faster.
fn wins<T>(clock: &dyn Fn() -> f64, both: &mut [Way<'_, T>; 2]) -> Result<bool, String> {
    let mut medians = [f64::NAN; 2];
    for (median, times) in medians.iter_mut().zip(interleaved_by(clock, both, EACH, |_| {})) {
        *median = Seconds::median_of(times?.runs);
    }
    Ok(medians[0] < CLEARLY * medians[1])
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The crossover of a toy with one that takes 10 ns a sample, by a clock that moves only when
    /// one of them runs.
    fn found(fixed: f64, each: f64) -> Option<u64> {
        let clock = Cell::new(0.0);
        let now = || clock.get();
        let outcome = search_by(&now, Duration::from_secs(2), |samples| {
            // Takes `fixed` + `each`·M seconds.
            let toy = |fixed: f64, each: f64| {
                let seconds = each.mul_add(samples as f64, fixed);
                let clock = &clock;
                Way::new("", move || {
                    clock.set(clock.get() + seconds);
                    Ok::<_, String>(())
                })
            };
            wins(&now, &mut [toy(fixed, each), toy(0.0, 10e-9)])
        });
        outcome.expect("toys do not fail").0
    }

    #[test]
    fn the_crossover_of_two_toys_is_where_their_lines_cross() {
        // Half the work, after a start that costs as much as 20,000 samples do alone:
        // 5 % faster from 200 µs / 4.5 ns = 44,444 on. A step of the search is 20 %.
        let samples = found(200e-6, 5e-9).expect("it pays");
        assert!((44_444..=53_500).contains(&samples), "{samples}");
    }

    #[test]
    fn one_that_saves_no_work_never_pays() {
        assert_eq!(found(200e-6, 10e-9), None);
    }

    #[test]
    fn one_that_is_always_faster_pays_from_the_first_number_on() {
        assert_eq!(found(0.0, 5e-9), Some(FIRST));
    }
}
