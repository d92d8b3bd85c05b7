//! The program of `batches`: moments of h, everything on the device.

use std::fmt::Write;

use mc_core::{Precision, Problem, Sampling};

use super::kernels::{BATCHES, BATCHES_F32, MOMENTS, REAL, SOBOL, SPLIT_MIX, STREAM};
use super::points::Kept;
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

/// The OpenCL C for `problem` on a device that works in `shape`, with random points.
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
    source_for(problem, shape, Sampling::Random)
}

/// [`source`] with these points.
pub fn source_for(problem: &Problem, shape: Shape, sampling: Sampling) -> String {
    // Where f32 cannot hold a side of the box there is no program to run, and the
    // text says why.
    match Source::new(problem, shape, sampling) {
        Ok(source) => source.text,
        Err(error) => format!("// {}\n", text::comment(&error.to_string())),
    }
}

impl Source {
    /// The program of `batches` with these points.
    ///
    /// # Errors
    ///
    /// [`OpenClError::TooNarrow`] if f32 cannot hold the box.
    pub fn new(problem: &Problem, shape: Shape, sampling: Sampling) -> Result<Self, OpenClError> {
        let kept = Kept::choose(problem.h(), shape, sampling);
        let table = Table::new(problem, shape.precision)?;
        let (sample, length) = tape::sample(problem, kept, &table, shape.precision);
        let shape = match (length, shape.precision) {
            // Chains would share what is not a work-item's own.
            (Length::Short, Precision::F64) if !kept.state_in_scratch() => shape,
            _ => shape.with_one_chain(),
        };
        let Shape { lanes, chains, group, .. } = shape;
        let what = format!("Moments of h = f·g, {} batches a work-item.", lanes * chains);
        let mut text = head(problem, &what, shape);
        let _ = writeln!(text, "#define CHAINS {chains}\n#define GROUP {group}");
        let rare = rare::rare(problem.h(), shape.precision);
        let room = kept.room();
        let drawing = match sampling {
            Sampling::Random => [SPLIT_MIX, STREAM, ""],
            Sampling::Sobol => [SPLIT_MIX, &room, SOBOL],
        };
        let kernel: &[&str] = match shape.precision {
            Precision::F64 => &[MOMENTS, BATCHES],
            Precision::F32 => &[BATCHES_F32],
        };
        let parts = [&[REAL, &rare], drawing.as_slice(), &[&sample], kernel].concat();
        for part in parts.iter().filter(|part| !part.is_empty()) {
            text.push('\n');
            text.push_str(part);
        }
        Ok(Self { text, shape, table: table.entries, scratch: kept.scratch() * lanes })
    }
}
