//! `experiment`: the smaller experiments of the chapters.

#[cfg(feature = "_jit")]
mod compile;
#[cfg(feature = "_jit")]
mod compiled_sums;
#[cfg(feature = "opencl")]
pub mod elementwise;
mod memory;
mod points;
mod processes;
mod scaling;
pub mod sum;
mod way;

pub use points::serve_if_child;
pub use way::Outcome;

use crate::cli::common::Flags;
use crate::cli::flags::Experiment;
use crate::output;
use crate::process::Failure;

/// Runs an experiment and prints what it found.
pub fn run(which: &Experiment) -> Result<(), Failure> {
    let (found, format) = match which {
        Experiment::Sum(format) => (sum::run(), format),
        Experiment::Compile(format) => (compile::run(), format),
        Experiment::Processes(flags) => (processes::run(&Flags::from(flags)), &flags.format),
        Experiment::Scaling(flags) => (scaling::run(flags), &flags.format),
        Experiment::Memory(flags) => (memory::run(&Flags::from(flags)), &flags.of.format),
        Experiment::Elementwise(flags) => {
            (elementwise::run(&flags.samples, flags.device.as_deref()), &flags.format)
        }
    };
    let found = found.map_err(|error| match error.downcast() {
        Ok(failure) => *failure,
        Err(error) => Failure::Run(error.to_string()),
    })?;
    output::print(&found, format.format)
}

/// A build without LLVM compiles nothing.
#[cfg(not(feature = "_jit"))]
mod compile {
    pub fn run() -> super::Outcome {
        let reason = crate::technique::name::KernelName::Jit.missing().unwrap_or_default();
        Err(format!("nothing is compiled here: {reason}").into())
    }
}

/// Nor these.
#[cfg(not(feature = "_jit"))]
mod compiled_sums {
    pub fn ways(_: &mc_core::Tape, _: &[f64], _: usize) -> Result<Vec<super::way::Sum>, String> {
        Err(crate::technique::name::KernelName::Jit.missing().unwrap_or_default())
    }
}

/// A build without OpenCL has no devices.
#[cfg(not(feature = "opencl"))]
pub mod elementwise {
    /// Why there is nothing to be found.
    pub fn run(_: &[u64], _: Option<&str>) -> super::Outcome {
        let reason = crate::technique::name::KernelName::OpenCl.missing().unwrap_or_default();
        Err(format!("experiment elementwise needs OpenCL: {reason}").into())
    }
}
