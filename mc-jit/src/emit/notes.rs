//! Which step of the loop an instruction belongs to, for those who read the code.
//!
//! LLVM keeps no comments, but it does carry line numbers of a source file from
//! the IR to the assembly, through every pass. So each step is a line of a
//! source file that does not exist, and [`crate::listing`] turns the numbers back
//! into words. Code that is only run is compiled without them.

use inkwell::context::Context;
use inkwell::debug_info::{
    AsDIScope, DICompileUnit, DIFlagsConstants, DISubprogram, DISubroutineType, DWARFEmissionKind,
    DWARFSourceLanguage, DebugInfoBuilder,
};
use inkwell::module::{FlagBehavior, Module};
use inkwell::values::FunctionValue;

/// The steps of the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Note {
    /// Seeding the streams.
    Start,
    /// A word of each stream.
    Word,
    /// A word as a number of [1, 2).
    Unit,
    /// That number as a coordinate.
    Map,
    /// The integrand.
    Evaluate,
    /// The sums.
    Accumulate,
    /// Writing the sums down.
    Store,
    /// Counting rounds.
    Count,
    /// Finding the states of Sobol' points.
    States,
    /// Which direction numbers come next.
    Digit,
    /// A state, and the next one.
    Step,
}

impl Note {
    /// All of them, each at its line.
    const ALL: [Self; 11] = [
        Self::Start,
        Self::Word,
        Self::Unit,
        Self::Map,
        Self::Evaluate,
        Self::Accumulate,
        Self::Store,
        Self::Count,
        Self::States,
        Self::Digit,
        Self::Step,
    ];

    /// Those of the loop at random points, in order.
    pub(crate) const RANDOM: &[Self] = &[
        Self::Start,
        Self::Word,
        Self::Unit,
        Self::Map,
        Self::Evaluate,
        Self::Accumulate,
        Self::Store,
        Self::Count,
    ];

    /// Those of the loop at Sobol' points, in order.
    pub(crate) const SOBOL: &[Self] = &[
        Self::States,
        Self::Digit,
        Self::Step,
        Self::Map,
        Self::Evaluate,
        Self::Accumulate,
        Self::Store,
        Self::Count,
    ];

    /// A word or two, to stand beside an instruction.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Start | Self::States => "start",
            Self::Word => "draw: word",
            Self::Unit => "draw: [1, 2)",
            Self::Map => "draw: to the box",
            Self::Evaluate => "evaluate",
            Self::Accumulate => "accumulate",
            Self::Store => "store",
            Self::Count => "count",
            Self::Digit => "draw: digit",
            Self::Step => "draw: state",
        }
    }

    /// What happens in this step.
    pub(crate) fn caption(self) -> &'static str {
        match self {
            Self::Start => "Start the streams: four outputs of SplitMix64 for each batch.",
            Self::Word => "Draw the point: one word of the stream a coordinate (xoshiro256+).",
            Self::Unit => "… the top 52 bits of the word as the fraction of d in [1, 2) …",
            Self::Map => "… and x = fma(scale, d, offset).",
            Self::Evaluate => "Evaluate h = f·g there.",
            Self::Accumulate => "Accumulate: deviations from the batch's first value.",
            Self::Store => "Store the result.",
            Self::Count => "Count the rounds.",
            Self::States => "Start the points: each batch's first is in memory.",
            Self::Digit => {
                "Find the direction numbers that lead on: of the lowest zero digit of the sample's number."
            }
            Self::Step => {
                "Draw the point: a coordinate's state is d in [1, 2); one xor makes it that of the next point …"
            }
        }
    }

    /// Its line in the source file that does not exist.
    pub(crate) fn line(self) -> u32 {
        self as u32 + 1
    }

    /// The step of a line.
    pub(crate) fn at_line(line: usize) -> Option<Self> {
        Self::ALL.get(line.checked_sub(1)?).copied()
    }
}

/// Writes notes into a module.
pub(super) struct Notes<'ctx> {
    builder: DebugInfoBuilder<'ctx>,
    unit: DICompileUnit<'ctx>,
    signature: DISubroutineType<'ctx>,
}

impl<'ctx> Notes<'ctx> {
    /// For this module.
    pub(super) fn new(context: &'ctx Context, module: &Module<'ctx>) -> Self {
        let version = context.i32_type().const_int(3, false);
        module.add_basic_value_flag("Debug Info Version", FlagBehavior::Warning, version);
        let (builder, unit) = module.create_debug_info_builder(
            true,
            DWARFSourceLanguage::C,
            "steps",
            "",
            "mc-jit",
            true,
            "",
            0,
            "",
            DWARFEmissionKind::LineTablesOnly,
            0,
            false,
            false,
            "",
            "",
        );
        let flags = inkwell::debug_info::DIFlags::ZERO;
        let signature = builder.create_subroutine_type(unit.get_file(), None, &[], flags);
        Self { builder, unit, signature }
    }

    /// A function in which notes can be written.
    pub(super) fn function(&self, function: FunctionValue<'ctx>, name: &str) -> DISubprogram<'ctx> {
        let scope = self.builder.create_function(
            self.unit.as_debug_info_scope(),
            name,
            None,
            self.unit.get_file(),
            0,
            self.signature,
            true,
            true,
            0,
            inkwell::debug_info::DIFlags::ZERO,
            true,
        );
        function.set_subprogram(scope);
        scope
    }

    /// From here on, what `writer` writes into the function of `scope` belongs to `note`.
    pub(super) fn set(
        &self,
        context: &'ctx Context,
        writer: &inkwell::builder::Builder<'ctx>,
        scope: DISubprogram<'ctx>,
        note: Note,
    ) {
        let scope = scope.as_debug_info_scope();
        let place = self.builder.create_debug_location(context, note.line(), 0, scope, None);
        writer.set_current_debug_location(place);
    }

    /// Once all is written.
    pub(super) fn finish(&self) {
        self.builder.finalize();
    }
}
