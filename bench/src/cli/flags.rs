//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use super::common::{
    DeadlineFlag, Flags, FormatFlag, ProblemFlags, SampleFlags, SamplingFlag, TechniqueFlag,
};
use super::examples;
use super::stopping::EndingFlags;
use super::values::{samples, seconds, seeds};

/// Monte Carlo estimates of E[f(x)] over a box, by every technique.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    version,
    disable_help_subcommand = true,
    after_help = examples::ALL
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,

    /// Say nothing on stderr but what is wrong: no progress, no notes; warnings are fields of the result
    #[arg(long, global = true, display_order = 900, help_heading = "What is printed")]
    pub quiet: bool,

    /// End with exit code 3 if a warning was given
    #[arg(long, global = true, display_order = 901, help_heading = "What is printed")]
    pub strict: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compare the techniques: same bits, how fast, how far from the truth
    #[command(after_help = examples::COMPARE)]
    Compare(CompareFlags),
    /// One estimate with one technique
    #[command(after_help = examples::ESTIMATE)]
    Estimate(EstimateFlags),
    /// How often the intervals cover the truth, over many seeds
    #[command(after_help = examples::CALIBRATE)]
    Calibrate(CalibrateFlags),
    /// One of the smaller experiments of the chapters
    #[command(subcommand, after_help = examples::EXPERIMENT)]
    Experiment(Experiment),
    /// Put the figures of a kept run into the README and the chapters
    Readme(ReadmeFlags),
    /// What a command does, the language of --f and --g, or names: of techniques, problems, devices
    Help(HelpFlags),
    /// Print what a shell needs to complete commands and flags
    Completions(CompletionsFlags),
    /// Print a manual page, for `man -l -`
    Man(ManFlags),
}

/// The words of `help`.
#[derive(Debug, Args)]
pub struct HelpFlags {
    /// A command, or language, techniques, problems, devices
    #[arg(value_name = "TOPIC")]
    pub topic: Vec<String>,
}

/// The words of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsFlags {
    /// Which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
    /// What is typed for the program, such as an alias of `cargo xtask`
    #[arg(value_name = "NAME", default_value = "bench")]
    pub name: String,
}

/// The words of `man`.
#[derive(Debug, Args)]
pub struct ManFlags {
    /// The command [default: the page of all]
    #[arg(value_name = "COMMAND")]
    pub command: Vec<String>,
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
        default_missing_value = "all",
        help_heading = "By which technique"
    )]
    pub peers: Vec<String>,

    /// How long the measurements may take together, if one round of all takes no longer
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "30", allow_hyphen_values = true, help_heading = "How much")]
    pub budget: Duration,

    /// Also write one self-contained page with pictures; it measures what they need as well
    #[arg(long, value_name = "FILE", help_heading = "What is printed")]
    pub report: Option<PathBuf>,

    /// Also keep JSON and page under bench/runs, in a folder named by date and host
    #[arg(long, help_heading = "What is printed")]
    pub keep: bool,

    /// Words to go with the page or the kept run, such as "the machine was busy"
    #[arg(long, value_name = "WORDS", help_heading = "What is printed")]
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

    /// What kind of points.
    #[command(flatten)]
    pub sampling: SamplingFlag,

    /// The technique [default: the fastest in one thread]
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = "By which technique")]
    pub technique: Vec<String>,

    /// How many seeds are taken
    #[arg(long, value_name = "N", value_parser = seeds, default_value = "1000", allow_hyphen_values = true, help_heading = "How much")]
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
    pub sampling: SamplingFlag,
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

    /// Print all digits of the numbers, as JSON does
    #[arg(long, conflicts_with = "emit", help_heading = "What is printed")]
    pub digits: bool,

    /// Print what the integrand becomes, instead of estimating
    #[arg(
        long,
        help_heading = "What is printed",
        value_enum,
        value_name = "WHAT",
        conflicts_with = "format"
    )]
    pub emit: Option<Emit>,

    /// Say on stderr, and in JSON, by what the technique was chosen
    #[arg(long, conflicts_with_all = ["emit", "launcher"], help_heading = "What is printed")]
    pub explain: bool,

    /// Start --workers ranks of an MPI job; the technique is then that of each rank
    #[arg(
        long,
        value_enum,
        value_name = "PROGRAM",
        conflicts_with = "emit",
        help_heading = "By which technique"
    )]
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

impl From<&ProcessesFlags> for Flags {
    fn from(flags: &ProcessesFlags) -> Self {
        let common = Self::of(&flags.problem, &flags.sample, &flags.format);
        Self { deadline: flags.deadline.clone(), ..common }
    }
}

impl From<&MemoryFlags> for Flags {
    fn from(flags: &MemoryFlags) -> Self {
        let (sampling, technique) = (flags.sampling.clone(), flags.technique.clone());
        Self { sampling, technique, ..Self::from(&flags.of) }
    }
}

impl From<&CalibrateFlags> for Flags {
    fn from(flags: &CalibrateFlags) -> Self {
        let common = Self::of(&flags.problem, &flags.sample, &flags.format);
        let technique = TechniqueFlag { names: flags.technique.clone() };
        Self { sampling: flags.sampling.clone(), technique, ..common }
    }
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
