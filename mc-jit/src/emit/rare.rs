//! What hardly any argument needs: a branch to a function of the host's.
//!
//! Angles beyond 2⁴¹ and remainders of huge quotients take integers wider than a
//! register. The usual value is computed in any case; only where a lane needs the
//! other one is [`crate::callbacks`] called, with the vectors in memory, and puts it in
//! that lane's place. The same code gives it to every technique: the same bits.

#![allow(
    clippy::indexing_slicing,
    reason = "as many places are lent as there are arguments, and each argument has all chains"
)]

use std::num::NonZero;

use inkwell::IntPredicate;
use inkwell::values::{BasicMetadataValueEnum, VectorValue};

use super::ir::{Ir, Vectors};
use super::parts::Parts;
use crate::callbacks::Rare;
use crate::error::JitError;

/// How much rarer than the usual way, in LLVM's weights of a branch.
const WEIGHTS: [u64; 2] = [1, 1 << 20];

/// `usual` of each chain, or what `rare` makes of `args` and it in lanes of `needed`.
pub(super) fn rarely<'ctx>(
    ir: &Ir<'_, 'ctx>,
    parts: &mut Parts<'ctx>,
    rare: Rare,
    needed: &[VectorValue<'ctx>],
    args: &[&[VectorValue<'ctx>]],
    usual: &[VectorValue<'ctx>],
) -> Result<Vectors<'ctx>, JitError> {
    let b = &ir.builder;
    let Some((&first, others)) = needed.split_first() else { return Ok(usual.to_vec()) };
    let any = others.iter().try_fold(first, |any, mask| b.build_or(any, *mask, ""))?;
    let lanes = NonZero::new(ir.lanes()).ok_or(JitError::Shape)?;
    let bits = ir.context.custom_width_int_type(lanes).map_err(|_| JitError::Shape)?;
    let any = b.build_bit_cast(any, bits, "")?.into_int_value();
    let any = b.build_int_compare(IntPredicate::NE, any, bits.const_zero(), "rare")?;

    let function = ir.here()?.get_parent().ok_or(JitError::Shape)?;
    let [slow, on] = ["slow", "on"].map(|name| ir.context.append_basic_block(function, name));
    let before = ir.here()?;
    let branch = b.build_conditional_branch(any, slow, on)?;
    let weights = WEIGHTS.map(|w| ir.context.i32_type().const_int(w, false).into());
    let name = ir.context.metadata_string("branch_weights").into();
    let node = ir.context.metadata_node(&[&[name], weights.as_slice()].concat());
    let kind = ir.context.get_kind_id("prof");
    branch.set_metadata(node, kind).map_err(|_| JitError::Shape)?;

    b.position_at_end(slow);
    let places = parts.lend(ir, args.len() as u64 + 1);
    let place = |k: usize| ir.at(ir.memory.get(), ir.int(places[k]));
    let callee = ir.host_function(rare.name(), args.len() + 1);
    let mut slow_values = Vec::with_capacity(usual.len());
    for (chain, usual) in usual.iter().enumerate() {
        let mut pointers: Vec<BasicMetadataValueEnum<'ctx>> = Vec::new();
        let values = args.iter().map(|arg| arg[chain]).chain([*usual]);
        for (k, value) in values.enumerate() {
            b.build_store(place(k)?, value)?;
            pointers.push(place(k)?.into());
        }
        pointers.push(ir.int(ir.lanes().into()).into());
        b.build_call(callee, &pointers, "")?;
        slow_values.push(ir.load(place(args.len())?)?);
    }
    b.build_unconditional_branch(on)?;
    let slow = ir.here()?;

    b.position_at_end(on);
    let joined = usual.iter().zip(&slow_values).map(|(usual, value)| {
        let phi = b.build_phi(usual.get_type(), "")?;
        phi.add_incoming(&[(usual, before), (value, slow)]);
        Ok(phi.as_basic_value().into_vector_value())
    });
    let joined = joined.collect::<Result<_, JitError>>()?;
    parts.branched(ir)?;
    Ok(joined)
}
