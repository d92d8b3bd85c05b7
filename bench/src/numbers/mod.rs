//! Numbers as people read them: 1,234,567 · 12.3 ms · 0.66651(38); and how far off is too far.

mod shown;
mod student;
mod uncertain;

pub use shown::{distance, duration, grouped, percent, three_digits, to_digits};
pub use student::reach;
pub use uncertain::{value_to_error, value_with_error};
