//! The function `sample`: draws a point, then the tape as OpenCL C.

#![allow(
    clippy::indexing_slicing,
    reason = "a valid tape reads coordinates below its dims, tables that it has and entries inside them"
)]

use std::convert::Infallible;
use std::fmt::{Display, Write};

use mc_core::{Affine, Binary, FoldBody, Lower, Op, Precision, Problem, Row, Step, Ternary, Unary};

use super::points::{Kept, Points};
use super::table::Table;
use super::{operation, text};

/// A loop of at most this many operations in all is written out.
const UNROLLED: u64 = 128;

/// Up to this many draws are written one by one.
const FEW: usize = 16;

/// Up to so many operations, a sample is short.
const SHORT: usize = 64;

/// How much code a sample is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// Few operations and no loop: it takes the next chain to fill the time in
    /// which this one waits.
    Short,
    /// Enough to fill that time itself, and to compile.
    Long,
}

/// `real sample(…)`: the next point of each lane's stream, and h there.
pub(super) fn sample(
    problem: &Problem,
    kept: Kept,
    table: &Table,
    precision: Precision,
) -> (String, Length) {
    let mut writer = Writer {
        problem,
        kept,
        table,
        precision,
        text: String::new(),
        depth: 1,
        names: 0,
        drawn: 0,
        loops: false,
    };
    writer.draw();
    writer.caption("Evaluate h = f·g there.");
    let Ok(h) = problem.h().lower(&mut writer);
    writer.draw_up_to(problem.dims());
    writer.line(format_args!("return {h};"));
    let short = writer.names + writer.drawn <= SHORT && !writer.loops;
    let text = format!(
        "// ---- The problem: the next point of each lane's stream, and h there ----\n\n\
         INLINE real sample(stream *s, uint k, __global const bit *net, __global const scalar *table,\n                   \
         __global real *scratch)\n{{\n{}}}\n",
        writer.text
    );
    (text, if short { Length::Short } else { Length::Long })
}

struct Writer<'p> {
    problem: &'p Problem,
    kept: Kept,
    table: &'p Table,
    precision: Precision,
    text: String,
    depth: usize,
    names: usize,
    /// Coordinates that were drawn so far.
    drawn: usize,
    /// Whether there is a loop.
    loops: bool,
}

/// Divisions and roots of one sample.
fn divisions(steps: &[Step]) -> u64 {
    let one = |step: &Step| match &step.op {
        Op::Fold(fold) => u64::from(fold.len).saturating_mul(divisions(&fold.body)),
        Op::Unary(Unary::Sqrt, _) | Op::Binary(Binary::Div, ..) => 1,
        _ => 0,
    };
    steps.iter().map(one).fold(0, u64::saturating_add)
}

impl Writer<'_> {
    fn line(&mut self, line: impl Display) {
        let _ = writeln!(self.text, "{:indent$}{line}", "", indent = 4 * self.depth);
    }

    /// A constant of the program's precision.
    fn number(&self, c: f64) -> String {
        text::number(c, self.precision)
    }

    fn caption(&mut self, caption: &str) {
        self.line(format_args!("// {caption}"));
    }

    /// A name that no other variable has.
    fn name(&mut self, kind: char) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    /// Defines a variable.
    fn define(&mut self, value: impl Display) -> String {
        let name = self.name('v');
        self.line(format_args!("const real {name} = {value};"));
        name
    }

    fn draw(&mut self) {
        let dims = self.problem.dims();
        self.caption("Draw the point: one word of the stream a coordinate.");
        if self.kept.state.is_some() {
            self.line("__global const bit *step = steps(net, k);");
        }
        match self.kept.points {
            Points::Streamed => self.caption("(Each where the loop below reads it.)"),
            Points::Private => self.line(format_args!("real x[{dims}];")),
            Points::ScratchRows => {
                self.line(format_args!("__global real *x = scratch + {};", self.kept.first()))
            }
            Points::ScratchColumns => {
                self.line(format_args!("__global real *x = scratch + {};", self.kept.first()));
                self.line("const size_t stride = get_global_size(0);");
            }
        }
        // A division takes long, and one waits for the other: where there are many,
        // each should start before the next coordinate is drawn.
        let divided = divisions(self.problem.h().steps()) >= dims as u64;
        if self.kept.points == Points::Streamed {
            self.drawn = dims;
        } else if dims > FEW {
            let (x, draw) = (self.x("i"), self.draw_in_loop("i"));
            self.line(format_args!("for (uint i = 0; i < {dims}; i++) {x} = {draw};"));
            self.loops = true;
            self.drawn = dims;
        } else if divided {
            self.caption("(Each where it is first read: so the divisions start sooner.)");
        } else {
            self.draw_up_to(dims);
        }
    }

    /// Draws the coordinates before this one that were not drawn yet, in order.
    fn draw_up_to(&mut self, end: usize) {
        while self.drawn < end {
            let Affine { scale, offset } = self.table.axes[self.drawn];
            let (x, from) = (self.x(self.drawn), self.drawn_from(self.drawn));
            let (scale, offset) = (self.number(scale), self.number(offset));
            self.line(format_args!("{x} = draw({from}, {scale}, {offset});"));
            self.drawn += 1;
        }
    }

    /// Coordinate `k` of a point that is kept.
    fn x(&self, k: impl Display) -> String {
        match self.kept.points {
            Points::ScratchColumns => format!("x[({k}) * stride]"),
            Points::Streamed | Points::Private | Points::ScratchRows => format!("x[{k}]"),
        }
    }

    /// What coordinate `k` is drawn from.
    fn drawn_from(&self, k: impl Display) -> String {
        match self.kept.state {
            None => "s".to_owned(),
            Some(_) => format!("&STATE({k}), step[{k}]"),
        }
    }

    /// The next coordinate, number `k`.
    fn draw_in_loop(&self, k: &str) -> String {
        let from = self.drawn_from(k);
        match self.table.axis {
            Some(Affine { scale, offset }) => {
                format!("draw({from}, {}, {})", self.number(scale), self.number(offset))
            }
            None => format!("draw({from}, table[{k}], table[{} + {k}])", self.problem.dims()),
        }
    }
}

