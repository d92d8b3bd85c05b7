//! The command line, read and checked.

pub mod flags;
pub mod parse;
pub mod request;
pub mod stopping;
mod values;
