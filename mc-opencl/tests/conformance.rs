//! The suite that every technique passes, on the default device.

use mc_opencl::{OpenCl, OpenClGrid, OpenClHost};

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

mc_core::conformance!(
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    the_product_on_the_device,
    OpenClHost::default()
);

mc_core::conformance_of_mixtures!(
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    mixtures_by_product,
    OpenClHost::default()
);

mc_core::conformance!(
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    a_grid_on_the_device,
    OpenClGrid::default()
);

mc_core::conformance_of_mixtures!(
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    mixtures_by_grid,
    OpenClGrid::default()
);