/// The round of a loop.
#[derive(Clone)]
enum Round {
    /// Of one that is written out.
    Number(u32),
    /// Of one that stays a loop: its variable.
    Variable(String),
}

impl Display for Round {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(round) => write!(f, "{round}"),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

impl Lower for Writer<'_> {
    /// The name of a variable, or a constant.
    type Value = String;
    type Index = Round;
    type Error = Infallible;

    fn constant(&mut self, c: f64) -> Result<String, Infallible> {
        Ok(format!("(real)({})", self.number(c)))
    }

    fn coord(&mut self, k: usize) -> Result<String, Infallible> {
        self.draw_up_to(k + 1);
        Ok(self.x(k))
    }

    fn unary(&mut self, op: Unary, a: String) -> Result<String, Infallible> {
        Ok(self.define(operation::unary(op, &a)))
    }

    fn binary(&mut self, op: Binary, a: String, b: String) -> Result<String, Infallible> {
        Ok(self.define(operation::binary(op, &a, &b)))
    }

    fn ternary(
        &mut self,
        op: Ternary,
        a: String,
        b: String,
        c: String,
    ) -> Result<String, Infallible> {
        Ok(self.define(operation::ternary(op, &a, &b, &c)))
    }

    fn element(&mut self, row: Row, index: &Round) -> Result<String, Infallible> {
        let element = match (row, index) {
            (Row::Coords { .. }, _) if self.kept.points == Points::Streamed => {
                self.draw_in_loop(&index.to_string())
            }
            (Row::Coords { first }, Round::Number(round)) => {
                return self.coord((first + round) as usize);
            }
            (Row::Coords { first: 0 }, _) => self.x(index),
            (Row::Coords { first }, _) => self.x(format_args!("{first} + {index}")),
            (Row::Table(table), Round::Number(round)) => {
                let table = &self.problem.h().tables()[table as usize];
                return self.constant(table[*round as usize].get());
            }
            (Row::Table(table), _) => {
                format!("(real)(table[{} + {index}])", self.table.starts[table as usize])
            }
        };
        Ok(self.define(element))
    }

    fn index_value(&mut self, index: &Round) -> Result<String, Infallible> {
        Ok(match index {
            Round::Number(round) => self.constant(f64::from(*round))?,
            Round::Variable(name) => format!("(real)((scalar){name})"),
        })
    }

    fn fold(&mut self, body: &mut FoldBody<'_, Self>, init: String) -> Result<String, Infallible> {
        let rounds = body.len();
        if body.cost().saturating_mul(rounds.into()) <= UNROLLED {
            return (0..rounds)
                .try_fold(init, |acc, round| body.round(self, Round::Number(round), acc));
        }
        // A loop may read any of them.
        self.draw_up_to(self.problem.dims());
        let (acc, i) = (self.name('a'), self.name('i'));
        self.line(format_args!("real {acc} = {init};"));
        self.line(format_args!("for (uint {i} = 0; {i} < {rounds}; {i}++) {{"));
        self.loops = true;
        self.depth += 1;
        let next = body.round(self, Round::Variable(i), acc.clone())?;
        self.line(format_args!("{acc} = {next};"));
        self.depth -= 1;
        self.line("}");
        Ok(acc)
    }
}
