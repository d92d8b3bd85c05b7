//! Timing: competitors side by side, what is said of their times, whether the machine was
//! busy meanwhile, and how fast its clock ran.

pub mod busy;
mod clock;
mod frequency;
pub mod memory;
mod rounds;
mod seconds;
mod way;

pub use clock::{Clock, WallClock};
pub use frequency::frequency;
pub use rounds::{Competitor, Pace, Times, interleaved, interleaved_by};
pub use seconds::{Ratio, Seconds};
pub use way::{Way, medians};
