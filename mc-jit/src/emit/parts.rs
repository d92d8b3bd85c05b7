//! A long tape in functions of bounded length.
//!
//! LLVM takes longer for an operation the longer the function is that it stands
//! in. So a long tape is cut into parts: straight-line functions that the loop
//! calls one after another. A number that one part computes and another reads
//! goes through memory; what is read where it was computed stays in a register.

use std::collections::HashMap;

use inkwell::AddressSpace;
use inkwell::basic_block::BasicBlock;
use inkwell::module::Linkage;
use inkwell::values::{FunctionValue, InstructionOpcode, PointerValue, VectorValue};

use super::ir::{Ir, align_stack};
use crate::error::JitError;

/// Where operations are written: in the loop, or in parts that it calls.
pub(super) struct Parts<'ctx> {
    /// Operations in a part; 0: there are no parts.
    most: usize,
    /// The part that is being written.
    open: Option<Part<'ctx>>,
    /// Parts that are written or open.
    count: usize,
    /// The doubles of memory in use so far: points, then numbers that go from
    /// one function to another.
    doubles: u64,
    /// Where those numbers are, counted in doubles.
    slots: HashMap<VectorValue<'ctx>, u64>,
    /// Where vectors lie that a function of the host's is given: the first, and how many
    /// doubles they take.
    lent: Option<(u64, u64)>,
}

struct Part<'ctx> {
    function: FunctionValue<'ctx>,
    /// Where it goes on.
    block: BasicBlock<'ctx>,
    /// Where the loop goes on.
    caller: BasicBlock<'ctx>,
    operations: usize,
    /// Numbers of other functions, already loaded here.
    loaded: HashMap<VectorValue<'ctx>, VectorValue<'ctx>>,
}

impl<'ctx> Parts<'ctx> {
    /// Parts of `most` operations, or none; the first `doubles` of memory are in use.
    pub(super) fn new(most: Option<usize>, doubles: u64) -> Self {
        let most = most.map_or(0, |most| most.max(1));
        Self { most, open: None, count: 0, doubles, slots: HashMap::new(), lent: None }
    }

    /// Doubles of memory that the code uses.
    pub(super) fn doubles(&self) -> u64 {
        self.doubles
    }

    /// Before an operation that may stand in a part: one is open then, if there
    /// are parts at all.
    pub(super) fn enter(&mut self, ir: &Ir<'_, 'ctx>) -> Result<(), JitError> {
        if self.most == 0 {
            return Ok(());
        }
        if self.open.as_ref().is_some_and(|part| part.operations >= self.most) {
            self.close(ir)?;
        }
        if self.open.is_none() {
            self.open(ir)?;
        }
        if let Some(part) = &mut self.open {
            part.operations += 1;
        }
        Ok(())
    }

    /// The code has branched: the open part, if one is, goes on where code is being written.
    pub(super) fn branched(&mut self, ir: &Ir<'_, 'ctx>) -> Result<(), JitError> {
        if let Some(part) = &mut self.open {
            part.block = ir.here()?;
        }
        Ok(())
    }

    /// Places in memory for `count` vectors, the same ones each time.
    pub(super) fn lend(&mut self, ir: &Ir<'_, 'ctx>, count: u64) -> Vec<u64> {
        let lanes = u64::from(ir.lanes());
        let (first, room) = match self.lent {
            Some((first, room)) if room >= count * lanes => (first, room),
            _ => (self.doubles, count * lanes),
        };
        self.lent = Some((first, room));
        self.doubles = self.doubles.max(first + room);
        (0..count).map(|k| first + k * lanes).collect()
    }

    fn open(&mut self, ir: &Ir<'_, 'ctx>) -> Result<(), JitError> {
        let caller = ir.here()?;
        let pointer = ir.context.ptr_type(AddressSpace::default()).into();
        let signature = ir.context.void_type().fn_type(&[pointer], false);
        let name = format!("part{}", self.count);
        let function = ir.module.add_function(&name, signature, Some(Linkage::Internal));
        align_stack(ir.context, function, ir.lanes());
        let block = ir.context.append_basic_block(function, "part");
        memory_of(function)?.set_name("memory");
        ir.builder.position_at_end(block);
        ir.enter(function, memory_of(function)?);
        self.count += 1;
        self.open = Some(Part { function, block, caller, operations: 0, loaded: HashMap::new() });
        Ok(())
    }

