//! A function at many given points.

#![allow(
    clippy::indexing_slicing,
    reason = "the lengths were compared, and rest is less than a vector"
)]

use std::collections::TryReserveError;

use mc_core::Tape;

use crate::cpu::Lanes;
use crate::emit::{OverArrays, Values};
use crate::engine::{self, Code, Passes};
use crate::error::JitError;
use crate::memory::Memory;

/// A function, compiled to give its values at an array of points.
///
/// Its operations are the kernel's, on vectors of points in place of vectors of
/// batches. Each value has the bits that [`mc_core::Evaluator`] gives.
///
/// ```
/// use mc_core::{Real, Tape, function};
/// use mc_jit::ArrayFunction;
///
/// fn wave<T: Real>(x: &[T]) -> T {
///     x[0].exp() * x[1]
/// }
/// let f = ArrayFunction::compile(&Tape::trace(&function!(wave), 2)?)?;
///
/// // Three points: first x₀ of each, then x₁ of each.
/// let x = [0.0, 0.0, 1.0, 1.0, 2.0, 3.0];
/// let mut values = [0.0; 3];
/// f.map(&x, &mut values)?;
/// assert_eq!(values, [1.0, 2.0, 3.0 * Real::exp(1.0)]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct ArrayFunction {
    code: Code<Values>,
    dims: usize,
    lanes: Lanes,
}

/// Why [`ArrayFunction::map`] computed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArrayError {
    /// The arrays do not belong together.
    #[error(
        "{values} values at points of {dims} coordinates take {values}·{dims} numbers, not {given}"
    )]
    Length {
        /// Values that are asked for.
        values: usize,
        /// Coordinates of a point.
        dims: usize,
        /// Coordinates that are given.
        given: usize,
    },
    /// No memory for what is computed on the way.
    #[error("no memory for one vector of points and what is computed from them")]
    Memory(#[from] TryReserveError),
}

impl ArrayFunction {
    /// Compiles `tape` with the lanes that suit this machine.
    ///
    /// # Errors
    ///
    /// What LLVM cannot do.
    pub fn compile(tape: &Tape) -> Result<Self, JitError> {
        Self::with_lanes(tape, engine::cpu()?.lanes())
    }

    /// Compiles `tape` with vectors of `lanes` points, whatever the machine has.
    ///
    /// # Errors
    ///
    /// What LLVM cannot do.
    pub fn with_lanes(tape: &Tape, lanes: Lanes) -> Result<Self, JitError> {
        let code = Code::compile(&OverArrays { tape, lanes }, engine::cpu()?, Passes::None)?;
        Ok(Self { code, dims: tape.dims(), lanes })
    }

    /// The coordinates of a point.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// The points of one vector.
    pub fn lanes(&self) -> Lanes {
        self.lanes
    }

    /// Writes f(xᵢ) to `values[i]`. `x` has first coordinate 0 of every point,
    /// then coordinate 1 of every point, ….
    ///
    /// # Errors
    ///
    /// Unless `x` has [`dims`](Self::dims) numbers for each value.
    pub fn map(&self, x: &[f64], values: &mut [f64]) -> Result<(), ArrayError> {
        let (count, dims) = (values.len(), self.dims);
        if count.checked_mul(dims) != Some(x.len()) {
            return Err(ArrayError::Length { values: count, dims, given: x.len() });
        }
        let lanes = self.lanes.count() as usize;
        let (groups, rest) = (count / lanes, count % lanes);
        let mut memory = Memory::new(self.code.memory())?;
        let memory = memory.as_mut_ptr();
        if groups > 0 {
            // SAFETY: the lengths were compared, and groups·lanes ≤ count.
            unsafe { self.run(groups, count, x.as_ptr(), values.as_mut_ptr(), memory) };
        }
        if rest > 0 {
            // One more vector; what its spare lanes compute is not looked at.
            let done = count - rest;
            let (mut points, mut last) = (Memory::new(dims * lanes)?, Memory::new(lanes)?);
            for k in 0..dims {
                for i in 0..rest {
                    points[k * lanes + i] = x[k * count + done + i];
                }
            }
            // SAFETY: both have room for one vector.
            unsafe { self.run(1, lanes, points.as_mut_ptr(), last.as_mut_ptr(), memory) };
            for (i, value) in values[done..].iter_mut().enumerate() {
                *value = last[i];
            }
        }
        Ok(())
    }

    /// # Safety
    ///
    /// `x` must have `stride` numbers a coordinate, `values` room for
    /// `groups`·lanes ≤ `stride` values, `memory` for what the code needs, and
    /// `groups` must not be 0.
    unsafe fn run(
        &self,
        groups: usize,
        stride: usize,
        x: *const f64,
        values: *mut f64,
        memory: *mut f64,
    ) {
        // SAFETY: as above; usize has at most 64 bits wherever LLVM's code runs.
        unsafe { self.code.function()(groups as u64, stride as u64, x, values, memory) };
    }
}
