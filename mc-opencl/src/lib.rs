#![doc = include_str!("../README.md")]

mod arrays;
mod check;
mod cl;
mod device;
mod drivers;
mod error;
mod grid;
mod host;
mod launcher;
mod numbers;
mod ocl_product;
mod on_device;
mod product;
mod program;
mod select;
mod source;
mod team;
mod technique;

pub use cl::Status;
pub use device::{DeviceInfo, DeviceKind, devices};
pub use error::OpenClError;
pub use ocl_product::OclProduct;
#[doc(hidden)]
pub use product::write_out_of_bounds;
pub use product::{Parts, Product, Shared};
pub use source::{Shape, source};
pub use technique::{OpenCl, OpenClGrid, OpenClHost};
