//! The suite that every technique passes, on the default device, for every
//! number of lanes.

use mc_opencl::OpenCl;

macro_rules! joined {
    ($($name:ident: $technique:expr;)*) => {$(
        mc_core::conformance!(
            #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
            $name,
            $technique
        );
    )*};
}

joined! {
    the_devices_own_shape: OpenCl::default();
    one_lane: OpenCl::default().lanes(1);
    two_lanes: OpenCl::default().lanes(2);
    four_lanes: OpenCl::default().lanes(4);
    eight_lanes: OpenCl::default().lanes(8);
    sixteen_lanes: OpenCl::default().lanes(16);
}

mc_core::conformance_of_mixtures!(
    #[cfg_attr(no_opencl_platform, ignore = "no OpenCL platform on this machine")]
    mixtures,
    OpenCl::default()
);
