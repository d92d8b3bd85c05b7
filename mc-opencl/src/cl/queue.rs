//! What a device is told to do, in order, and how long it took.

use std::mem::ManuallyDrop;
use std::ops::{Deref, DerefMut};
use std::{ptr, slice};

use ocl::ffi::*;

use super::objects::{created, object};
use super::status::UNTOLD;
use super::{Buffer, Context, Id, Kernel, Status, checked};

object! {
    /// One device's commands, each begun when the one before it is done.
    Queue, clReleaseCommandQueue
}
object! {
    /// One command.
    Event, clReleaseEvent
}

/// What is read or written: from the first value on.
const FROM_THE_START: usize = 0;

impl Queue {
    /// Commands that tell how long they took, if `timed`.
    pub fn new(context: &Context, device: Id, timed: bool) -> Result<Self, Status> {
        let properties = if timed { CL_QUEUE_PROFILING_ENABLE } else { 0 };
        let mut status = UNTOLD;
        // SAFETY: context and device belong together.
        let queue =
            unsafe { clCreateCommandQueue(context.0, device.0, properties, &raw mut status) };
        created(queue, status, Self)
    }

    /// Copies `values` to the device, and waits for it.
    pub fn write<T: Copy>(&self, buffer: &Buffer<T>, values: &[T]) -> Result<Event, Status> {
        let mut event = ptr::null_mut();
        if values.len() > buffer.len() {
            return Err(Status(-30));
        }
        // SAFETY: the buffer has room, and `values` is there until the call, which
        // blocks, returns.
        let status = unsafe {
            clEnqueueWriteBuffer(
                self.0,
                buffer.memory.0,
                CL_TRUE,
                FROM_THE_START,
                size_of_val(values),
                values.as_ptr().cast(),
                0,
                ptr::null(),
                &raw mut event,
            )
        };
        created(event, status, Event)
    }

    /// Copies from the device into all of `values`, and waits for it, and so for
    /// all commands before it.
    pub fn read<T: Copy>(&self, buffer: &Buffer<T>, values: &mut [T]) -> Result<Event, Status> {
        let mut event = ptr::null_mut();
        if values.len() > buffer.len() {
            return Err(Status(-30));
        }
        // SAFETY: as for writing. Any bits are a value of the types used here.
        let status = unsafe {
            clEnqueueReadBuffer(
                self.0,
                buffer.memory.0,
                CL_TRUE,
                FROM_THE_START,
                size_of_val(values),
                values.as_mut_ptr().cast(),
                0,
                ptr::null(),
                &raw mut event,
            )
        };
        created(event, status, Event)
    }

    /// Makes the device's memory readable and writable here, without a copy where
    /// the two are the same.
    pub fn map<'q, T: Copy>(
        &'q self,
        buffer: &'q Buffer<T>,
    ) -> Result<(Mapped<'q, T>, Event), Status> {
        let (mut status, mut event) = (UNTOLD, ptr::null_mut());
        let size = buffer.len() * size_of::<T>();
        // SAFETY: the whole buffer is mapped, and `Mapped` unmaps it.
        let start = unsafe {
            clEnqueueMapBuffer(
                self.0,
                buffer.memory.0,
                CL_TRUE,
                CL_MAP_READ | CL_MAP_WRITE,
                FROM_THE_START,
                size,
                0,
                ptr::null(),
                &raw mut event,
                &raw mut status,
            )
        };
        let start = created(start, status, |start| start)?;
        let mapped = Mapped { queue: self, buffer, start: start.cast() };
        Ok((mapped, created(event, status, Event)?))
    }

    /// Launches a kernel over `global` work-items, in groups of `group` unless
    /// the device is to choose.
    ///
    /// # Safety
    ///
    /// All arguments are set, and the kernel stays inside its buffers.
    pub unsafe fn launch(
        &self,
        kernel: &mut Kernel,
        global: &[usize],
        group: Option<&[usize]>,
    ) -> Result<Event, Status> {
        let mut event = ptr::null_mut();
        let group = group.map_or(ptr::null(), <[usize]>::as_ptr);
        // SAFETY: both lists have as many entries as there are dimensions; the
        // rest is the caller's promise.
        let status = unsafe {
            clEnqueueNDRangeKernel(
                self.0,
                kernel.0,
                global.len() as u32,
                ptr::null(),
                global.as_ptr(),
                group,
                0,
                ptr::null(),
                &raw mut event,
            )
        };
        created(event, status, Event)
    }
}

impl Event {
    /// How long it ran; the queue must be a timed one, and the command done.
    pub fn seconds(&self) -> Result<f64, Status> {
        let ask = |what| {
            let mut time = 0u64;
            // SAFETY: the answer has the size of the number.
            let status = unsafe {
                clGetEventProfilingInfo(
                    self.0,
                    what,
                    size_of::<u64>(),
                    (&raw mut time).cast::<c_void>(),
                    ptr::null_mut(),
                )
            };
            checked(status).map(|()| time)
        };
        let (start, end) = (ask(CL_PROFILING_COMMAND_START)?, ask(CL_PROFILING_COMMAND_END)?);
        Ok(end.saturating_sub(start) as f64 * 1e-9)
    }
}

/// A buffer of the device as a slice of the host's.
pub(crate) struct Mapped<'q, T: Copy> {
    queue: &'q Queue,
    buffer: &'q Buffer<T>,
    start: *mut T,
}

impl<T: Copy> Deref for Mapped<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        // SAFETY: all of the buffer is mapped, and the device leaves it alone
        // until it is unmapped. Any bits are a value of the types used here.
        unsafe { slice::from_raw_parts(self.start, self.buffer.len()) }
    }
}

impl<T: Copy> DerefMut for Mapped<'_, T> {
    fn deref_mut(&mut self) -> &mut [T] {
        // SAFETY: as above, and `self` is borrowed mutably.
        unsafe { slice::from_raw_parts_mut(self.start, self.buffer.len()) }
    }
}

impl<T: Copy> Mapped<'_, T> {
    /// Gives the memory back to the device.
    pub fn unmap(self) -> Result<Event, Status> {
        let mapped = ManuallyDrop::new(self);
        mapped.give_back()
    }

    fn give_back(&self) -> Result<Event, Status> {
        let mut event = ptr::null_mut();
        // SAFETY: it was mapped there, and is unmapped once.
        let status = unsafe {
            clEnqueueUnmapMemObject(
                self.queue.0,
                self.buffer.memory.0,
                self.start.cast(),
                0,
                ptr::null(),
                &raw mut event,
            )
        };
        created(event, status, Event)
    }
}

impl<T: Copy> Drop for Mapped<'_, T> {
    fn drop(&mut self) {
        // Where the device was lost, there is nothing left to give back.
        let _ = self.give_back();
    }
}
