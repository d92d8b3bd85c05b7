//! A peer's part in the comparison.

use std::time::{Duration, Instant};

use mc_core::{Estimate, Plan, Problem, Progress, SquaredNorm, Tape};

use super::child::{Patience, Peer, PeerError};
use super::name::PeerName;
use super::protocol::Answer;
use crate::measure::Way;
use crate::numbers::duration;
use crate::results::PeerVersions;

/// A peer that takes longer takes part in few rounds, in time of its own, or it
/// would leave the others none: 3 rounds up to the second time, 1 beyond.
const SLOW: [f64; 2] = [0.1, 2.0];

/// Before the rounds it is found out how fast a peer is: with more and more
/// samples, from about so many coordinates on, until a run takes so many seconds.
const PILOT: (u64, f64) = (2_000, 0.05);

/// A peer on its way through the comparison.
pub struct Entry {
    /// Which one.
    pub name: PeerName,
    /// Seconds from the start of its process to the end of its first call: the
    /// interpreter, its packages, its compiler.
    pub prepare_seconds: f64,
    ready: Result<Ready, String>,
    /// A single run that would take longer is not begun.
    longest: Duration,
}

struct Ready {
    peer: Peer,
    /// The longest run so far: its samples, and its seconds for each.
    scale: (u64, f64),
}

impl Entry {
    /// Starts the peer for `problem`, with so many workers and for at `most` so many samples; where
    /// that fails, the entry knows why. No run that would take longer than `longest` will be begun.
    pub fn prepare(
        name: PeerName,
        problem: &Problem,
        workers: usize,
        most: u64,
        longest: Duration,
    ) -> Self {
        let clock = Instant::now();
        let mut prepare_seconds = 0.0;
        let mut prepare = || {
            if !is_lectures(problem) {
                return Err("peers compute the lecture's problem only: norm(x)^2 under the uniform density, on any \
                     box"
                    .to_owned());
            }
            let words = |error: PeerError| error.to_string();
            let peer = name.start(problem.support(), workers, Patience::default())?;
            let mut ready = Ready { peer, scale: (0, 0.0) };
            // The first call compiles, where anything is compiled.
            let mut samples = (PILOT.0 / problem.dims() as u64).max(2).min(most);
            ready.run(samples, 1, 1).map_err(words)?;
            prepare_seconds = clock.elapsed().as_secs_f64();
            // The second is the first to tell how fast it is.
            ready.scale.0 = 0;
            loop {
                let seconds = ready.run(samples, 1, 1).map_err(words)?.seconds;
                if samples == most || seconds > PILOT.1 {
                    return Ok(ready);
                }
                samples = samples.saturating_mul(10).min(most);
            }
        };
        let ready = prepare();
        Self { name, prepare_seconds, ready, longest }
    }

    /// What it runs with, if it runs.
    pub fn versions(&self) -> Option<PeerVersions> {
        let ready = self.ready.as_ref().ok()?;
        let versions = ready.peer.versions().to_owned();
        Some(PeerVersions { name: self.name.text().to_owned(), versions })
    }

    /// Its part at this number of samples, as `given` takes it.
    ///
    /// # Errors
    /// Why it has none: it is not here, or a run would take too long.
    pub fn turn<'e, T: 'e>(
        &'e mut self,
        plan: Plan,
        progress: &'e Progress,
        given: impl Fn(Estimate) -> T + 'e,
    ) -> Result<Way<'e, T>, String> {
        let longest = self.longest.as_secs_f64();
        let ready = self.ready.as_mut().map_err(|reason| reason.clone())?;
        let expected = ready.scale.1 * plan.samples() as f64;
        if expected > longest {
            return Err(format!(
                "one run would take about {}, longer than the --budget of {}; a larger one would do, or \
                 fewer samples, or leaving it out (--peers=NAME,…)",
                duration(expected),
                duration(longest)
            ));
        }
        let rounds = match expected {
            seconds if seconds > SLOW[1] => Some(1),
            seconds if seconds > SLOW[0] => Some(3),
            _ => None,
        };
        let samples = plan.samples();
        // The peer's own clock counts: the pipes are no part of an estimate.
        Ok(Way::clocked(self.name.text(), rounds, move |repeats| {
            progress.check().map_err(|error| error.to_string())?;
            let Answer { seconds, value, variance } =
                ready.run(samples, plan.seed(), repeats).map_err(|error| error.to_string())?;
            let std_error = variance.sqrt();
            let estimate = Estimate { value, variance, std_error, samples, replicates: None };
            Ok((given(estimate), Some(seconds)))
        })
        .until(progress))
    }
}

impl Ready {
    fn run(&mut self, samples: u64, seed: u64, repeats: u32) -> Result<Answer, PeerError> {
        let expected = self.scale.1 * samples as f64 * f64::from(repeats);
        let expected = Duration::try_from_secs_f64(expected).unwrap_or(Duration::MAX);
        let answer = self.peer.run(samples, seed, repeats, expected)?;
        if samples >= self.scale.0 {
            self.scale = (samples, answer.seconds / samples as f64);
        }
        Ok(answer)
    }
}

/// Whether it is the one that peers compute: ‖x‖² under the uniform density.
fn is_lectures(problem: &Problem) -> bool {
    // 1/V as the lecture writes it is a product of quotients and may round otherwise.
    const ROUNDING: f64 = 1e-12;
    let uniform = problem.g().is_none_or(|g| {
        let volume = problem.support().volume();
        g.tape().as_constant().is_some_and(|g| (g * volume - 1.0).abs() < ROUNDING)
    });
    let squared_norm = Tape::trace(&SquaredNorm, problem.dims());
    uniform && squared_norm.is_ok_and(|tape| *problem.f().tape() == tape)
}

#[cfg(test)]
mod tests {
    use mc_core::{Density, Support};

    use super::*;

    #[test]
    fn only_the_lectures_problem_is_for_peers() {
        let problem = |f: &str, g: &str| {
            let support: Support = "-1:2,3:5".parse().expect("a box");
            let g = Density::parse(g, &support).expect("a density");
            Problem::parse(support, f, g).expect("a problem")
        };
        assert!(is_lectures(&problem("norm(x)^2", "uniform")));
        assert!(is_lectures(&problem("norm(x)^2", "prod(1/(hi-lo))")));
        assert!(!is_lectures(&problem("norm(x)^2", "1")));
        assert!(!is_lectures(&problem("norm(x)^2", "x0")));
        assert!(!is_lectures(&problem("sum(x)", "uniform")));
    }
}
