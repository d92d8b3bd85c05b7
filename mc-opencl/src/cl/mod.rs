//! OpenCL as far as this chapter needs it: each object is a type that releases
//! itself, and each call returns its [`Status`] where it fails.
//!
//! Functions, types and numbers are those of the C headers, as the crate `ocl` has
//! them in `ocl::ffi`. Its own objects end the program at a status that they do not
//! know, also while a lost device is being released; a device that goes wrong must
//! end in an error here.

mod objects;
mod queue;
mod status;

use std::ptr;

use ocl::ffi::*;

pub(crate) use self::objects::{Buffer, BuildError, Context, Kernel, Program};
pub(crate) use self::queue::{Event, Mapped, Queue};
pub use self::status::Status;

/// Names of one platform or device, valid as long as the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Id(*mut c_void);

// SAFETY: the loader's names of platforms and devices may be used from any thread.
unsafe impl Send for Id {}
// SAFETY: as above.
unsafe impl Sync for Id {}

impl Id {
    /// As OpenCL's functions take it.
    pub fn raw(self) -> *mut c_void {
        self.0
    }

    /// Names nothing.
    #[cfg(test)]
    pub const NULL: Self = Self(ptr::null_mut());
}

pub(crate) fn checked(status: i32) -> Result<(), Status> {
    if status == 0 { Ok(()) } else { Err(Status(status)) }
}

/// Every platform.
pub(crate) fn platforms() -> Result<Vec<Id>, Status> {
    // SAFETY: `ids` has room for the number of entries that is passed.
    names(|count, ids, found| unsafe { clGetPlatformIDs(count, ids, found) })
}

/// Every device of a platform; none is not an error.
pub(crate) fn devices(platform: Id) -> Result<Vec<Id>, Status> {
    // SAFETY: as for platforms.
    let ids = names(|count, ids, found| unsafe {
        clGetDeviceIDs(platform.0, CL_DEVICE_TYPE_ALL, count, ids, found)
    });
    match ids {
        Err(Status::DEVICE_NOT_FOUND) => Ok(Vec::new()),
        ids => ids,
    }
}

/// What a call writes that is asked once for the number of names, then for them.
fn names(call: impl Fn(u32, *mut *mut c_void, *mut u32) -> i32) -> Result<Vec<Id>, Status> {
    let mut found = 0;
    checked(call(0, ptr::null_mut(), &raw mut found))?;
    if found == 0 {
        return Ok(Vec::new());
    }
    let mut ids = vec![ptr::null_mut(); found as usize];
    checked(call(found, ids.as_mut_ptr(), &raw mut found))?;
    ids.truncate(found as usize);
    Ok(ids.into_iter().map(Id).collect())
}

/// The bytes of an answer of any length.
fn answer(call: impl Fn(usize, *mut c_void, *mut usize) -> i32) -> Result<Vec<u8>, Status> {
    let mut size = 0;
    checked(call(0, ptr::null_mut(), &raw mut size))?;
    let mut bytes = vec![0; size];
    checked(call(size, bytes.as_mut_ptr().cast(), ptr::null_mut()))?;
    Ok(bytes)
}

/// The text of an answer, without the zero that ends it.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_matches(['\0', ' ', '\n']).to_owned()
}

/// The number of an answer of 4 or 8 bytes; 0 of any other.
fn number(bytes: &[u8]) -> u64 {
    match bytes.len() {
        4 => bytes.try_into().map_or(0, u32::from_ne_bytes).into(),
        8 => bytes.try_into().map_or(0, u64::from_ne_bytes),
        _ => 0,
    }
}

/// What a platform says about itself, as text.
pub(crate) fn platform_text(platform: Id, what: u32) -> Result<String, Status> {
    // SAFETY: the buffer has the size that is passed.
    let bytes =
        answer(|size, to, needed| unsafe { clGetPlatformInfo(platform.0, what, size, to, needed) });
    Ok(text(&bytes?))
}

fn device_bytes(device: Id, what: u32) -> Result<Vec<u8>, Status> {
    // SAFETY: the buffer has the size that is passed.
    answer(|size, to, needed| unsafe { clGetDeviceInfo(device.0, what, size, to, needed) })
}

/// What a device says about itself, as text.
pub(crate) fn device_text(device: Id, what: u32) -> Result<String, Status> {
    Ok(text(&device_bytes(device, what)?))
}

/// What a device says about itself, as a number.
pub(crate) fn device_number(device: Id, what: u32) -> Result<u64, Status> {
    Ok(number(&device_bytes(device, what)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_any_width() {
        assert_eq!(number(&7u32.to_ne_bytes()), 7);
        assert_eq!(number(&(1u64 << 40).to_ne_bytes()), 1 << 40);
        assert_eq!(number(&[]), 0);
        assert_eq!(text(b" a device \0"), "a device");
    }
}
