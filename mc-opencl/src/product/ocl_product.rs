//! The lecture's product as one writes it with the crate `ocl`.

#![allow(clippy::indexing_slicing, reason = "`len` is that of the shortest")]

use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Instant;

use mc_core::Precision;
use ocl::core::{DeviceId, PlatformId};
use ocl::{Buffer, Device, Platform, ProQue};

use super::parts::Parts;
use crate::device::{DeviceInfo, Wanted};
use crate::error::OpenClError;
use crate::source;

/// c = a·b on the device: allocate, write, run, read.
fn multiply(on: &ProQue, a: &[f32], b: &[f32], c: &mut [f32]) -> ocl::Result<Parts> {
    let clock = Instant::now();
    let allocate = || Buffer::<f32>::builder().queue(on.queue().clone()).len(a.len()).build();
    let (on_a, on_b, on_c) =
        (QuietDrop::new(allocate()?), QuietDrop::new(allocate()?), QuietDrop::new(allocate()?));
    let mut kernel = on.kernel_builder("product");
    kernel.arg(&*on_a).arg(&*on_b).arg(&*on_c).global_work_size(a.len());
    let kernel = QuietDrop::new(kernel.build()?);
    let allocated = clock.elapsed();
    on_a.write(a).enq()?;
    on_b.write(b).enq()?;
    let written = clock.elapsed();
    // SAFETY: each work-item reads and writes its own place, of as many.
    unsafe { kernel.enq()? };
    on.finish()?;
    let multiplied = clock.elapsed();
    on_c.read(&mut *c).enq()?;
    let read = clock.elapsed();
    drop((on_a, on_b, on_c, kernel));
    Ok(Parts {
        total: clock.elapsed().as_secs_f64(),
        allocate: allocated.as_secs_f64(),
        write: (written - allocated).as_secs_f64(),
        kernel: (multiplied - written).as_secs_f64(),
        read: (read - multiplied).as_secs_f64(),
    })
}

/// Elementwise products on one device, through `ocl`.
#[derive(Debug)]
pub struct OclProduct {
    info: DeviceInfo,
    pro_que: QuietDrop<ProQue>,
}

impl OclProduct {
    /// On the device that `selector` means, as for
    /// [`Product::prepare`](crate::Product::prepare).
    ///
    /// # Errors
    ///
    /// If there is none, or it cannot be opened.
    pub fn prepare(selector: Option<&str>) -> Result<Self, OpenClError> {
        let info = Wanted::one(selector, Precision::F32)?;
        let (platform, device) = (info.platform_id.raw(), info.id.raw());
        let pro_que = caught(&info, || {
            // SAFETY: the loader named both, and such names stay valid.
            let (platform, device) =
                unsafe { (PlatformId::from_raw(platform), DeviceId::from_raw(device)) };
            let mut builder = ProQue::builder();
            builder.platform(Platform::new(platform)).device(Device::from(device));
            builder.src(source::product(Precision::F32)).build().map(QuietDrop::new)
        })?;
        let product = Self { info, pro_que };
        // The first product is when some implementations compile.
        product.multiply(&[1.0], &[1.0], &mut [0.0])?;
        Ok(product)
    }

    /// Its device.
    pub fn device(&self) -> &DeviceInfo {
        &self.info
    }

    /// c = a·b, as far as the shortest of the three goes. All parts are by the
    /// host's clock.
    ///
    /// # Errors
    ///
    /// [`OpenClError::TooLarge`] if the arrays do not fit, or what `ocl` says.
    pub fn multiply(&self, a: &[f32], b: &[f32], c: &mut [f32]) -> Result<Parts, OpenClError> {
        let len = a.len().min(b.len()).min(c.len());
        self.info.holds_three(len)?;
        if len == 0 {
            return Ok(Parts::default());
        }
        caught(&self.info, || multiply(&self.pro_que, &a[..len], &b[..len], &mut c[..len]))
    }
}

/// What `ocl` answers; where it panics, as at a status that it does not know, what
/// it said.
fn caught<T>(info: &DeviceInfo, calls: impl FnOnce() -> ocl::Result<T>) -> Result<T, OpenClError> {
    let failed = |what| OpenClError::Ocl { device: info.name.clone(), what };
    // What a panic leaves half done is dropped with the call, or kept from use.
    match catch_unwind(AssertUnwindSafe(calls)) {
        Ok(answer) => answer.map_err(|error| failed(error.to_string())),
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(failed(format!("it panicked: {}", text.unwrap_or("without a word"))))
        }
    }
}

/// An object of `ocl`, which panics where it cannot be released: a second panic
/// while the first one unwinds would end the program.
#[derive(Debug)]
struct QuietDrop<T>(ManuallyDrop<T>);

impl<T> QuietDrop<T> {
    fn new(object: T) -> Self {
        Self(ManuallyDrop::new(object))
    }
}

impl<T> Deref for QuietDrop<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> Drop for QuietDrop<T> {
    fn drop(&mut self) {
        if !thread::panicking() {
            // SAFETY: it is taken once, here, and not used again.
            let object = unsafe { ManuallyDrop::take(&mut self.0) };
            // Where the device is lost there is nothing left to release.
            let _ = catch_unwind(AssertUnwindSafe(|| drop(object)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::device::DeviceKind;
    use crate::device::info::tests::device;

    struct Lost;

    impl Drop for Lost {
        fn drop(&mut self) {
            panic!("cannot be released");
        }
    }

    #[test]
    fn a_panic_becomes_an_error_even_if_releasing_panics_too() {
        let info = device(0, "Card", DeviceKind::Gpu, true, 8);
        let message =
            |calls: fn() -> ocl::Result<()>| caught(&info, calls).unwrap_err().to_string();
        let text = message(|| {
            let _object = QuietDrop::new(Lost);
            panic!("status {}", -9999)
        });
        assert!(text.starts_with("Card: ocl failed: it panicked: status -9999"), "{text}");
        let text = message(|| {
            let _object = QuietDrop::new(Lost);
            Err("a word".into())
        });
        assert!(text.starts_with("Card: ocl failed: a word"), "{text}");
        assert!(text.contains("choose another device"), "{text}");
    }
}
