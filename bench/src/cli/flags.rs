//! The command line.

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use mc_core::Precision;

use super::stopping::EndingFlags;
use super::values::{dims, samples, seconds, seed, seeds, workers};
use crate::technique::simd::Simd;

/// Monte Carlo estimates of E[f(x)] over a box, by every technique.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare the techniques: same bits, how fast, how far from the truth
    Compare(CompareFlags),
    /// One estimate with one technique
    Estimate(EstimateFlags),
    /// How often the intervals cover the truth, over many seeds
    Calibrate(CalibrateFlags),
    /// One of the smaller experiments of the chapters
    #[command(subcommand)]
    Experiment(Experiment),
    /// Put the figures of a kept run into the README and the chapters
    Readme(ReadmeFlags),
}

/// The flags of `readme`.
#[derive(Debug, Args)]
pub struct ReadmeFlags {
    /// The run, by the name of its folder in bench/runs [default: the newest]
    pub run: Option<String>,
}

/// The flags of `compare`.
#[derive(Debug, Args)]
pub struct CompareFlags {
    /// What `estimate` takes too.
    #[command(flatten)]
    pub common: Flags,

    /// The lecture's Python programs, good ones, and GSL too: all of them, or those named
    #[arg(
        long,
        value_name = "NAME[,NAME…]",
        value_delimiter = ',',
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "all"
    )]
    pub peers: Vec<String>,

    /// How long the measurements may take together, if one round of all takes no longer
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "30", allow_hyphen_values = true)]
    pub budget: Duration,

    /// Also write one self-contained page with pictures; it measures what they need as well
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,

    /// Also keep JSON and page under bench/runs, in a folder named by date and host
    #[arg(long)]
    pub keep: bool,

    /// Words to go with the page or the kept run, such as "the machine was busy"
    #[arg(long, value_name = "WORDS")]
    pub note: Option<String>,
}

/// The flags of `calibrate`.
#[derive(Debug, Args)]
pub struct CalibrateFlags {
    /// What is estimated.
    #[command(flatten)]
    pub problem: ProblemFlags,

    /// How often, and by how many.
    #[command(flatten)]
    pub sample: SampleFlags,

    /// The technique [default: the fastest in one thread]
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    pub technique: Vec<String>,

    /// How many seeds are taken
    #[arg(long, value_name = "N", value_parser = seeds, default_value = "1000", allow_hyphen_values = true)]
    pub seeds: u64,

    /// How it is printed.
    #[command(flatten)]
    pub format: FormatFlag,
}

/// What `experiment` runs, each with the flags that it reads.
#[derive(Debug, Subcommand)]
pub enum Experiment {
    /// The sum of 0, 1, …, 999: interpreted, native, compiled (chapter 3)
    Sum(FormatFlag),
    /// What compiling costs, by part and by length of the integrand, and when it pays (chapter 3)
    Compile(FormatFlag),
    /// The lecture's mistakes with processes, mended one after another (chapter 4)
    Processes(ProcessesFlags),
    /// Many workers against one, and against as many independent processes (chapter 4)
    Scaling(Flags),
    /// The peak memory of coordinator and workers, for more and more samples (chapter 4)
    Memory(MemoryFlags),
    /// Products of two arrays in f32: on the host, on an OpenCL device, and what travels (chapter 5)
    Elementwise(ElementwiseFlags),
}

/// The flags of `experiment processes`.
#[derive(Debug, Args)]
#[expect(missing_docs, reason = "the types of the fields say it")]
pub struct ProcessesFlags {
    #[command(flatten)]
    pub problem: ProblemFlags,
    #[command(flatten)]
    pub sample: SampleFlags,
    #[command(flatten)]
    pub deadline: DeadlineFlag,
    #[command(flatten)]
    pub format: FormatFlag,
}

/// The flags of `experiment memory`.
#[derive(Debug, Args)]
#[expect(missing_docs, reason = "the types of the fields say it")]
pub struct MemoryFlags {
    #[command(flatten)]
    pub of: ProcessesFlags,
    #[command(flatten)]
    pub technique: TechniqueFlag,
}

