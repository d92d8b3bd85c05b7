#![doc = include_str!("../README.md")]
// Nothing here panics: where an index or the like cannot fail, the file says why.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(not(test), warn(clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

mod chunked;
mod evaluate;
mod memory;
mod operations;
mod piece_loop;
mod points;
mod program;
mod sums;
mod whole;

pub use chunked::Chunked;
pub use whole::Whole;
