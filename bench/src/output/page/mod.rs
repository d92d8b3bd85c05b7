//! `compare --report FILE.html`: a page to put on the wall.
//!
//! One file without scripts, which asks nobody for anything: style sheet and
//! pictures are in it. It is made from the [`Comparison`](crate::results::Comparison),
//! all of which is in the JSON, and shows nothing else.

#[expect(clippy::module_inception, reason = "the page itself, in the folder of its parts")]
mod page;
mod parts;
mod sections;

pub use page::{page, picture};

#[cfg(test)]
mod tests;
