//! The lecture's first function on a GPU, the product of two arrays: as one writes it with
//! the crate `ocl` ([`ocl_product`]), and with each part timed ([`profiled`]).

mod ocl_product;
mod parts;
mod profiled;

pub use ocl_product::OclProduct;
pub use parts::Parts;
pub use profiled::{Product, Shared, write_out_of_bounds};
