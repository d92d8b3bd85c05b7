#![doc = include_str!("../README.md")]

mod catalogue;
mod closure;
mod flat;
mod interpreted;
mod native;
mod sample_loop;

pub use closure::Closure;
pub use flat::Flat;
pub use interpreted::Interpreted;
pub use native::{Difference, Mismatch, Native, NoDensity};
pub use sample_loop::moments;
