//! What the experiments share: what comes of them, one thread for each of several things,
//! and whether bits agree.

use std::error::Error;
use std::{io, thread};

use mc_core::Estimate;

use crate::measure::Way;
use crate::results::Experiment;

/// What an experiment found; or what went wrong.
pub type Outcome = Result<Experiment, Box<dyn Error>>;

/// One way to a sum of the experiment `sum`.
pub struct Sum {
    /// One call; all its sums are the same.
    pub way: Way<'static, f64>,
    /// Seconds of the first call, compiling included, if it compiles.
    pub first: Option<f64>,
    /// How many sums one call gives.
    pub sums: usize,
}

/// What `work` gives for each, all at the same time.
pub fn at_once<I: Send, T: Send>(
    each: impl IntoIterator<Item = I>,
    work: impl Fn(I) -> Result<T, String> + Sync,
) -> Result<Vec<T>, String> {
    thread::scope(|scope| {
        let work = &work;
        // Where there is no thread left, the experiment ends with the system's words.
        let start = |one| thread::Builder::new().spawn_scoped(scope, move || work(one));
        let threads: Vec<_> = each.into_iter().map(start).collect();
        let result = |thread: io::Result<thread::ScopedJoinHandle<_>>| {
            let thread = thread.map_err(|why| format!("a thread could not be started: {why}"))?;
            thread.join().map_err(|_| "a thread ended".to_owned()).flatten()
        };
        threads.into_iter().map(result).collect()
    })
}

/// An error if two of the ways gave other bits.
pub fn same_bits(ways: &[Way<'_, Estimate>]) -> Result<(), String> {
    let mut estimates = ways.iter().filter_map(|way| Some((way, way.last?)));
    let Some((first, expected)) = estimates.next() else { return Ok(()) };
    match estimates.find(|(_, estimate)| *estimate != expected) {
        None => Ok(()),
        Some((way, _)) => Err(format!(
            "{} and {} do not agree in every bit: this is a defect, please report it",
            first.name, way.name
        )),
    }
}
