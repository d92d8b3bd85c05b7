//! The devices: what there is, which are taken, and what is open on them.
//!
//! [`drivers`] are loaded first, [`info`] lists what they offer, [`select`] takes what is
//! wanted of it, [`program`] opens a device and builds programs, [`numbers`] are its arrays.
//! [`cache`] says why PoCL may have none.

mod cache;
mod drivers;
pub(crate) mod info;
mod numbers;
mod program;
mod select;

pub use info::{DeviceInfo, DeviceKind, devices};
pub(crate) use numbers::Numbers;
pub(crate) use program::{Built, Opened};
pub(crate) use select::Wanted;
