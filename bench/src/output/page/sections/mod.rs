//! The sections of the page, from the top: each has its words, its pictures and its table.

mod convergence;
mod cost;
mod experiments;
mod numbers;
mod scaling;
pub mod throughput;
pub mod time;

use maud::Markup;

use crate::output::chart::ChartError;
use crate::results::Comparison;

/// A section of a document; empty where the document lacks what it needs.
pub type Section = fn(&Comparison) -> Result<Markup, ChartError>;

/// All of them, in their order.
pub const ALL: [Section; 7] = [
    time::section,
    throughput::section,
    cost::section,
    scaling::section,
    convergence::section,
    experiments::section,
    numbers::section,
];
