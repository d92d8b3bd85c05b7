//! A search for the worst argument, from where a sample was worst.
//!
//! The error of a function has an envelope that changes slowly, and under it the noise of
//! roundings. So the search climbs: it tries arguments around a good one, at all distances
//! from one ulp to a part of the binade, and moves where the error is larger. Many
//! climbers start, and the better ones get the more trials.

use std::thread;

use super::arguments::{Arguments, Source};
use super::function::Function;
use super::measure::{Measured, ulps};

/// Climbers of the first round; each of [`ROUNDS`] keeps a quarter of them.
const CLIMBERS: usize = 64;
const ROUNDS: usize = 3;

/// An argument and its error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    pub error: f64,
    pub at: [f64; 2],
}

impl Function {
    /// The error at one argument of the function's domain; none elsewhere.
    fn error(&self, at: [f64; 2]) -> Option<f64> {
        let inside = match &self.arguments {
            Arguments::One(places) => places.domain.contains(&at[0]),
            Arguments::Two(_) => at.iter().all(|x| x.is_finite()),
        };
        let exact = if inside { (self.reference)(at) } else { None }?;
        Some(ulps((self.computed)(at), &exact, self.floor))
    }

    /// `trials` steps from `start`.
    fn climb(&self, start: Found, seed: u64, trials: u64) -> Found {
        let mut source = Source::new(&[self.name, self.domain, "search"].concat(), seed);
        let mut best = start;
        for _ in 0..trials {
            let [x, y] = best.at;
            // A whole exponent has no neighbours.
            let only_x = matches!(self.arguments, Arguments::One(_)) || self.name == "powi";
            let at = match source.below(3) {
                _ if only_x => [source.beside(x), y],
                0 => [source.beside(x), y],
                1 => [x, source.beside(y)],
                _ => [source.beside(x), source.beside(y)],
            };
            if let Some(error) = self.error(at)
                && error > best.error
            {
                best = Found { error, at };
            }
        }
        best
    }

    /// The worst that about `trials` more arguments show. It does not depend on the number
    /// of threads.
    pub fn search(&self, measured: &Measured, trials: u64, threads: usize) -> Found {
        let sampled = Found { error: measured.error, at: measured.at };
        let mut found = measured.worst.clone();
        found.truncate(CLIMBERS);
        for round in 0..ROUNDS {
            let each = trials / (ROUNDS as u64 * found.len().max(1) as u64);
            let share = found.len().div_ceil(threads.max(1)).max(1);
            thread::scope(|scope| {
                for (part, climbers) in found.chunks_mut(share).enumerate() {
                    scope.spawn(move || {
                        for (k, climber) in climbers.iter_mut().enumerate() {
                            let seed = ((round * CLIMBERS) + part * share + k) as u64;
                            *climber = self.climb(*climber, seed, each);
                        }
                    });
                }
            });
            found.sort_by(|a, b| b.error.total_cmp(&a.error));
            found.truncate((found.len() / 4).max(1));
        }
        found.first().copied().filter(|found| found.error > sampled.error).unwrap_or(sampled)
    }
}
