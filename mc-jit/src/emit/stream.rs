//! The random streams of L batches at once, as in [`mc_core::stream`].

#![allow(clippy::indexing_slicing, reason = "`chunks_exact` gives four")]

use inkwell::values::{IntValue, VectorValue};
use mc_core::stream::GAMMA;

use super::ir::{Ir, Vectors};
use super::notes::Note;
use crate::cpu::Simd;
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
    /// `counter` is the SplitMix64 counter before the first word of batch b. The
    /// words are computed in a loop, through memory: written out, they would take
    /// longer to compile than all the rest.
    pub(super) fn start(
        ir: &Ir<'_, 'ctx>,
        counter: IntValue<'ctx>,
        chains: usize,
    ) -> Result<Self, JitError> {
        let (b, lanes) = (&ir.builder, u64::from(ir.lanes()));
        let memory = ir.memory.get();
        let steps = ir.words(|lane| GAMMA.wrapping_mul(4 * lane + 1));

        // Round 4c + k: word k of chain c, 4·L·c + k steps from the first.
        let seed = ir.begin_loop("seed", ir.int(4 * chains as u64), &[])?;
        let chain = b.build_right_shift(seed.index, ir.int(2), false, "chain")?;
        let before = b.build_int_mul(chain, ir.int(4 * lanes), "")?;
        let word = b.build_and(seed.index, ir.int(3), "")?;
        let before = b.build_int_add(before, word, "")?;
        let before = b.build_int_mul(before, ir.int(GAMMA), "")?;
        let counter = ir.splat(b.build_int_add(counter, before, "")?)?;
        let word = split_mix(ir, b.build_int_add(counter, steps, "")?)?;
        let place = ir.at(memory, b.build_int_mul(seed.index, ir.int(lanes), "")?)?;
        b.build_store(place, word)?;
        ir.end_loop(seed, &[])?;

        let word = |k: u64| ir.load_words(ir.at(memory, ir.int(k * lanes))?);
        let states = (0..chains as u64)
            .map(|c| Ok([word(4 * c)?, word(4 * c + 1)?, word(4 * c + 2)?, word(4 * c + 3)?]))
            .collect::<Result<_, JitError>>()?;
        Ok(Self { states })
    }

    /// The doubles of memory that [`start`](Self::start) needs.
    pub(super) fn doubles(ir: &Ir<'_, 'ctx>, chains: usize) -> u64 {
        4 * chains as u64 * u64::from(ir.lanes())
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
    let s3 = b.build_xor(s3, s1, "s3")?;
    let xor = |a, b_| b.build_xor(a, b_, "xor");
    // s₁ ⊕ s₂ ⊕ s₀ and s₂ ⊕ s₀ ⊕ t: they can share s₂ ⊕ s₀. AVX-512 has one
    // instruction for two xors, which LLVM takes if they share nothing.
    let (s1, s2) = if ir.simd == Simd::Avx512 {
        (b.build_xor(xor(s1, s2)?, s0, "s1")?, b.build_xor(xor(s2, t)?, s0, "s2")?)
    } else {
        let shared = xor(s2, s0)?;
        (b.build_xor(s1, shared, "s1")?, b.build_xor(shared, t, "s2")?)
    };
    let s0 = b.build_xor(s0, s3, "s0")?;
    let s3 = ir.intrinsic("llvm.fshl", &[s3, s3, ir.word(45)])?;
    *state = [s0, s1, s2, s3];
    Ok(word)
}

/// The top 52 bits of a word as the fraction of d ∈ [1, 2): the words 0x3ff and
/// `word` side by side, shifted by 12. For that too AVX-512 has one instruction.
fn one_to_two<'ctx>(
    ir: &Ir<'_, 'ctx>,
    word: VectorValue<'ctx>,
) -> Result<VectorValue<'ctx>, JitError> {
    ir.to_number(ir.intrinsic("llvm.fshr", &[ir.word(0x3ff), word, ir.word(12)])?)
}
