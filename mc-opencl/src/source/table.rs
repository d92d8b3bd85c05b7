//! The constants of a program, and the maps to the box.

use mc_core::{Affine, Interval, Precision, Problem};

use crate::error::OpenClError;

/// Where constants that loops read lie in the `table` argument.
pub(super) struct Table {
    pub entries: Vec<f64>,
    /// The maps from [1, 2) to the sides of the box.
    pub axes: Vec<Affine>,
    /// The axes, if all are the same.
    pub axis: Option<Affine>,
    /// Where the tape's tables start; before them are all scales, then all
    /// offsets, unless the axes are the same.
    pub starts: Vec<usize>,
}

impl Table {
    pub fn new(problem: &Problem, precision: Precision) -> Result<Self, OpenClError> {
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
