//! Which OpenCL devices compute, and in which arithmetic.

use std::process::Command;

use mc_core::Precision;

use super::name::KernelName;
use crate::process::Failure;

/// What `--device` and `--precision` ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Devices {
    /// Indices or parts of names, or `all`.
    pub device: Option<String>,
    /// The arithmetic, unless each device is to have its own.
    pub precision: Option<Precision>,
}

/// How a worker process is told. It must take what the first process took.
const DEVICE: &str = "MC_OPENCL_DEVICE";
const PRECISION: &str = "MC_OPENCL_PRECISION";

impl Devices {
    /// What is asked for.
    ///
    /// # Errors
    /// If there are devices, but none that is called so, or it lacks the
    /// arithmetic. That there are none is told by the technique's own row.
    pub fn asked(device: Option<String>, precision: Option<Precision>) -> Result<Self, Failure> {
        let devices = Self { device, precision };
        if devices != Self::default() {
            devices.check()?;
        }
        Ok(devices)
    }

    /// Why nothing but a device will do, if it is so.
    pub fn asks_for_one(&self) -> Option<String> {
        match (&self.device, self.precision) {
            (Some(device), _) => Some(format!("--device asks for {device}")),
            (None, Some(Precision::F32)) => Some("--precision asks for f32".to_owned()),
            _ => None,
        }
    }

    /// Puts it in a worker's environment.
    pub fn tell(&self, worker: &mut Command) {
        worker.env_remove(DEVICE).env_remove(PRECISION);
        if let Some(device) = &self.device {
            worker.env(DEVICE, device);
        }
        if let Some(precision) = self.precision {
            worker.env(PRECISION, precision.to_string());
        }
    }

    /// What the first process told this worker.
    pub fn told() -> Self {
        let precision = match std::env::var(PRECISION).as_deref() {
            Ok("f64") => Some(Precision::F64),
            Ok("f32") => Some(Precision::F32),
            _ => None,
        };
        Self { device: std::env::var(DEVICE).ok(), precision }
    }
}

#[cfg(feature = "opencl")]
mod here {
    use mc_core::{Problem, Sampling, Technique};
    use mc_opencl::{OpenCl, OpenClError, OpenClGrid, OpenClHost, Shape, source_for};

    use super::{Devices, Failure, KernelName, Precision};

    /// The technique of this type, on the devices asked for.
    macro_rules! on {
        ($devices:expr, $technique:ty) => {{
            let technique = <$technique>::default();
            let technique = match &$devices.device {
                Some(device) => technique.device(device),
                None => technique,
            };
            match $devices.precision {
                Some(precision) => technique.precision(precision),
                None => technique,
            }
        }};
    }

    impl Devices {
        /// The technique on these devices.
        pub fn technique(&self, kernel: KernelName) -> Box<dyn Technique> {
            match kernel {
                KernelName::OpenClHost => Box::new(on!(self, OpenClHost)),
                KernelName::OpenClGrid => Box::new(on!(self, OpenClGrid)),
                _ => Box::new(on!(self, OpenCl)),
            }
        }

        pub(super) fn check(&self) -> Result<(), Failure> {
            let flag = match on!(self, OpenCl).chosen() {
                Err(error @ OpenClError::UnknownDevice { .. }) => format!("--device: {error}"),
                Err(error @ OpenClError::NoFp64 { .. }) => format!("--precision: {error}"),
                _ => return Ok(()),
            };
            Err(Failure::Request(flag))
        }

        /// The arithmetic of the devices.
        pub fn chosen_precision(&self) -> Precision {
            on!(self, OpenCl).chosen().map_or(Precision::F64, |(_, precision)| precision)
        }

        /// The OpenCL C that a technique runs for `problem` at these points; without a device, as a GPU would get
        /// it. An error if the device cannot be asked.
        pub fn program(
            &self,
            kernel: KernelName,
            problem: &Problem,
            sampling: Sampling,
        ) -> Result<String, Failure> {
            let precision = self.precision.unwrap_or_else(|| self.chosen_precision());
            let text = match kernel {
                KernelName::OpenClHost => OpenClHost::source(problem, precision),
                KernelName::OpenClGrid => OpenClGrid::source(problem, precision),
                _ => match on!(self, OpenCl).source_for(problem, sampling) {
                    Err(error @ (OpenClError::NoPlatform | OpenClError::NoDevice { .. })) => {
                        crate::process::say(format_args!("as for a GPU: {error}"));
                        Ok(source_for(problem, Shape { precision, ..Shape::GPU }, sampling))
                    }
                    text => text,
                },
            };
            text.map_err(|error| Failure::Run(error.to_string()))
        }
    }
}

/// A build without OpenCL has no devices.
#[cfg(not(feature = "opencl"))]
impl Devices {
    fn check(&self) -> Result<(), Failure> {
        Ok(())
    }

    /// That of all other techniques.
    pub fn chosen_precision(&self) -> Precision {
        Precision::F64
    }

    /// What is missing.
    pub fn program(
        &self,
        _: KernelName,
        _: &mc_core::Problem,
        _: mc_core::Sampling,
    ) -> Result<String, Failure> {
        Err(Failure::Run(KernelName::OpenCl.missing().unwrap_or_default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_names_a_device_or_its_arithmetic_asks_for_one() {
        let with = |device: Option<&str>, precision| Devices {
            device: device.map(str::to_owned),
            precision,
        };
        assert_eq!(with(None, None).asks_for_one(), None);
        // All techniques compute in f64.
        assert_eq!(with(None, Some(Precision::F64)).asks_for_one(), None);
        let f32 = with(None, Some(Precision::F32)).asks_for_one();
        assert!(f32.is_some_and(|why| why.contains("f32")));
        let named = with(Some("radeon"), None).asks_for_one();
        assert!(named.is_some_and(|why| why.contains("radeon")));
    }
}
