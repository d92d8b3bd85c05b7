//! Where the coordinates of a point are while h is evaluated, and the state of Sobol' points.

use mc_core::{Op, Row, Sampling, Step, Tape};

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
        if tape.dims() > SMALL && reads_in_order(tape) {
            Self::Streamed
        } else {
            Self::array(tape.dims(), shape)
        }
    }

    /// Where an array of coordinates is.
    fn array(dims: usize, shape: Shape) -> Self {
        if dims * shape.lanes * shape.number_bytes() <= shape.private_bytes {
            Self::Private
        } else if shape.lanes > 1 {
            Self::ScratchRows
        } else {
            Self::ScratchColumns
        }
    }

    fn in_scratch(self) -> bool {
        matches!(self, Self::ScratchRows | Self::ScratchColumns)
    }
}

/// What a work-item keeps: its point, and before it the state of Sobol' points, a number a
/// coordinate. Random points have a state of the same size for all coordinates.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept {
    dims: usize,
    pub points: Points,
    pub state: Option<Points>,
}

impl Kept {
    pub fn choose(tape: &Tape, shape: Shape, sampling: Sampling) -> Self {
        let dims = tape.dims();
        let state = match sampling {
            Sampling::Random => None,
            Sampling::Sobol => Some(Points::array(dims, shape)),
        };
        Self { dims, points: Points::choose(tape, shape), state }
    }

    /// Whether there is a state that is not a work-item's own.
    pub fn state_in_scratch(self) -> bool {
        self.state.is_some_and(Points::in_scratch)
    }

    /// Numbers of scratch in each lane.
    pub fn scratch(self) -> usize {
        self.before() + if self.points.in_scratch() { self.dims } else { 0 }
    }

    /// Of these, the ones before the point.
    fn before(self) -> usize {
        if self.state_in_scratch() { self.dims } else { 0 }
    }

    /// The first number of a work-item's point in scratch.
    pub fn first(self) -> String {
        let before = self.before();
        let rows = format!("get_global_id(0) * {}", self.scratch());
        match self.points {
            Points::ScratchColumns if before == 0 => "get_global_id(0)".to_owned(),
            Points::ScratchColumns => format!("{before} * get_global_size(0) + get_global_id(0)"),
            _ if before == 0 => rows,
            _ => format!("{rows} + {before}"),
        }
    }

    /// The state of Sobol' points as a type, room for it, and what is called its numbers.
    pub fn room(self) -> String {
        let Self { dims, .. } = self;
        let (held, number, room, stride) = match self.state {
            None => return String::new(),
            Some(Points::ScratchRows) => {
                let first = format!("get_global_id(0) * {}", self.scratch());
                ("__global", "*d", format!(" s.d = (__global bits *)scratch + {first};"), "")
            }
            Some(Points::ScratchColumns) => {
                let room = " s.d = (__global bits *)scratch + get_global_id(0);";
                ("__global", "*d", room.to_owned(), " * get_global_size(0)")
            }
            Some(Points::Streamed | Points::Private) => ("", "d[DIMS]", String::new(), ""),
        };
        let space = if held.is_empty() { "" } else { " " };
        let index = if stride.is_empty() { "k" } else { "(k)" };
        format!(
            "#define DIMS {dims}\n#define HELD {held}\n\
             typedef struct {{ {held}{space}bits {number}; }} stream;\n\
             #define STATE(k) s->d[{index}{stride}]\n\
             INLINE stream room_for_points(__global real *scratch)\n\
             {{\n    stream s;{room}\n    return s;\n}}\n"
        )
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
