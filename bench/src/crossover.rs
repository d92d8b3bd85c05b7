//! From how many samples on an executor pays: measured against the same kernel in
//! one thread.

use std::time::{Duration, Instant};

use mc_core::{Plan, Problem, Progress};
use serde::Serialize;

use crate::measure::{Competitor, Seconds, interleaved};
use crate::runner::Runner;

/// The first number of samples that is tried.
const FIRST: u64 = 1000;

/// How long the measurements at one number of samples may take, unless a few rounds
/// take longer.
const EACH: Duration = Duration::from_millis(40);

/// No larger number is tried once the search has taken this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// To win is to take less than this share of the time of one thread. Less than that
/// is noise, or the executor runs it in one thread as well.
const CLEARLY: f64 = 0.95;

/// What was found for one technique.
#[derive(Clone, Debug, Serialize)]
pub struct Crossover {
    /// The executor and the kernel.
    pub technique: String,
    /// The kernel alone.
    pub against: String,
    /// The number of samples from which the technique is faster; none if it never was.
    pub samples: Option<u64>,
    /// The largest number of samples that was tried.
    pub searched_to: u64,
    /// Why nothing was measured.
    pub reason: Option<String>,
}

/// Searches for the crossover of `technique` against `alone`.
///
/// The number of samples is doubled until the technique wins at two of them in a
/// row, both by the medians of interleaved runs. Between the last loss and the first
/// of these wins it is narrowed down to a step of 2^¼, some 20 %.
///
/// # Errors
///
/// What a run says.
pub fn search(
    technique: &mut dyn Runner,
    alone: &mut dyn Runner,
    problem: &Problem,
    seed: u64,
    progress: &Progress,
) -> Result<(Option<u64>, u64), String> {
    let start = Instant::now();
    let mut wins =
        |samples: u64| wins(&mut *technique, &mut *alone, problem, samples, seed, progress);
    let (mut lost, mut won) = (None, None);
    let mut samples = FIRST;
    let found = loop {
        match (wins(samples)?, won) {
            (true, Some(first)) => break Some(first),
            (true, None) => won = Some(samples),
            (false, _) => (lost, won) = (Some(samples), None),
        }
        if start.elapsed() > PATIENCE {
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

/// Whether the technique is clearly faster at this number of samples.
fn wins<'r>(
    technique: &'r mut dyn Runner,
    alone: &'r mut dyn Runner,
    problem: &Problem,
    samples: u64,
    seed: u64,
    progress: &Progress,
) -> Result<bool, String> {
    let plan = &Plan::new(samples, seed).map_err(|error| error.to_string())?;
    let mut both = [technique, alone].map(|runner| Side { runner, problem, plan, progress });
    let mut medians = [f64::NAN; 2];
    for (median, times) in medians.iter_mut().zip(interleaved(&mut both, EACH, |_| {})) {
        *median = Seconds::of(times?).map_or(f64::NAN, |seconds| seconds.median);
    }
    Ok(medians[0] < CLEARLY * medians[1])
}

/// One of the two.
struct Side<'r> {
    runner: &'r mut dyn Runner,
    problem: &'r Problem,
    plan: &'r Plan,
    progress: &'r Progress,
}

impl Competitor for Side<'_> {
    type Error = String;

    fn run(&mut self) -> Result<(), String> {
        let run = self.runner.run(self.problem, self.plan, self.progress);
        run.map(|_| ()).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::hint::black_box;

    use mc_core::{Density, Estimate, Moments, RunError};

    use super::*;

    /// Takes `fixed` + `each`·M units of time.
    struct Toy {
        fixed: u64,
        each: f64,
    }

    impl Runner for Toy {
        fn run(&mut self, _: &Problem, plan: &Plan, _: &Progress) -> Result<Estimate, RunError> {
            let work = self.fixed + (self.each * plan.samples() as f64) as u64;
            (0..work).fold(1u64, |a, k| black_box(a.wrapping_mul(31).wrapping_add(k)));
            let moments = Moments { count: plan.samples(), mean: 1.0, m2: 0.0 };
            Ok(Estimate::new(&moments, 1.0))
        }
    }

    #[test]
    fn the_crossover_of_two_toys_is_near_where_their_lines_cross() {
        let problem = Problem::parse("0:1".parse().expect("a box"), "x0", Density::Uniform);
        let problem = problem.expect("a problem");
        let mut alone = Toy { fixed: 0, each: 10.0 };
        let find = |fixed, each, alone: &mut Toy| {
            let progress = Progress::new();
            search(&mut Toy { fixed, each }, alone, &problem, 1, &progress)
                .expect("toys do not fail")
        };
        // Half the work, after a start that costs as much as 20,000 samples do alone:
        // equal at 40,000, and clearly faster soon after.
        let (found, _) = find(200_000, 5.0, &mut alone);
        let found = found.expect("it pays");
        // On a machine that is busy with other things the search may be a step off.
        assert!((20_000..=100_000).contains(&found), "{found}");
        // No work is saved.
        assert_eq!(find(200_000, 10.0, &mut alone).0, None);
    }
}
