//! The program of `batches`: moments of h, everything on the device.

use std::fmt::Write;

use mc_core::{Precision, Problem};

use super::kernels::{BATCHES, BATCHES_F32, MOMENTS, REAL, STREAM};
use super::points::Points;
use super::preamble::head;
use super::rare;
use super::shape::Shape;
use super::table::Table;
use super::tape::{self, Length};
use super::text;
use crate::error::OpenClError;

/// A generated program and what it needs beside its text.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// OpenCL C.
    pub text: String,
    /// The shape that it is written for: as asked, but for the chains.
    pub shape: Shape,
    /// The `table` argument: constants that loops read.
    pub table: Vec<f64>,
    /// Numbers of `scratch` that each work-item needs.
    pub scratch: usize,
}

/// The OpenCL C for `problem` on a device that works in `shape`.
///
/// ```
/// use mc_core::{SquaredNorm, Support};
/// use mc_opencl::{Shape, source};
///
/// let problem = SquaredNorm::problem(Support::cube(0.0, 1.0, 2)?)?;
/// let text = source(&problem, Shape::GPU);
/// assert!(text.contains("// Draw the point: one word of the stream a coordinate."));
/// assert!(text.contains("const real v1 = fma(x[0], x[0], (real)(0.0));"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn source(problem: &Problem, shape: Shape) -> String {
    // Where f32 cannot hold a side of the box there is no program to run, and the
    // text says why.
    match Source::new(problem, shape) {
        Ok(source) => source.text,
        Err(error) => format!("// {}\n", text::comment(&error.to_string())),
    }
}

impl Source {
    /// The program of `batches`.
    ///
    /// # Errors
    ///
    /// [`OpenClError::TooNarrow`] if f32 cannot hold the box.
    pub fn new(problem: &Problem, shape: Shape) -> Result<Self, OpenClError> {
        let points = Points::choose(problem.h(), shape);
        let table = Table::new(problem, shape.precision)?;
        let (sample, length) = tape::sample(problem, points, &table, shape.precision);
        let shape = match (length, shape.precision) {
            (Length::Short, Precision::F64) => shape,
            _ => shape.with_one_chain(),
        };
        let Shape { lanes, chains, group, .. } = shape;
        let what = format!("Moments of h = f·g, {} batches a work-item.", lanes * chains);
        let mut text = head(problem, &what, shape);
        let _ = writeln!(text, "#define CHAINS {chains}\n#define GROUP {group}");
        let rare = rare::rare(problem.h(), shape.precision);
        let parts: &[&str] = match shape.precision {
            Precision::F64 => &[REAL, &rare, STREAM, &sample, MOMENTS, BATCHES],
            Precision::F32 => &[REAL, &rare, STREAM, &sample, BATCHES_F32],
        };
        for part in parts.iter().filter(|part| !part.is_empty()) {
            text.push('\n');
            text.push_str(part);
        }
        let scratch = if points.in_scratch() { problem.dims() * shape.lanes } else { 0 };
        Ok(Self { text, shape, table: table.entries, scratch })
    }
}
