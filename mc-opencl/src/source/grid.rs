//! Two kernels for points that the host made: `terms`, a grid of samples ×
//! coordinates, and `values`, which puts the terms of each sample together.
//!
//! A loop of the tape is Σᵢ t(xᵢ), or a product, or a maximum: a part of each
//! round that depends on its coordinate alone, and a part that goes on from the
//! round before. The first is for the grid, where all rounds of all samples run
//! at once. The second keeps its order, since another would give other bits.

#![allow(
    clippy::indexing_slicing,
    reason = "`operation` hands on as many operands as it is given; a valid tape has the tables that it reads"
)]

use std::collections::HashMap;
use std::fmt::Write;

use mc_core::{Affine, Binary, FoldBody, Lower, Precision, Problem, Row, Ternary, Unary};

use super::kernels::REAL;
use super::preamble::head;
use super::shape::Shape;
use super::table::Table;
use super::{operation, rare, text};
use crate::error::OpenClError;

/// The program of a grid and what it needs beside its text.
#[derive(Clone, Debug)]
pub(crate) struct GridSource {
    /// OpenCL C.
    pub text: String,
    /// Constants that loops read.
    pub table: Vec<f64>,
    /// Terms of one sample.
    pub terms: usize,
    /// Rounds of the longest loop, or coordinates: the grid's height.
    pub height: usize,
}

impl GridSource {
    /// The program for `problem`.
    ///
    /// # Errors
    ///
    /// [`OpenClError::TooNarrow`] if f32 cannot hold the box.
    pub fn new(problem: &Problem, precision: Precision) -> Result<Self, OpenClError> {
        let table = Table::new(problem, precision)?;
        let dims = problem.dims();
        let shape = Shape { precision, ..Shape::GPU };
        let mut writer = Writer {
            table: &table,
            precision,
            grid: Text::default(),
            column: Text::default(),
            mode: Mode::Top,
            slots: HashMap::new(),
            names: 0,
            terms: 0,
            height: dims,
        };
        let h = match problem.h().lower(&mut writer) {
            Ok(h) => writer.in_column(&h),
            // `Late` is dealt with where a top loop begins.
            Err(Late) => String::from("(real)(0)"),
        };
        let (scale, offset) = match table.axis {
            Some(Affine { scale, offset }) => {
                (text::number(scale, precision), text::number(offset, precision))
            }
            None => ("table[k]".to_owned(), format!("table[{dims} + (k)]")),
        };
        let mut rare = rare::rare(problem.h(), precision);
        if !rare.is_empty() {
            rare.push('\n');
        }
        let mut all = head(problem, "h = f·g at points of the host: a grid, then columns.", shape);
        let _ = write!(
            all,
            "\n{REAL}\n{rare}\
             // ---- The grid: sample i, and coordinate or round j ----\n\n\
             // Coordinate k of the sample, from where the host drew it in [1, 2).\n\
             #define PLACE(k) fma((real)({scale}), from[(size_t)(k) * samples + i], (real)({offset}))\n\
             #define TERM(row) terms[(size_t)(row) * samples + i]\n\n\
             __kernel void each(ulong samples, __global const scalar *table,\n                  \
             __global const scalar *from, __global scalar *x, __global scalar *terms)\n\
             {{\n    \
                 const size_t i = get_global_id(0), j = get_global_id(1);\n    \
                 // The last work-group is filled up.\n    \
                 if (i >= samples) return;\n    \
                 // Draw the point: one word of the stream a coordinate.\n    \
                 if (j < {dims}) x[j * samples + i] = PLACE(j);\n\
             {}}}\n\n\
             // ---- The columns: what must keep its order ----\n\n\
             #define X(k) x[(size_t)(k) * samples + i]\n\n\
             __kernel void values(ulong samples, __global const scalar *table,\n                    \
             __global const scalar *x, __global const scalar *terms, __global scalar *h)\n\
             {{\n    \
                 const size_t i = get_global_id(0);\n    \
                 if (i >= samples) return;\n    \
                 // Evaluate h = f·g there.\n\
             {}    h[i] = {h};\n}}\n",
            writer.grid.text, writer.column.text
        );
        let Writer { terms, height, .. } = writer;
        Ok(Self { text: all, table: table.entries, terms, height })
    }
}

/// A kernel's body while it is written.
#[derive(Clone, Default)]
struct Text {
    text: String,
    depth: usize,
}

impl Text {
    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{:indent$}{line}", "", indent = 4 * (self.depth + 1));
    }

    fn open(&mut self, line: &str) {
        self.line(line);
        self.depth += 1;
    }

    fn close(&mut self) {
        self.depth -= 1;
        self.line("}");
    }
}

