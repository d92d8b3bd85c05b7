//! The devices of this machine, and which one to take.

use std::ptr;
use std::sync::Mutex;

use ocl::core::{self, DeviceInfo as Query, DeviceInfoResult as Answer};
use ocl::enums::Status;
use ocl::flags::{DeviceFpConfig, DeviceType};
use ocl::{Device, Platform, ffi};

use crate::drivers;
use crate::error::OpenClError;
use crate::program::lock;
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
    pub(crate) device: Device,
    pub(crate) platform_id: Platform,
}

impl DeviceInfo {
    fn query(index: usize, platform_id: Platform, device: Device) -> Result<Self, OpenClError> {
        let ask = |query| device.info(query).map_err(OpenClError::at("asking a device what it is"));
        let number = |query| {
            ask(query).map(|answer| match answer {
                Answer::MaxComputeUnits(n)
                | Answer::MaxClockFrequency(n)
                | Answer::PreferredVectorWidthDouble(n)
                | Answer::NativeVectorWidthDouble(n) => u64::from(n),
                Answer::MaxWorkGroupSize(n) => n as u64,
                Answer::GlobalMemSize(n) | Answer::MaxMemAllocSize(n) => n,
                _ => 0,
            })
        };
        let kind = match ask(Query::Type)? {
            Answer::Type(kind) if kind.contains(DeviceType::GPU) => DeviceKind::Gpu,
            Answer::Type(kind) if kind.contains(DeviceType::CPU) => DeviceKind::Cpu,
            _ => DeviceKind::Accelerator,
        };
        // Devices without fp64 answer with nothing, or with an error.
        let needed = DeviceFpConfig::FMA
            | DeviceFpConfig::ROUND_TO_NEAREST
            | DeviceFpConfig::INF_NAN
            | DeviceFpConfig::DENORM;
        let fp64 = matches!(
            device.info(Query::DoubleFpConfig),
            Ok(Answer::DoubleFpConfig(config)) if config.contains(needed)
        );
        let text = |text: String| text.trim_matches(['\0', ' ']).to_owned();
        let failed = OpenClError::at("asking a platform for its name");
        Ok(Self {
            index,
            name: text(ask(Query::Name)?.to_string()),
            platform: text(platform_id.name().map_err(failed)?),
            kind,
            fp64,
            compute_units: number(Query::MaxComputeUnits)? as u32,
            clock_mhz: number(Query::MaxClockFrequency)? as u32,
            // An implementation that vectorises by itself prefers scalars.
            vector_width: number(Query::PreferredVectorWidthDouble)?
                .max(number(Query::NativeVectorWidthDouble)?)
                .max(1) as usize,
            max_group: number(Query::MaxWorkGroupSize)?.max(1) as usize,
            memory: number(Query::GlobalMemSize)?,
            max_buffer: number(Query::MaxMemAllocSize)?,
            device,
            platform_id,
        })
    }

    /// How it is best used.
    pub fn shape(&self) -> Shape {
        let shape = match self.kind {
            DeviceKind::Cpu => Shape::cpu(self.vector_width),
            DeviceKind::Gpu | DeviceKind::Accelerator => Shape::GPU,
        };
        let largest = 1 << self.max_group.ilog2();
        Shape { group: shape.group.min(largest), ..shape }
    }

    /// About how many operations on doubles it does in a second, guessed low:
    /// a GPU made for games has two units for doubles in a compute unit.
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
}

