//! What can go wrong between here and a device.

use mc_core::{Moments, PrepareError, RunError};
use ocl::enums::Status;

use crate::technique::NAME;

/// Why a device cannot be used, or failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenClError {
    /// The loader knows no implementation of OpenCL.
    #[error(
        "no OpenCL platform: install the driver of the GPU's vendor, or `pocl-opencl-icd` \
         (Debian, Ubuntu) to use the CPU as a device"
    )]
    NoPlatform,
    /// There are platforms, but no device.
    #[error(
        "no OpenCL device on the platforms {}: is a GPU present and its driver loaded? \
         `pocl-opencl-icd` (Debian, Ubuntu) makes the CPU a device",
        platforms.join(", ")
    )]
    NoDevice {
        /// The platforms.
        platforms: Vec<String>,
    },
    /// The chosen device does not compute in f64.
    #[error(
        "the OpenCL device {device} lacks fp64 (double precision), so its results would have other \
         bits: choose another device"
    )]
    NoFp64 {
        /// Its name.
        device: String,
    },
    /// No device is called so.
    #[error(
        "no OpenCL device is called {selector:?}: give the index, or a part of the name, of one of {}",
        devices.join(", ")
    )]
    UnknownDevice {
        /// What was asked for.
        selector: String,
        /// What there is, as `0: name`.
        devices: Vec<String>,
    },
    /// A number of lanes that OpenCL C has no vectors for.
    #[error("{lanes} batches a work-item: it must be 1, 2, 4, 8 or 16")]
    BadLanes {
        /// What was asked for.
        lanes: usize,
    },
    /// The device's compiler rejects the generated program.
    #[error("{device} cannot compile the generated OpenCL C:{}\n{log}", quoted(lines))]
    Build {
        /// The device.
        device: String,
        /// The compiler's log.
        log: String,
        /// The lines of the program that the log names: number and text.
        lines: Vec<(usize, String)>,
    },
    /// The device computes, but not what IEEE 754 says.
    #[error(
        "{device} gives other bits than the host ({got:?} instead of {expected:?}): its compiler does \
         not keep to IEEE 754, or to FP_CONTRACT OFF; choose another device"
    )]
    OtherBits {
        /// The device.
        device: String,
        /// What it gives for a few samples.
        got: Moments,
        /// What it should give.
        expected: Moments,
    },
    /// A call into OpenCL failed.
    #[error("{step}: {status}")]
    Call {
        /// What was being done.
        step: &'static str,
        /// The name of OpenCL's status, or the words of its binding.
        status: String,
    },
    /// One point is too large for the device's memory.
    #[error(
        "{device} would need {} MiB for the points of one work-group, and {} MiB can be used",
        needed >> 20, available >> 20
    )]
    TooLarge {
        /// The device.
        device: String,
        /// Bytes it would need.
        needed: u64,
        /// Bytes it has.
        available: u64,
    },
}

fn quoted(lines: &[(usize, String)]) -> String {
    lines.iter().map(|(number, line)| format!("\n  line {number}: {line}")).collect()
}

impl OpenClError {
    /// What an error of the binding means, while doing `step`.
    pub(crate) fn at(step: &'static str) -> impl Fn(ocl::Error) -> Self {
        move |error| {
            let status = match error.api_status() {
                Some(status) => describe(status),
                None => error.to_string(),
            };
            Self::Call { step, status }
        }
    }

    /// As [`OpenClError::at`], for the layer below.
    pub(crate) fn core(step: &'static str) -> impl Fn(ocl::OclCoreError) -> Self {
        move |error| Self::at(step)(error.into())
    }
}

/// A status and, where a user can do something about it, what.
fn describe(status: Status) -> String {
    let help = match status {
        Status::CL_OUT_OF_RESOURCES => ": the device ran out of resources, or stopped a kernel",
        Status::CL_MEM_OBJECT_ALLOCATION_FAILURE => ": the device is out of memory",
        Status::CL_OUT_OF_HOST_MEMORY => ": the host is out of memory",
        Status::CL_DEVICE_NOT_AVAILABLE => ": the device is in use or was lost",
        _ => "",
    };
    format!("{status:?}{help}")
}

impl From<OpenClError> for PrepareError {
    fn from(error: OpenClError) -> Self {
        match error {
            OpenClError::NoPlatform
            | OpenClError::NoDevice { .. }
            | OpenClError::NoFp64 { .. }
            | OpenClError::UnknownDevice { .. }
            | OpenClError::TooLarge { .. } => Self::Unavailable { reason: error.to_string() },
            OpenClError::BadLanes { .. }
            | OpenClError::Build { .. }
            | OpenClError::OtherBits { .. }
            | OpenClError::Call { .. } => Self::Failed { technique: NAME, cause: error.into() },
        }
    }
}

impl From<OpenClError> for RunError {
    fn from(error: OpenClError) -> Self {
        Self::Failed { technique: NAME, cause: error.into() }
    }
}