/// What a value is called in either kernel; nothing where it is not known.
#[derive(Clone)]
struct Known {
    grid: Option<String>,
    column: Option<String>,
}

/// A loop's round in either kernel.
#[derive(Clone)]
struct Round {
    grid: Option<String>,
    column: Option<String>,
}

/// A loop inside a loop needs what the outer one has so far: it cannot be the
/// grid's.
struct Late;

/// Where operations are written to.
#[derive(Clone, Copy, PartialEq)]
enum Mode {
    /// Outside of loops: to both, as far as it is known in the grid.
    Top,
    /// In a loop of so many rounds: to the grid if it depends on the round alone,
    /// else to the column.
    Split(u32),
    /// In a loop inside such a loop: to the grid, or nowhere.
    Grid,
    /// In a loop that cannot be split.
    Column,
}

struct Writer<'p> {
    table: &'p Table,
    precision: Precision,
    grid: Text,
    column: Text,
    mode: Mode,
    /// Values of the grid that the column reads, and where it finds them.
    slots: HashMap<String, String>,
    names: usize,
    terms: usize,
    height: usize,
}

impl Writer<'_> {
    fn name(&mut self, kind: char) -> String {
        self.names += 1;
        format!("{kind}{}", self.names)
    }

    /// What the column calls a value; one that only the grid knows is stored there.
    fn in_column(&mut self, value: &Known) -> String {
        if let Some(name) = &value.column {
            return name.clone();
        }
        let name = value.grid.clone().unwrap_or_default();
        if let Some(slot) = self.slots.get(&name) {
            return slot.clone();
        }
        let rounds = match self.mode {
            Mode::Split(rounds) => rounds as usize,
            _ => 1,
        };
        let first = self.terms;
        self.terms += rounds;
        self.height = self.height.max(rounds);
        self.grid.line(&format!("TERM({first} + j) = {name};"));
        let slot = self.name('t');
        self.column.line(&format!("const real {slot} = TERM({first} + round);"));
        self.slots.insert(name, slot.clone());
        slot
    }

    fn operation(
        &mut self,
        operands: &[Known],
        write: impl Fn(&[String]) -> String,
    ) -> Result<Known, Late> {
        let early: Option<Vec<String>> = operands.iter().map(|value| value.grid.clone()).collect();
        let to_grid = self.mode != Mode::Column;
        let mut known = Known { grid: None, column: None };
        let name = self.name('v');
        if let (Some(early), true) = (&early, to_grid) {
            self.grid.line(&format!("const real {name} = {};", write(early)));
            known.grid = Some(name.clone());
        }
        match self.mode {
            Mode::Grid if known.grid.is_none() => return Err(Late),
            Mode::Grid => {}
            Mode::Split(_) if known.grid.is_some() => {}
            Mode::Top | Mode::Column | Mode::Split(_) => {
                let late: Vec<_> = operands.iter().map(|value| self.in_column(value)).collect();
                self.column.line(&format!("const real {name} = {};", write(&late)));
                known.column = Some(name);
            }
        }
        Ok(known)
    }

    /// A loop of the column, whole.
    fn column_loop(&mut self, body: &mut FoldBody<'_, Self>, init: &Known) -> Result<Known, Late> {
        let before = self.mode;
        self.mode = Mode::Column;
        let (acc, i, start) = (self.name('a'), self.name('i'), self.in_column(init));
        self.column.line(&format!("real {acc} = {start};"));
        self.column.open(&format!("for (uint {i} = 0; {i} < {}; {i}++) {{", body.len()));
        let known = |name: &String| Known { grid: None, column: Some(name.clone()) };
        let next = body.round(self, Round { grid: None, column: Some(i) }, known(&acc))?;
        let next = self.in_column(&next);
        self.column.line(&format!("{acc} = {next};"));
        self.column.close();
        self.mode = before;
        Ok(known(&acc))
    }

    /// A loop of the grid, inside one of its rounds.
    fn grid_loop(&mut self, body: &mut FoldBody<'_, Self>, init: &Known) -> Result<Known, Late> {
        let before = self.mode;
        self.mode = Mode::Grid;
        let start = init.grid.clone().ok_or(Late)?;
        let (acc, i) = (self.name('a'), self.name('i'));
        self.grid.line(&format!("real {acc} = {start};"));
        self.grid.open(&format!("for (uint {i} = 0; {i} < {}; {i}++) {{", body.len()));
        let known = Known { grid: Some(acc.clone()), column: None };
        let next = body.round(self, Round { grid: Some(i), column: None }, known.clone())?;
        self.grid.line(&format!("{acc} = {};", next.grid.ok_or(Late)?));
        self.grid.close();
        self.mode = before;
        Ok(known)
    }

    /// A loop outside of loops, as two: its rounds, and what goes on from round
    /// to round.
    fn split_loop(&mut self, body: &mut FoldBody<'_, Self>, init: &Known) -> Result<Known, Late> {
        let start = self.in_column(init);
        let acc = self.name('a');
        let whole_grid = self.grid.clone();
        self.mode = Mode::Split(body.len());
        self.grid.open(&format!("if (j < {}) {{", body.len()));
        self.column.line(&format!("real {acc} = {start};"));
        self.column.open(&format!("for (uint round = 0; round < {}; round++) {{", body.len()));
        let known = Known { grid: None, column: Some(acc.clone()) };
        let round = Round { grid: Some("j".to_owned()), column: Some("round".to_owned()) };
        let terms = self.terms;
        let next = body.round(self, round, known.clone())?;
        let next = self.in_column(&next);
        self.column.line(&format!("{acc} = {next};"));
        self.column.close();
        self.grid.close();
        if self.terms == terms {
            // Nothing of it is the grid's.
            self.grid = whole_grid;
        }
        Ok(known)
    }
}

