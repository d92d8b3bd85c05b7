//! What was found, as data: printed, kept, and read back.

mod bound;
mod comparison;
mod crossover;
mod distinct;
pub mod gate;
mod host;
mod page_data;
mod peer_versions;
mod provenance;
mod row;

pub use bound::Bound;
pub use comparison::{Comparison, SCHEMA};
pub use crossover::Crossover;
pub use distinct::distinct;
pub use host::Host;
pub use page_data::{Convergence, Experiment, Measured, Point, Scaled, Scaling};
pub use peer_versions::PeerVersions;
pub use provenance::Made;
#[cfg(test)]
pub(crate) use row::named;
pub use row::{Row, relate};
