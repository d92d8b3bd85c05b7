//! What is asked for, checked: a problem, plans, techniques.

use std::num::NonZeroUsize;
use std::time::Duration;

use mc_core::catalogue::{self, CatalogueError, Entry, Known, Lecture};
use mc_core::{
    Density, NonFinitePolicy, Plan, Precision, Problem, ProblemError, SquaredNorm, Support, Tape,
};

use super::flags::{Arithmetic, Flags, Format};
use super::stopping::EndingFlags;
use crate::peers::{self, PeerName};
use crate::process::Failure;
use crate::technique::name::{KernelName, Name};
use crate::technique::opencl::Devices;
use crate::technique::simd::Simd;

/// A checked request.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is estimated.
    pub problem: Problem,
    /// The entry of the catalogue that has the problem's native code, if any has.
    pub native: Option<Entry>,
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
    /// The peers asked for.
    pub peers: Vec<PeerName>,
    /// The vector instructions of compiled techniques, if not the widest.
    pub simd: Option<Simd>,
    /// Threads, processes or ranks.
    pub workers: NonZeroUsize,
    /// How long a worker process may take over a block.
    pub deadline: Duration,
    /// The flags that ask for the same again, but for technique and samples.
    arguments: Vec<Argument>,
    /// OpenCL devices, and their arithmetic.
    pub devices: Devices,
    /// Whether values that are not finite are left out.
    pub lenient: bool,
    /// How to print.
    pub format: Format,
}

impl Request {
    /// For `estimate`: one number of samples, at most one technique.
    pub fn estimate(flags: &Flags, ending: &EndingFlags) -> Result<Self, Failure> {
        let mut request = Self::new(flags, &[ending.default_samples()])?;
        request.techniques.retain(|name| *name != Name::AUTO);
        request.lenient = ending.policy() != NonFinitePolicy::Refuse;
        if request.plans.len() > 1 {
            let numbers: Vec<_> = flags.samples.iter().map(u64::to_string).collect();
            return Err(wrong(
                "--samples",
                format!(
                    "estimate takes one number of samples, not {}; compare takes several",
                    numbers.join(",")
                ),
            ));
        }
        if let [_, _, ..] = flags.technique.as_slice() {
            return Err(wrong(
                "--technique",
                format!(
                    "estimate takes one technique, not {}; compare takes several",
                    flags.technique.join(",")
                ),
            ));
        }
        if flags.simd.is_some() && request.techniques.is_empty() {
            return Err(wrong(
                "--simd",
                format!(
                    "name the technique that is to use {}, as in --technique jit",
                    flags.simd.map_or("it", Simd::text)
                ),
            ));
        }
        Ok(request)
    }

    /// For `compare`.
    pub fn compare(flags: &Flags) -> Result<Self, Failure> {
        Self::new(flags, &[100, 1_000, 10_000, 1_000_000])
    }

    /// With the peers that `--peers` names.
    pub fn with_peers(self, words: &[String]) -> Result<Self, Failure> {
        let peers = peers::chosen(words).map_err(|error| wrong("--peers", error))?;
        Ok(Self { peers, ..self })
    }

    /// For `compare --calibrate`: as for `compare`, with numbers of samples that can
    /// be drawn a thousand times.
    pub fn calibrate(flags: &Flags) -> Result<Self, Failure> {
        let mut request = Self::compare(flags)?;
        if flags.samples.is_empty() {
            let Self { plans, .. } = Self::new(flags, &[100, 1_000, 10_000, 100_000])?;
            request.plans = plans;
        }
        Ok(request)
    }

