//! Contexts, programs, kernels and buffers.

use std::ffi::CString;
use std::marker::PhantomData;
use std::ptr;

use ocl::ffi::*;

use super::status::UNTOLD;
use super::{Id, Status, answer, checked, text};

/// A type that owns one object of OpenCL. Releasing it may fail where the device
/// is lost; there is then nothing left to release.
macro_rules! object {
    ($(#[$doc:meta])* $name:ident, $release:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub(crate) struct $name(pub(super) *mut c_void);

        // SAFETY: OpenCL's objects may be used from any thread; only a kernel's
        // arguments must not be set by two at once, and that takes `&mut`.
        unsafe impl Send for $name {}
        // SAFETY: as above.
        unsafe impl Sync for $name {}

        impl Drop for $name {
            fn drop(&mut self) {
                // SAFETY: it was made by OpenCL and is released once.
                let _ = unsafe { $release(self.0) };
            }
        }
    };
}
pub(super) use object;

object! {
    /// What programs, buffers and queues of one device belong to.
    Context, clReleaseContext
}
object! {
    /// A program that was built for one device.
    Program, clReleaseProgram
}
object! {
    /// A function of a program, with its arguments.
    Kernel, clReleaseKernel
}
object! {
    /// Memory of the device.
    Memory, clReleaseMemObject
}

/// The object, unless making it failed.
pub(super) fn created<T>(
    object: *mut c_void,
    status: i32,
    wrap: fn(*mut c_void) -> T,
) -> Result<T, Status> {
    checked(status)?;
    if object.is_null() { Err(Status(UNTOLD)) } else { Ok(wrap(object)) }
}

impl Context {
    /// For one device.
    pub fn new(platform: Id, device: Id) -> Result<Self, Status> {
        let properties = [CL_CONTEXT_PLATFORM as isize, platform.0 as isize, 0];
        let mut status = UNTOLD;
        // SAFETY: the list of properties ends with 0, and there is one device.
        let context = unsafe {
            clCreateContext(
                properties.as_ptr(),
                1,
                &raw const device.0,
                None,
                ptr::null_mut(),
                &raw mut status,
            )
        };
        created(context, status, Self)
    }
}

/// Why a program was not built.
pub(crate) enum BuildError {
    /// The compiler rejects it, and says why.
    Rejected {
        /// The compiler's words.
        log: String,
    },
    /// A call failed.
    Call(Status),
}

impl From<Status> for BuildError {
    fn from(status: Status) -> Self {
        Self::Call(status)
    }
}

impl Program {
    /// Compiles `text` for one device.
    pub fn build(
        context: &Context,
        device: Id,
        text_of: &str,
        options: &str,
    ) -> Result<Self, BuildError> {
        // No option and no source has a zero byte; one that had would end there.
        let options = CString::new(options.replace('\0', " ")).unwrap_or_default();
        let (start, length) = (text_of.as_ptr().cast(), text_of.len());
        let mut status = UNTOLD;
        // SAFETY: one text of the length that is passed.
        let program = unsafe {
            clCreateProgramWithSource(
                context.0,
                1,
                &raw const start,
                &raw const length,
                &raw mut status,
            )
        };
        let program = created(program, status, Self)?;
        // SAFETY: the program was just made, and `options` ends with a zero.
        let built = unsafe {
            clBuildProgram(
                program.0,
                1,
                &raw const device.0,
                options.as_ptr(),
                None,
                ptr::null_mut(),
            )
        };
        match checked(built) {
            Ok(()) => Ok(program),
            Err(Status::BUILD_PROGRAM_FAILURE) => {
                Err(BuildError::Rejected { log: program.log(device)? })
            }
            Err(status) => Err(status.into()),
        }
    }

    /// What the compiler said.
    fn log(&self, device: Id) -> Result<String, Status> {
        // SAFETY: the buffer has the size that is passed.
        let bytes = answer(|size, to, needed| unsafe {
            clGetProgramBuildInfo(self.0, device.0, CL_PROGRAM_BUILD_LOG, size, to, needed)
        });
        Ok(text(&bytes?))
    }

    /// One of its kernels. The arguments are still to be set.
    pub fn kernel(&self, name: &str) -> Result<Kernel, Status> {
        let name = CString::new(name).unwrap_or_default();
        let mut status = UNTOLD;
        // SAFETY: the name ends with a zero.
        let kernel = unsafe { clCreateKernel(self.0, name.as_ptr(), &raw mut status) };
        created(kernel, status, Kernel)
    }
}

impl Kernel {
    fn set(&mut self, index: u32, size: usize, value: *const c_void) -> Result<(), Status> {
        // SAFETY: OpenCL copies `size` bytes, which the callers below own.
        checked(unsafe { clSetKernelArg(self.0, index, size, value) })
    }

    /// Sets an argument that is a number.
    pub fn set_number(&mut self, index: u32, value: u64) -> Result<(), Status> {
        self.set(index, size_of::<u64>(), (&raw const value).cast())
    }

    /// Sets an argument that is a buffer. The buffer must outlive the launches.
    pub fn set_buffer<T>(&mut self, index: u32, buffer: &Buffer<T>) -> Result<(), Status> {
        let memory = buffer.memory.0;
        self.set(index, size_of_val(&memory), (&raw const memory).cast())
    }
}

/// Memory of the device for `len` values.
#[derive(Debug)]
pub(crate) struct Buffer<T> {
    pub(super) memory: Memory,
    len: usize,
    of: PhantomData<fn() -> T>,
}

impl<T: Copy> Buffer<T> {
    /// Room for `len` values, and at least for one: OpenCL has no empty buffers.
    pub fn new(context: &Context, flags: u64, len: usize) -> Result<Self, Status> {
        let len = len.max(1);
        let size = len.checked_mul(size_of::<T>()).ok_or(Status(-61))?;
        let mut status = UNTOLD;
        // SAFETY: without a host pointer there is nothing to keep alive.
        let memory =
            unsafe { clCreateBuffer(context.0, flags, size, ptr::null_mut(), &raw mut status) };
        Ok(Self { memory: created(memory, status, Memory)?, len, of: PhantomData })
    }

    /// How many values it holds.
    pub fn len(&self) -> usize {
        self.len
    }
}
