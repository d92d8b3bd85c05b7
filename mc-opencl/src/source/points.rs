//! Where the coordinates of a point are while h is evaluated.

use mc_core::{Op, Row, Step, Tape};

use super::shape::Shape;

/// How a work-item keeps its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Points {
    /// Not at all: one loop reads each coordinate once, in order, and draws it
    /// there.
    Streamed,
    /// In an array in private memory, with luck in registers.
    Private,
    /// In global memory, one work-item's point after another: cores of a CPU
    /// each walk along their own.
    ScratchRows,
    /// In global memory, coordinate by coordinate: neighbours on a GPU read
    /// neighbouring numbers.
    ScratchColumns,
}

/// Up to this many coordinates are always an array: loops over them are
/// unrolled, and the array is then in registers.
const SMALL: usize = 16;

impl Points {
    pub fn choose(tape: &Tape, shape: Shape) -> Self {
        let bytes = tape.dims() * shape.lanes * shape.number_bytes();
        if tape.dims() > SMALL && reads_in_order(tape) {
            Self::Streamed
        } else if bytes <= shape.private_bytes {
            Self::Private
        } else if shape.lanes > 1 {
            Self::ScratchRows
        } else {
            Self::ScratchColumns
        }
    }

    pub fn in_scratch(self) -> bool {
        matches!(self, Self::ScratchRows | Self::ScratchColumns)
    }
}

/// Whether each coordinate is read exactly once, in order, by one fold that is
/// not inside another.
fn reads_in_order(tape: &Tape) -> bool {
    let is_element =
        |step: &Step| matches!(step.op, Op::Element { row: Row::Coords { .. }, .. } | Op::Coord(_));
    let streams = |step: &Step| match &step.op {
        Op::Fold(fold) if fold.len as usize == tape.dims() => fold.body.iter().any(|step| {
            let whole = Row::Coords { first: 0 };
            matches!(step.op, Op::Element { row, index } if row == whole && index == fold.index)
        }),
        _ => false,
    };
    count(tape.steps(), &is_element) == 1 && tape.steps().iter().any(streams)
}

/// How many steps, those inside folds counted once, are such.
fn count(steps: &[Step], such: &impl Fn(&Step) -> bool) -> usize {
    steps
        .iter()
        .map(|step| usize::from(such(step)) + step.op.body().map_or(0, |body| count(body, such)))
        .sum()
}

#[cfg(test)]
mod tests {
    use mc_core::{Formula, Support};

    use super::*;

    fn points(f: &str, dims: usize, shape: Shape) -> Points {
        let support = Support::cube(0.0, 1.0, dims).unwrap();
        Points::choose(&Tape::trace(&Formula::parse(f, &support).unwrap(), dims).unwrap(), shape)
    }

    #[test]
    fn a_point_is_kept_only_where_it_must_be() {
        let cpu = Shape::cpu(8);
        assert_eq!(points("norm(x)^2", 2, cpu), Points::Private);
        assert_eq!(points("norm(x)^2", 1000, cpu), Points::Streamed);
        assert_eq!(points("norm(x)^2", 1000, Shape::GPU), Points::Streamed);
        assert_eq!(points("norm(x)^2 + x[7]", 100, cpu), Points::Private);
        assert_eq!(points("norm(x)^2 * prod(x)", 100, Shape::GPU), Points::Private);
        assert_eq!(points("norm(x)^2 * prod(x)", 1000, cpu), Points::ScratchRows);
        assert_eq!(points("norm(x)^2 * prod(x)", 1000, Shape::GPU), Points::ScratchColumns);
        assert_eq!(points("x0 + x[99]", 100, cpu), Points::Private);
    }
}