    fn new(flags: &Flags, samples: &[u64]) -> Result<Self, Failure> {
        let Question { problem, native, f, g, truth } = match &flags.problem {
            Some(name) => Question::by_name(name, flags.dims)?,
            None => Question::by_text(flags)?,
        };
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
            .map(|name| name.parse().map_err(|error| wrong("--technique", error)))
            .collect::<Result<Vec<Name>, _>>()?;
        if let Some(simd) = flags.simd
            && !techniques.is_empty()
            && techniques != [Name::AUTO]
            && !techniques.iter().any(|name| name.kernel.is_compiled())
        {
            let error = format!(
                "{} is for the techniques {}, and none of them is asked for",
                simd.text(),
                KernelName::those(KernelName::is_compiled)
            );
            return Err(wrong("--simd", error));
        }
        for (flag, value) in [
            ("--device", flags.device.clone()),
            ("--precision", flags.precision.map(|precision| precision.text().to_owned())),
        ] {
            if let Some(value) = value
                && !techniques.is_empty()
                && !techniques.iter().any(|name| name.kernel.is_on_device())
            {
                let error = format!(
                    "{value} is for the techniques {}, and none of them is asked for",
                    KernelName::those(KernelName::is_on_device)
                );
                return Err(wrong(flag, error));
            }
        }
        Ok(Self {
            problem,
            native,
            f,
            g,
            truth,
            plans,
            techniques,
            peers: Vec::new(),
            simd: flags.simd,
            workers: flags.workers.unwrap_or_else(mc_multiproc::default_workers),
            deadline: flags.deadline,
            arguments: arguments(flags),
            devices: devices(flags)?,
            lenient: false,
            format: flags.format,
        })
    }
}

/// What is estimated.
struct Question {
    problem: Problem,
    native: Option<Entry>,
    f: String,
    g: String,
    truth: Option<f64>,
}

impl Question {
    /// `--problem` and `--dims`.
    fn by_name(name: &str, dims: Option<usize>) -> Result<Self, Failure> {
        let entry = catalogue::find(name, dims).map_err(|error| match error {
            CatalogueError::Dims { .. } => wrong("--dims", error),
            _ => wrong("--problem", error),
        })?;
        Ok(Self {
            problem: entry.problem.clone(),
            f: entry.f().to_owned(),
            g: entry.g().to_owned(),
            truth: Some(entry.truth),
            native: Some(entry),
        })
    }

    /// `--f`, `--g` and `--support`; without `--f` the lecture's integrand.
    fn by_text(flags: &Flags) -> Result<Self, Failure> {
        if let Some(dims) = flags.dims {
            let error = format!(
                "{dims} goes with --problem only; without it the coordinates are those of --support, as in \
                 --support 0:1^{dims}"
            );
            return Err(wrong("--dims", error));
        }
        let support: Support = flags.support.parse().map_err(|error| wrong("--support", error))?;
        let g = Density::parse(&flags.g, &support).map_err(|error| {
            let word = flags.g.trim().chars().all(char::is_alphabetic);
            let hint = "\n    a density is an expression, or the word uniform";
            wrong("--g", format!("{error}{}", if word { hint } else { "" }))
        })?;
        let f = flags.f.as_deref().unwrap_or(SquaredNorm::TEXT);
        let problem = Problem::parse(support, f, g).map_err(|error| match &error {
            ProblemError::Constant { what, .. } if what.contains("integrand") => {
                wrong("--f", format!("`{f}`: {error}"))
            }
            ProblemError::Constant { .. } => wrong("--g", format!("`{}`: {error}", flags.g)),
            ProblemError::Volume { .. } => {
                wrong("--support", format!("`{}`: {error}", flags.support))
            }
            _ => wrong("--f", error),
        })?;
        // A density that varies would need native code of its own.
        let flat = problem.g().is_none_or(|g| g.tape().as_constant().is_some());
        let native = match flags.f {
            None if flat => Lecture::on(problem.support().clone()).entry().ok(),
            _ => None,
        };
        Ok(Self { truth: truth(&problem), native, problem, f: f.to_owned(), g: flags.g.clone() })
    }
}

