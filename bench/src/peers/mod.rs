//! Peers: the same estimate by programs that are not ours.
//!
//! `compare --peers` runs the lecture's own programs, well-written ones in the same
//! language, and GSL, beside the techniques and in the same rounds. Their sources,
//! and what they speak with this program, are in `bench/peers`. Each is a process
//! that is started once and then asked again and again ([`Peer`]); it reads the
//! clock itself, around the estimate alone, so that pipes cost it nothing.
//!
//! A peer draws its own random numbers, so its bits differ from ours. What shows
//! that it is right is its distance from the truth.

mod child;
mod entry;
mod name;
mod protocol;

pub use child::{Patience, Peer, PeerError};
pub use entry::Entry;
pub use name::{PeerName, chosen};
pub use protocol::Answer;
