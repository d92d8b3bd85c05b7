//! The lecture's first function on a GPU, and what each part of it costs: the
//! product of two arrays in f32.

#![allow(
    clippy::indexing_slicing,
    reason = "`len` is that of the shortest, and there are three buffers"
)]

use std::sync::Arc;
use std::time::Instant;

use mc_core::Precision;
use ocl::ffi::{CL_MEM_ALLOC_HOST_PTR, CL_MEM_READ_ONLY, CL_MEM_READ_WRITE, CL_MEM_WRITE_ONLY};

use super::parts::Parts;
use crate::cl::{Buffer, Event, Kernel, Mapped, Queue, Status};
use crate::device::{Built, DeviceInfo, Opened, Wanted};
use crate::error::{OpenClError, Step};
use crate::source;

/// Elementwise products on one device.
#[derive(Debug)]
pub struct Product {
    info: DeviceInfo,
    opened: Arc<Opened>,
    built: Arc<Built>,
    queue: Queue,
}

impl Product {
    /// On the device that `selector` means, as in
    /// [`OpenCl::with_device`](crate::OpenCl::with_device); of several the first.
    ///
    /// # Errors
    ///
    /// If there is none, or it cannot be opened.
    pub fn prepare(selector: Option<&str>) -> Result<Self, OpenClError> {
        let info = Wanted::one(selector, Precision::F32)?;
        let opened = Opened::device(&info)?;
        let built = opened.program(&source::product(Precision::F32), Precision::F32)?;
        let queue = Queue::new(&opened.context, info.id, true)
            .map_err(OpenClError::at(Step::Opening("opening a queue"), &info.name))?;
        let product = Self { info, opened, built, queue };
        // The first product is when some implementations compile.
        product.multiply(&[1.0], &[1.0], &mut [0.0])?;
        Ok(product)
    }

    /// Its device.
    pub fn device(&self) -> &DeviceInfo {
        &self.info
    }

    /// c = a·b: allocate, write, run, read, as the lecture's function does.
    ///
    /// # Errors
    ///
    /// [`OpenClError::TooLarge`] if the arrays do not fit, or what a call
    /// answered.
    pub fn multiply(&self, a: &[f32], b: &[f32], c: &mut [f32]) -> Result<Parts, OpenClError> {
        let len = a.len().min(b.len()).min(c.len());
        let clock = Instant::now();
        let on_device = self.buffers(len, 0)?;
        let allocate = clock.elapsed().as_secs_f64();
        let at = |step| self.at(step);
        let writing = at(Step::Running("copying factors to the device"));
        let write_a = self.queue.write(&on_device[0], &a[..len]).map_err(&writing)?;
        let write_b = self.queue.write(&on_device[1], &b[..len]).map_err(&writing)?;
        let kernel = self.launch(&on_device, len)?;
        let read = self
            .queue
            .read(&on_device[2], &mut c[..len])
            .map_err(at(Step::Running("running the kernel")))?;
        drop(on_device);
        let total = clock.elapsed().as_secs_f64();
        Ok(Parts {
            total,
            allocate,
            write: self.seconds(&write_a)? + self.seconds(&write_b)?,
            kernel: self.seconds(&kernel)?,
            read: self.seconds(&read)?,
        })
    }