/// A flag to be given again.
type Argument = (&'static str, String);

impl Request {
    /// The flags that ask for the same again with this technique, but for its name and
    /// the samples: those about other techniques would be refused.
    pub fn arguments_for(&self, name: Name) -> impl Iterator<Item = String> {
        let concerns = move |flag: &str| match flag {
            "--simd" => name.kernel.is_compiled(),
            "--device" | "--precision" => name.kernel.is_on_device(),
            _ => true,
        };
        let arguments = self.arguments.iter().filter(move |(flag, _)| concerns(flag));
        arguments.map(|(flag, value)| format!("{flag}={value}"))
    }

    /// The same with another number of workers.
    pub fn with_workers(&self, workers: NonZeroUsize) -> Self {
        let mut request = Self { workers, ..self.clone() };
        request.arguments.retain(|(flag, _)| *flag != "--workers");
        request.arguments.push(("--workers", workers.to_string()));
        request
    }
}

/// The flags that ask for the same problem, seed, workers, instructions and devices again.
fn arguments(flags: &Flags) -> Vec<Argument> {
    let mut arguments = Vec::new();
    let mut add = |flag, value: Option<String>| {
        arguments.extend(value.map(|value| (flag, value)));
    };
    if flags.problem.is_some() {
        add("--problem", flags.problem.clone());
        add("--dims", flags.dims.map(|dims| dims.to_string()));
    } else {
        add("--f", flags.f.clone());
        add("--g", Some(flags.g.clone()));
        add("--support", Some(flags.support.clone()));
    }
    add("--simd", flags.simd.map(|simd| simd.text().to_owned()));
    add("--device", flags.device.clone());
    add("--precision", flags.precision.map(|precision| precision.text().to_owned()));
    add("--seed", Some(flags.seed.to_string()));
    add("--workers", flags.workers.map(|workers| workers.to_string()));
    add("--deadline", Some(flags.deadline.as_secs_f64().to_string()));
    arguments
}

/// The devices that the flags ask for, and their arithmetic.
fn devices(flags: &Flags) -> Result<Devices, Failure> {
    let precision = flags.precision.map(|arithmetic| match arithmetic {
        Arithmetic::F64 => Precision::F64,
        Arithmetic::F32 => Precision::F32,
    });
    Devices::asked(flags.device.clone(), precision)
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

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn flags(line: &str) -> Flags {
        let command = Flags::augment_args(clap::Command::new("flags").no_binary_name(true));
        let matches = command.try_get_matches_from(line.split(' ')).expect("a good line");
        Flags::from_arg_matches(&matches).expect("flags")
    }

    /// Whoever adds a flag decides here whether it is given again.
    #[test]
    fn every_flag_is_given_again_or_said_anew() {
        const ANEW: [&str; 3] = ["samples", "technique", "format"];
        let common = "--simd avx2 --workers 3 --deadline 2.5 --device 0 --precision f32 --seed 7";
        let by_text = arguments(&flags(&format!("--f x0 --g 1 --support 0:2 {common}")));
        let by_name = arguments(&flags(&format!("--problem lecture --dims 3 {common}")));
        let again = [by_text.as_slice(), &by_name].concat();
        for flag in Flags::augment_args(clap::Command::new("flags")).get_arguments() {
            let long = flag.get_long().expect("a long flag");
            let given = again.iter().any(|(flag, _)| flag.strip_prefix("--") == Some(long));
            assert!(given != ANEW.contains(&long), "--{long}");
        }
        for (flag, value) in [("--deadline", "2.5"), ("--precision", "f32"), ("--simd", "avx2")] {
            assert!(by_text.contains(&(flag, value.to_owned())), "{flag}");
        }
    }

    #[test]
    fn flags_go_to_the_techniques_that_they_are_for() {
        let request = Request::compare(&flags("--simd sse2 --samples 100")).expect("a request");
        let again = |kernel| request.arguments_for(Name::alone(kernel)).collect::<Vec<_>>();
        assert!(again(KernelName::JitLanes).contains(&"--simd=sse2".to_owned()));
        assert!(!again(KernelName::Serial).contains(&"--simd=sse2".to_owned()));
        assert!(again(KernelName::Serial).contains(&"--seed=1".to_owned()));
    }
}
