//! Whether OpenCL can be linked, and whether it will find a device.
//!
//! Two things, from two packages. Programs link to the *loader*, `libOpenCL`. When
//! they run, the loader reads small `.icd` files, each naming the library of one
//! vendor's driver, and the drivers name the devices.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::links::links;
use crate::need::Need;
use crate::system::{Os, System};

/// Where loaders look if nothing else is said.
const VENDORS: &str = "/etc/OpenCL/vendors";

/// What there is of OpenCL.
#[derive(Debug, Default)]
pub struct Opencl {
    /// The drivers that the loader will find, by the name of their file.
    pub drivers: Vec<String>,
    /// Files that name a driver which is not installed.
    pub broken: Vec<String>,
    /// What has to be installed.
    pub missing: Vec<Need>,
}

impl Opencl {
    /// Looks for it.
    pub fn on(system: &dyn System) -> Self {
        let mut opencl = Self::default();
        match system.os() {
            // OpenCL is a part of the system there, devices included.
            Os::Mac => return opencl,
            Os::Windows => {
                // The drivers come with the GPU's; only the SDK can be missing.
                if !windows_sdk(system) {
                    opencl.missing.push(Need::OpenclLoader);
                }
                return opencl;
            }
            Os::Linux => {}
        }
        if !links(system, "OpenCL") {
            opencl.missing.push(Need::OpenclLoader);
        }
        for file in icd_files(system) {
            let name = file.file_name().map(|name| name.to_string_lossy().into_owned());
            let name = name.unwrap_or_default();
            // A container may keep a GPU's file without having its driver.
            if driver_is_there(system, &file) {
                opencl.drivers.push(name);
            } else {
                opencl.broken.push(name);
            }
        }
        if opencl.drivers.is_empty() {
            opencl.missing.push(Need::OpenclDevice);
        }
        opencl
    }

    /// Whether mc-opencl can be built. It may still find no device.
    pub fn can_link(&self) -> bool {
        !self.missing.contains(&Need::OpenclLoader)
    }

    /// Whether mc-opencl can be built and has something to run on.
    pub fn is_ready(&self) -> bool {
        self.missing.is_empty()
    }
}

/// The `.icd` files that the loader reads.
fn icd_files(system: &dyn System) -> Vec<PathBuf> {
    let is_icd = |path: &Path| path.extension().is_some_and(|extension| extension == "icd");
    // The order of ocl-icd and of Khronos' loader.
    let place = system
        .var("OCL_ICD_VENDORS")
        .or_else(|| system.var("OPENCL_VENDOR_PATH"))
        .unwrap_or_else(|| VENDORS.to_owned());
    let place = PathBuf::from(place);
    if is_icd(&place) {
        let in_default_folder = Path::new(VENDORS).join(&place);
        return [place, in_default_folder]
            .into_iter()
            .find(|file| system.exists(file))
            .into_iter()
            .collect();
    }
    system.entries(&place).into_iter().filter(|file| is_icd(file)).collect()
}

/// Whether the library that is named in this file is installed.
fn driver_is_there(system: &dyn System, icd: &Path) -> bool {
    let Some(text) = system.read(icd) else {
        return false;
    };
    let library = text.lines().next().unwrap_or_default().trim();
    if library.contains('/') {
        return system.exists(Path::new(library));
    }
    // A bare name is looked for in the folders of all shared libraries. ldconfig lists
    // them by the name that programs ask for, which may differ from the file's.
    // Where this can't be told, the `.icd` file is believed.
    let Some(known) = system.tell("/sbin/ldconfig", &["-p"]) else {
        return true;
    };
    let paths = known.lines().filter_map(|line| Some(Path::new(line.split_once("=> ")?.1)));
    let folders: BTreeSet<_> = paths.filter_map(Path::parent).collect();
    folders.iter().any(|folder| system.exists(&folder.join(library)))
}

/// `OpenCL.lib` in one of the places where ocl looks for it.
fn windows_sdk(system: &dyn System) -> bool {
    let set =
        [("INTELOCLSDKROOT", "lib/x64"), ("CUDA_PATH", "lib/x64"), ("AMDAPPSDKROOT", "lib/x86_64")];
    let mut folders: Vec<_> = set
        .iter()
        .filter_map(|(name, folder)| Some(PathBuf::from(system.var(name)?).join(folder)))
        .collect();
    folders.push(PathBuf::from("C:/Program Files (x86)/OCL_SDK_Light/lib/x86_64"));
    folders.iter().any(|folder| system.exists(&folder.join("OpenCL.lib")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::fake::Fake;

    #[test]
    fn nothing_is_there() {
        let opencl = Opencl::on(&Fake::debian());
        assert_eq!(opencl.missing, [Need::OpenclLoader, Need::OpenclDevice]);
        assert!(!opencl.can_link());
    }

    #[test]
    fn a_loader_without_a_device_can_be_linked() {
        let opencl = Opencl::on(&Fake::debian().opencl_loader());
        assert_eq!(opencl.missing, [Need::OpenclDevice]);
        assert!(opencl.can_link() && !opencl.is_ready());
    }

    #[test]
    fn pocl_is_a_device() {
        let opencl = Opencl::on(&Fake::debian().opencl_loader().pocl());
        assert!(opencl.is_ready());
        assert_eq!(opencl.drivers, ["pocl.icd"]);
    }

    #[test]
    fn a_driver_named_without_a_path_is_looked_up() {
        let icd = "/etc/OpenCL/vendors/nvidia.icd";
        let system = Fake::debian().file(icd, "libnvidia-opencl.so.1\n");
        // Without ldconfig the file is believed.
        assert_eq!(Opencl::on(&system).drivers, ["nvidia.icd"]);
        let list = "libc.so.6 (libc6,x86-64) => /lib/libc.so.6";
        let system = system.program("/sbin/ldconfig -p", list);
        assert_eq!(Opencl::on(&system).broken, ["nvidia.icd"]);
        let system = system.file("/lib/libnvidia-opencl.so.1", "");
        assert_eq!(Opencl::on(&system).drivers, ["nvidia.icd"]);
    }

    #[test]
    fn the_loaders_variables_are_followed() {
        let other = Fake::debian().pocl().file("/opt/v/a.icd", "/opt/a.so").file("/opt/a.so", "");
        let folder = other.var("OCL_ICD_VENDORS", "/opt/v");
        assert_eq!(Opencl::on(&folder).drivers, ["a.icd"]);
        let file = folder.var("OCL_ICD_VENDORS", "pocl.icd");
        assert_eq!(Opencl::on(&file).drivers, ["pocl.icd"]);
        let nothing = file.var("OCL_ICD_VENDORS", "/nowhere");
        assert_eq!(Opencl::on(&nothing).missing, [Need::OpenclLoader, Need::OpenclDevice]);
    }

    #[test]
    fn apple_has_it_and_windows_needs_an_sdk() {
        assert!(Opencl::on(&Fake::new(Os::Mac)).is_ready());
        let windows = Fake::new(Os::Windows);
        assert_eq!(Opencl::on(&windows).missing, [Need::OpenclLoader]);
        let windows = windows.var("CUDA_PATH", "C:/CUDA").file("C:/CUDA/lib/x64/OpenCL.lib", "");
        assert!(Opencl::on(&windows).is_ready());
    }
}
