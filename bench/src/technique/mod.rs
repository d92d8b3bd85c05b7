//! Our techniques, by name.

pub mod by_hand;
pub mod jit;
pub mod look;
mod make;
pub mod name;
pub mod opencl;
pub mod ports;
pub mod simd;
