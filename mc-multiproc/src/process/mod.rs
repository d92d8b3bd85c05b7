//! Worker processes: a pool of them, what they are sent, and their side.
//!
//! [`frame`] cuts a byte stream into frames, [`message`] says what is in them,
//! [`question`] says whether an answer fits, [`worker`] answers, [`input`] is
//! the pipe to it, [`child`] is one worker process, [`supervisor`] keeps all of
//! them alive, [`prepared`] has them prepare and [`run`] runs estimates on them. A [`pool`] is
//! what users see of that. Only `child`, `supervisor` and the entry of `worker` know about
//! pipes and processes: the ranks of an MPI job say the same things another way.

mod board;
mod child;
mod error;
pub(crate) mod frame;
mod input;
mod lock;
pub(crate) mod message;
mod pool;
mod prepared;
mod program;
pub(crate) mod question;
mod run;
mod shared;
mod starter;
mod supervisor;
pub(crate) mod worker;

pub use error::ProcessError;
pub use pool::ProcessPool;
pub use prepared::Prepared;
pub use program::this_executable;
pub use worker::{Techniques, odd_environment, serve_if_worker};
