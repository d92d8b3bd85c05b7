//! Points on the host: the lecture's two steps before everything is on the device.
//!
//! [`arrays`] draws samples into arrays and sums what comes back; h of them is the product
//! f·g of two arrays ([`product`], `opencl-host`), or a grid of samples and coordinates
//! ([`grid`], `opencl-grid`).

mod arrays;
mod grid;
mod product;

pub(crate) use grid::HostGrid;
pub(crate) use product::HostProduct;
