//! The devices of this machine.

use std::sync::Mutex;

use mc_core::Precision;
use ocl::ffi::*;

use super::{cache, drivers};
use crate::cl::{self, Id, Status};
use crate::error::{OpenClError, Step};
use crate::lock::lock;
use crate::source::Shape;

/// What kind of processor a device is. The order is the one they are chosen in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeviceKind {
    /// A graphics processor.
    Gpu,
    /// A processor made for computing only.
    Accelerator,
    /// The host's own cores.
    Cpu,
}

/// A device as it describes itself.
#[derive(Clone, Debug)]
pub struct DeviceInfo {
    /// Its position in [`devices`].
    pub index: usize,
    /// Its name.
    pub name: String,
    /// The platform (the vendor's implementation) that offers it.
    pub platform: String,
    /// The version of its driver.
    pub driver: String,
    /// What it is.
    pub kind: DeviceKind,
    /// Whether it computes in f64 as IEEE 754 asks for.
    pub fp64: bool,
    /// How many cores, or groups of cores, it has.
    pub compute_units: u32,
    /// Their clock in MHz.
    pub clock_mhz: u32,
    /// Doubles in one of its vectors; 1 where it has none.
    pub vector_width: usize,
    /// The largest work-group.
    pub max_group: usize,
    /// Its memory, in bytes.
    pub memory: u64,
    /// The largest single buffer, in bytes.
    pub max_buffer: u64,
    /// Memory that a work-group shares, in bytes.
    pub local_memory: u64,
    /// Whether its memory is the host's.
    pub shares_memory: bool,
    /// Floats in one of its vectors.
    pub(crate) float_width: usize,
    /// Whether quotients and roots of floats can be rounded correctly.
    pub(crate) exact_division: bool,
    pub(crate) id: Id,
    pub(crate) platform_id: Id,
}

impl DeviceInfo {
    fn query(index: usize, platform_id: Id, id: Id) -> Result<Self, OpenClError> {
        let text = |what| cl::device_text(id, what);
        let number = |what| cl::device_number(id, what);
        // Devices without fp64 answer with nothing, or with an error.
        let config = |what| number(what).unwrap_or(0);
        let ask = || -> Result<Self, Status> {
            let kind = match number(CL_DEVICE_TYPE)? {
                kind if kind & CL_DEVICE_TYPE_GPU != 0 => DeviceKind::Gpu,
                kind if kind & CL_DEVICE_TYPE_CPU != 0 => DeviceKind::Cpu,
                _ => DeviceKind::Accelerator,
            };
            // An implementation that vectorises by itself prefers scalars.
            let width = |preferred, native| -> Result<usize, Status> {
                Ok(number(preferred)?.max(number(native)?).max(1) as usize)
            };
            Ok(Self {
                index,
                name: text(CL_DEVICE_NAME)?,
                platform: cl::platform_text(platform_id, CL_PLATFORM_NAME)?,
                driver: text(CL_DRIVER_VERSION)?,
                kind,
                fp64: config(CL_DEVICE_DOUBLE_FP_CONFIG) & IEEE == IEEE,
                compute_units: number(CL_DEVICE_MAX_COMPUTE_UNITS)? as u32,
                clock_mhz: number(CL_DEVICE_MAX_CLOCK_FREQUENCY)? as u32,
                vector_width: width(
                    CL_DEVICE_PREFERRED_VECTOR_WIDTH_DOUBLE,
                    CL_DEVICE_NATIVE_VECTOR_WIDTH_DOUBLE,
                )?,
                float_width: width(
                    CL_DEVICE_PREFERRED_VECTOR_WIDTH_FLOAT,
                    CL_DEVICE_NATIVE_VECTOR_WIDTH_FLOAT,
                )?,
                max_group: number(CL_DEVICE_MAX_WORK_GROUP_SIZE)?.max(1) as usize,
                memory: number(CL_DEVICE_GLOBAL_MEM_SIZE)?,
                max_buffer: number(CL_DEVICE_MAX_MEM_ALLOC_SIZE)?,
                local_memory: number(CL_DEVICE_LOCAL_MEM_SIZE)?,
                shares_memory: number(CL_DEVICE_HOST_UNIFIED_MEMORY)? != 0,
                exact_division: config(CL_DEVICE_SINGLE_FP_CONFIG)
                    & CL_FP_CORRECTLY_ROUNDED_DIVIDE_SQRT
                    != 0,
                id,
                platform_id,
            })
        };
        ask().map_err(OpenClError::at(Step::Opening("asking it what it is"), "a device"))
    }

    /// How it is best used, in that precision.
    pub fn shape(&self, precision: Precision) -> Shape {
        let shape = match (self.kind, precision) {
            (DeviceKind::Cpu, Precision::F64) => Shape::cpu(self.vector_width),
            (DeviceKind::Cpu, Precision::F32) => Shape::cpu(self.float_width),
            (DeviceKind::Gpu | DeviceKind::Accelerator, _) => Shape::GPU,
        };
        let shape = Shape { precision, ..shape };
        // The tree of a work-group lies in local memory.
        let nodes = (self.local_memory / 2 / Shape::NODE_BYTES).max(1) as usize
            / (shape.lanes * shape.chains);
        let largest = 1 << self.max_group.min(nodes).max(1).ilog2();
        Shape { group: shape.group.min(largest), ..shape }
    }

