//! What the tests run: the plainest kernel, and techniques that misbehave.
#![allow(dead_code, reason = "each test file uses some of it")]

#[cfg(unix)]
pub mod signals;

use std::fs::OpenOptions;
use std::io::Write;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use mc_core::{
    Accumulator, Block, Density, Draw as _, Evaluator, Function, Kernel, Moments, Plan,
    PrepareError, Problem, RunError, Sampling, SquaredNorm, Technique, Tree,
};

/// The lecture's integrand on a box that is not the unit box.
pub fn problem() -> Problem {
    problem_of("norm(x)^2")
}

/// Another integrand on that box.
pub fn problem_of(f: &str) -> Problem {
    Problem::parse("-1:2,3:5".parse().unwrap(), f, Density::Uniform).unwrap()
}

/// Evaluates the tape, point by point.
pub struct Plain;

impl Technique for Plain {
    fn name(&self) -> &'static str {
        "plain"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(PlainKernel { problem: problem.clone() }))
    }
}

struct PlainKernel {
    problem: Problem,
}

/// Plans of few samples and of many: of random points, and of Sobol' points in a few batches and in many.
pub fn plans() -> Vec<Plan> {
    let random = [2, 3, 100, 1000, 10_000, 1_000_003].map(|samples| Plan::new(samples, 7));
    let sobol = [32, 100, 1000, 50_000, 1_000_003].map(|samples| Plan::sobol(samples, 7));
    random.into_iter().chain(sobol).map(Result::unwrap).collect()
}

/// The plan that the words of a command line ask for: `1000` or, of Sobol' points, `sobol1000`.
pub fn plan_of(words: &str) -> Plan {
    match words.strip_prefix("sobol") {
        Some(samples) => Plan::sobol(samples.parse().unwrap(), 7).unwrap(),
        None => Plan::new(words.parse().unwrap(), 7).unwrap(),
    }
}

/// Plans of many batches, one of each kind.
pub fn long_plans() -> [Plan; 2] {
    [Plan::new(1_000_003, 7).unwrap(), Plan::sobol(1_000_003, 7).unwrap()]
}

/// The loop of chapter 1.
fn moments(
    problem: &Problem,
    plan: &Plan,
    block: Block,
    x: &mut [f64],
    mut h: impl FnMut(&[f64]) -> f64,
) -> Result<Moments, RunError> {
    let mut points = plan.points(problem.dims())?;
    Ok(Tree::of(block.batches().map(|batch| {
        points.start(batch);
        let mut sample = || {
            points.draw(problem.affine(), x);
            h(x)
        };
        let mut values = Accumulator::start(sample());
        for _ in 1..plan.batch_len(batch) {
            values.push(sample());
        }
        values.moments()
    })))
}

impl Kernel for PlainKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let mut h = Evaluator::new(self.problem.h());
        let x = &mut *vec![0.0; self.problem.dims()];
        moments(&self.problem, plan, block, x, |x| h.eval(x))
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(self.problem.dims(), workers)
    }
}

/// ‖x‖² of two coordinates in native code, for runs of 10⁹ samples.
pub struct Native;

struct NativeKernel {
    problem: Problem,
}

impl Technique for Native {
    fn name(&self) -> &'static str {
        "native"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(NativeKernel { problem: problem.clone() }))
    }
}

impl Kernel for NativeKernel {
    fn problem(&self) -> &Problem {
        &self.problem
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        let h = |x: &[f64]| SquaredNorm.eval(x);
        moments(&self.problem, plan, block, &mut [0.0; 2], h)
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(2, workers)
    }
}

/// The plain kernel, but before each block it does something.
pub struct Odd<F>(pub F);

impl<F: Fn(&Plan, Block) -> Result<(), RunError> + Clone + Send + Sync + 'static> Technique
    for Odd<F>
{
    fn name(&self) -> &'static str {
        "odd"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let plain = PlainKernel { problem: problem.clone() };
        Ok(Box::new(OddKernel { plain, before: self.0.clone() }))
    }
}

struct OddKernel<F> {
    plain: PlainKernel,
    before: F,
}

impl<F: Fn(&Plan, Block) -> Result<(), RunError> + Send + Sync> Kernel for OddKernel<F> {
    fn problem(&self) -> &Problem {
        self.plain.problem()
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        (self.before)(plan, block)?;
        self.plain.moments(plan, block)
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        self.plain.block_level(plan, workers)
    }
}

