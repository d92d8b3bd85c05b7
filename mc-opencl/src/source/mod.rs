//! The program that the device runs, as text: OpenCL C for one problem and one
//! shape of work.
//!
//! Most of it is the same for every problem and lies in `src/kernels/*.cl`, to
//! be read there. Generated are the types (a number is a scalar or a vector of
//! lanes) and one function, `sample`, that draws a point and evaluates h.

mod batches;
mod grid;
mod kernels;
mod operation;
mod points;
mod preamble;
mod product;
mod rare;
mod shape;
mod table;
mod tape;
mod text;

pub(crate) use batches::Source;
pub use batches::{source, source_for};
pub(crate) use grid::GridSource;
pub(crate) use product::product;
pub use shape::Shape;
