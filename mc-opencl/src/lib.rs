#![doc = include_str!("../README.md")]

mod check;
mod cl;
mod device;
mod drivers;
mod error;
mod launcher;
mod on_device;
mod program;
mod select;
mod source;
mod team;
mod technique;

pub use cl::Status;
pub use device::{DeviceInfo, DeviceKind, devices};
pub use error::OpenClError;
pub use source::{Shape, source};
pub use technique::OpenCl;
