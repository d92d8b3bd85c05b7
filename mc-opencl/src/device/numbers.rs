//! Arrays of the device, of the precision that it computes in.

use mc_core::Precision;

use crate::cl::{Buffer, Context, Event, Kernel, Queue, Status};

/// Numbers on the device; f64 on the host's side in either case.
#[derive(Debug)]
pub(crate) enum Numbers {
    F64(Buffer<f64>),
    F32(Buffer<f32>),
}

impl Numbers {
    /// Room for `len` numbers.
    pub fn new(
        context: &Context,
        flags: u64,
        precision: Precision,
        len: usize,
    ) -> Result<Self, Status> {
        Ok(match precision {
            Precision::F64 => Self::F64(Buffer::new(context, flags, len)?),
            Precision::F32 => Self::F32(Buffer::new(context, flags, len)?),
        })
    }

    /// Copies numbers to the device, in f32 the nearest ones.
    pub fn write(&self, queue: &Queue, values: &[f64]) -> Result<Event, Status> {
        match self {
            Self::F64(buffer) => queue.write(buffer, values),
            Self::F32(buffer) => {
                let narrow: Vec<f32> = values.iter().map(|&value| value as f32).collect();
                queue.write(buffer, &narrow)
            }
        }
    }

    /// Copies numbers from the device.
    pub fn read(&self, queue: &Queue, values: &mut [f64]) -> Result<(), Status> {
        match self {
            Self::F64(buffer) => queue.read(buffer, values).map(drop),
            Self::F32(buffer) => {
                let mut narrow = vec![0.0f32; values.len()];
                queue.read(buffer, &mut narrow)?;
                values.iter_mut().zip(narrow).for_each(|(wide, value)| *wide = value.into());
                Ok(())
            }
        }
    }

    /// Makes it an argument of a kernel.
    pub fn argument(&self, kernel: &mut Kernel, index: u32) -> Result<(), Status> {
        match self {
            Self::F64(buffer) => kernel.set_buffer(index, buffer),
            Self::F32(buffer) => kernel.set_buffer(index, buffer),
        }
    }
}
