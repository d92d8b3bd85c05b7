//! A tape as text to read.

use std::fmt;

use super::{Op, Row, Step, Tape, Value};
use crate::short::Short;

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}", self.0)
    }
}

/// One line a step, the bodies of folds indented.
///
/// ```
/// use mc_core::{Formula, Support, Tape};
///
/// let support = Support::cube(0.0, 1.0, 3)?;
/// let tape = Tape::trace(&Formula::parse("norm(x)^2", &support)?, 3)?;
/// assert_eq!(
///     tape.to_string(),
///     "v0 = 0\n\
///      v5 = fold v2 = v0 for v1 in 0..3\n    \
///          v3 = x[v1]\n    \
///          v4 = fma v3 v3 v2\n    \
///          next v4\n\
///      return v5\n"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl fmt::Display for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        print(f, &self.steps, 0)?;
        writeln!(f, "return {}", self.result)
    }
}

fn print(f: &mut fmt::Formatter<'_>, steps: &[Step], depth: usize) -> fmt::Result {
    let indent = "    ".repeat(depth);
    for Step { value, op } in steps {
        write!(f, "{indent}{value} = ")?;
        match op {
            Op::Const(c) => writeln!(f, "{}", Short(c.get()))?,
            Op::Coord(k) => writeln!(f, "x[{k}]")?,
            Op::Unary(op, a) => writeln!(f, "{} {a}", op.name())?,
            Op::Binary(op, a, b) => writeln!(f, "{} {a} {b}", op.name())?,
            Op::Ternary(op, a, b, c) => writeln!(f, "{} {a} {b} {c}", op.name())?,
            Op::Element { row: Row::Coords { first: 0 }, index } => writeln!(f, "x[{index}]")?,
            Op::Element { row: Row::Coords { first }, index } => {
                writeln!(f, "x[{first} + {index}]")?;
            }
            Op::Element { row: Row::Table(table), index } => writeln!(f, "table{table}[{index}]")?,
            Op::Fold(fold) => {
                writeln!(
                    f,
                    "fold {} = {} for {} in 0..{}",
                    fold.acc, fold.init, fold.index, fold.len
                )?;
                print(f, &fold.body, depth + 1)?;
                writeln!(f, "{indent}    next {}", fold.next)?;
            }
        }
    }
    Ok(())
}
