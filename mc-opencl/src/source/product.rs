//! The program of `product`.

use mc_core::Precision;

use super::kernels::PRODUCT;
use super::preamble::types;
use super::shape::Shape;

/// The program that multiplies two arrays, the lecture's first.
pub(crate) fn product(precision: Precision) -> String {
    format!("{}\n{}", types(Shape { precision, ..Shape::GPU }), PRODUCT)
}
