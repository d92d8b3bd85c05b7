//! The random streams of L batches at once, as in [`mc_core::stream`].

use inkwell::values::{IntValue, VectorValue};
use mc_core::stream::GAMMA;

use super::ir::{Ir, Vectors};
use super::notes::Note;
use crate::error::JitError;

/// The states of the streams: for each chain, four words of xoshiro256+ in
/// every lane.
#[derive(Clone)]
pub(super) struct Streams<'ctx> {
    states: Vec<[VectorValue<'ctx>; 4]>,
}

impl<'ctx> Streams<'ctx> {
    /// The streams of batches b, b + 1, …, one a lane, chain after chain.
    ///
    /// `counter` is the SplitMix64 counter before the first word of batch b.
    pub(super) fn start(
        ir: &Ir<'_, 'ctx>,
        counter: IntValue<'ctx>,
        chains: usize,
    ) -> Result<Self, JitError> {
        let counter = ir.splat(counter)?;
        let lanes = u64::from(ir.lanes());
        let word = |chain: u64, word: u64| {
            let steps = ir.words(|lane| GAMMA.wrapping_mul(4 * (chain * lanes + lane) + word + 1));
            split_mix(ir, ir.builder.build_int_add(counter, steps, "")?)
        };
        let states = (0..chains as u64)
            .map(|chain| Ok([word(chain, 0)?, word(chain, 1)?, word(chain, 2)?, word(chain, 3)?]))
            .collect::<Result<_, JitError>>()?;
        Ok(Self { states })
    }

    /// The number of chains.
    pub(super) fn chains(&self) -> usize {
        self.states.len()
    }

    /// The words of all states, to be carried round a loop.
    pub(super) fn words(&self) -> Vectors<'ctx> {
        self.states.iter().flatten().copied().collect()
    }

    /// The states with these words.
    pub(super) fn from_words(words: &[VectorValue<'ctx>]) -> Self {
        let states = words.chunks_exact(4).map(|w| [w[0], w[1], w[2], w[3]]).collect();
        Self { states }
    }

    /// The next word of each stream, as d ∈ [1, 2).
    pub(super) fn draw(&mut self, ir: &Ir<'_, 'ctx>) -> Result<Vectors<'ctx>, JitError> {
        let step = ir.step(Note::Word);
        let words: Vectors<'ctx> =
            self.states.iter_mut().map(|state| next_word(ir, state)).collect::<Result<_, _>>()?;
        ir.step(Note::Unit);
        let numbers = words.into_iter().map(|word| one_to_two(ir, word)).collect();
        ir.step(step);
        numbers
    }
}

/// The output function of SplitMix64.
fn split_mix<'ctx>(
    ir: &Ir<'_, 'ctx>,
    counter: VectorValue<'ctx>,
) -> Result<VectorValue<'ctx>, JitError> {
    let b = &ir.builder;
    let mix = |z: VectorValue<'ctx>, by: u64| {
        b.build_xor(z, b.build_right_shift(z, ir.word(by), false, "")?, "")
    };
    let z = b.build_int_mul(mix(counter, 30)?, ir.word(0xbf58_476d_1ce4_e5b9), "")?;
    let z = b.build_int_mul(mix(z, 27)?, ir.word(0x94d0_49bb_1331_11eb), "")?;
    Ok(mix(z, 31)?)
}

/// The output and the step of xoshiro256+.
fn next_word<'ctx>(
    ir: &Ir<'_, 'ctx>,
    state: &mut [VectorValue<'ctx>; 4],
) -> Result<VectorValue<'ctx>, JitError> {
    let b = &ir.builder;
    let [s0, s1, s2, s3] = *state;
    let word = b.build_int_add(s0, s3, "word")?;
    let t = b.build_left_shift(s1, ir.word(17), "t")?;
    let s2 = b.build_xor(s2, s0, "s2")?;
    let s3 = b.build_xor(s3, s1, "s3")?;
    let s1 = b.build_xor(s1, s2, "s1")?;
    let s0 = b.build_xor(s0, s3, "s0")?;
    let s2 = b.build_xor(s2, t, "s2")?;
    let s3 = ir.intrinsic("llvm.fshl", &[s3, s3, ir.word(45)])?;
    *state = [s0, s1, s2, s3];
    Ok(word)
}

/// The top 52 bits of a word as the fraction of d ∈ [1, 2).
fn one_to_two<'ctx>(
    ir: &Ir<'_, 'ctx>,
    word: VectorValue<'ctx>,
) -> Result<VectorValue<'ctx>, JitError> {
    let b = &ir.builder;
    let fraction = b.build_right_shift(word, ir.word(12), false, "fraction")?;
    ir.to_number(b.build_or(fraction, ir.word(0x3ff0_0000_0000_0000), "")?)
}
