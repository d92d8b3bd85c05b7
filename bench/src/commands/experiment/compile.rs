//! What compiling costs: by part, by the length of the integrand, and from which
//! number of samples on it has paid.

use std::error::Error;
use std::time::Duration;

use mc_core::catalogue::{self, Entry};
use mc_core::{Density, Function, Plan, Problem, Real, Support, Technique};
use mc_jit::{CompileTimes, Jit, Passes};
use mc_serial::Flat;
use serde_json::Value;

use super::Outcome;
use crate::measure::{Seconds, Way, median_time, medians};
use crate::results::Experiment;
use crate::technique::name::KernelName;

/// How often each loop is compiled; the medians are shown.
const REPEATS: usize = 7;

/// Beyond so many operations, a loop is compiled once.
const LONG: usize = 5_000;

/// How long the runs of one row may take.
const BUDGET: Duration = Duration::from_millis(600);

/// Coordinates times operations of one run, about.
const WORK: u64 = 2_000_000;

/// A polynomial whose every step has a constant of its own.
struct Polynomial {
    operations: usize,
}

impl Function for Polynomial {
    fn eval<T: Real>(&self, x: &[T]) -> T {
        // A step is two operations and a constant.
        (0..self.operations / 3).fold(x[0], |acc, k| {
            let c = T::constant(1.0 / (k as f64 + 2.0));
            acc * x[k % x.len()] + c
        })
    }
}

/// One row: a loop, and what it is compared with.
struct Subject {
    name: String,
    problem: Problem,
    native: Option<Entry>,
    jit: Jit,
}

/// Runs the experiment.
pub fn run() -> Outcome {
    let mut found = Experiment::new(
        "compile",
        "What compiling costs, and from which M it has paid",
        &[
            ("problem", "problem"),
            ("operations", "operations"),
            ("trace_seconds", "trace"),
            ("emit_seconds", "emit"),
            ("optimise_seconds", "optimise"),
            ("machine_code_seconds", "machine code"),
            ("compile_seconds", "all of it"),
            ("seconds_per_operation", "an operation"),
            ("sample_seconds", "a sample"),
            ("pays_against_interpreter_from", "pays from M, interpreter"),
            ("pays_against_native_from", "native"),
        ],
    );
    found.rows = subjects()?.iter().map(Subject::row).collect::<Result<_, _>>()?;
    found.notes = vec![
        format!(
            "Compiled anew each time, medians of {REPEATS} (once beyond {LONG} operations). interpreter: the tape \
             walked for each sample; native: the loop in Rust, where there is one."
        ),
        "pays from M: compiling and M samples take as long as M samples without compiling. –: never, or no native code."
            .to_owned(),
    ];
    Ok(found)
}

fn subjects() -> Result<Vec<Subject>, Box<dyn Error>> {
    let mut subjects = Vec::new();
    for dims in [2, 10, 100, 1000] {
        let entry = catalogue::find("lecture", Some(dims))?;
        let problem = entry.problem.clone();
        let name = format!("lecture, n = {dims}");
        subjects.push(Subject { name, problem, native: Some(entry), jit: Jit::new() });
    }
    let (problem, native) = (subjects[0].problem.clone(), subjects[0].native.clone());
    let (name, jit) = ("lecture, n = 2, -O3 first".to_owned(), Jit::new().with_passes(Passes::O3));
    subjects.push(Subject { name, problem, native, jit });
    for operations in [10, 100, 1_000, 10_000, 50_000] {
        let support = Support::cube(0.0, 1.0, 2)?;
        let problem = Problem::trace(support, &Polynomial { operations }, Density::Uniform)?;
        let name = "polynomial".to_owned();
        subjects.push(Subject { name, problem, native: None, jit: Jit::new() });
    }
    Ok(subjects)
}

impl Subject {
    fn row(&self) -> Result<Vec<Value>, Box<dyn Error>> {
        let operations = self.problem.h().len();
        let repeats = if operations > LONG { 1 } else { REPEATS };
        // Recording the integrand and making a problem of it.
        let trace = median_time(repeats, || {
            let support = self.problem.support().clone();
            match &self.native {
                Some(entry) => Problem::parse(support, entry.f(), Density::Uniform),
                None => Problem::trace(support, &Polynomial { operations }, Density::Uniform),
            }
        })?;
        let times: Vec<CompileTimes> =
            (0..repeats).map(|_| self.jit.times(&self.problem)).collect::<Result<_, _>>()?;
        let median = |part: fn(&CompileTimes) -> Duration| {
            Seconds::median_of(times.iter().map(|times| part(times).as_secs_f64()).collect())
        };
        let compile = trace + median(CompileTimes::total);
        let (jit, interpreted, native) = self.sample_seconds()?;
        let pays = |other: f64| (other > jit).then(|| (compile / (other - jit)).ceil() as u64);
        Ok(vec![
            self.name.clone().into(),
            operations.into(),
            trace.into(),
            median(|times| times.emit).into(),
            median(|times| times.optimise).into(),
            median(|times| times.machine_code).into(),
            compile.into(),
            (compile / operations as f64).into(),
            jit.into(),
            pays(interpreted).into(),
            native.and_then(pays).into(),
        ])
    }

    /// Seconds a sample: compiled, interpreted, native.
    fn sample_seconds(&self) -> Result<(f64, f64, Option<f64>), Box<dyn Error>> {
        let size = (self.problem.h().len() * self.problem.dims()).max(20) as u64;
        let plan = Plan::new((WORK / size).clamp(64, 100_000), 1)?;
        let native = self.native.as_ref().map(|entry| KernelName::Serial.technique(Some(entry)));
        let native = native.transpose()?;
        let techniques: [Option<&dyn Technique>; 3] =
            [Some(&self.jit), Some(&Flat), native.as_deref()];
        let mut runs = Vec::new();
        for technique in techniques.into_iter().flatten() {
            let kernel = technique.prepare(&self.problem)?;
            let run = move || kernel.moments(&plan, plan.whole());
            runs.push(Way::new(technique.name(), run));
        }
        let medians = medians(&mut runs, BUDGET)?;
        let each = |k: usize| medians.get(k).map(|median| median / plan.samples() as f64);
        Ok((each(0).unwrap_or(f64::NAN), each(1).unwrap_or(f64::NAN), each(2)))
    }
}
