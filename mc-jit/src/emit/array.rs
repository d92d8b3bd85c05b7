//! A function at many given points, as LLVM IR.

use inkwell::context::Context;
use inkwell::module::Module;
use inkwell::values::FunctionValue;
use mc_core::Tape;

use super::Source;
use super::ir::Ir;
use super::point::{Axes, Point};
use super::tape::Evaluate;
use crate::error::JitError;
use crate::host::Lanes;
use crate::shape::Draw;

/// The signature of [`OverArrays`].
pub(crate) type Values =
    unsafe extern "C" fn(groups: u64, stride: u64, x: *const f64, out: *mut f64);

/// The loop over the points.
///
/// `over_arrays(groups, stride, x, out)` writes to `out` the values at L·`groups`
/// points, `groups` ≥ 1. Coordinate k of point i is `x[k·stride + i]`.
pub(crate) struct OverArrays<'t> {
    pub(crate) tape: &'t Tape,
    pub(crate) lanes: Lanes,
}

impl Source for OverArrays<'_> {
    type Signature = Values;

    const NAME: &'static str = "over_arrays";

    fn emit<'ctx>(
        &self,
        context: &'ctx Context,
        module: &Module<'ctx>,
    ) -> Result<FunctionValue<'ctx>, JitError> {
        let lanes = self.lanes.count();
        let words = ["groups", "stride"];
        let (ir, [groups, stride], [x, out]) =
            Ir::function(context, module, lanes, Self::NAME, words, ["x", "out"]);
        let tables = super::tables(self.tape);
        let nothing_is_drawn = Axes::new(&[]);

        let group = ir.begin_loop("group", groups, &[])?;
        let first = ir.builder.build_int_mul(group.index, ir.int(lanes.into()), "first")?;
        let point = Point::given(&nothing_is_drawn, ir.at(x, first)?, stride);
        let mut evaluate = Evaluate::at(&ir, &tables, Draw::Memory, point);
        let value = self.tape.lower(&mut evaluate)?;
        for &value in value.chains() {
            ir.store_any(ir.at(out, first)?, value)?;
        }
        ir.end_loop(group, &[])?;
        ir.builder.build_return(None)?;
        Ok(ir.function)
    }
}
