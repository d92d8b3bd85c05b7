//! What can go wrong while compiling.

use inkwell::builder::BuilderError;
use inkwell::execution_engine::FunctionLookupError;
use mc_core::PrepareError;

/// Why no code came out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JitError {
    /// LLVM has no code generator for this machine.
    #[error("LLVM cannot generate code for this machine: {0}")]
    Target(String),
    /// LLVM does not know one of its own functions.
    #[error("this LLVM has no vector form of {name}")]
    Intrinsic {
        /// The function.
        name: &'static str,
    },
    /// An instruction could not be written.
    #[error("an instruction could not be written: {0}")]
    Builder(#[from] BuilderError),
    /// LLVM's verifier refuses the code: a defect of mc-jit.
    #[error("LLVM refuses the generated code (this is a defect, please report it): {0}")]
    Invalid(String),
    /// The loop was given a form that the tape does not allow: a defect of mc-jit.
    #[error("the form of the loop does not fit the integrand: this is a defect, please report it")]
    Shape,
    /// Compiling or linking failed.
    #[error("LLVM could not compile the loop: {0}")]
    Compile(String),
    /// The compiled function is not where it should be.
    #[error("the compiled loop is not found: {0}")]
    Lookup(#[from] FunctionLookupError),
}

impl From<JitError> for PrepareError {
    fn from(error: JitError) -> Self {
        Self::Failed { technique: "jit", cause: Box::new(error) }
    }
}
