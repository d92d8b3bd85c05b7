//! What peers run with.

use serde::{Deserialize, Serialize};

/// A peer that took part.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PeerVersions {
    /// Its name.
    pub name: String,
    /// Interpreter and libraries with their versions.
    pub versions: String,
}
