//! What was found, shown: on the terminal, for programs, and as a page. It knows results, and no
//! technique.

mod chart;
mod columns;
mod comparison;
mod experiment;
mod found;
pub mod page;
pub mod progress;
pub mod runs;

pub use columns::{Column, hanging, markdown};
pub use found::{Found, Record, Table, print, record};
