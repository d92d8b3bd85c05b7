//! What was found, as data: printed, kept, and read back.

mod comparison;
mod crossover;
mod distinct;
pub mod gate;
mod host;
mod page_data;
mod provenance;
mod row;

pub use comparison::{Bound, Comparison, Counts, PeerVersions, SCHEMA};
pub use crossover::Crossover;
pub use distinct::distinct;
pub use host::Host;
pub use page_data::{Convergence, Experiment, Measured, Point, Scaled, Scaling};
pub use provenance::Made;
#[cfg(test)]
pub(crate) use row::named;
pub use row::{Row, relate};
