//! The suite that every technique passes, on the default device.

use mc_opencl::OpenCl;

mc_core::conformance!(
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    the_devices_own_shape,
    OpenCl::default()
);

mc_core::conformance_of_mixtures!(
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    mixtures,
    OpenCl::default()
);
