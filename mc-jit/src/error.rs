//! What can go wrong while compiling.

use inkwell::builder::BuilderError;
use inkwell::execution_engine::FunctionLookupError;
use mc_core::PrepareError;

use crate::cpu::Simd;

/// Why no code came out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JitError {
    /// LLVM has no code generator for this machine.
    #[error("LLVM cannot generate code for this machine: {0}")]
    Target(String),
    /// This machine has no such vector instructions.
    #[error(
        "this CPU does not run {asked} code: the widest vector instructions it has are {widest}, so ask for {widest} \
         or for less, or for nothing to get the widest"
    )]
    Simd {
        /// What was asked for.
        asked: Simd,
        /// What there is.
        widest: Simd,
    },
    /// Compiling would take too long.
    #[error(
        "the integrand has {operations} operations, and at most {most} are compiled, which takes some ten seconds: use \
         `serial` or `ndarray`, or write what repeats as a sum over coordinates"
    )]
    TooLong {
        /// Operations of the tape.
        operations: usize,
        /// The most that are compiled.
        most: usize,
    },
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

impl JitError {
    /// As the reason why `technique` cannot be prepared.
    pub fn in_preparing(self, technique: &'static str) -> PrepareError {
        match self {
            Self::Simd { .. } | Self::TooLong { .. } => {
                PrepareError::Unavailable { reason: self.to_string() }
            }
            error => PrepareError::Failed { technique, cause: Box::new(error) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_technique_that_was_asked_for_is_named() {
        let failed = JitError::Shape.in_preparing("jit-calls").to_string();
        assert!(failed.starts_with("preparing jit-calls failed: "), "{failed}");
        let missing = JitError::TooLong { operations: 9, most: 8 }.in_preparing("jit");
        assert!(matches!(missing, PrepareError::Unavailable { .. }), "{missing}");
    }
}
