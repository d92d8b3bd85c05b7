#![doc = include_str!("../README.md")]
// Nothing here panics: where an index or the like cannot fail, the file says why.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(not(test), warn(clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

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