/// The flags of `experiment elementwise`.
#[derive(Debug, Args)]
pub struct ElementwiseFlags {
    /// How many elements, comma-separated [default: the lecture's sizes]
    #[arg(long, value_name = "N[,N…]", value_delimiter = ',', value_parser = samples, allow_hyphen_values = true)]
    pub samples: Vec<u64>,
    /// The OpenCL device, by index or part of the name
    #[arg(long, value_name = "DEVICE", allow_hyphen_values = true)]
    pub device: Option<String>,
    /// How it is printed.
    #[command(flatten)]
    pub format: FormatFlag,
}

/// The flags of `estimate`.
#[derive(Debug, Args)]
pub struct EstimateFlags {
    /// What `compare` takes too.
    #[command(flatten)]
    pub common: Flags,

    /// Print what the integrand becomes, instead of estimating
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "format")]
    pub emit: Option<Emit>,

    /// Say on stderr, and in JSON, by what the technique was chosen
    #[arg(long, conflicts_with_all = ["emit", "launcher"])]
    pub explain: bool,

    /// Start --workers ranks of an MPI job; the technique is then that of each rank
    #[arg(long, value_enum, value_name = "PROGRAM", conflicts_with = "emit")]
    pub launcher: Option<Launcher>,

    /// When it ends, what it passes over, where it is kept.
    #[command(flatten)]
    pub ending: EndingFlags,
}

/// What starts MPI jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Launcher {
    /// Of the MPI that this program is linked with, on this machine
    Mpirun,
}

/// What `--emit` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// The tape of h = f·g that all techniques start from
    Tape,
    /// The LLVM IR of a technique jit-…, with its steps as comments
    Llvm,
    /// The assembly of a technique jit-…, with the step of each instruction
    Asm,
    /// The OpenCL C that `opencl` (or the --technique given) compiles for its device
    Opencl,
}

/// The flags that ask for a problem.
#[derive(Clone, Debug, Args)]
pub struct ProblemFlags {
    /// The integrand, an expression in x such as "norm(x)^2" (the lecture's, and the default)
    #[arg(long, value_name = "EXPR", allow_hyphen_values = true)]
    pub f: Option<String>,

    /// A problem of the catalogue in place of --f, --g and --support; "list" prints their names
    #[arg(long = "problem", id = "problem", value_name = "NAME", conflicts_with_all = ["f", "g", "support"])]
    pub name: Option<String>,

    /// The number of coordinates of --problem [default: what is usual for it]
    #[arg(long, value_name = "N", value_parser = dims, allow_hyphen_values = true)]
    pub dims: Option<usize>,

    /// The density: "uniform" (1/V) or an expression; "1" gives the plain integral of f
    #[arg(
        long,
        value_name = "uniform|EXPR",
        default_value = "uniform",
        allow_hyphen_values = true
    )]
    pub g: String,

    /// The box: comma-separated lo:hi or lo:hi^k
    #[arg(long, value_name = "LIST", default_value = "0:1^2", allow_hyphen_values = true)]
    pub support: String,
}

/// The flags that say how many, and by how many.
#[derive(Clone, Debug, Args)]
pub struct SampleFlags {
    /// How many samples, such as 1000000 or 1e6 (compare: comma-separated; by default 100,1000,10000,1e6)
    #[arg(long, value_name = "M[,M…]", value_delimiter = ',', value_parser = samples, allow_hyphen_values = true)]
    pub samples: Vec<u64>,

    /// The seed of the random streams
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", allow_hyphen_values = true)]
    pub seed: u64,

    /// Threads, processes or ranks of the parallel techniques [default: the cores this process may use]
    #[arg(long, value_name = "N", value_parser = workers, allow_hyphen_values = true)]
    pub workers: Option<NonZeroUsize>,
}

/// By which techniques.
#[derive(Clone, Debug, Default, Args)]
pub struct TechniqueFlag {
    /// Techniques by name, comma-separated, or "auto"; "list" prints them (estimate: one, by default "auto")
    #[arg(
        long = "technique",
        id = "technique",
        value_name = "NAME[,NAME…]",
        value_delimiter = ','
    )]
    pub names: Vec<String>,
}

