//! The technique: devices, chosen when the first problem is prepared.

use mc_core::{Kernel, Precision, PrepareError, Problem, Sampling, Technique};

use crate::device::{DeviceInfo, Wanted};
use crate::error::OpenClError;
use crate::host_points::{HostGrid, HostProduct};
use crate::on_device::OnDevice;
use crate::source::{Shape, source_for};
use crate::team::{Member, Team};

/// Everything on the device: streams, points, h, the moments of each batch and
/// the first levels of the merge tree. What travels is the program, once, and
/// moments.
///
/// By default it takes the fastest device with fp64, a GPU before a CPU.
#[derive(Clone, Debug, Default)]
pub struct OpenCl {
    wanted: Wanted,
    lanes: Option<usize>,
}

impl OpenCl {
    /// Its name on the command line.
    pub const NAME: &'static str = "opencl";

    /// On the device with this index in [`devices`](crate::devices), or with
    /// this text in its name (in any case); several, separated by commas, or
    /// `all`, share the work. They are looked for when a problem is prepared.
    pub fn with_device(selector: impl Into<String>) -> Self {
        Self::default().device(selector)
    }

    /// As [`OpenCl::with_device`].
    #[must_use]
    pub fn device(mut self, selector: impl Into<String>) -> Self {
        self.wanted.devices = Some(selector.into());
        self
    }

    /// In this precision. By default it is f64 where all devices have it; those
    /// that lack it compute in f32, and [`Kernel::precision`] says so.
    #[must_use]
    pub fn precision(mut self, precision: Precision) -> Self {
        self.wanted.precision = Some(precision);
        self
    }

    /// With this many batches side by side in a work-item, whatever suits the
    /// device: 1, 2, 4, 8 or 16. The results have the same bits.
    #[must_use]
    pub fn lanes(self, lanes: usize) -> Self {
        Self { lanes: Some(lanes), ..self }
    }

    /// The devices it runs on, and the precision it has there.
    ///
    /// # Errors
    ///
    /// If there is none, or none that is called so, or it lacks the precision.
    pub fn chosen(&self) -> Result<(Vec<DeviceInfo>, Precision), OpenClError> {
        self.wanted.choose()
    }

    /// The OpenCL C that it runs for `problem` with random points, on the first of its devices.
    ///
    /// # Errors
    ///
    /// As [`OpenCl::chosen`]; to see the program without a device, call
    /// [`source`](crate::source).
    pub fn source(&self, problem: &Problem) -> Result<String, OpenClError> {
        self.source_for(problem, Sampling::Random)
    }

    /// [`OpenCl::source`] with these points.
    ///
    /// # Errors
    ///
    /// As [`OpenCl::chosen`].
    pub fn source_for(&self, problem: &Problem, sampling: Sampling) -> Result<String, OpenClError> {
        let (devices, precision) = self.chosen()?;
        match devices.first() {
            Some(device) => Ok(source_for(problem, self.shape(device, precision)?, sampling)),
            None => Err(OpenClError::NoDevice { platforms: Vec::new() }),
        }
    }

    fn shape(&self, device: &DeviceInfo, precision: Precision) -> Result<Shape, OpenClError> {
        let shape = device.shape(precision);
        match self.lanes {
            None => Ok(shape),
            Some(lanes) if lanes.is_power_of_two() && lanes <= Shape::MAX_LANES => {
                Ok(Shape { lanes, chains: 1, ..shape })
            }
            Some(lanes) => Err(OpenClError::BadLanes { lanes }),
        }
    }

    fn members(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<(Vec<Box<dyn Member>>, Precision), OpenClError> {
        let (devices, precision) = self.chosen()?;
        let member = |device: &DeviceInfo| -> Result<Box<dyn Member>, OpenClError> {
            let shape = self.shape(device, precision)?;
            Ok(Box::new(OnDevice::new(problem, device, shape, sampling)?))
        };
        Ok((devices.iter().map(member).collect::<Result<_, _>>()?, precision))
    }
}

impl Technique for OpenCl {
    fn name(&self) -> &'static str {
        Self::NAME
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        self.prepare_for(problem, Sampling::Random)
    }

    fn prepare_for(
        &self,
        problem: &Problem,
        sampling: Sampling,
    ) -> Result<Box<dyn Kernel>, PrepareError> {
        let (members, precision) =
            self.members(problem, sampling).map_err(|error| error.preparing(Self::NAME))?;
        Ok(Box::new(Team::new(Self::NAME, precision, problem, members)))
    }
}

/// The techniques whose points the host makes.
macro_rules! with_points_of_the_host {
    ($(#[$doc:meta])* $name:ident, $text:literal, $values:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            wanted: Wanted,
        }

        impl $name {
            /// Its name on the command line.
            pub const NAME: &'static str = $text;

            /// As [`OpenCl::device`].
            #[must_use]
            pub fn device(mut self, selector: impl Into<String>) -> Self {
                self.wanted.devices = Some(selector.into());
                self
            }

            /// The OpenCL C that it runs for `problem`, in that precision: the
            /// same on every device.
            ///
            /// # Errors
            ///
            /// [`OpenClError::TooNarrow`] if f32 cannot hold the box.
            pub fn source(problem: &Problem, precision: Precision) -> Result<String, OpenClError> {
                $values::source(problem, precision)
            }

            /// As [`OpenCl::precision`].
            #[must_use]
            pub fn precision(mut self, precision: Precision) -> Self {
                self.wanted.precision = Some(precision);
                self
            }
        }

        impl Technique for $name {
            fn name(&self) -> &'static str {
                Self::NAME
            }

            fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
                let prepared = || -> Result<Team, OpenClError> {
                    let (devices, precision) = self.wanted.choose()?;
                    let member = |device: &DeviceInfo| -> Result<Box<dyn Member>, OpenClError> {
                        Ok(Box::new($values::prepare(problem, device, precision)?))
                    };
                    let members = devices.iter().map(member).collect::<Result<_, _>>()?;
                    Ok(Team::new(Self::NAME, precision, problem, members))
                };
                Ok(Box::new(prepared().map_err(|error| error.preparing(Self::NAME))?))
            }
        }
    };
}

with_points_of_the_host! {
    /// Points, f and g on the host; the device multiplies f by g. The lecture's
    /// first try: three numbers travel for one product.
    OpenClHost, "opencl-host", HostProduct
}
with_points_of_the_host! {
    /// Points on the host; on the device a two-dimensional grid, a work-item for
    /// each coordinate of each sample, and after it the sums in their order. The
    /// lecture's second try: the points travel.
    OpenClGrid, "opencl-grid", HostGrid
}
