//! A function at many given points, as LLVM IR.

use mc_core::Tape;

use super::ir::{Emitted, Into, Ir, Returns};
use super::notes::Note;
use super::points::{Axes, Points};
use super::tape::Evaluate;
use super::{Source, tables};
use crate::cpu::Lanes;
use crate::error::JitError;
use crate::shape::{self, Draw};

/// The signature of [`OverArrays`].
pub(crate) type Values =
    unsafe extern "C" fn(groups: u64, stride: u64, x: *const f64, out: *mut f64, memory: *mut f64);

/// The loop over the points.
///
/// `over_arrays(groups, stride, x, out, memory)` writes to `out` the values at
/// L·`groups` points, `groups` ≥ 1. Coordinate k of point i is `x[k·stride + i]`.
pub(crate) struct OverArrays<'t> {
    pub(crate) tape: &'t Tape,
    pub(crate) lanes: Lanes,
}

impl Source for OverArrays<'_> {
    type Signature = Values;

    const NAME: &'static str = "over_arrays";

    const ABOUT: &'static str = "\
over_arrays(groups, stride, x, out, memory)

Loop `group`: the values at the next L points, one in each lane. Coordinate k of point i is
x[k·stride + i].";

    fn emit(&self, into: &Into<'_, '_>) -> Result<Emitted, JitError> {
        let lanes = self.lanes.count();
        let words = ["groups", "stride"];
        let (ir, [groups, stride], [x, out]) =
            Ir::function(into, lanes, Self::NAME, words, ["x", "out"], Returns::Nothing)?;
        let tables = tables(self.tape);
        let nothing_is_drawn = Axes::new(&[]);
        let part = shape::part(self.tape.steps(), Draw::Memory);

        let group = ir.begin_loop("group", groups, &[])?;
        let first = ir.builder.build_int_mul(group.index, ir.int(lanes.into()), "first")?;
        let point = Points::given(&nothing_is_drawn, ir.at(x, first)?, stride);
        ir.step(Note::Evaluate);
        let mut evaluate = Evaluate::at(&ir, &tables, Draw::Memory, point, part);
        let value = self.tape.lower(&mut evaluate)?;
        let (value, _, doubles) = evaluate.finish(value)?;
        ir.step(Note::Store);
        for value in value {
            ir.store_any(ir.at(out, first)?, value)?;
        }
        ir.end_loop(group, &[])?;
        ir.builder.build_return(None)?;
        Ok(ir.finish(doubles))
    }
}