/// The flags that only some kernels read.
#[derive(Clone, Debug, Default, Args)]
pub struct KernelFlags {
    /// The vector instructions of the techniques jit-… [default: the widest there are]
    #[arg(long, value_enum, value_name = "LEVEL")]
    pub simd: Option<Simd>,

    /// OpenCL devices by index or part of the name, comma-separated, or "all"; "list" prints them
    #[arg(long, value_name = "DEVICE[,DEVICE…]", allow_hyphen_values = true)]
    pub device: Option<String>,

    /// The arithmetic of OpenCL devices [default: f64 where the device has it]
    #[arg(long, value_enum, value_name = "f64|f32")]
    pub precision: Option<Arithmetic>,
}

/// How long workers may take.
#[derive(Clone, Debug, Args)]
pub struct DeadlineFlag {
    /// How long a worker process may take over one block before it is replaced
    #[arg(long = "deadline", id = "deadline", value_name = "SECONDS", value_parser = seconds, default_value = "300", allow_hyphen_values = true)]
    pub time: Duration,
}

impl Default for DeadlineFlag {
    fn default() -> Self {
        Self { time: Duration::from_secs(300) }
    }
}

/// How a result is printed.
#[derive(Clone, Debug, Args)]
pub struct FormatFlag {
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub format: Format,
}

/// The flags that both `compare` and `estimate` take.
#[derive(Clone, Debug, Args)]
#[expect(missing_docs, reason = "the types of the fields say it")]
pub struct Flags {
    #[command(flatten)]
    pub problem: ProblemFlags,
    #[command(flatten)]
    pub sample: SampleFlags,
    #[command(flatten)]
    pub technique: TechniqueFlag,
    #[command(flatten)]
    pub kernel: KernelFlags,
    #[command(flatten)]
    pub deadline: DeadlineFlag,
    #[command(flatten)]
    pub format: FormatFlag,
}

impl From<&ProcessesFlags> for Flags {
    fn from(flags: &ProcessesFlags) -> Self {
        let common = Self::of(&flags.problem, &flags.sample, &flags.format);
        Self { deadline: flags.deadline.clone(), ..common }
    }
}

impl From<&MemoryFlags> for Flags {
    fn from(flags: &MemoryFlags) -> Self {
        Self { technique: flags.technique.clone(), ..Self::from(&flags.of) }
    }
}

impl From<&CalibrateFlags> for Flags {
    fn from(flags: &CalibrateFlags) -> Self {
        let common = Self::of(&flags.problem, &flags.sample, &flags.format);
        Self { technique: TechniqueFlag { names: flags.technique.clone() }, ..common }
    }
}

impl Flags {
    /// All others as if they were not given.
    fn of(problem: &ProblemFlags, sample: &SampleFlags, format: &FormatFlag) -> Self {
        Self {
            problem: problem.clone(),
            sample: sample.clone(),
            technique: TechniqueFlag::default(),
            kernel: KernelFlags::default(),
            deadline: DeadlineFlag::default(),
            format: format.clone(),
        }
    }

    /// Whether `--technique list` asks for the names only.
    pub fn lists_techniques(&self) -> bool {
        self.technique.names.iter().any(|name| name == "list")
    }

    /// Whether `--device list` asks for the devices only.
    pub fn lists_devices(&self) -> bool {
        self.kernel.device.as_deref() == Some("list")
    }

    /// Whether `--problem list` asks for the names only.
    pub fn lists_problems(&self) -> bool {
        self.problem.name.as_deref() == Some("list")
    }
}

/// What `--precision` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Arithmetic {
    /// Doubles, with the bits of every technique
    F64,
    /// Single floats: about seven digits, other bits
    F32,
}

impl From<Arithmetic> for Precision {
    fn from(arithmetic: Arithmetic) -> Self {
        match arithmetic {
            Arithmetic::F64 => Self::F64,
            Arithmetic::F32 => Self::F32,
        }
    }
}

/// Output formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Words and aligned columns
    Table,
    /// JSON; floats read back to the same bits
    Json,
    /// A Markdown table
    Markdown,
    /// Comma-separated values
    Csv,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
