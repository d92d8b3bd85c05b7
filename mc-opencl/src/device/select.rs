//! Which devices to take, and in which precision.

use mc_core::Precision;

use super::info::{DeviceInfo, devices};
use crate::error::OpenClError;

/// What a user asks for; nothing by default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Wanted {
    /// Indices or parts of names, separated by commas, or `all`.
    pub devices: Option<String>,
    pub precision: Option<Precision>,
}

impl Wanted {
    /// The devices that are meant, and the precision that all of them have.
    ///
    /// # Errors
    ///
    /// If there is none, or none that is called so, or one lacks fp64 where f64
    /// is asked for.
    pub fn choose(&self) -> Result<(Vec<DeviceInfo>, Precision), OpenClError> {
        self.choose_from(devices()?)
    }

    /// The first of the devices that `selector` means, for that precision.
    ///
    /// # Errors
    ///
    /// As [`Wanted::choose`].
    pub fn one(selector: Option<&str>, precision: Precision) -> Result<DeviceInfo, OpenClError> {
        let wanted = Self { devices: selector.map(str::to_owned), precision: Some(precision) };
        let first = wanted.choose()?.0.into_iter().next();
        first.ok_or(OpenClError::NoDevice { platforms: Vec::new() })
    }

    fn choose_from(
        &self,
        all: Vec<DeviceInfo>,
    ) -> Result<(Vec<DeviceInfo>, Precision), OpenClError> {
        let chosen = match self.devices.as_deref() {
            None => vec![best(&all, |_| true).ok_or(OpenClError::NoDevice { platforms: vec![] })?],
            // Results of different precision do not go together.
            Some("all") if self.precision.is_none() && all.iter().any(|device| device.fp64) => {
                all.into_iter().filter(|device| device.fp64).collect()
            }
            Some("all") => all,
            Some(list) => several(&all, list)?,
        };
        let slowest = chosen.iter().map(DeviceInfo::own_precision);
        let own = if slowest.clone().all(|own| own == Precision::F64) {
            Precision::F64
        } else {
            Precision::F32
        };
        let precision = self.precision.unwrap_or(own);
        match chosen.iter().find(|device| precision == Precision::F64 && !device.fp64) {
            Some(device) => Err(OpenClError::NoFp64 { device: device.name.clone() }),
            None => Ok((chosen, precision)),
        }
    }
}

/// Those that a list names, each once.
fn several(all: &[DeviceInfo], list: &str) -> Result<Vec<DeviceInfo>, OpenClError> {
    let mut chosen: Vec<DeviceInfo> = Vec::new();
    for selector in list.split(',').map(str::trim) {
        let part = selector.to_lowercase();
        let named = |device: &DeviceInfo| match selector.parse::<usize>() {
            Ok(index) => device.index == index,
            Err(_) => !part.is_empty() && device.name.to_lowercase().contains(&part),
        };
        let Some(device) = best(all, named) else {
            let known = |device: &DeviceInfo| format!("{}: {}", device.index, device.name);
            let devices = all.iter().map(known).collect();
            return Err(OpenClError::UnknownDevice { selector: selector.to_owned(), devices });
        };
        if chosen.iter().all(|other| other.index != device.index) {
            chosen.push(device);
        }
    }
    Ok(chosen)
}

/// Of several the one with fp64, then a GPU before a CPU, then the fastest by
/// units and clock.
fn best(all: &[DeviceInfo], named: impl Fn(&DeviceInfo) -> bool) -> Option<DeviceInfo> {
    let rank = |device: &DeviceInfo| (!device.fp64, device.kind);
    all.iter()
        .filter(|device| named(device))
        .min_by(|a, b| rank(a).cmp(&rank(b)).then(b.speed().total_cmp(&a.speed())))
        .cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::DeviceKind;
    use crate::device::info::tests::device;

    fn some() -> Vec<DeviceInfo> {
        vec![
            device(0, "Processor", DeviceKind::Cpu, true, 64),
            device(1, "Graphics Small", DeviceKind::Gpu, true, 8),
            device(2, "Graphics Big", DeviceKind::Gpu, true, 80),
            device(3, "Pocket Graphics", DeviceKind::Gpu, false, 200),
        ]
    }

    fn choose(
        devices: Option<&str>,
        precision: Option<Precision>,
    ) -> Result<(Vec<usize>, Precision), String> {
        let wanted = Wanted { devices: devices.map(str::to_owned), precision };
        let (chosen, precision) = wanted.choose_from(some()).map_err(|error| error.to_string())?;
        Ok((chosen.iter().map(|device| device.index).collect(), precision))
    }

    #[test]
    fn the_fastest_gpu_with_fp64_unless_told_otherwise() {
        let one = |index| Ok((vec![index], Precision::F64));
        assert_eq!(choose(None, None), one(2));
        assert_eq!(choose(Some("0"), None), one(0));
        assert_eq!(choose(Some("graphics"), None), one(2));
        assert_eq!(choose(Some("SMALL"), None), one(1));
        for unknown in ["7", "Cray", "0,Cray", ""] {
            let message = choose(Some(unknown), None).unwrap_err();
            assert!(message.contains(unknown.rsplit(',').next().unwrap()), "{message}");
            assert!(message.contains("3: Pocket"), "{message}");
        }
    }

    #[test]
    fn several_devices_have_one_precision() {
        assert_eq!(choose(Some("0,2"), None), Ok((vec![0, 2], Precision::F64)));
        assert_eq!(choose(Some("2, 2,big"), None), Ok((vec![2], Precision::F64)));
        assert_eq!(choose(Some("all"), None), Ok((vec![0, 1, 2], Precision::F64)));
        assert_eq!(choose(Some("0,pocket"), None), Ok((vec![0, 3], Precision::F32)));
        assert_eq!(
            choose(Some("all"), Some(Precision::F32)),
            Ok((vec![0, 1, 2, 3], Precision::F32))
        );
    }

    #[test]
    fn a_device_without_fp64_computes_in_f32_unless_f64_is_asked_for() {
        assert_eq!(choose(Some("pocket"), None), Ok((vec![3], Precision::F32)));
        let message = choose(Some("pocket"), Some(Precision::F64)).unwrap_err();
        assert!(message.contains("Pocket Graphics lacks fp64"), "{message}");
        assert!(message.contains("--precision f32"), "{message}");
    }
}