/// An error of a kernel.
pub fn failed(block: Block) -> RunError {
    let cause = format!("no luck with batch {}", block.first());
    RunError::Failed { technique: "odd", cause: cause.into() }
}

/// `mpirun` that starts this many ranks of the test worker, more than there are cores if need be, also
/// as root in a container.
pub fn mpirun(worker: &str, ranks: usize) -> Command {
    let mut command = Command::new("mpirun");
    for name in ["OMPI_ALLOW_RUN_AS_ROOT", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] {
        command.env(name, "1").env(name.replace("OMPI", "PRTE"), "1");
    }
    command
        .env("OMPI_MCA_rmaps_base_oversubscribe", "true")
        .env("OMPI_MCA_hwloc_base_binding_policy", "none")
        .env("PRTE_MCA_rmaps_default_mapping_policy", ":oversubscribe")
        .args(["-n", &ranks.to_string(), worker]);
    command
}

/// Whether this process is the first to create the file `key`.
fn is_first(key: &str) -> bool {
    OpenOptions::new().write(true).create_new(true).open(key).is_ok()
}

/// What the test's worker can prepare. `key` is a file that marks that
/// something has been done once.
pub fn find(technique: &str, key: &str, _: &Problem) -> Option<Box<dyn Technique>> {
    fn odd(
        before: impl Fn(&Plan, Block) -> Result<(), RunError> + Clone + Send + Sync + 'static,
    ) -> Option<Box<dyn Technique>> {
        Some(Box::new(Odd(before)))
    }
    let key = key.to_owned();
    match technique {
        "plain" => Some(Box::new(Plain)),
        "native" => Some(Box::new(Native)),
        "instant" => Some(Box::new(Instantly)),
        "slow" => odd(|_, _| {
            sleep(Duration::from_millis(20));
            Ok(())
        }),
        "dies-once" => odd(move |_, block| {
            if block.first() > 0 && is_first(&key) {
                std::process::exit(7);
            }
            Ok(())
        }),
        "dies" => odd(|_, block| {
            if block.first() > 0 {
                std::process::abort();
            }
            Ok(())
        }),
        "panics" => odd(|_, block| panic!("batch {} is too much", block.first())),
        "fails" => odd(|_, block| if block.first() > 0 { Err(failed(block)) } else { Ok(()) }),
        "hangs-once" => odd(move |_, block| {
            if block.first() > 0 && is_first(&key) {
                sleep(Duration::from_secs(3600));
            }
            Ok(())
        }),
        "hangs" => odd(|_, _| {
            sleep(Duration::from_secs(3600));
            Ok(())
        }),
        "chatters-once" => odd(move |_, block| {
            if block.first() > 0 && is_first(&key) {
                let mut stdout = std::io::stdout().lock();
                let _ = stdout.write_all(b"I am not supposed to print here.\n");
                let _ = stdout.flush();
            }
            Ok(())
        }),
        "not-here" => Some(Box::new(NotHere)),
        "for-sobol" => Some(Box::new(ForSobol)),
        _ => None,
    }
}

/// All values are 1, so there is nothing to compute: what remains is the work of
/// the executor.
pub struct Instantly;

impl Technique for Instantly {
    fn name(&self) -> &'static str {
        "instant"
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Ok(Box::new(Nothing(problem.clone())))
    }
}

/// [`Instantly`], prepared.
struct Nothing(Problem);

impl Kernel for Nothing {
    fn problem(&self) -> &Problem {
        &self.0
    }

    fn moments(&self, plan: &Plan, block: Block) -> Result<Moments, RunError> {
        Ok(Moments { count: block.samples(plan), mean: 1.0, m2: 0.0 })
    }

    fn block_level(&self, plan: &Plan, workers: usize) -> u32 {
        plan.block_level(2, workers)
    }
}

/// A technique that this machine lacks something for.
struct NotHere;

impl Technique for NotHere {
    fn name(&self) -> &'static str {
        "not-here"
    }

    fn prepare(&self, _: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Err(PrepareError::Unavailable { reason: "no quantum device was found".to_owned() })
    }
}

/// The plain kernel, for whoever prepares it for Sobol' points.
struct ForSobol;

impl Technique for ForSobol {
    fn name(&self) -> &'static str {
        "for-sobol"
    }

    fn prepare(&self, _: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        Err(PrepareError::Unavailable { reason: "it was prepared for random points".to_owned() })
    }

    fn prepare_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Box<dyn Kernel>, PrepareError> {
        match sampling {
            Sampling::Random => self.prepare(problem),
            Sampling::Sobol => Plain.prepare(problem),
        }
    }
}
