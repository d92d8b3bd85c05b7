//! What is asked for, checked: a problem, plans, techniques.

use std::num::NonZeroUsize;

use mc_core::{Density, Plan, Problem, SquaredNorm, Support, Tape};

use crate::Failure;
use crate::command::{Flags, Format};
use crate::techniques::Name;

/// A checked request.
#[derive(Debug)]
pub struct Request {
    /// What is estimated.
    pub problem: Problem,
    /// The name under which the problem's native code is found, if it has any.
    pub native: Option<&'static str>,
    /// f as it was written.
    pub f: String,
    /// g as it was written.
    pub g: String,
    /// The value of the integral, where it is known.
    pub truth: Option<f64>,
    /// One for each number of samples.
    pub plans: Vec<Plan>,
    /// The techniques asked for; empty: the command's choice.
    pub techniques: Vec<Name>,
    /// Threads or processes.
    pub workers: NonZeroUsize,
    /// How to print.
    pub format: Format,
}

/// The name under which the native code of the lecture's problem is found.
pub const LECTURE: &str = "lecture";

impl Request {
    /// For `estimate`: one number of samples, at most one technique.
    pub fn estimate(flags: &Flags) -> Result<Self, Failure> {
        let request = Self::new(flags, &[1_000_000])?;
        if request.plans.len() > 1 {
            return Err(wrong(
                "--samples",
                "estimate takes one number of samples; compare takes several",
            ));
        }
        if request.techniques.len() > 1 {
            return Err(wrong(
                "--technique",
                "estimate takes one technique; compare takes several",
            ));
        }
        Ok(request)
    }

    /// For `compare`.
    pub fn compare(flags: &Flags) -> Result<Self, Failure> {
        if flags.technique.iter().any(|name| name == "auto") {
            return Err(wrong(
                "--technique",
                "compare takes techniques by name; auto is for estimate",
            ));
        }
        Self::new(flags, &[100, 1_000, 10_000, 1_000_000])
    }

    fn new(flags: &Flags, samples: &[u64]) -> Result<Self, Failure> {
        let support: Support = flags.support.parse().map_err(|error| wrong("--support", error))?;
        let g = Density::parse(&flags.g, &support).map_err(|error| wrong("--g", error))?;
        let f = flags.f.as_deref().unwrap_or(SquaredNorm::TEXT);
        let problem = Problem::parse(support, f, g).map_err(|error| {
            // Only an error in the text itself is surely f's.
            let flag = match error {
                mc_core::ProblemError::Text(_) => "--f",
                _ => "the problem",
            };
            wrong(flag, error)
        })?;
        let samples = if flags.samples.is_empty() { samples } else { &flags.samples };
        let plans = samples
            .iter()
            .map(|&samples| {
                Plan::new(samples, flags.seed).map_err(|error| wrong("--samples", error))
            })
            .collect::<Result<_, _>>()?;
        let techniques = flags
            .technique
            .iter()
            .filter(|name| *name != "auto")
            .map(|name| name.parse().map_err(|error| wrong("--technique", error)))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            truth: truth(&problem),
            native: flags.f.is_none().then_some(LECTURE),
            problem,
            f: f.to_owned(),
            g: flags.g.clone(),
            plans,
            techniques,
            workers: flags.workers.unwrap_or_else(mc_multiproc::default_workers),
            format: flags.format,
        })
    }
}

fn wrong(flag: &str, error: impl std::fmt::Display) -> Failure {
    Failure::Request(format!("{flag}: {error}"))
}

/// The closed form, where the integrand is ‖x‖² and the density a constant.
fn truth(problem: &Problem) -> Option<f64> {
    let squared_norm = Tape::trace(&SquaredNorm, problem.dims()).ok()?;
    if *problem.f().tape() != squared_norm {
        return None;
    }
    let mean = SquaredNorm::mean(problem.support());
    match problem.g() {
        None => Some(mean),
        Some(g) => Some(mean * g.tape().as_constant()? * problem.support().volume()),
    }
}
