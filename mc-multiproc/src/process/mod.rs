//! Worker processes: a pool of them, what they are sent, and their side.
//!
//! [`frame`] cuts a byte stream into frames, [`message`] says what is in them,
//! [`asked`] says whether an answer fits its question, [`worker`] answers, [`input`] is
//! the pipe to it, [`child`] is one worker process, [`crew`] keeps all of
//! them alive, [`pool`] prepares and [`run`] runs estimates on them. Only `child`,
//! `crew` and the entry of `worker` know about pipes and processes: the ranks of an
//! MPI job say the same things another way.

pub(crate) mod asked;
mod child;
pub(crate) mod crew;
pub(crate) mod frame;
mod input;
pub(crate) mod message;
mod pool;
mod run;
mod starter;
pub(crate) mod worker;

pub use crew::{MAX_TRIES, ProcessError};
pub use pool::{Prepared, ProcessPool, this_executable};
pub use worker::{Techniques, serve_if_worker};
