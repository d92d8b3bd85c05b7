//! Timing: competitors side by side, what is said of their times, and whether the machine was
//! busy meanwhile.

pub mod busy;
mod clock;
pub mod memory;
mod rounds;
mod seconds;
mod way;

pub use clock::{Clock, WallClock};
pub use rounds::{Competitor, Pace, Times, interleaved, interleaved_by};
pub use seconds::{Ratio, Seconds};
pub use way::{Way, medians};
