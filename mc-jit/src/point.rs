//! A function at one point at a time.

use std::sync::Arc;

use mc_core::{PrepareError, Tape};

use crate::array::ArrayError;
use crate::compiler::Compiler;
use crate::emit::Value;
use crate::engine::Code;
use crate::memory::Memory;

/// A function, compiled to give its value at a point: what `@jit` makes of one.
///
/// It has the bits of [`mc_core::Evaluator`], and is compiled once for all
/// functions of the same tape.
///
/// ```
/// use mc_core::{Real, Tape, function};
/// use mc_jit::PointFunction;
///
/// fn total<T: Real>(x: &[T]) -> T {
///     T::sum_of(x)
/// }
/// let mut f = PointFunction::compile(&Tape::trace(&function!(total), 3)?)?;
/// assert_eq!(f.eval(&[1.0, 2.0, 4.0])?, 7.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct PointFunction {
    code: Arc<Code<Value>>,
    dims: usize,
    memory: Memory,
}

/// What errors call it.
const NAME: &str = "a compiled function";

impl PointFunction {
    /// Compiles `tape`, unless that was done before.
    ///
    /// # Errors
    ///
    /// What LLVM cannot do; no memory for what is computed on the way.
    pub fn compile(tape: &Tape) -> Result<Self, PrepareError> {
        Self::with(&Compiler::default(), tape)
    }

    /// Compiles `tape` anew, and keeps nothing: for measuring it.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile).
    pub fn compile_cold(tape: &Tape) -> Result<Self, PrepareError> {
        Self::with(&Compiler { cold: true, ..Compiler::default() }, tape)
    }

    fn with(compiler: &Compiler, tape: &Tape) -> Result<Self, PrepareError> {
        let code = compiler.runs_on().and_then(|cpu| compiler.at_point(tape, cpu));
        let code = code.map_err(|error| error.in_preparing(NAME))?;
        let memory = Memory::new(code.memory())
            .map_err(|error| PrepareError::Failed { technique: NAME, cause: Box::new(error) })?;
        Ok(Self { code, dims: tape.dims(), memory })
    }

    /// f(x).
    ///
    /// # Errors
    ///
    /// Unless `x` has as many coordinates as the tape takes.
    pub fn eval(&mut self, x: &[f64]) -> Result<f64, ArrayError> {
        if x.len() != self.dims {
            return Err(ArrayError::Length { values: 1, dims: self.dims, given: x.len() });
        }
        // SAFETY: the length was compared, and the memory was made for this code.
        Ok(unsafe { self.code.function()(x.as_ptr(), self.memory.as_mut_ptr()) })
    }
}
