//! One way to a result, to be timed beside others.

use std::time::Duration;

use super::rounds::{Competitor, interleaved};
use super::seconds::Seconds;

/// A closure with a name, run again and again. It keeps what its last run gave.
pub struct Way<'w, T> {
    /// What it is.
    pub name: String,
    run: Box<dyn FnMut() -> Result<T, String> + 'w>,
    /// What its last run gave.
    pub last: Option<T>,
}

impl<'w, T> Way<'w, T> {
    /// Gives `run` a name.
    pub fn new(name: impl Into<String>, run: impl FnMut() -> Result<T, String> + 'w) -> Self {
        Self { name: name.into(), run: Box::new(run), last: None }
    }
}

impl<T> Competitor for Way<'_, T> {
    type Error = String;

    fn run(&mut self) -> Result<Option<f64>, String> {
        self.last = Some((self.run)()?);
        Ok(None)
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