    /// Three arrays in memory that host and device share, or that the device
    /// copies from at full speed.
    ///
    /// # Errors
    ///
    /// As [`Product::multiply`].
    pub fn shared(&self, len: usize) -> Result<Shared<'_>, OpenClError> {
        let clock = Instant::now();
        let buffers = self.buffers(len, CL_MEM_ALLOC_HOST_PTR)?;
        Ok(Shared { product: self, buffers, len, allocate: clock.elapsed().as_secs_f64() })
    }

    fn buffers(&self, len: usize, extra: u64) -> Result<[Buffer<f32>; 3], OpenClError> {
        self.info.holds_three(len)?;
        // An array that is mapped for writing is one that is read and written.
        let own = |flags| if extra == 0 { flags } else { CL_MEM_READ_WRITE };
        let array = |flags| {
            Buffer::new(&self.opened.context, own(flags) | extra, len)
                .map_err(self.at(Step::Allocating("making room on the device")))
        };
        Ok([array(CL_MEM_READ_ONLY)?, array(CL_MEM_READ_ONLY)?, array(CL_MEM_WRITE_ONLY)?])
    }

    fn launch(&self, buffers: &[Buffer<f32>; 3], len: usize) -> Result<Event, OpenClError> {
        let ready = || -> Result<Kernel, Status> {
            let mut kernel = self.built.program.kernel("product")?;
            for (index, buffer) in (0..).zip(buffers) {
                kernel.set_buffer(index, buffer)?;
            }
            Ok(kernel)
        };
        let mut kernel = ready().map_err(self.at(Step::Opening("creating the kernel")))?;
        // SAFETY: each work-item reads and writes its own place, of `len` (or is
        // simulated, where the test below asks for one more).
        unsafe { self.queue.launch(&mut kernel, &[len.max(1)], None) }
            .map_err(self.at(Step::Running("launching the kernel")))
    }

    fn at(&self, step: Step) -> impl Fn(Status) -> OpenClError + '_ {
        OpenClError::at(step, &self.info.name)
    }

    fn seconds(&self, event: &Event) -> Result<f64, OpenClError> {
        event.seconds().map_err(self.at(Step::Opening("asking how long it took")))
    }
}

/// Arrays that the host fills in place: nothing is copied where the device's
/// memory is the host's, and pinned memory is copied from where it is not.
#[derive(Debug)]
pub struct Shared<'p> {
    product: &'p Product,
    buffers: [Buffer<f32>; 3],
    len: usize,
    allocate: f64,
}

impl Shared<'_> {
    /// Fills both factors in place, `fill(k)` at place k.
    ///
    /// # Errors
    ///
    /// What a call answered.
    pub fn fill(&mut self, fill: impl Fn(usize) -> (f32, f32)) -> Result<(), OpenClError> {
        let (mut a, mut b) = (self.map(0)?.0, self.map(1)?.0);
        for (k, (a, b)) in a.iter_mut().zip(b.iter_mut()).enumerate() {
            (*a, *b) = fill(k);
        }
        Ok(())
    }

    /// Multiplies, and shows `check` the product in place. Counted as writing is
    /// handing the factors to the device, as reading getting the product from it;
    /// making room was done before and is not in the total.
    ///
    /// # Errors
    ///
    /// What a call answered.
    pub fn multiply(&mut self, check: impl FnOnce(&[f32])) -> Result<Parts, OpenClError> {
        let product = self.product;
        let (a, b) = (self.map(0)?.0, self.map(1)?.0);
        let handing = product.at(Step::Running("handing factors to the device"));
        let clock = Instant::now();
        let (write_a, write_b) = (a.unmap().map_err(&handing)?, b.unmap().map_err(&handing)?);
        let kernel = product.launch(&self.buffers, self.len)?;
        let (c, read) = self.map(2)?;
        let total = clock.elapsed().as_secs_f64();
        check(&c[..self.len]);
        Ok(Parts {
            total,
            allocate: self.allocate,
            write: product.seconds(&write_a)? + product.seconds(&write_b)?,
            kernel: product.seconds(&kernel)?,
            read: product.seconds(&read)?,
        })
    }

    fn map(&self, which: usize) -> Result<(Mapped<'_, f32>, Event), OpenClError> {
        let mapping = self.product.at(Step::Running("sharing memory with the device"));
        self.product.queue.map(&self.buffers[which]).map_err(mapping)
    }
}

/// Multiplies one pair more than there is room for. Only for the test that asks
/// whether a simulator reports it; on a device it would write where it must not,
/// so it refuses any but Oclgrind.
///
/// # Errors
///
/// What a call answered.
#[doc(hidden)]
pub fn write_out_of_bounds() -> Result<(), OpenClError> {
    let product = Product::prepare(None)?;
    if product.info.platform != "Oclgrind" {
        let selector = product.info.name.clone();
        return Err(OpenClError::UnknownDevice { selector, devices: vec!["Oclgrind".to_owned()] });
    }
    let buffers = product.buffers(4, 0)?;
    product.launch(&buffers, 5)?;
    let mut c = [0.0; 4];
    let running = product.at(Step::Running("running the kernel"));
    product.queue.read(&buffers[2], &mut c).map(drop).map_err(running)
}
