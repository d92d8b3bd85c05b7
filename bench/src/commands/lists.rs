//! The names that can be asked for: `--technique list`, `--problem list`, `--device list`.

use mc_core::catalogue::{ABOUT, NAMES};

use crate::output::hanging;
use crate::process::{Failure, print, width};
use crate::technique::name::{ExecutorName, KernelName};

/// A name, and what is to be said about it.
fn entry(name: &str, about: &str) -> String {
    const NAMES: usize = 20;
    hanging(&format!("  {name:<NAMES$}{about}"), width(), NAMES + 2)
}

/// `--technique list`.
pub fn techniques() -> Result<(), Failure> {
    let missing = |reason: Option<String>| {
        reason.map(|reason| entry("", &format!("not here: {reason}"))).unwrap_or_default()
    };
    let mut text = "Kernels:\n".to_owned();
    for kernel in KernelName::ALL {
        let about = match kernel.needs() {
            "nothing" => kernel.about().to_owned(),
            needs => format!("{}; needs {needs}", kernel.about()),
        };
        text += &(entry(kernel.text(), &about) + &missing(kernel.missing()));
    }
    text += "\nExecutors, each with any kernel, as in rayon-jit:\n";
    for executor in ExecutorName::ALL {
        let name = format!("{}-…", executor.text());
        text += &(entry(&name, executor.about()) + &missing(executor.missing()));
    }
    text += "\nauto chooses among them; `estimate --explain` says by what.\n";
    Ok(print(text)?)
}

/// `--problem list`.
pub fn problems() -> Result<(), Failure> {
    let entries: String = NAMES.iter().zip(ABOUT).map(|(name, about)| entry(name, about)).collect();
    Ok(print(entries + "\n--dims N sets the number of coordinates.\n")?)
}

/// `--device list`.
#[cfg(feature = "opencl")]
pub fn devices() -> Result<(), Failure> {
    use mc_opencl::DeviceKind;

    let devices = mc_opencl::devices().map_err(|error| Failure::Run(error.to_string()))?;
    let mut text = String::new();
    for device in devices {
        let kind = match device.kind {
            DeviceKind::Gpu => "GPU",
            DeviceKind::Accelerator => "accelerator",
            DeviceKind::Cpu => "CPU",
        };
        let fp64 = if device.fp64 { "f64" } else { "f32 only" };
        text += &format!(
            "{:>3}  {}\n     {kind}, {} compute units at {} MHz, {} MiB, {fp64}\n     {}, driver {}\n",
            device.index,
            device.name,
            device.compute_units,
            device.clock_mhz,
            device.memory >> 20,
            device.platform,
            device.driver,
        );
    }
    text += "\n--device takes an index, a part of a name, several with commas, or all.\n";
    Ok(print(text)?)
}

/// `--device list`.
#[cfg(not(feature = "opencl"))]
pub fn devices() -> Result<(), Failure> {
    Err(Failure::Run(KernelName::OpenCl.missing().unwrap_or_default()))
}
