//! Running a tape on arrays: each of its values is an array over the samples.
//!
//! This is the flat loop over a tape of chapter 1 with arrays in the place of
//! numbers, so a step is looked up once for all samples of a piece.

#![allow(
    clippy::indexing_slicing,
    reason = "the program was made for this valid tape: places and registers are below its counts"
)]

use mc_core::{Op, Row, Step, Value};
use ndarray::{Array1, Array2, ArrayView1, ArrayViewMut1, Axis};

use crate::operations::{self, Operand};
use crate::program::{Place, Program};

/// The arrays that a piece of the samples is computed in.
#[derive(Debug)]
pub(crate) struct Arrays {
    /// One row a sample and one column a coordinate, as in the lecture; stored
    /// column by column, so that a column is read without gaps.
    pub points: Array2<f64>,
    /// The computed arrays, one entry a sample.
    pub registers: Vec<Array1<f64>>,
}

impl Arrays {
    /// h = f·g at the first `len` points.
    pub(crate) fn evaluate(&mut self, program: &Program, len: usize) -> ArrayView1<'_, f64> {
        let rounds = vec![0; program.tape.values()];
        let mut run = Run { program, arrays: self, len, rounds };
        run.block(program.tape.steps());
        if program.place(program.tape.result()) != Place::Register(program.result) {
            run.write(program.result, |run, out| {
                operations::copy(run.read(program.tape.result()), out);
            });
        }
        self.registers[program.result].view().split_at(Axis(0), len).0
    }
}

struct Run<'a> {
    program: &'a Program,
    arrays: &'a mut Arrays,
    len: usize,
    /// The current round of each fold, at the index of its [`Fold::index`](mc_core::Fold::index).
    rounds: Vec<usize>,
}

impl Run<'_> {
    fn block(&mut self, steps: &[Step]) {
        for step in steps {
            let Place::Register(register) = self.program.place(step.value) else {
                continue; // a constant or a coordinate: read where it is
            };
            match &step.op {
                Op::Const(_) | Op::Coord(_) | Op::Element { .. } => {}
                Op::Unary(op, a) => {
                    self.write(register, |run, out| operations::unary(*op, run.read(*a), out));
                }
                Op::Binary(op, a, b) => self.write(register, |run, out| {
                    operations::binary(*op, run.read(*a), run.read(*b), out);
                }),
                Op::Ternary(op, a, b, c) => self.write(register, |run, out| {
                    operations::ternary(*op, [run.read(*a), run.read(*b), run.read(*c)], out);
                }),
                Op::Fold(fold) => {
                    self.write(register, |run, out| operations::copy(run.read(fold.init), out));
                    let computed = fold.body.iter().any(|step| step.value == fold.next);
                    for round in 0..fold.len as usize {
                        self.rounds[fold.index.index()] = round;
                        self.block(&fold.body);
                        match self.program.place(fold.next) {
                            Place::Register(next) if next == register => {}
                            // The next acc: no copy, the two arrays change places.
                            Place::Register(next) if computed => {
                                self.arrays.registers.swap(next, register);
                            }
                            _ => self.write(register, |run, out| {
                                operations::copy(run.read(fold.next), out);
                            }),
                        }
                    }
                }
            }
        }
    }

    /// The array or number that `value` is now.
    fn read<'a>(&'a self, value: Value) -> Operand<'a> {
        let front = |all: ArrayView1<'a, f64>| Operand::Array(all.split_at(Axis(0), self.len).0);
        let column = |k| front(self.arrays.points.column(k));
        match self.program.place(value) {
            Place::Number(c) => Operand::Number(c),
            Place::Round => Operand::Number(self.rounds[value.index()] as f64),
            Place::Column(k) => column(k),
            Place::Element(row, index) => {
                let round = self.rounds[index.index()];
                match row {
                    Row::Coords { first } => column(first as usize + round),
                    Row::Table(table) => {
                        Operand::Number(self.program.tape.tables()[table as usize][round].get())
                    }
                }
            }
            Place::Register(register) => front(self.arrays.registers[register].view()),
        }
    }

    /// Lets `pass` write a register while it reads others.
    fn write(&mut self, register: usize, pass: impl FnOnce(&Self, ArrayViewMut1<'_, f64>)) {
        let mut out = std::mem::take(&mut self.arrays.registers[register]);
        pass(self, out.view_mut().split_at(Axis(0), self.len).0);
        self.arrays.registers[register] = out;
    }
}
