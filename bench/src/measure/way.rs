//! One way to a result, to be timed beside others.

use std::time::Duration;

use super::rounds::{Competitor, Pace, interleaved};
use super::seconds::Seconds;

/// A closure with a name, run again and again. It keeps what its last run gave.
pub struct Way<'w, T> {
    /// What it is.
    pub name: String,
    pace: Pace,
    run: Box<Runs<'w, T>>,
    /// What its last run gave.
    pub last: Option<T>,
}

/// So many runs in a row: what the last one gave, and the seconds of one of them, if it has a clock
/// of its own.
type Runs<'w, T> = dyn FnMut(u32) -> Result<(T, Option<f64>), String> + 'w;

impl<'w, T> Way<'w, T> {
    /// Gives `run` a name.
    pub fn new<E: ToString>(
        name: impl Into<String>,
        mut run: impl FnMut() -> Result<T, E> + 'w,
    ) -> Self {
        let mut run = move || run().map_err(|error| error.to_string());
        Self::clocked(name, Pace::EveryRound, move |repeats| {
            for _ in 1..repeats {
                run()?;
            }
            Ok((run()?, None))
        })
    }

    /// One that makes so many runs in a row, and may have a clock of its own.
    pub fn clocked(
        name: impl Into<String>,
        pace: Pace,
        run: impl FnMut(u32) -> Result<(T, Option<f64>), String> + 'w,
    ) -> Self {
        Self { name: name.into(), pace, run: Box::new(run), last: None }
    }
}

impl<T> Competitor for Way<'_, T> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        self.run_often(1)
    }

    fn run_often(&mut self, repeats: u32) -> Result<Option<f64>, String> {
        let (last, seconds) = (self.run)(repeats)?;
        self.last = Some(last);
        Ok(seconds)
    }

    fn pace(&self) -> Pace {
        self.pace
    }
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
