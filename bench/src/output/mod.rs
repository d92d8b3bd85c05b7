//! What was found, shown: on the terminal, for programs, and as a page. It knows results, and no
//! technique.

mod chart;
mod columns;
pub mod comparison;
mod csv;
pub mod experiment;
pub mod page;
pub mod progress;
pub mod runs;
mod text;

pub use columns::{Column, fit, markdown_row, wrapped};