    /// About how many operations it does in a second, guessed low: a GPU made
    /// for games has two units for doubles in a compute unit.
    pub(crate) fn speed(&self) -> f64 {
        let a_clock = match self.kind {
            DeviceKind::Cpu => self.vector_width as f64,
            DeviceKind::Gpu | DeviceKind::Accelerator => 2.0,
        };
        f64::from(self.compute_units.max(1)) * f64::from(self.clock_mhz.max(100)) * 1e6 * a_clock
    }

    /// The largest buffer to ask for: not all memory is ours.
    pub(crate) fn buffer_limit(&self) -> u64 {
        self.max_buffer.min(self.memory / 4)
    }

    /// Whether it holds three arrays of `len` floats.
    pub(crate) fn holds_three(&self, len: usize) -> Result<(), OpenClError> {
        let needed = (len as u64).saturating_mul(size_of::<f32>() as u64);
        let available = self.max_buffer.min(self.memory / 3);
        if needed > available {
            let device = self.name.clone();
            return Err(OpenClError::TooLarge { device, needed, available });
        }
        Ok(())
    }

    /// What it is asked for if nobody says: f64 where it has it.
    pub(crate) fn own_precision(&self) -> Precision {
        if self.fp64 { Precision::F64 } else { Precision::F32 }
    }
}

/// What f64 must have, so that results have the bits of the other techniques.
const IEEE: u64 = CL_FP_FMA | CL_FP_ROUND_TO_NEAREST | CL_FP_INF_NAN | CL_FP_DENORM;

/// Every device of every platform, in the order that the loader lists them.
///
/// # Errors
///
/// Where there is none: [`OpenClError::NoPlatform`], [`OpenClError::NoDevice`], [`OpenClError::NoCache`], or what the first platform answered that failed.
pub fn devices() -> Result<Vec<DeviceInfo>, OpenClError> {
    // Some platforms start up when they are first asked, and a second thread
    // that asks meanwhile finds no device.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = lock(&ONE_AT_A_TIME);
    drivers::open_first();
    let platforms = match cl::platforms() {
        Err(Status::PLATFORM_NOT_FOUND) => Vec::new(),
        ids => ids.map_err(OpenClError::at(Step::Opening("listing platforms"), "OpenCL"))?,
    };
    if platforms.is_empty() {
        return Err(OpenClError::NoPlatform);
    }
    let name = |platform| {
        cl::platform_text(platform, CL_PLATFORM_NAME).unwrap_or_else(|_| "unnamed".to_owned())
    };
    let mut devices: Vec<DeviceInfo> = Vec::new();
    // One broken driver does not hide the devices of the others.
    let mut first_error = None;
    for &platform in &platforms {
        let count = devices.len();
        let found = cl::devices(platform)
            .map_err(|s| OpenClError::at(Step::Opening("listing devices"), &name(platform))(s));
        let found = found.and_then(|ids| {
            let one = |(k, id)| DeviceInfo::query(count + k, platform, id);
            ids.into_iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()
        });
        match found {
            Ok(found) => devices.extend(found),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    if devices.is_empty() {
        let platforms: Vec<String> = platforms.into_iter().map(name).collect();
        let no_cache = platforms.iter().any(|name| name == cache::POCL).then(cache::trouble);
        let error = first_error.or(no_cache.flatten());
        return Err(error.unwrap_or(OpenClError::NoDevice { platforms }));
    }
    Ok(devices)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A device that is never asked for anything.
    pub fn device(
        index: usize,
        name: &str,
        kind: DeviceKind,
        fp64: bool,
        units: u32,
    ) -> DeviceInfo {
        DeviceInfo {
            index,
            name: name.to_owned(),
            platform: "test".to_owned(),
            driver: "1".to_owned(),
            kind,
            fp64,
            compute_units: units,
            clock_mhz: 1000,
            vector_width: 4,
            max_group: 1000,
            memory: 1 << 30,
            max_buffer: 1 << 29,
            local_memory: 1 << 16,
            shares_memory: false,
            float_width: 8,
            exact_division: true,
            id: Id::NULL,
            platform_id: Id::NULL,
        }
    }

    #[test]
    fn a_group_is_a_power_of_two_within_the_devices_limits() {
        let mut gpu = device(0, "Graphics", DeviceKind::Gpu, true, 8);
        assert_eq!(gpu.shape(Precision::F64), Shape::GPU);
        gpu.max_group = 100;
        assert_eq!(gpu.shape(Precision::F64).group, 64);
        gpu.local_memory = 4 << 10;
        assert_eq!(gpu.shape(Precision::F64).group, 64);
        gpu.local_memory = 2 << 10;
        assert_eq!(gpu.shape(Precision::F64).group, 32);
        let cpu = device(0, "Processor", DeviceKind::Cpu, true, 8);
        assert_eq!(cpu.shape(Precision::F64), Shape::cpu(4));
        assert_eq!(cpu.shape(Precision::F64).lanes, 8);
        assert_eq!(cpu.shape(Precision::F32).lanes, 16);
    }
}
