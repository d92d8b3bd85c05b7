#![doc = include_str!("../README.md")]

mod check;
mod device;
mod drivers;
mod error;
mod kernel;
mod program;
mod source;
mod technique;

pub use device::{DeviceInfo, DeviceKind, devices};
pub use error::OpenClError;
pub use source::{Shape, source};
pub use technique::OpenCl;