    /// Ends the open part, if one is, with its call: what follows is written in
    /// the loop.
    pub(super) fn close(&mut self, ir: &Ir<'_, 'ctx>) -> Result<(), JitError> {
        let Some(part) = self.open.take() else { return Ok(()) };
        ir.builder.build_return(None)?;
        ir.builder.position_at_end(part.caller);
        ir.enter(ir.function, ir.own_memory);
        ir.builder.build_call(part.function, &[ir.own_memory.into()], "")?;
        Ok(())
    }

    /// Writes something in the loop, before the call of the open part.
    pub(super) fn in_loop<T>(
        &self,
        ir: &Ir<'_, 'ctx>,
        write: impl FnOnce() -> Result<T, JitError>,
    ) -> Result<T, JitError> {
        let Some(part) = &self.open else { return write() };
        ir.builder.position_at_end(part.caller);
        ir.enter(ir.function, ir.own_memory);
        let written = write()?;
        ir.builder.position_at_end(part.block);
        ir.enter(part.function, memory_of(part.function)?);
        Ok(written)
    }

    /// `vector`, where code is being written: itself, or loaded from memory if
    /// another function computes it.
    pub(super) fn bring(
        &mut self,
        ir: &Ir<'_, 'ctx>,
        vector: VectorValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        if self.most == 0 {
            return Ok(vector);
        }
        let block = vector.as_instruction().and_then(|instruction| instruction.get_parent());
        // A constant is the same everywhere.
        let Some(home) = block.and_then(|block| block.get_parent()) else { return Ok(vector) };
        let here = self.open.as_ref().map_or(ir.function, |part| part.function);
        if home == here {
            return Ok(vector);
        }
        if let Some(loaded) = self.open.as_ref().and_then(|part| part.loaded.get(&vector)) {
            return Ok(*loaded);
        }
        let slot = match self.slots.get(&vector) {
            Some(slot) => *slot,
            None => self.store(ir, vector, home)?,
        };
        let loaded = ir.load(ir.at(ir.memory.get(), ir.int(slot))?)?;
        if let Some(part) = &mut self.open {
            part.loaded.insert(vector, loaded);
        }
        Ok(loaded)
    }

    /// Has `home` store `vector` where it computes it.
    fn store(
        &mut self,
        ir: &Ir<'_, 'ctx>,
        vector: VectorValue<'ctx>,
        home: FunctionValue<'ctx>,
    ) -> Result<u64, JitError> {
        let slot = self.doubles;
        self.doubles += u64::from(ir.lanes());
        self.slots.insert(vector, slot);

        let back = ir.here()?;
        let instruction = vector.as_instruction().ok_or(JitError::Shape)?;
        let mut next = instruction.get_next_instruction();
        // Nothing may stand between the phis of a block.
        while let Some(phi) = next.filter(|next| next.get_opcode() == InstructionOpcode::Phi) {
            next = phi.get_next_instruction();
        }
        match next {
            Some(next) => ir.builder.position_before(&next),
            None => ir.builder.position_at_end(instruction.get_parent().ok_or(JitError::Shape)?),
        }
        let memory = if home == ir.function { ir.own_memory } else { memory_of(home)? };
        let here = back.get_parent().ok_or(JitError::Shape)?;
        let own = ir.memory.get();
        ir.enter(home, memory);
        ir.builder.build_store(ir.at(memory, ir.int(slot))?, vector)?;
        ir.builder.position_at_end(back);
        ir.enter(here, own);
        Ok(slot)
    }
}

/// The memory that a part is given.
fn memory_of(part: FunctionValue<'_>) -> Result<PointerValue<'_>, JitError> {
    Ok(part.get_first_param().ok_or(JitError::Shape)?.into_pointer_value())
}
