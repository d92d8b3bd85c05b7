//! How a command speaks and how it ends: words and results, failures, and the signals that end it.

mod failure;
pub mod interrupt;
mod say;

pub use failure::Failure;
pub use say::{be_quiet, has_a_warning, has_warned, is_quiet, print, say, say_aloud, warn, width};
