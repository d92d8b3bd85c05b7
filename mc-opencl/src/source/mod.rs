//! The program that the device runs, as text: OpenCL C for one problem and one
//! shape of work.
//!
//! Most of it is the same for every problem and lies in `src/kernels/*.cl`, to
//! be read there. Generated are the types (a number is a scalar or a vector of
//! lanes) and one function, `sample`, that draws a point and evaluates h.

mod grid;
mod operation;
mod points;
mod rare;
mod tape;
mod text;

use std::fmt::Write;

use mc_core::{Affine, Interval, Precision, Problem};

pub(crate) use self::grid::GridSource;
use self::points::Points;
use self::tape::Length;
use crate::error::OpenClError;

/// How work is laid out on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Batches that one work-item computes side by side, in vectors of that
    /// length: 1, 2, 4, 8 or 16.
    pub lanes: usize,
    /// Such vectors of a work-item, a power of two: while one waits for its next
    /// word, another computes. Long samples and f32 have one all the same.
    pub chains: usize,
    /// Work-items of a work-group, a power of two.
    pub group: usize,
    /// Bytes of a point that a work-item may keep in private memory; points
    /// that are larger, and cannot be read while they are drawn, go to a buffer.
    pub private_bytes: usize,
    /// The arithmetic that h is evaluated in.
    pub precision: Precision,
}

impl Shape {
    /// For a GPU: one batch a work-item, since the device itself runs
    /// work-items side by side. Private arrays take memory for every work-item
    /// that may be resident, so they must be small.
    pub const GPU: Self =
        Self { lanes: 1, chains: 1, group: 128, private_bytes: 4 << 10, precision: Precision::F64 };

    /// For a CPU with vectors of `width` numbers: two of the machine's vectors as
    /// one of the program's, and two of those, so that one computes while the
    /// others wait for their results. Small work-groups, so that few batches still
    /// reach every core.
    pub fn cpu(width: usize) -> Self {
        let lanes = (2 * width.next_power_of_two()).min(Self::MAX_LANES);
        Self { lanes, chains: 2, group: 2, private_bytes: 64 << 10, precision: Precision::F64 }
    }

    /// The longest vectors of OpenCL C.
    pub const MAX_LANES: usize = 16;

    /// Bytes of one node of the tree: count, mean and m2.
    pub(crate) const NODE_BYTES: u64 = 24;

    /// Bytes of one number.
    pub(crate) fn number_bytes(self) -> usize {
        match self.precision {
            Precision::F64 => size_of::<f64>(),
            Precision::F32 => size_of::<f32>(),
        }
    }

    /// Batches of a work-group: one node of the merge tree.
    pub fn span(self) -> usize {
        self.lanes * self.chains * self.group
    }

    /// The same work-groups, of work-items that have one vector each.
    fn with_one_chain(self) -> Self {
        Self { chains: 1, group: self.group * self.chains, ..self }
    }
}

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

const REAL: &str = include_str!("../kernels/real.cl");
const STREAM: &str = include_str!("../kernels/stream.cl");
const MOMENTS: &str = include_str!("../kernels/moments.cl");
const BATCHES: &str = include_str!("../kernels/batches.cl");
const BATCHES_F32: &str = include_str!("../kernels/batches_f32.cl");

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

/// The program that multiplies two arrays, the lecture's first.
pub(crate) fn product(precision: Precision) -> String {
    format!(
        "{}\n{}",
        types(Shape { precision, ..Shape::GPU }),
        include_str!("../kernels/product.cl")
    )
}

/// Comment, pragmas and types.
fn head(problem: &Problem, what: &str, shape: Shape) -> String {
    let mut text = format!("// {what}\n// Points have {} coordinates", problem.dims());
    if let Some(f) = problem.f().formula() {
        let g = problem.g().and_then(|g| g.formula());
        let g = g.map_or("uniform", |g| g.text());
        let _ = write!(text, "; f = {}, g = {}", text::comment(f.text()), text::comment(g));
    }
    text.push_str("\n\n");
    text.push_str(&types(shape));
    text
}

