//! What is asked for, checked: a problem, plans, techniques.

use std::num::NonZeroUsize;
use std::time::Duration;

use mc_core::catalogue::{self, CatalogueError, Entry, Known, Lecture};
use mc_core::{
    Density, NonFinitePolicy, Plan, PlanError, Precision, Problem, ProblemError, Sampling,
    SquaredNorm, Support, Tape, nearest, net,
};

use super::common::{Flags, Format, KernelFlags, ProblemFlags};
use super::stopping::EndingFlags;
use super::values::with_commas;
use crate::peers::{self, PeerName};
use crate::process::{Failure, say};
use crate::results::distinct;
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
    /// Its name in the catalogue, if it was asked for by name.
    pub name: Option<String>,
    /// f as it was written.
    pub f: String,
    /// g as it was written.
    pub g: String,
    /// The value of the integral, where it is known.
    pub truth: Option<f64>,
    /// What kind of points is drawn.
    pub sampling: Sampling,
    /// One for each number of samples, of these points.
    pub plans: Vec<Plan>,
    /// The techniques asked for; empty: the command's choice.
    pub techniques: Vec<Name>,
    /// The peers asked for.
    pub peers: Vec<PeerName>,
    /// The vector instructions of compiled techniques, if not the widest.
    pub simd: Option<Simd>,
    /// Whether they are compiled anew at each prepare, so that its time is theirs alone.
    pub cold: bool,
    /// Threads, processes or ranks.
    pub workers: NonZeroUsize,
    /// How long a worker process may take over a block.
    pub deadline: Duration,
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
        let several = |flag, words: &[String], what| {
            let words = words.join(",");
            Err(wrong(
                flag,
                format!("estimate takes one {what}, not {words}; compare takes several"),
            ))
        };
        if request.plans.len() > 1 {
            let numbers: Vec<_> = flags.sample.samples.iter().map(u64::to_string).collect();
            if let Some(number) = with_commas(&numbers.join(",")) {
                let number = number.replace('_', "");
                return Err(wrong(
                    "--samples",
                    format!("a comma separates numbers, and estimate takes one: write {number}"),
                ));
            }
            return several("--samples", &numbers, "number of samples");
        }
        if let names @ [_, _, ..] = flags.technique.names.as_slice() {
            return several("--technique", names, "technique");
        }
        if let Some(simd) = flags.kernel.simd
            && request.techniques.is_empty()
        {
            let simd = simd.text();
            let error = format!("name the technique that is to use {simd}, as in --technique jit");
            return Err(wrong("--simd", error));
        }
        Ok(request)
    }

    /// For `compare`: each number of samples and each technique once, whatever was typed.
    pub fn compare(flags: &Flags) -> Result<Self, Failure> {
        let request = Self::new(flags, &[100, 1_000, 10_000, 1_000_000])?;
        let plans = once("--samples", &request.plans, |plan| plan.samples().to_string());
        let techniques = once("--technique", &request.techniques, Name::to_string);
        Ok(Self { plans, techniques, ..request })
    }

    /// With the peers that `--peers` names.
    pub fn with_peers(self, words: &[String]) -> Result<Self, Failure> {
        let peers = peers::chosen(words).map_err(|error| wrong("--peers", error))?;
        Ok(Self { peers, ..self })
    }

    /// For `calibrate`: as for `compare`, with numbers of samples that can
    /// be drawn a thousand times.
    pub fn calibrate(flags: &Flags) -> Result<Self, Failure> {
        let mut request = Self::compare(flags)?;
        if flags.sample.samples.is_empty() {
            let Self { plans, .. } = Self::new(flags, &[100, 1_000, 10_000, 100_000])?;
            request.plans = plans;
        }
        Ok(request)
    }

    fn new(flags: &Flags, samples: &[u64]) -> Result<Self, Failure> {
        let Question { problem, native, f, g, truth } = match &flags.problem.name {
            Some(name) => Question::by_name(name, flags.problem.dims)?,
            None => Question::by_text(&flags.problem)?,
        };
        let samples = if flags.sample.samples.is_empty() { samples } else { &flags.sample.samples };
        let sampling = Sampling::from(flags.sampling.points);
        if sampling == Sampling::Sobol && problem.dims() > net::MAX_DIMS {
            return Err(wrong("--sampling", net::NetError::Dims { dims: problem.dims() }));
        }
        let plan = |&samples| Plan::of(sampling, samples, flags.sample.seed);
        let plans = samples.iter().map(plan).collect::<Result<_, _>>();
        let names = flags.technique.names.iter().map(|name| name.parse());
        let techniques =
            names.collect::<Result<Vec<Name>, _>>().map_err(|error| wrong("--technique", error));
        let (plans, techniques) = (plans.map_err(|error| wrong("--samples", error))?, techniques?);
        let KernelFlags { simd, device, precision } = &flags.kernel;
        let precision = precision.map(Precision::from);
        if techniques != [Name::AUTO] {
            let simd = simd.map(|simd| simd.text().to_owned());
            somebody_reads("--simd", simd, &techniques, KernelName::is_compiled)?;
        }
        somebody_reads("--device", device.clone(), &techniques, KernelName::is_on_device)?;
        let words = precision.map(|precision| precision.to_string());
        somebody_reads("--precision", words, &techniques, KernelName::is_on_device)?;
        Ok(Self {
            problem,
            native,
            name: flags.problem.name.clone(),
            f,
            g,
            truth,
            sampling,
            plans,
            techniques,
            peers: Vec::new(),
            simd: *simd,
            cold: false,
            workers: flags.sample.workers.unwrap_or_else(mc_multiproc::default_workers),
            deadline: flags.deadline.time,
            devices: Devices::asked(device.clone(), precision)?,
            lenient: false,
            format: flags.format.format,
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
    fn by_text(flags: &ProblemFlags) -> Result<Self, Failure> {
        if let Some(dims) = flags.dims {
            let error = format!(
                "{dims} goes with --problem only; without it the coordinates are those of --support, as in \
                 --support 0:1^{dims}"
            );
            return Err(wrong("--dims", error));
        }
        let support: Support = flags.support.parse().map_err(|error| wrong("--support", error))?;
        let g = Density::parse(&flags.g, &support).map_err(|error| {
            let g = flags.g.trim();
            if nearest(g, ["uniform"]).is_some() {
                return wrong("--g", format!("`{g}` is no density: did you mean `uniform`?"));
            }
            let word = g.chars().all(char::is_alphabetic);
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

impl Request {
    /// The plan of so many samples.
    ///
    /// # Errors
    ///
    /// If they are too few, or too many, for points of this kind.
    pub fn plan(&self, samples: u64) -> Result<Plan, PlanError> {
        Plan::of(self.sampling, samples, self.plans[0].seed())
    }

    /// The same with another number of workers.
    pub fn with_workers(&self, workers: NonZeroUsize) -> Self {
        Self { workers, ..self.clone() }
    }
}

/// An error if `flag` has a value and techniques are asked for, of which none is one that reads it.
fn somebody_reads(
    flag: &str,
    value: Option<String>,
    techniques: &[Name],
    reads: fn(KernelName) -> bool,
) -> Result<(), Failure> {
    match value {
        Some(value)
            if !techniques.is_empty() && !techniques.iter().any(|name| reads(name.kernel)) =>
        {
            let those = KernelName::those(reads);
            let error =
                format!("{value} is for the techniques {those}, and none of them is asked for");
            Err(wrong(flag, error))
        }
        _ => Ok(()),
    }
}

/// Each once; a word says which stood there again.
fn once<T: Copy + PartialEq>(flag: &str, all: &[T], text: fn(&T) -> String) -> Vec<T> {
    let again = all.iter().enumerate().filter(|(k, one)| all[..*k].contains(one));
    for one in distinct(again.map(|(_, one)| text(one))) {
        say(format_args!("note: {flag}: {one} is named more than once, and measured once"));
    }
    distinct(all.iter().copied())
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
