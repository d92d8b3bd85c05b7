//! From how many samples on an executor pays: measured against the same kernel in one thread.

use std::time::{Duration, Instant};

use mc_core::Progress;

use crate::cli::request::Request;
use crate::measure::{Ratio, Seconds, Way, interleaved_by};
use crate::results::Crossover;
use crate::run::Runner;

/// The first number of samples that is tried.
const FIRST: u64 = 1000;

/// How long the measurements at one number of samples may take, unless a few rounds take longer.
const EACH: Duration = Duration::from_millis(40);

/// To win is to take less than this share of the time of one thread. Less than that
/// is noise, or the executor runs it in one thread as well.
const CLEARLY: f64 = 0.95;

/// Searches for the crossover of `technique` against `alone`, both prepared for `request`; its names are left open.
///
/// No larger number is tried once the search has taken as long as `patience`.
///
/// The number of samples is doubled until the technique wins at two of them in a
/// row, both by the medians of interleaved runs. Between the last loss and the first
/// of these wins it is narrowed down to a step of 2^¼, some 20 %. How sure that is say the numbers
/// at which the intervals of the medians leave no doubt.
pub fn search(
    technique: &mut dyn Runner,
    alone: &mut dyn Runner,
    request: &Request,
    patience: Duration,
    progress: &Progress,
) -> Result<Crossover, String> {
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64();
    search_by(&clock, patience, |samples| {
        let plan = &request.plan(samples).map_err(|error| error.to_string())?;
        let mut both = [
            Way::new("", || technique.run(plan, progress)),
            Way::new("", || alone.run(plan, progress)),
        ];
        slower(&clock, &mut both)
    })
}

/// The search, where `slower` says how many times as long the technique takes.
fn search_by(
    clock: &dyn Fn() -> f64,
    patience: Duration,
    mut slower: impl FnMut(u64) -> Result<Ratio, String>,
) -> Result<Crossover, String> {
    let mut tried: Vec<(u64, Ratio)> = Vec::new();
    let mut wins = |samples| {
        let ratio = slower(samples)?;
        tried.push((samples, ratio));
        Ok::<_, String>(ratio.value < CLEARLY)
    };
    let start = clock();
    let (mut lost, mut won) = (None, None);
    let mut searched_to = FIRST;
    let mut samples = loop {
        match (wins(searched_to)?, won) {
            (true, Some(first)) => break Some(first),
            (true, None) => won = Some(searched_to),
            (false, _) => (lost, won) = (Some(searched_to), None),
        }
        if clock() - start > patience.as_secs_f64() {
            // A win at the last number tried stands.
            break won;
        }
        searched_to *= 2;
    };
    if let (Some(mut high), Some(mut low)) = (samples, lost) {
        for _ in 0..2 {
            let middle = (low as f64 * high as f64).sqrt() as u64;
            if wins(middle)? { high = middle } else { low = middle }
        }
        samples = Some(high);
    }
    let at = |sure: fn(&Ratio) -> bool| {
        tried.iter().filter(move |(_, ratio)| sure(ratio)).map(|(samples, _)| *samples)
    };
    let below = at(|ratio| ratio.low >= CLEARLY).filter(|tried| Some(*tried) < samples);
    let above = at(|ratio| ratio.high < CLEARLY).filter(|tried| Some(*tried) >= samples);
    Ok(Crossover {
        samples,
        samples_low: samples.and(below.max()),
        samples_high: samples.and(above.min()),
        searched_to,
        ..Crossover::default()
    })
}

/// How many times as long the first of two takes; not a number if nothing was measured.
fn slower<T>(clock: &dyn Fn() -> f64, both: &mut [Way<'_, T>; 2]) -> Result<Ratio, String> {
    let times = interleaved_by(clock, both, EACH, |_| {}).into_iter();
    let seconds = times.map(|times| Ok(Seconds::of(times?.runs)));
    Ok(match seconds.collect::<Result<Vec<_>, String>>()?[..] {
        [Some(one), Some(other)] => one.over(&other),
        _ => Ratio { value: f64::NAN, low: f64::NAN, high: f64::NAN },
    })
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    /// The crossover of a toy with one that takes 10 ns a sample, by a clock that moves only when
    /// one of them runs.
    fn found(fixed: f64, each: f64) -> Crossover {
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
            slower(&now, &mut [toy(fixed, each), toy(0.0, 10e-9)])
        });
        outcome.expect("toys do not fail")
    }

    #[test]
    fn the_crossover_of_two_toys_is_where_their_lines_cross() {
        // Half the work, after a start that costs as much as 20,000 samples do alone:
        // 5 % faster from 200 µs / 4.5 ns = 44,444 on. A step of the search is 20 %.
        let found = found(200e-6, 5e-9);
        let samples = found.samples.expect("it pays");
        assert!((44_444..=53_500).contains(&samples), "{samples}");
        // Their times have no error, so the interval is a step.
        let (low, high) = found.samples_low.zip(found.samples_high).expect("both ends");
        assert!(low < 44_444 && high == samples && (high as f64) < 1.2 * low as f64, "{low}");
    }

    #[test]
    fn one_that_saves_no_work_never_pays() {
        assert_eq!(found(200e-6, 10e-9).samples, None);
    }

    #[test]
    fn one_that_is_always_faster_pays_from_the_first_number_on() {
        let found = found(0.0, 5e-9);
        assert_eq!((found.samples, found.samples_low), (Some(FIRST), None));
    }
}
