//! The names that can be asked for: `--technique list`, `--problem list`, `--device list`.

use std::io::Write as _;

use mc_core::catalogue::{ABOUT, NAMES};

use crate::process::{Failure, print};
use crate::technique::name::{ExecutorName, KernelName};

/// `--technique list`.
pub fn techniques() -> Result<(), Failure> {
    let mut out = Vec::new();
    writeln!(out, "Kernels:")?;
    for kernel in KernelName::ALL {
        writeln!(out, "  {:<20}{:<58}needs {}", kernel.text(), kernel.about(), kernel.needs())?;
        if let Some(reason) = kernel.missing() {
            writeln!(out, "  {:<20}not here: {reason}", "")?;
        }
    }
    writeln!(out, "\nExecutors, each with any kernel, as in rayon-jit:")?;
    for executor in ExecutorName::ALL {
        writeln!(out, "  {:<20}{}", format!("{}-…", executor.text()), executor.about())?;
        if let Some(reason) = executor.missing() {
            writeln!(out, "  {:<20}not here: {reason}", "")?;
        }
    }
    writeln!(out, "\nauto chooses among them; `estimate --explain` says by what.")?;
    Ok(print(out)?)
}

/// `--problem list`.
pub fn problems() -> Result<(), Failure> {
    let mut out = Vec::new();
    for (name, about) in NAMES.iter().zip(ABOUT) {
        writeln!(out, "  {name:<20}{about}")?;
    }
    writeln!(out, "\n--dims N sets the number of coordinates.")?;
    Ok(print(out)?)
}

/// `--device list`.
#[cfg(feature = "opencl")]
pub fn devices() -> Result<(), Failure> {
    use mc_opencl::DeviceKind;

    let devices = mc_opencl::devices().map_err(|error| Failure::Run(error.to_string()))?;
    let mut out = Vec::new();
    for device in devices {
        let kind = match device.kind {
            DeviceKind::Gpu => "GPU",
            DeviceKind::Accelerator => "accelerator",
            DeviceKind::Cpu => "CPU",
        };
        let fp64 = if device.fp64 { "f64" } else { "f32 only" };
        writeln!(
            out,
            "{:>3}  {}\n     {kind}, {} compute units at {} MHz, {} MiB, {fp64}\n     {}, driver {}",
            device.index,
            device.name,
            device.compute_units,
            device.clock_mhz,
            device.memory >> 20,
            device.platform,
            device.driver,
        )?;
    }
    writeln!(out, "\n--device takes an index, a part of a name, several with commas, or all.")?;
    Ok(print(out)?)
}

/// `--device list`.
#[cfg(not(feature = "opencl"))]
pub fn devices() -> Result<(), Failure> {
    Err(Failure::Run(KernelName::OpenCl.missing().unwrap_or_default()))
}
