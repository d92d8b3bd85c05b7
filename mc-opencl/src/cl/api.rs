//! The functions of OpenCL, found in its loader when first asked for.
//!
//! They are not linked: a program starts where there is no OpenCL, and says what
//! to install when a device is asked for.

use std::sync::OnceLock;

use libloading::Library;
use opencl_sys::cl_function_types::*;

use crate::drivers;

macro_rules! functions {
    ($($name:ident: $kind:ident,)+) => {
        /// The loader's functions, under their own names.
        #[allow(non_snake_case)]
        pub(crate) struct Api {
            $(pub $name: $kind,)+
        }

        impl Api {
            fn from(library: &Library) -> Result<Self, libloading::Error> {
                Ok(Self {
                    // SAFETY: the names and types are those of OpenCL's headers.
                    $($name: unsafe {
                        *library.get::<$kind>(concat!(stringify!($name), "\0").as_bytes())?
                    },)+
                })
            }
        }
    };
}

functions! {
    clGetPlatformIDs: clGetPlatformIDs_t,
    clGetPlatformInfo: clGetPlatformInfo_t,
    clGetDeviceIDs: clGetDeviceIDs_t,
    clGetDeviceInfo: clGetDeviceInfo_t,
    clCreateContext: clCreateContext_t,
    clReleaseContext: clReleaseContext_t,
    clCreateCommandQueue: clCreateCommandQueue_t,
    clReleaseCommandQueue: clReleaseCommandQueue_t,
    clCreateProgramWithSource: clCreateProgramWithSource_t,
    clBuildProgram: clBuildProgram_t,
    clGetProgramBuildInfo: clGetProgramBuildInfo_t,
    clReleaseProgram: clReleaseProgram_t,
    clCreateKernel: clCreateKernel_t,
    clSetKernelArg: clSetKernelArg_t,
    clReleaseKernel: clReleaseKernel_t,
    clCreateBuffer: clCreateBuffer_t,
    clReleaseMemObject: clReleaseMemObject_t,
    clEnqueueWriteBuffer: clEnqueueWriteBuffer_t,
    clEnqueueReadBuffer: clEnqueueReadBuffer_t,
    clEnqueueMapBuffer: clEnqueueMapBuffer_t,
    clEnqueueUnmapMemObject: clEnqueueUnmapMemObject_t,
    clEnqueueNDRangeKernel: clEnqueueNDRangeKernel_t,
    clGetEventProfilingInfo: clGetEventProfilingInfo_t,
    clReleaseEvent: clReleaseEvent_t,
}

/// What the loader is called.
const NAMES: &[&str] = if cfg!(target_os = "macos") {
    &["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
} else if cfg!(windows) {
    &["OpenCL.dll"]
} else {
    &["libOpenCL.so.1", "libOpenCL.so"]
};

/// The functions, or why the loader cannot be opened.
pub(crate) fn api() -> Result<&'static Api, &'static str> {
    static API: OnceLock<Result<Api, String>> = OnceLock::new();
    API.get_or_init(open).as_ref().map_err(String::as_str)
}

fn open() -> Result<Api, String> {
    drivers::open_first();
    let mut first_reason = None;
    for name in NAMES {
        // SAFETY: the initialisers of OpenCL's loader have no preconditions.
        let opened = unsafe { Library::new(*name) };
        match opened.and_then(|library| Ok((Api::from(&library)?, library))) {
            Ok((api, library)) => {
                // The functions are used until the process ends.
                std::mem::forget(library);
                return Ok(api);
            }
            Err(error) => first_reason = first_reason.or(Some(error.to_string())),
        }
    }
    Err(first_reason.unwrap_or_default())
}

/// Calls a function of the loader; `$missing` where there is none.
macro_rules! call {
    ($name:ident($($argument:expr),* $(,)?), $missing:expr) => {
        match $crate::cl::api::api().ok().and_then(|api| api.$name) {
            Some(function) => function($($argument),*),
            None => $missing,
        }
    };
}

pub(super) use call;
