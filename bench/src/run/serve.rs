//! This process as a worker, or as a rank of an MPI job.

use mc_multiproc::{odd_environment, serve_if_worker as serve};

#[cfg(feature = "mpi")]
use super::ranks;
use super::worker::find;
use crate::process::{Failure, warn};

/// Serves and ends the process if it was started as a worker, or as a rank other
/// than 0 of an MPI job. Rank 0 comes back, and must end with [`leave`].
///
/// # Errors
///
/// If the ranks cannot work together.
pub fn serve_if_worker() -> Result<(), Failure> {
    serve(&find);
    if let Some(words) = odd_environment() {
        warn(words);
    }
    #[cfg(feature = "mpi")]
    ranks::join_if_asked()?;
    Ok(())
}

/// Leaves the MPI job, if this is rank 0 of one.
pub fn leave() {
    #[cfg(feature = "mpi")]
    ranks::leave();
}