/// Pragmas, and the types that all else is written in.
fn types(shape: Shape) -> String {
    let Shape { lanes, precision, .. } = shape;
    let mut text = String::new();
    if precision == Precision::F64 {
        text.push_str("#pragma OPENCL EXTENSION cl_khr_fp64 : enable\n");
    }
    text.push_str(
        "// a * b + c stays two roundings; fma is written where it is meant.\n\
         #pragma OPENCL FP_CONTRACT OFF\n\
         #define INLINE static inline __attribute__((always_inline))\n\n",
    );
    let (scalar, bit, fraction, bias) = match precision {
        Precision::F64 => ("double", "ulong", 52, 1023),
        Precision::F32 => ("float", "uint", 23, 127),
    };
    let vector = if lanes == 1 { String::new() } else { lanes.to_string() };
    let numbers: Vec<_> = (0..lanes).map(|lane| lane.to_string()).collect();
    let store = match lanes {
        1 => "*(to) = (value)".to_owned(),
        _ => format!("vstore{lanes}(value, 0, to)"),
    };
    let load = match lanes {
        1 => "*(from)".to_owned(),
        _ => format!("vload{lanes}(0, from)"),
    };
    let to_bits = match precision {
        // They are of the same size already.
        Precision::F64 => "(value)".to_owned(),
        Precision::F32 => format!("convert_{bit}{vector}(value)"),
    };
    let _ = write!(
        text,
        "// A number, its bits, and 64 random bits: one for each lane.\n\
         #define LANES {lanes}\n\
         typedef {scalar} scalar;\n\
         typedef {bit} bit;\n\
         typedef {scalar}{vector} real;\n\
         typedef {bit}{vector} bits;\n\
         typedef ulong{vector} word;\n\
         #define FRACTION {fraction}\n\
         #define BIAS {bias}\n\
         #define as_real as_{scalar}{vector}\n\
         #define as_bits as_{bit}{vector}\n\
         #define to_bits(value) {to_bits}\n\
         #define as_scalar as_{scalar}\n\
         #define as_bit as_{bit}\n\
         #define LANE ((word)({}))\n\
         #define store_lanes(value, to) {store}\n\
         #define load_lanes(from) {load}\n",
        numbers.join(", ")
    );
    text
}

/// Where constants that loops read lie in the `table` argument.
struct Table {
    entries: Vec<f64>,
    /// The maps from [1, 2) to the sides of the box.
    axes: Vec<Affine>,
    /// The axes, if all are the same.
    axis: Option<Affine>,
    /// Where the tape's tables start; before them are all scales, then all
    /// offsets, unless the axes are the same.
    starts: Vec<usize>,
}

impl Table {
    fn new(problem: &Problem, precision: Precision) -> Result<Self, OpenClError> {
        let axes = match precision {
            Precision::F64 => problem.affine().to_vec(),
            Precision::F32 => {
                let sides = problem.support().sides().iter();
                sides.map(|side| affine_f32(*side)).collect::<Result<_, _>>()?
            }
        };
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
        Ok(Self { entries, axes, axis, starts })
    }
}

/// As [`mc_core::Interval::affine`], in the numbers of f32 and for its 2²³ cells:
/// every point that fma gives in f32 lies in the side.
fn affine_f32(side: Interval) -> Result<Affine, OpenClError> {
    const HALF_CELL: f32 = f32::EPSILON / 2.0;
    let (lo, hi) = (side.lo(), side.hi());
    let up = |x: f64| if f64::from(x as f32) < x { (x as f32).next_up() } else { x as f32 };
    let (low, high) = (up(lo), -up(-hi));
    let width = high - low;
    if !(low < high && (2.0 * width).is_finite() && (low - width).is_finite()) {
        return Err(OpenClError::TooNarrow { lo, hi });
    }
    let (mut scale, mut offset) = (width, width.mul_add(-(1.0 - HALF_CELL), low));
    loop {
        if scale.mul_add(1.0, offset) < low {
            offset = offset.next_up();
        } else if scale.mul_add(2.0 - f32::EPSILON, offset) > high {
            scale = scale.next_down();
        } else {
            return Ok(Affine { scale: scale.into(), offset: offset.into() });
        }
    }
}
