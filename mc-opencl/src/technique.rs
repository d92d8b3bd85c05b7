//! The technique: a device, chosen when the first problem is prepared.

use mc_core::{Kernel, PrepareError, Problem, Technique};

use crate::device::{self, DeviceInfo};
use crate::error::OpenClError;
use crate::kernel::OpenClKernel;
use crate::source::{Shape, source};

/// Its name on the command line.
pub(crate) const NAME: &str = "opencl";

/// Everything on the device: streams, points, h, the moments of each batch and
/// the first levels of the merge tree. What travels is the program, once, and
/// moments.
///
/// By default it takes the fastest device with fp64, a GPU before a CPU.
#[derive(Clone, Debug, Default)]
pub struct OpenCl {
    device: Option<String>,
    lanes: Option<usize>,
}

impl OpenCl {
    /// On the device with this index in [`devices`](crate::devices), or with
    /// this text in its name (in any case). It is looked for when a problem is
    /// prepared.
    pub fn with_device(selector: impl Into<String>) -> Self {
        Self { device: Some(selector.into()), lanes: None }
    }

    /// With this many batches side by side in a work-item, whatever suits the
    /// device: 1, 2, 4, 8 or 16. The results have the same bits.
    #[must_use]
    pub fn lanes(self, lanes: usize) -> Self {
        Self { lanes: Some(lanes), ..self }
    }

    /// The device it runs on.
    ///
    /// # Errors
    ///
    /// If there is none, or none that is called so, or it lacks fp64.
    pub fn device(&self) -> Result<DeviceInfo, OpenClError> {
        device::choose(self.device.as_deref())
    }

    /// The OpenCL C that it runs for `problem`.
    ///
    /// # Errors
    ///
    /// As [`OpenCl::device`]; to see the program without a device, call
    /// [`source`](crate::source).
    pub fn source(&self, problem: &Problem) -> Result<String, OpenClError> {
        let shape = self.shape(&self.device()?)?;
        Ok(source(problem, shape))
    }

    fn shape(&self, device: &DeviceInfo) -> Result<Shape, OpenClError> {
        let shape = device.shape();
        match self.lanes {
            None => Ok(shape),
            Some(lanes) if lanes.is_power_of_two() && lanes <= Shape::MAX_LANES => {
                Ok(Shape { lanes, ..shape })
            }
            Some(lanes) => Err(OpenClError::BadLanes { lanes }),
        }
    }
}

impl Technique for OpenCl {
    fn name(&self) -> &'static str {
        NAME
    }

    fn prepare(&self, problem: &Problem) -> Result<Box<dyn Kernel>, PrepareError> {
        let device = self.device()?;
        let shape = self.shape(&device)?;
        Ok(Box::new(OpenClKernel::new(problem, &device, shape)?))
    }
}
