//! The MPI job that this process is a rank of.

use std::cell::RefCell;

use mc_multiproc::mpi::{Ranks, in_job};

use super::worker::find;
use crate::process::Failure;

thread_local! {
    // MPI wants one thread to talk to it: the main one.
    static RANKS: RefCell<Option<Ranks<'static>>> = const { RefCell::new(None) };
}

/// Joins the job that this process was started in, if any. A rank other than 0 serves and ends.
pub fn join_if_asked() -> Result<(), Failure> {
    if in_job() {
        let ranks = Ranks::join(&find).map_err(|error| Failure::Run(error.to_string()))?;
        RANKS.set(Some(ranks.serve_if_worker()));
    }
    Ok(())
}

/// The other ranks, if this is rank 0 of a job.
pub fn others() -> Option<Ranks<'static>> {
    RANKS.with_borrow(Clone::clone)
}

/// Leaves the job, if this is rank 0 of one.
pub fn leave() {
    RANKS.set(None);
}