impl Lower for Writer<'_> {
    type Value = Known;
    type Index = Round;
    type Error = Late;

    fn constant(&mut self, c: f64) -> Result<Known, Late> {
        let literal = Some(format!("(real)({})", text::number(c, self.precision)));
        Ok(Known { grid: literal.clone(), column: literal })
    }

    fn coord(&mut self, k: usize) -> Result<Known, Late> {
        Ok(Known { grid: Some(format!("PLACE({k})")), column: Some(format!("X({k})")) })
    }

    fn unary(&mut self, op: Unary, a: Known) -> Result<Known, Late> {
        self.operation(&[a], |a| operation::unary(op, &a[0]))
    }

    fn binary(&mut self, op: Binary, a: Known, b: Known) -> Result<Known, Late> {
        self.operation(&[a, b], |a| operation::binary(op, &a[0], &a[1]))
    }

    fn ternary(&mut self, op: Ternary, a: Known, b: Known, c: Known) -> Result<Known, Late> {
        self.operation(&[a, b, c], |a| operation::ternary(op, &a[0], &a[1], &a[2]))
    }

    fn element(&mut self, row: Row, index: &Round) -> Result<Known, Late> {
        let Round { grid, column } = index.clone();
        Ok(match row {
            Row::Coords { first } => Known {
                grid: grid.map(|round| format!("PLACE({first} + {round})")),
                column: column.map(|round| format!("X({first} + {round})")),
            },
            Row::Table(table) => {
                let start = self.table.starts[table as usize];
                let entry = |round: String| format!("(real)(table[{start} + {round}])");
                Known { grid: grid.map(entry), column: column.map(entry) }
            }
        })
    }

    fn index_value(&mut self, index: &Round) -> Result<Known, Late> {
        let number = |round: String| format!("(real)((scalar){round})");
        let Round { grid, column } = index.clone();
        Ok(Known { grid: grid.map(number), column: column.map(number) })
    }

    fn fold(&mut self, body: &mut FoldBody<'_, Self>, init: Known) -> Result<Known, Late> {
        match self.mode {
            Mode::Column => self.column_loop(body, &init),
            Mode::Split(_) | Mode::Grid => self.grid_loop(body, &init),
            Mode::Top => {
                let before =
                    (self.grid.clone(), self.column.clone(), self.terms, self.height, self.names);
                self.slots.clear();
                let split = self.split_loop(body, &init);
                self.slots.clear();
                self.mode = Mode::Top;
                split.or_else(|Late| {
                    (self.grid, self.column, self.terms, self.height, self.names) = before;
                    self.column_loop(body, &init)
                })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use mc_core::{Density, Support};

    use super::*;

    fn source(f: &str, support: &str) -> GridSource {
        let support: Support = support.parse().unwrap();
        let problem = Problem::parse(support, f, Density::Uniform).unwrap();
        GridSource::new(&problem, Precision::F64).unwrap()
    }

    #[test]
    fn the_part_of_a_round_that_stands_alone_is_the_grids() {
        // x·x + acc is one operation: there is nothing to take out of it.
        assert_eq!(source("norm(x)^2", "0:1^3").terms, 0);
        // A sine for each coordinate.
        let sines = source("sum(sin(i*x))", "0:1^30");
        assert_eq!((sines.terms, sines.height), (30, 30));
        assert!(sines.text.contains("TERM(0 + j) = v"), "{}", sines.text);
        // Two loops, each with its terms.
        assert_eq!(source("sum(exp(x)) + prod(1 + 0.1*x)", "0:1^5").terms, 10);
        // The maximum compares and chooses, of the same coordinate.
        assert_eq!(source("max(x)", "0:1^4").terms, 0);
    }
}
