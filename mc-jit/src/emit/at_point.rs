//! A function at one given point, as LLVM IR.

use mc_core::Tape;

use super::ir::{Emitted, Into, Ir, Returns};
use super::notes::Note;
use super::points::{Axes, Points};
use super::tape::Evaluate;
use super::{Source, tables};
use crate::error::JitError;
use crate::shape::{self, Draw};

/// The signature of [`AtPoint`].
pub(crate) type Value = unsafe extern "C" fn(x: *const f64, memory: *mut f64) -> f64;

/// `at_point(x, memory)`: the value at the point `x`.
///
/// Its vectors have one lane: the code that writes it is the same.
pub(crate) struct AtPoint<'t> {
    pub(crate) tape: &'t Tape,
    /// As [`crate::shape::Shape::part`].
    pub(crate) part: Option<usize>,
}

impl<'t> AtPoint<'t> {
    /// The function of `tape`.
    pub(crate) fn of(tape: &'t Tape) -> Self {
        Self { tape, part: shape::part(tape.steps(), Draw::Memory) }
    }
}

impl Source for AtPoint<'_> {
    type Signature = Value;

    const NAME: &'static str = "at_point";

    const ABOUT: &'static str = "\
at_point(x, memory)

The value at the point x[0], x[1], …. A vector here has one lane: `<1 x double>` is a double.";

    fn emit(&self, into: &Into<'_, '_>) -> Result<Emitted, JitError> {
        let (ir, [], [x]) = Ir::function(into, 1, Self::NAME, [], ["x"], Returns::Number)?;
        let tables = tables(self.tape);
        let nothing_is_drawn = Axes::new(&[]);
        let point = Points::given(&nothing_is_drawn, x, ir.int(1));
        ir.step(Note::Evaluate);
        let mut evaluate = Evaluate::at(&ir, &tables, Draw::Memory, point, self.part);
        let value = self.tape.lower(&mut evaluate)?;
        let (value, _, doubles) = evaluate.finish(value)?;
        let value = value.first().copied().ok_or(JitError::Shape)?;
        let only = ir.context.i32_type().const_zero();
        let number = ir.builder.build_extract_element(value, only, "value")?;
        ir.builder.build_return(Some(&number))?;
        Ok(ir.finish(doubles))
    }
}
