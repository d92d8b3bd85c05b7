//! What can go wrong between here and a device.

use mc_core::net::NetError;
use mc_core::{Moments, PrepareError, RunError, Short};

use crate::cl::Status;

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
    /// PoCL needs a folder for what it compiles, and has no device without.
    #[error(
        "PoCL offers no device, since its cache {} cannot be written: {cause}; set POCL_CACHE_DIR to \
         a folder that can be", folder.display()
    )]
    NoCache {
        /// Where it would be.
        folder: std::path::PathBuf,
        /// What the system says.
        cause: String,
    },
    /// f64 was asked for, and the device does not compute in it.
    #[error(
        "the OpenCL device {device} lacks fp64 (double precision): choose another device, or take f32 \
         (`--precision f32`), whose results have about seven digits and other bits"
    )]
    NoFp64 {
        /// Its name.
        device: String,
    },
    /// No device is called so.
    #[error(
        "no OpenCL device is called {selector:?}: give the index, or a part of the name, of one or more of \
         {}, or `all`",
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
    #[error(
        "{device} cannot compile the generated OpenCL C:{}\n{log}\nThe program is printed by `cargo xtask \
         estimate … --emit opencl`. Update the device's driver, or choose another device",
        quoted(lines)
    )]
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
    /// f32 has too few digits, or too small a range, for the integrand.
    #[error(
        "f32 is not enough for this integrand on {device}: over {} samples its mean is {} and its variance \
         {:e}, where f64 gives {} and {:e}; take a device with fp64, or another technique",
        got.count, Short(got.mean), got.m2 / got.count as f64, Short(expected.mean), expected.m2 / expected.count as f64
    )]
    TooCoarse {
        /// The device.
        device: String,
        /// The moments in f32.
        got: Moments,
        /// In f64, of the same samples.
        expected: Moments,
    },
    /// The side of the box holds fewer than two numbers of f32.
    #[error(
        "the side {}:{} of the box has no room between two numbers of f32: take a device with fp64, or \
         another technique", Short(*lo), Short(*hi)
    )]
    TooNarrow {
        /// Its lower end.
        lo: f64,
        /// Its upper end.
        hi: f64,
    },
    /// A value is finite in f64 and not in f32.
    #[error(
        "a value of f·g, or a sum of them, is beyond the range of f32 (3.4e38) on {device}: scale the \
         integrand, or take a device with fp64"
    )]
    OutOfRange {
        /// The device.
        device: String,
    },
    /// Memory of the device, or of the host, ran out.
    #[error(
        "{device} is out of memory while {step} ({status}): close other programs that use it, take fewer \
         coordinates, or choose another device"
    )]
    OutOfMemory {
        /// The device.
        device: String,
        /// What was being done.
        step: &'static str,
        /// What OpenCL answered.
        status: Status,
    },
    /// The device went away, or gave up what it was running.
    #[error(
        "{device} was lost while {step} ({status}): it was unplugged, reset, or stopped by the watchdog of \
         a display; the system's log says more (`dmesg` on Linux). Run it again, or choose another device"
    )]
    Lost {
        /// The device.
        device: String,
        /// What was being done.
        step: &'static str,
        /// What OpenCL answered.
        status: Status,
    },
    /// A call into OpenCL failed.
    #[error(
        "{device}: {step} failed with {status}: update the device's driver, or choose another device"
    )]
    Call {
        /// The device, or the platform.
        device: String,
        /// What was being done.
        step: &'static str,
        /// What OpenCL answered.
        status: Status,
    },
    /// A call of the crate `ocl` failed.
    #[error("{device}: ocl failed: {what}: update the device's driver, or choose another device")]
    Ocl {
        /// The device.
        device: String,
        /// What `ocl` said.
        what: String,
    },
    /// There are no Sobol' points of so many coordinates.
    #[error(transparent)]
    Points(#[from] NetError),
    /// One point is too large for the device's memory.
    #[error(
        "{device} would need {} MiB for the points of one work-group, and {} MiB can be used: take fewer \
         coordinates, or another technique",
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

/// What was being done when a call failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Asking, opening, compiling: anything before the run.
    Opening(&'static str),
    /// Making room for data.
    Allocating(&'static str),
    /// Copying and computing.
    Running(&'static str),
}

impl OpenClError {
    /// What the status of a call means, while doing `step` on `device`.
    pub(crate) fn at(step: Step, device: &str) -> impl Fn(Status) -> Self + '_ {
        move |status| {
            let device = device.to_owned();
            let (Step::Opening(what) | Step::Allocating(what) | Step::Running(what)) = step;
            if status.is_out_of_memory(matches!(step, Step::Allocating(_))) {
                Self::OutOfMemory { device, step: what, status }
            } else if status.is_lost() {
                Self::Lost { device, step: what, status }
            } else {
                Self::Call { device, step: what, status }
            }
        }
    }

    /// What kind of end this is for a technique of that name.
    pub(crate) fn preparing(self, technique: &'static str) -> PrepareError {
        match self {
            Self::NoPlatform
            | Self::NoDevice { .. }
            | Self::NoCache { .. }
            | Self::NoFp64 { .. }
            | Self::UnknownDevice { .. }
            | Self::TooCoarse { .. }
            | Self::TooNarrow { .. }
            | Self::Points(_)
            | Self::TooLarge { .. } => PrepareError::Unavailable { reason: self.to_string() },
            Self::BadLanes { .. }
            | Self::Build { .. }
            | Self::OtherBits { .. }
            | Self::OutOfRange { .. }
            | Self::OutOfMemory { .. }
            | Self::Lost { .. }
            | Self::Call { .. }
            | Self::Ocl { .. } => PrepareError::Failed { technique, cause: self.into() },
        }
    }

    /// As an end of a run of the technique of that name.
    pub(crate) fn running(self, technique: &'static str) -> RunError {
        match self {
            Self::Points(error) => error.into(),
            _ => RunError::Failed { technique, cause: self.into() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_becomes_an_error_that_says_what_to_do() {
        let message = |step, status| OpenClError::at(step, "Card")(Status(status)).to_string();
        let room = Step::Allocating("making room");
        let run = Step::Running("running the kernel");
        for (step, status, words) in [
            (
                room,
                -4,
                "Card is out of memory while making room (CL_MEM_OBJECT_ALLOCATION_FAILURE)",
            ),
            (room, -5, "Card is out of memory while making room (CL_OUT_OF_RESOURCES)"),
            (run, -5, "Card was lost while running the kernel (CL_OUT_OF_RESOURCES)"),
            (run, -36, "Card was lost while running the kernel (CL_INVALID_COMMAND_QUEUE)"),
            (run, -9999, "Card was lost while running the kernel (status -9999)"),
            (run, -12345, "Card: running the kernel failed with status -12345: update"),
        ] {
            let message = message(step, status);
            assert!(message.starts_with(words), "{message}");
            assert!(message.contains("choose another device"), "{message}");
        }
    }
}