/// Every device of every platform, in the order that the loader lists them.
///
/// # Errors
///
/// Where there is none: [`OpenClError::NoPlatform`], [`OpenClError::NoDevice`],
/// or what the first platform answered that failed.
pub fn devices() -> Result<Vec<DeviceInfo>, OpenClError> {
    // Some platforms start up when they are first asked, and a second thread
    // that asks meanwhile finds no device.
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _guard = lock(&ONE_AT_A_TIME);
    let platforms = platforms()?;
    let mut devices = Vec::new();
    // One broken driver does not hide the devices of the others.
    let mut first_error = None;
    for platform in &platforms {
        let ids = match core::get_device_ids(platform, Some(DeviceType::ALL), None) {
            Err(error) if error.api_status() == Some(Status::CL_DEVICE_NOT_FOUND) => continue,
            ids => ids.map_err(OpenClError::core("listing devices")),
        };
        let query = |ids: Vec<core::DeviceId>| {
            let count = devices.len();
            let one = |(k, id): (usize, core::DeviceId)| {
                DeviceInfo::query(count + k, *platform, id.into())
            };
            ids.into_iter().enumerate().map(one).collect::<Result<Vec<_>, _>>()
        };
        match ids.and_then(query) {
            Ok(found) => devices.extend(found),
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    if devices.is_empty() {
        let name = |platform: &Platform| platform.name().unwrap_or_else(|_| "unnamed".to_owned());
        let platforms = platforms.iter().map(name).collect();
        return Err(first_error.unwrap_or(OpenClError::NoDevice { platforms }));
    }
    Ok(devices)
}

/// Every platform. Not through `ocl`: that waits ten seconds for one to appear.
fn platforms() -> Result<Vec<Platform>, OpenClError> {
    const MOST: u32 = 64;
    drivers::open_first();
    let mut ids = [ptr::null_mut(); MOST as usize];
    let mut count = 0;
    // SAFETY: `ids` has room for `MOST` entries, and `count` for one number.
    let status = unsafe { ffi::clGetPlatformIDs(MOST, ids.as_mut_ptr(), &raw mut count) };
    if status == Status::CL_PLATFORM_NOT_FOUND_KHR as i32 || count == 0 {
        return Err(OpenClError::NoPlatform);
    }
    if status != Status::CL_SUCCESS as i32 {
        let status = format!("status {status}");
        return Err(OpenClError::Call { step: "listing platforms", status });
    }
    // SAFETY: the loader has written `count` identifiers, which stay valid.
    let platform = |&id| Platform::new(unsafe { core::PlatformId::from_raw(id) });
    Ok(ids.iter().take(count as usize).map(platform).collect())
}

/// The device that `selector` means: an index, or a part of the name in any
/// case; without one, any. Of several the one with fp64, then a GPU before a
/// CPU, then the fastest by units and clock.
pub(crate) fn choose(selector: Option<&str>) -> Result<DeviceInfo, OpenClError> {
    pick(devices()?, selector)
}

fn pick(devices: Vec<DeviceInfo>, selector: Option<&str>) -> Result<DeviceInfo, OpenClError> {
    let named = |device: &DeviceInfo| match (selector, selector.map(str::parse)) {
        (None, _) => true,
        (_, Some(Ok(index))) => device.index == index,
        (Some(part), _) => device.name.to_lowercase().contains(&part.to_lowercase()),
    };
    let listed =
        devices.iter().map(|device| format!("{}: {}", device.index, device.name)).collect();
    let best = devices.into_iter().filter(named).min_by(|a, b| {
        let rank = |device: &DeviceInfo| (!device.fp64, device.kind);
        rank(a).cmp(&rank(b)).then(b.speed().total_cmp(&a.speed()))
    });
    match best {
        Some(device) if device.fp64 => Ok(device),
        Some(device) => Err(OpenClError::NoFp64 { device: device.name }),
        None => {
            let selector = selector.unwrap_or_default().to_owned();
            Err(OpenClError::UnknownDevice { selector, devices: listed })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(index: usize, name: &str, kind: DeviceKind, fp64: bool, units: u32) -> DeviceInfo {
        // SAFETY: never passed to OpenCL.
        let (device, platform) = unsafe { (core::DeviceId::null(), core::PlatformId::null()) };
        DeviceInfo {
            index,
            name: name.to_owned(),
            platform: "test".to_owned(),
            kind,
            fp64,
            compute_units: units,
            clock_mhz: 1000,
            vector_width: 4,
            max_group: 1000,
            memory: 1 << 30,
            max_buffer: 1 << 29,
            device: device.into(),
            platform_id: Platform::new(platform),
        }
    }

    fn some() -> Vec<DeviceInfo> {
        vec![
            device(0, "Processor", DeviceKind::Cpu, true, 64),
            device(1, "Graphics Small", DeviceKind::Gpu, true, 8),
            device(2, "Graphics Big", DeviceKind::Gpu, true, 80),
            device(3, "Pocket Graphics", DeviceKind::Gpu, false, 200),
        ]
    }

    #[test]
    fn the_fastest_gpu_with_fp64_unless_told_otherwise() {
        let chosen = |selector| pick(some(), selector).map(|device| device.index);
        assert_eq!(chosen(None).unwrap(), 2);
        assert_eq!(chosen(Some("0")).unwrap(), 0);
        assert_eq!(chosen(Some("graphics")).unwrap(), 2);
        assert_eq!(chosen(Some("SMALL")).unwrap(), 1);
        let message = chosen(Some("pocket")).unwrap_err().to_string();
        assert!(message.contains("Pocket Graphics lacks fp64"), "{message}");
        for unknown in ["7", "Cray"] {
            let message = chosen(Some(unknown)).unwrap_err().to_string();
            assert!(message.contains(unknown) && message.contains("3: Pocket"), "{message}");
        }
    }

    #[test]
    fn a_group_is_a_power_of_two_within_the_devices_limit() {
        let mut gpu = device(0, "Graphics", DeviceKind::Gpu, true, 8);
        assert_eq!(gpu.shape(), Shape::GPU);
        gpu.max_group = 100;
        assert_eq!(gpu.shape().group, 64);
        let cpu = device(0, "Processor", DeviceKind::Cpu, true, 8);
        assert_eq!(cpu.shape(), Shape::cpu(4));
        assert_eq!(cpu.shape().lanes, 8);
    }
}
