//! The few instructions of LLVM that the kernel is written in.

#![allow(
    clippy::indexing_slicing,
    reason = "the function was declared with W words and P pointers, in this order"
)]

use std::cell::Cell;

use inkwell::attributes::{Attribute, AttributeLoc};
use inkwell::basic_block::BasicBlock;
use inkwell::builder::Builder;
use inkwell::context::Context;
use inkwell::debug_info::DISubprogram;
use inkwell::intrinsics::Intrinsic;
use inkwell::module::{Linkage, Module};
use inkwell::types::{BasicTypeEnum, VectorType};
use inkwell::values::{BasicValue, FunctionValue, IntValue, PointerValue, VectorValue};
use inkwell::{AddressSpace, FloatPredicate};

use super::notes::{Note, Notes};
use crate::cpu::Simd;
use crate::error::JitError;

/// One vector for each chain.
pub(super) type Vectors<'ctx> = Vec<VectorValue<'ctx>>;

/// Where a function is written.
pub(crate) struct Into<'m, 'ctx> {
    pub(crate) context: &'ctx Context,
    pub(crate) module: &'m Module<'ctx>,
    /// The vector instructions that it will be made of.
    pub(crate) simd: Simd,
    /// Whether each instruction says which step it belongs to.
    pub(crate) notes: bool,
}

/// What a function gives back.
#[derive(Clone, Copy)]
pub(super) enum Returns {
    Nothing,
    Number,
}

/// What is to be known about code that was written.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Emitted {
    /// Doubles of memory that it uses.
    pub(crate) doubles: u64,
}

/// Writes the body of one function.
pub(super) struct Ir<'m, 'ctx> {
    pub(super) context: &'ctx Context,
    pub(super) module: &'m Module<'ctx>,
    pub(super) builder: Builder<'ctx>,
    pub(super) function: FunctionValue<'ctx>,
    /// The function's last argument: memory for points and numbers.
    pub(super) own_memory: PointerValue<'ctx>,
    /// The same memory, in the function that is being written: this one or a part.
    pub(super) memory: Cell<PointerValue<'ctx>>,
    /// The vector instructions that it will be made of.
    pub(super) simd: Simd,
    notes: Option<Notes<'ctx>>,
    /// The current note, and where it is written.
    note: Cell<(Note, Option<DISubprogram<'ctx>>)>,
    /// `<L x i64>`: words of L streams.
    words: VectorType<'ctx>,
    /// `<L x double>`: numbers of L batches.
    numbers: VectorType<'ctx>,
}

impl<'m, 'ctx> Ir<'m, 'ctx> {
    /// Begins a function with these arguments, `words` first, then `pointers`,
    /// then the memory it may use, and gives them.
    pub(super) fn function<const W: usize, const P: usize>(
        into: &Into<'m, 'ctx>,
        lanes: u32,
        name: &str,
        words: [&str; W],
        pointers: [&str; P],
        returns: Returns,
    ) -> Result<(Self, [IntValue<'ctx>; W], [PointerValue<'ctx>; P]), JitError> {
        let (context, module) = (into.context, into.module);
        let word = context.i64_type().into();
        let pointer = context.ptr_type(AddressSpace::default()).into();
        let args = [[word; W].as_slice(), &[pointer; P], &[pointer]].concat();
        let signature = match returns {
            Returns::Nothing => context.void_type().fn_type(&args, false),
            Returns::Number => context.f64_type().fn_type(&args, false),
        };
        let function = module.add_function(name, signature, None);
        align_stack(context, function, lanes);
        let builder = context.create_builder();
        builder.position_at_end(context.append_basic_block(function, "entry"));
        let params = function.get_params();
        for (param, name) in params.iter().zip(words.iter().chain(&pointers).chain(&["memory"])) {
            param.set_name(name);
        }
        let own_memory = params.last().ok_or(JitError::Shape)?.into_pointer_value();
        let notes = into.notes.then(|| Notes::new(context, module));
        let scope = notes.as_ref().map(|notes| notes.function(function, name));
        let ir = Self {
            context,
            module,
            builder,
            function,
            own_memory,
            memory: Cell::new(own_memory),
            simd: into.simd,
            notes,
            note: Cell::new((Note::Start, scope)),
            words: context.i64_type().vec_type(lanes),
            numbers: context.f64_type().vec_type(lanes),
        };
        let words = std::array::from_fn(|k| params[k].into_int_value());
        let pointers = std::array::from_fn(|k| params[W + k].into_pointer_value());
        ir.step(Note::Start);
        Ok((ir, words, pointers))
    }

    /// What is written from here on belongs to this step; the step before.
    pub(super) fn step(&self, note: Note) -> Note {
        let (before, scope) = self.note.get();
        self.note.set((note, scope));
        if let (Some(notes), Some(scope)) = (&self.notes, scope) {
            notes.set(self.context, &self.builder, scope, note);
        }
        before
    }

