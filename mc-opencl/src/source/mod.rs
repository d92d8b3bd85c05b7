//! The program that the device runs, as text: OpenCL C for one problem and one
//! shape of work.
//!
//! Most of it is the same for every problem and lies in `src/kernels/*.cl`, to
//! be read there. Generated are the types (a number is a scalar or a vector of
//! lanes) and one function, `sample`, that draws a point and evaluates h.

mod points;
mod tape;
mod text;

use std::fmt::Write;

use mc_core::{Affine, Problem};

use self::points::Points;

/// How work is laid out on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Batches that one work-item computes side by side, in vectors of that
    /// length: 1, 2, 4, 8 or 16.
    pub lanes: usize,
    /// Work-items of a work-group, a power of two.
    pub group: usize,
    /// Bytes of a point that a work-item may keep in private memory; points
    /// that are larger, and cannot be read while they are drawn, go to a buffer.
    pub private_bytes: usize,
}

impl Shape {
    /// For a GPU: one batch a work-item, since the device itself runs
    /// work-items side by side. Private arrays take memory for every work-item
    /// that may be resident, so they must be small.
    pub const GPU: Self = Self { lanes: 1, group: 128, private_bytes: 4 << 10 };

    /// For a CPU with vectors of `width` doubles: two vectors' worth of lanes,
    /// so that one computes while the other waits for its result. Small
    /// work-groups, so that few batches still reach every core.
    pub fn cpu(width: usize) -> Self {
        let lanes = (2 * width.next_power_of_two()).min(Self::MAX_LANES);
        Self { lanes, group: 4, private_bytes: 64 << 10 }
    }

    /// The longest vectors of OpenCL C.
    pub const MAX_LANES: usize = 16;

    /// Batches of a work-group: one node of the merge tree.
    pub fn span(self) -> usize {
        self.lanes * self.group
    }
}

/// A generated program and what it needs beside its text.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// OpenCL C.
    pub text: String,
    /// The `table` argument: constants that loops read.
    pub table: Vec<f64>,
    /// Doubles of `scratch` that each work-item needs.
    pub scratch: usize,
}

const REAL: &str = include_str!("../kernels/real.cl");
const STREAM: &str = include_str!("../kernels/stream.cl");
const MOMENTS: &str = include_str!("../kernels/moments.cl");
const BATCHES: &str = include_str!("../kernels/batches.cl");

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
    Source::new(problem, shape).text
}

impl Source {
    pub fn new(problem: &Problem, shape: Shape) -> Self {
        let points = Points::choose(problem.h(), shape);
        let table = Table::new(problem);
        let mut text = head(problem, shape);
        for part in [REAL, STREAM] {
            text.push('\n');
            text.push_str(part);
        }
        text.push('\n');
        text.push_str(&tape::sample(problem, points, &table));
        for part in [MOMENTS, BATCHES] {
            text.push('\n');
            text.push_str(part);
        }
        let scratch = if points.in_scratch() { problem.dims() * shape.lanes } else { 0 };
        Self { text, table: table.entries, scratch }
    }
}

/// Comment, pragmas and types.
fn head(problem: &Problem, shape: Shape) -> String {
    let Shape { lanes, group, .. } = shape;
    let dims = problem.dims();
    let mut text = format!(
        "// Moments of h = f·g over points of {dims} coordinates, {lanes} batches a work-item.\n"
    );
    if let Some(f) = problem.f().formula() {
        let g = problem.g().and_then(|g| g.formula());
        let g = g.map_or("uniform", |g| g.text());
        let _ = writeln!(text, "// f = {}\n// g = {}", text::comment(f.text()), text::comment(g));
    }
    text.push_str(
        "\n#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n\
         // a * b + c stays two roundings; fma is written where it is meant.\n\
         #pragma OPENCL FP_CONTRACT OFF\n\n",
    );
    let _ = writeln!(text, "#define LANES {lanes}\n#define GROUP {group}\n");
    let vector = if lanes == 1 { String::new() } else { lanes.to_string() };
    let numbers: Vec<_> = (0..lanes).map(|lane| lane.to_string()).collect();
    let store = match lanes {
        1 => "*(to) = (value)".to_owned(),
        _ => format!("vstore{lanes}(value, 0, to)"),
    };
    let _ = write!(
        text,
        "// A number and 64 random bits, one for each lane.\n\
         typedef double{vector} real;\n\
         typedef ulong{vector} word;\n\
         #define as_real as_double{vector}\n\
         #define as_word as_ulong{vector}\n\
         #define LANE ((word)({}))\n\
         #define store_lanes(value, to) {store}\n",
        numbers.join(", ")
    );
    text
}

/// Where constants that loops read lie in the `table` argument.
struct Table {
    entries: Vec<f64>,
    /// The axes, if all are the same.
    axis: Option<Affine>,
    /// Where the tape's tables start; before them are all scales, then all
    /// offsets, unless the axes are the same.
    starts: Vec<usize>,
}

impl Table {
    fn new(problem: &Problem) -> Self {
        let axes = problem.affine();
        let axis = axes.first().filter(|first| axes.iter().all(|axis| axis == *first)).copied();
        let mut entries = Vec::new();
        if axis.is_none() {
            entries.extend(axes.iter().map(|axis| axis.scale));
            entries.extend(axes.iter().map(|axis| axis.offset));
        }
        let mut starts = Vec::new();
        for table in problem.h().tables() {
            starts.push(entries.len());
            entries.extend(table.iter().map(|entry| entry.get()));
        }
        Self { entries, axis, starts }
    }
}
