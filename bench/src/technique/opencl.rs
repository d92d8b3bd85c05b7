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
    use mc_core::{Problem, Technique};
    use mc_opencl::{OpenCl, OpenClError, OpenClGrid, OpenClHost, Shape, source};

    use super::{Devices, Failure, KernelName, Precision};

    impl Devices {
        fn everything_there(&self) -> OpenCl {
            let technique = OpenCl::default();
            let technique = match &self.device {
                Some(device) => technique.device(device),
                None => technique,
            };
            match self.precision {
                Some(precision) => technique.precision(precision),
                None => technique,
            }
        }

        /// The technique on these devices.
        pub fn technique(&self, kernel: KernelName) -> Box<dyn Technique> {
            macro_rules! on_these {
                ($technique:ty) => {{
                    let mut technique = <$technique>::default();
                    if let Some(device) = &self.device {
                        technique = technique.device(device);
                    }
                    if let Some(precision) = self.precision {
                        technique = technique.precision(precision);
                    }
                    Box::new(technique)
                }};
            }
            match kernel {
                KernelName::OpenClHost => on_these!(OpenClHost),
                KernelName::OpenClGrid => on_these!(OpenClGrid),
                _ => Box::new(self.everything_there()),
            }
        }

        pub(super) fn check(&self) -> Result<(), Failure> {
            match self.everything_there().chosen() {
                Err(error @ OpenClError::UnknownDevice { .. }) => {
                    Err(Failure::Request(format!("--device: {error}")))
                }
                Err(error @ OpenClError::NoFp64 { .. }) => {
                    Err(Failure::Request(format!("--precision: {error}")))
                }
                _ => Ok(()),
            }
        }

        /// The arithmetic of the devices.
        pub fn chosen_precision(&self) -> Precision {
            self.everything_there().chosen().map_or(Precision::F64, |(_, precision)| precision)
        }

        /// The OpenCL C that a technique runs for `problem`; without a device, as
        /// a GPU would get it.
        pub fn program(&self, kernel: KernelName, problem: &Problem) -> Result<String, Failure> {
            let failed = |error: OpenClError| Failure::Run(error.to_string());
            let precision = self.precision.unwrap_or_else(|| self.chosen_precision());
            match kernel {
                KernelName::OpenClHost => OpenClHost::source(problem, precision).map_err(failed),
                KernelName::OpenClGrid => OpenClGrid::source(problem, precision).map_err(failed),
                _ => match self.everything_there().source(problem) {
                    Err(error @ (OpenClError::NoPlatform | OpenClError::NoDevice { .. })) => {
                        eprintln!("as for a GPU: {error}");
                        Ok(source(problem, Shape { precision, ..Shape::GPU }))
                    }
                    text => text.map_err(failed),
                },
            }
        }
    }
}

#[cfg(not(feature = "opencl"))]
mod here {
    use mc_core::Problem;

    use super::{Devices, Failure, KernelName, Precision};

    fn missing() -> Failure {
        Failure::Run(KernelName::OpenCl.missing().unwrap_or_default())
    }

    impl Devices {
        pub(super) fn check(&self) -> Result<(), Failure> {
            Ok(())
        }

        /// The arithmetic of the devices.
        pub fn chosen_precision(&self) -> Precision {
            Precision::F64
        }

        /// The program of a technique: not of this build.
        pub fn program(&self, _: KernelName, _: &Problem) -> Result<String, Failure> {
            Err(missing())
        }
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
