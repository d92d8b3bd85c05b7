//! Timing: ways to a result side by side, what is said of their times, whether the machine was
//! busy meanwhile, and how fast its clock ran.

pub mod busy;
mod frequency;
pub mod memory;
mod rounds;
mod seconds;
mod way;

pub use frequency::frequency;
pub use rounds::{Times, interleaved, interleaved_by, medians};
pub use seconds::{Ratio, Seconds, median_time};
pub use way::Way;
