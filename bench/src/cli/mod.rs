//! The command line, read and checked.

pub mod common;
mod examples;
pub mod flags;
pub mod given;
pub mod parse;
pub mod request;
pub mod stopping;
mod tips;
mod values;
