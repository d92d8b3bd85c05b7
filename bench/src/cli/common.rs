//! What several commands ask for: flags by group, as their help shows them.

use std::num::NonZeroUsize;
use std::time::Duration;

use clap::{Args, ValueEnum};
use mc_core::{Precision, Sampling};

use super::values::{dims, samples, seconds, seed, workers};
use crate::technique::simd::Simd;

/// The flags that ask for a problem.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What is estimated")]
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
#[command(next_help_heading = "How much")]
pub struct SampleFlags {
    /// How many samples, such as 1000000, 1_000_000, 1e6 or 1M (compare: comma-separated; by default
    /// 100,1000,10000,1e6)
    #[arg(long, value_name = "M[,M…]", value_delimiter = ',', value_parser = samples, allow_hyphen_values = true)]
    pub samples: Vec<u64>,

    /// The seed of the random streams
    #[arg(long, value_name = "N", value_parser = seed, default_value = "1", allow_hyphen_values = true)]
    pub seed: u64,

    /// Threads, processes or ranks of the parallel techniques [default: the cores this process may use]
    #[arg(long, value_name = "N", value_parser = workers, allow_hyphen_values = true)]
    pub workers: Option<NonZeroUsize>,
}

/// What kind of points is drawn.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "How much")]
pub struct SamplingFlag {
    /// The points: random, whose error falls as 1/√M; or Sobol', evenly spread, whose error falls nearly as 1/M where
    /// f is smooth. Of these as many are drawn as make 16 to 31 replicates, --samples or up to 1/16 fewer
    #[arg(
        long = "sampling",
        id = "sampling",
        value_enum,
        value_name = "random|sobol",
        default_value_t
    )]
    pub points: PointKind,
}

/// By which techniques.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "By which technique")]
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
#[command(next_help_heading = "By which technique")]
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
#[command(next_help_heading = "By which technique")]
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
#[command(next_help_heading = "What is printed")]
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
    pub sampling: SamplingFlag,
    #[command(flatten)]
    pub technique: TechniqueFlag,
    #[command(flatten)]
    pub kernel: KernelFlags,
    #[command(flatten)]
    pub deadline: DeadlineFlag,
    #[command(flatten)]
    pub format: FormatFlag,
}

impl Flags {
    /// All others as if they were not given.
    pub(super) fn of(problem: &ProblemFlags, sample: &SampleFlags, format: &FormatFlag) -> Self {
        Self {
            problem: problem.clone(),
            sample: sample.clone(),
            sampling: SamplingFlag::default(),
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

/// What `--sampling` asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum PointKind {
    /// Independent random points
    #[default]
    Random,
    /// Randomised Sobol' points
    Sobol,
}

impl From<PointKind> for Sampling {
    fn from(kind: PointKind) -> Self {
        match kind {
            PointKind::Random => Self::Random,
            PointKind::Sobol => Self::Sobol,
        }
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
