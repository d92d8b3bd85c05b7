//! What only rare arguments need: `src/kernels/rare.cl`, and what it takes from mc-core.
//!
//! Once a large angle is reduced, the rest is what every technique does with small
//! ones. So that part is not written again: it is recorded as a tape, and lowered here to
//! functions of OpenCL C.

#![allow(
    clippy::indexing_slicing,
    reason = "these functions are traced with three arguments, and have no others"
)]

use std::convert::Infallible;
use std::fmt::Write;

use mc_core::elementary::{self, TWO_OVER_PI};
use mc_core::{
    Binary, FoldBody, Function, Lower, Op, Precision, Real, Row, Step, Tape, Ternary, Unary,
};

use super::{operation, text};

const RARE: &str = include_str!("../kernels/rare.cl");

/// The functions that `tape` needs for rare arguments: none, as a rule.
pub(super) fn rare(tape: &Tape, precision: Precision) -> String {
    if !needs(tape.steps()) {
        return String::new();
    }
    let words: Vec<_> = TWO_OVER_PI.iter().map(|word| format!("    {word:#018x}UL,\n")).collect();
    let sine = near_0("sin_or_cos_near_0", &mc_core::function!(sin_or_cos), precision);
    let tangent = near_0("tan_near_0", &mc_core::function!(tan), precision);
    format!(
        "// 64 zeros, then the bits of 2/pi.\n\
         __constant const ulong TWO_OVER_PI[{}] = {{\n{}}};\n\n\
         {sine}\n{tangent}\n{RARE}",
        words.len(),
        words.concat()
    )
}

fn needs(steps: &[Step]) -> bool {
    steps.iter().any(|step| match &step.op {
        Op::Binary(Binary::LargeSin | Binary::LargeCos | Binary::LargeTan, ..)
        | Op::Ternary(Ternary::LargeRemainder, ..) => true,
        op => op.body().is_some_and(needs),
    })
}

fn sin_or_cos<T: Real>(angle: &[T]) -> T {
    elementary::sin_or_cos_near_0(angle[0], angle[1], angle[2])
}

fn tan<T: Real>(angle: &[T]) -> T {
    elementary::tan_near_0(angle[0], angle[1], angle[2])
}

/// `real name(real turn, real r, real minus_lo)`: a function of a reduced angle.
fn near_0(name: &str, f: &impl Function, precision: Precision) -> String {
    let mut writer = Writer { precision, text: String::new(), names: 0 };
    let Ok(result) = Tape::trace(f, ARGS.len()).map(|tape| {
        let Ok(result) = tape.lower(&mut writer);
        result
    }) else {
        return String::new(); // it has no loops that could go wrong
    };
    let args = ARGS.map(|arg| format!("real {arg}")).join(", ");
    format!("INLINE real {name}({args})\n{{\n{}    return {result};\n}}\n", writer.text)
}

const ARGS: [&str; 3] = ["turn", "r", "minus_lo"];

/// Writes a tape of [`ARGS`] as the body of a function.
struct Writer {
    precision: Precision,
    text: String,
    names: usize,
}

impl Writer {
    fn define(&mut self, value: String) -> Result<String, Infallible> {
        self.names += 1;
        let name = format!("v{}", self.names);
        let _ = writeln!(self.text, "    const real {name} = {value};");
        Ok(name)
    }
}

impl Lower for Writer {
    type Value = String;
    type Index = u32;
    type Error = Infallible;

    fn constant(&mut self, c: f64) -> Result<String, Infallible> {
        Ok(format!("(real)({})", text::number(c, self.precision)))
    }

    fn coord(&mut self, k: usize) -> Result<String, Infallible> {
        Ok(ARGS[k].to_owned())
    }

    fn unary(&mut self, op: Unary, a: String) -> Result<String, Infallible> {
        self.define(operation::unary(op, &a))
    }

    fn binary(&mut self, op: Binary, a: String, b: String) -> Result<String, Infallible> {
        self.define(operation::binary(op, &a, &b))
    }

    fn ternary(
        &mut self,
        op: Ternary,
        a: String,
        b: String,
        c: String,
    ) -> Result<String, Infallible> {
        self.define(operation::ternary(op, &a, &b, &c))
    }

    fn element(&mut self, row: Row, index: &u32) -> Result<String, Infallible> {
        match row {
            Row::Coords { first } => self.coord((first + index) as usize),
            // There are no tables in these functions.
            Row::Table(_) => self.constant(f64::NAN),
        }
    }

    fn index_value(&mut self, index: &u32) -> Result<String, Infallible> {
        self.constant(f64::from(*index))
    }

    fn fold(&mut self, body: &mut FoldBody<'_, Self>, init: String) -> Result<String, Infallible> {
        (0..body.len()).try_fold(init, |acc, round| body.round(self, round, acc))
    }
}