    /// From here on the function `of` is being written, named `name` if it is new.
    pub(super) fn enter(&self, of: FunctionValue<'ctx>, memory: PointerValue<'ctx>) {
        self.memory.set(memory);
        if let Some(notes) = &self.notes {
            let name = of.get_name().to_string_lossy();
            let scope = of.get_subprogram().unwrap_or_else(|| notes.function(of, &name));
            let (note, _) = self.note.get();
            self.note.set((note, Some(scope)));
            self.step(note);
        }
    }

    /// Once all is written: what is to be known about the code.
    pub(super) fn finish(self, doubles: u64) -> Emitted {
        if let Some(notes) = &self.notes {
            notes.finish();
        }
        Emitted { doubles }
    }

    pub(super) fn lanes(&self) -> u32 {
        self.numbers.get_size()
    }

    /// The integer `value`.
    pub(super) fn int(&self, value: u64) -> IntValue<'ctx> {
        self.context.i64_type().const_int(value, false)
    }

    /// The number `value` in all lanes.
    pub(super) fn number(&self, value: f64) -> VectorValue<'ctx> {
        let value = self.context.f64_type().const_float(value);
        VectorType::const_vector(&vec![value; self.lanes() as usize])
    }

    /// The word `value(lane)` in each lane.
    pub(super) fn words(&self, value: impl Fn(u64) -> u64) -> VectorValue<'ctx> {
        let lanes: Vec<_> =
            (0..u64::from(self.lanes())).map(|lane| self.int(value(lane))).collect();
        VectorType::const_vector(&lanes)
    }

    /// The word `value` in all lanes.
    pub(super) fn word(&self, value: u64) -> VectorValue<'ctx> {
        self.words(|_| value)
    }

    /// `scalar`, known at run time only, in all lanes.
    pub(super) fn splat(
        &self,
        scalar: impl BasicValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        let scalar = scalar.as_basic_value_enum();
        let vector = if scalar.is_int_value() { self.words } else { self.numbers };
        let zero = self.context.i32_type().const_zero();
        let first = self.builder.build_insert_element(vector.get_poison(), scalar, zero, "")?;
        let all = self.context.i32_type().vec_type(self.lanes()).const_zero();
        Ok(self.builder.build_shuffle_vector(first, vector.get_poison(), all, "splat")?)
    }

    /// A loop's index as a number, in all lanes.
    pub(super) fn index_as_number(
        &self,
        index: IntValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        let number = self.context.f64_type();
        self.splat(self.builder.build_unsigned_int_to_float(index, number, "")?)
    }

    /// The bits of a word as a number.
    pub(super) fn to_number(&self, word: VectorValue<'ctx>) -> Result<VectorValue<'ctx>, JitError> {
        Ok(self.builder.build_bit_cast(word, self.numbers, "")?.into_vector_value())
    }

    /// The bits of a number as a word.
    pub(super) fn to_word(&self, number: VectorValue<'ctx>) -> Result<VectorValue<'ctx>, JitError> {
        Ok(self.builder.build_bit_cast(number, self.words, "")?.into_vector_value())
    }

    /// A function of LLVM's on vectors of one type, such as `llvm.fma`.
    pub(super) fn intrinsic(
        &self,
        name: &'static str,
        args: &[VectorValue<'ctx>],
    ) -> Result<VectorValue<'ctx>, JitError> {
        let of: Vec<BasicTypeEnum<'ctx>> =
            args.first().iter().map(|arg| arg.get_type().into()).collect();
        let function = Intrinsic::find(name)
            .and_then(|intrinsic| intrinsic.get_declaration(self.module, &of))
            .ok_or(JitError::Intrinsic { name })?;
        let args: Vec<_> = args.iter().map(|&arg| arg.into()).collect();
        let call = self.builder.build_call(function, &args, "")?;
        let value = call.try_as_basic_value().basic().ok_or(JitError::Intrinsic { name })?;
        Ok(value.into_vector_value())
    }

    /// How many zeros follow the lowest one of `value`, which is not 0.
    pub(super) fn trailing_zeros(&self, value: IntValue<'ctx>) -> Result<IntValue<'ctx>, JitError> {
        let name = "llvm.cttz";
        let missing = JitError::Intrinsic { name };
        let function = Intrinsic::find(name)
            .and_then(|cttz| cttz.get_declaration(self.module, &[value.get_type().into()]));
        let not_zero = self.context.bool_type().const_int(1, false);
        let args = [value.into(), not_zero.into()];
        let call = self.builder.build_call(function.ok_or(missing)?, &args, "digit")?;
        let digit = call.try_as_basic_value().basic().ok_or(JitError::Intrinsic { name })?;
        Ok(digit.into_int_value())
    }

    /// A function of the host's that takes `pointers` pointers and a count.
    pub(super) fn host_function(&self, name: &str, pointers: usize) -> FunctionValue<'ctx> {
        self.module.get_function(name).unwrap_or_else(|| {
            let mut args = vec![self.context.ptr_type(AddressSpace::default()).into(); pointers];
            args.push(self.context.i64_type().into());
            self.module.add_function(name, self.context.void_type().fn_type(&args, false), None)
        })
    }

    /// fma: a·b + c, rounded once.
    pub(super) fn mul_add(
        &self,
        a: VectorValue<'ctx>,
        b: VectorValue<'ctx>,
        c: VectorValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        self.intrinsic("llvm.fma", &[a, b, c])
    }

    /// In each lane, whether the comparison holds.
    pub(super) fn compare(
        &self,
        predicate: FloatPredicate,
        a: VectorValue<'ctx>,
        b: VectorValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        Ok(self.builder.build_float_compare(predicate, a, b, "")?)
    }

    /// In each lane, `then` where `mask` is set, else `otherwise`.
    pub(super) fn select(
        &self,
        mask: VectorValue<'ctx>,
        then: VectorValue<'ctx>,
        otherwise: VectorValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        Ok(self.builder.build_select(mask, then, otherwise, "")?.into_vector_value())
    }

    /// Where the function's memory holds double number `index`, counted from `base`.
    pub(super) fn at(
        &self,
        base: PointerValue<'ctx>,
        index: IntValue<'ctx>,
    ) -> Result<PointerValue<'ctx>, JitError> {
        let number = self.context.f64_type();
        // SAFETY: every index that is written stays inside the table or buffer
        // that its base points to; kernel.rs and `table` give their sizes.
        Ok(unsafe { self.builder.build_in_bounds_gep(number, base, &[index], "")? })
    }

    /// The vector at `place`.
    pub(super) fn load(&self, place: PointerValue<'ctx>) -> Result<VectorValue<'ctx>, JitError> {
        Ok(self.builder.build_load(self.numbers, place, "")?.into_vector_value())
    }

    /// The vector of words at `place`.
    pub(super) fn load_words(
        &self,
        place: PointerValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        Ok(self.builder.build_load(self.words, place, "")?.into_vector_value())
    }

    /// The vector at `place`, which is aligned like a double.
    pub(super) fn load_any(
        &self,
        place: PointerValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        let value = self.load(place)?;
        let load = value.as_instruction().ok_or(JitError::Shape)?;
        load.set_alignment(8).map_err(|_| JitError::Shape)?;
        Ok(value)
    }

    /// Stores the vector to `place`, which is aligned like a double.
    pub(super) fn store_any(
        &self,
        place: PointerValue<'ctx>,
        value: VectorValue<'ctx>,
    ) -> Result<(), JitError> {
        let store = self.builder.build_store(place, value)?;
        store.set_alignment(8).map_err(|_| JitError::Shape)
    }

    /// The word at `place` in all lanes.
    pub(super) fn load_splat_word(
        &self,
        place: PointerValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        self.splat(self.builder.build_load(self.context.i64_type(), place, "")?)
    }

    /// The number at `place` in all lanes.
    pub(super) fn load_splat(
        &self,
        place: PointerValue<'ctx>,
    ) -> Result<VectorValue<'ctx>, JitError> {
        self.splat(self.builder.build_load(self.context.f64_type(), place, "")?)
    }

    /// A table of constants in the code's own memory.
    pub(super) fn table(&self, name: &str, entries: &[f64]) -> PointerValue<'ctx> {
        let number = self.context.f64_type();
        let entries: Vec<_> = entries.iter().map(|&c| number.const_float(c)).collect();
        let table = number.const_array(&entries);
        let global = self.module.add_global(table.get_type(), None, name);
        global.set_initializer(&table);
        global.set_constant(true);
        global.set_linkage(Linkage::Private);
        global.as_pointer_value()
    }

    /// A new basic block, after the current one.
    pub(super) fn block(&self, name: &str) -> BasicBlock<'ctx> {
        self.context.append_basic_block(self.function, name)
    }

    /// The block that is being written.
    pub(super) fn here(&self) -> Result<BasicBlock<'ctx>, JitError> {
        Ok(self.builder.get_insert_block().ok_or(inkwell::builder::BuilderError::UnsetPosition)?)
    }
}

/// The alignment of the widest register.
const LINE: u64 = 64;

/// Has `function` align its stack: a vector that is put aside there would else lie
/// across two lines of the cache in most runs, and the loop take twice the time.
pub(super) fn align_stack<'ctx>(context: &'ctx Context, function: FunctionValue<'ctx>, lanes: u32) {
    if lanes > 1 {
        let kind = Attribute::get_named_enum_kind_id("alignstack");
        let attribute = context.create_enum_attribute(kind, LINE);
        function.add_attribute(AttributeLoc::Function, attribute);
    }
}
