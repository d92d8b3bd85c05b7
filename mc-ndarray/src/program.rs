//! Where each value of a tape is kept while it is computed on arrays.
//!
//! A tape names every value once. If each had an array of its own, memory would
//! grow with the length of the tape; NumPy frees a temporary array when nothing
//! refers to it any more. Here that is decided beforehand: values share a
//! register (an array that is used again) when their lives do not overlap.

#![allow(
    clippy::indexing_slicing,
    reason = "a valid tape: what a step reads is defined before it, and below `values`"
)]

use mc_core::{Op, Row, Step, Tape, Value};

/// A tape, and the place of each of its values.
#[derive(Clone, Debug)]
pub(crate) struct Program {
    /// What is computed.
    pub tape: Tape,
    places: Vec<Place>,
    registers: usize,
    /// The register that h = f·g is in at the end.
    pub result: usize,
}

/// Where a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Place {
    /// It is a number.
    Number(f64),
    /// It is a column of the points: coordinate k of all samples.
    Column(usize),
    /// It is the element of this row that belongs to the round of the fold with
    /// this index.
    Element(Row, Value),
    /// It is the round of its fold.
    Round,
    /// It is computed, and kept in this register.
    Register(usize),
}

impl Program {
    /// Gives every value of `tape` a place.
    pub(crate) fn new(tape: &Tape) -> Self {
        let mut lives = Lives {
            places: vec![Place::Number(f64::NAN); tape.values()],
            spans: Vec::new(),
            loops: Vec::new(),
            now: 0,
        };
        lives.block(tape.steps());
        lives.now += 1;
        lives.read(tape.result());
        let result = match lives.places[tape.result().index()] {
            Place::Register(span) => span,
            // A constant, or a coordinate as it is: it will be copied.
            _ => lives.define(),
        };

        // The first register that is free; spans come in the order they start.
        let mut busy_until: Vec<usize> = Vec::new();
        let registers: Vec<usize> = lives
            .spans
            .iter()
            .map(|span| {
                let free = busy_until.iter().position(|&until| until < span.start);
                let register = free.unwrap_or_else(|| {
                    busy_until.push(0);
                    busy_until.len() - 1
                });
                busy_until[register] = span.end;
                register
            })
            .collect();
        let settle = |place| match place {
            Place::Register(span) => Place::Register(registers[span]),
            place => place,
        };
        Self {
            tape: tape.clone(),
            places: lives.places.into_iter().map(settle).collect(),
            registers: busy_until.len(),
            result: registers[result],
        }
    }

    /// How many registers it needs: the most arrays alive at a time.
    pub(crate) fn registers(&self) -> usize {
        self.registers
    }

    /// The place of a value.
    pub(crate) fn place(&self, value: Value) -> Place {
        self.places[value.index()]
    }

    /// Numbers kept for each sample: its coordinates, and one in each register.
    pub(crate) fn width(&self) -> u64 {
        (self.tape.dims() + self.registers) as u64
    }
}

/// From the step that computes a value to the last that reads it.
struct Span {
    start: usize,
    end: usize,
}

/// A fold whose body is being gone through.
struct OpenLoop {
    start: usize,
    /// Spans from outside that its body reads: they live until it ends.
    outside: Vec<usize>,
}

/// Goes through the steps once and notes when each value is needed.
struct Lives {
    /// `Register` holds the index of a span until registers are given out.
    places: Vec<Place>,
    spans: Vec<Span>,
    loops: Vec<OpenLoop>,
    now: usize,
}

impl Lives {
    /// A new span, from now on.
    fn define(&mut self) -> usize {
        self.spans.push(Span { start: self.now, end: self.now });
        self.spans.len() - 1
    }

    fn read(&mut self, value: Value) {
        if let Place::Register(span) = self.places[value.index()] {
            let start = self.spans[span].start;
            match self.loops.iter_mut().find(|open| open.start > start) {
                Some(outermost) => outermost.outside.push(span),
                None => self.spans[span].end = self.now,
            }
        }
    }

    fn block(&mut self, steps: &[Step]) {
        for step in steps {
            self.now += 1;
            let place = match &step.op {
                Op::Const(c) => Place::Number(c.get()),
                Op::Coord(k) => Place::Column(*k as usize),
                Op::Element { row, index } => Place::Element(*row, *index),
                Op::Unary(_, a) => self.computed(&[*a]),
                Op::Binary(_, a, b) => self.computed(&[*a, *b]),
                Op::Ternary(_, a, b, c) => self.computed(&[*a, *b, *c]),
                Op::Fold(fold) => {
                    self.read(fold.init);
                    let acc = Place::Register(self.define());
                    self.places[fold.acc.index()] = acc;
                    self.places[fold.index.index()] = Place::Round;
                    self.loops.push(OpenLoop { start: self.now, outside: Vec::new() });
                    self.block(&fold.body);
                    self.now += 1;
                    self.read(fold.next);
                    self.read(fold.acc);
                    for span in self.loops.pop().map(|open| open.outside).unwrap_or_default() {
                        self.spans[span].end = self.now;
                    }
                    // The last acc is the fold's value, in the same register.
                    acc
                }
            };
            self.places[step.value.index()] = place;
        }
    }

    /// The result is never in the register of an operand: a pass reads one
    /// array and writes another.
    fn computed(&mut self, operands: &[Value]) -> Place {
        operands.iter().for_each(|&value| self.read(value));
        Place::Register(self.define())
    }
}

#[cfg(test)]
mod tests {
    use mc_core::{Formula, Support};

    use super::*;

    fn registers(text: &str) -> usize {
        let support = Support::cube(0.0, 1.0, 3).unwrap();
        let tape = Tape::trace(&Formula::parse(text, &support).unwrap(), 3).unwrap();
        Program::new(&tape).registers()
    }

    #[test]
    fn as_many_registers_as_arrays_live_at_a_time() {
        assert_eq!(registers("7"), 1, "a constant h is written out");
        assert_eq!(registers("x1"), 1, "and so is a coordinate");
        assert_eq!(registers("x0*x1"), 1);
        assert_eq!(registers("x0*x1 + x2"), 2, "a pass reads one array and writes another");
        assert_eq!(registers("x0*x1 + x1*x2"), 3);
        assert_eq!(registers("norm(x)^2"), 2, "acc and the next acc");
    }

    #[test]
    fn registers_do_not_grow_with_the_length() {
        let long = (0..200).map(|k| format!("*(x{} + {k})", k % 3)).collect::<String>();
        assert_eq!(registers(&format!("x0{long}")), 3);
    }

    #[test]
    fn what_a_loop_reads_from_outside_lives_until_it_ends() {
        // x0·x1 is read in every round, so the body must not write over it. It,
        // acc, the difference, its square; the next acc takes the difference's.
        assert_eq!(registers("sum((x - x0*x1)^2)"), 4);
    }
}
