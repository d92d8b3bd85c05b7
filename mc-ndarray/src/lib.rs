#![doc = include_str!("../README.md")]

mod chunked;
mod evaluate;
mod memory;
mod operations;
mod piece_loop;
mod program;
mod side_by_side;
mod whole;

pub use chunked::Chunked;
pub use whole::Whole;
