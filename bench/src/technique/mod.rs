//! Our techniques, by name.

pub mod bound;
pub mod jit;
pub mod look;
mod make;
pub mod name;
pub mod opencl;
pub mod simd;
