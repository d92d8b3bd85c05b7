#![doc = include_str!("../README.md")]
// Nothing here panics: where an index or the like cannot fail, the file says why.
#![cfg_attr(not(test), warn(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(not(test), warn(clippy::unreachable, clippy::indexing_slicing, clippy::string_slice))]
#![cfg_attr(not(test), deny(clippy::print_stderr, clippy::print_stdout))]

mod check;
mod cl;
mod device;
mod error;
mod host_points;
mod lock;
mod on_device;
mod product;
mod source;
mod team;
mod technique;

pub use cl::Status;
pub use device::{DeviceInfo, DeviceKind, devices};
pub use error::OpenClError;
#[doc(hidden)]
pub use product::write_out_of_bounds;
pub use product::{OclProduct, Parts, Product, Shared};
pub use source::{Shape, source, source_for};
pub use technique::{OpenCl, OpenClGrid, OpenClHost};
