//! The few vector operations that the loop by hand is made of, for each width.
//!
//! Chosen by `cfg`, not at run time: the workspace is built for the CPU at hand,
//! and only then are these one instruction each wherever they are inlined.

use std::arch::x86_64::*;

use mc_core::stream::{GAMMA, split_mix};

/// As many 64-bit lanes as one register has, as words and as numbers.
pub(super) trait Vector: Copy {
    /// How many.
    const LANES: usize;
    /// The same register seen as numbers.
    type Numbers: Copy;

    /// One word a lane.
    fn from_fn(word: impl Fn(u64) -> u64) -> Self;
    /// `word` in every lane.
    fn every(word: u64) -> Self;
    /// Words that are the bits of numbers.
    fn numbers(self) -> Self::Numbers;
    /// `value` in every lane.
    fn number(value: f64) -> Self::Numbers;
    /// Words added modulo 2⁶⁴.
    fn add(self, other: Self) -> Self;
    /// Bitwise exclusive or.
    fn xor(self, other: Self) -> Self;
    /// Shifted left by 17.
    fn left_17(self) -> Self;
    /// Rotated left by 45.
    fn rotated_45(self) -> Self;
    /// The top 52 bits as the fraction of d ∈ [1, 2).
    fn one_to_two(self) -> Self::Numbers;
    /// a·b + c, rounded once.
    fn mul_add(a: Self::Numbers, b: Self::Numbers, c: Self::Numbers) -> Self::Numbers;
    /// a + b.
    fn sum(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    /// a − b.
    fn difference(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    /// The lanes, in order.
    fn store(numbers: Self::Numbers, to: &mut [f64]);
    /// The sum modulo 2⁶⁴ of the words in the first `lanes` lanes.
    fn total(self, lanes: usize) -> u64;
}

/// The states of the streams of batches `batch`, `batch + 1`, …, one a lane.
#[inline(always)]
pub(super) fn states<V: Vector>(start: u64, batch: u64) -> [V; 4] {
    let word = |word: u64| {
        V::from_fn(|lane| {
            let steps = (batch.wrapping_add(lane)).wrapping_mul(4).wrapping_add(word + 1);
            split_mix(start.wrapping_add(steps.wrapping_mul(GAMMA)))
        })
    };
    [word(0), word(1), word(2), word(3)]
}

/// The next word of each stream: xoshiro256+.
#[inline(always)]
pub(super) fn next_word<V: Vector>(state: &mut [V; 4]) -> V {
    let [s0, s1, s2, s3] = *state;
    let t = s2.xor(s0);
    let u = s3.xor(s1);
    *state = [s0.xor(u), s1.xor(t), t.xor(s1.left_17()), u.rotated_45()];
    s0.add(s3)
}

/// What is the same for every width but the names of the instructions.
macro_rules! vector {
    (
        $vector:ident, $lanes:literal, $words:ty, $numbers:ty,
        load $load:ident, keep $keep:ident, word $word:ident, bits $bits:ident,
        every $every:ident, store $store:ident,
        add $add:ident, xor $xor:ident, left $left:ident, rotated $rotated:ident,
        fraction $fraction:ident, mul_add $mul_add:ident, sum $sum:ident, difference $difference:ident
    ) => {
        #[derive(Clone, Copy)]
        pub(super) struct $vector($words);

        // SAFETY, for all blocks: this module is compiled only into builds for CPUs that have the
        // instructions, and arrays are as long as a register.
        #[expect(clippy::undocumented_unsafe_blocks, reason = "one reason, above")]
        impl Vector for $vector {
            const LANES: usize = $lanes;
            type Numbers = $numbers;

            #[inline(always)]
            fn from_fn(word: impl Fn(u64) -> u64) -> Self {
                let mut words = [0; $lanes];
                for (lane, to) in words.iter_mut().enumerate() {
                    *to = word(lane as u64);
                }
                Self(unsafe { $load(words.as_ptr().cast()) })
            }
            #[inline(always)]
            fn every(word: u64) -> Self {
                Self(unsafe { $word(word.cast_signed()) })
            }
            #[inline(always)]
            fn numbers(self) -> $numbers {
                unsafe { $bits(self.0) }
            }
            #[inline(always)]
            fn number(value: f64) -> $numbers {
                unsafe { $every(value) }
            }
            #[inline(always)]
            fn add(self, other: Self) -> Self {
                Self(unsafe { $add(self.0, other.0) })
            }
            #[inline(always)]
            fn xor(self, other: Self) -> Self {
                Self(unsafe { $xor(self.0, other.0) })
            }
            #[inline(always)]
            fn left_17(self) -> Self {
                Self(unsafe { $left::<17>(self.0) })
            }
            #[inline(always)]
            fn rotated_45(self) -> Self {
                Self(unsafe { $rotated(self.0) })
            }
            #[inline(always)]
            fn one_to_two(self) -> $numbers {
                unsafe { $fraction(self.0) }
            }
            #[inline(always)]
            fn mul_add(a: $numbers, b: $numbers, c: $numbers) -> $numbers {
                unsafe { $mul_add(a, b, c) }
            }
            #[inline(always)]
            fn sum(a: $numbers, b: $numbers) -> $numbers {
                unsafe { $sum(a, b) }
            }
            #[inline(always)]
            fn difference(a: $numbers, b: $numbers) -> $numbers {
                unsafe { $difference(a, b) }
            }
            #[inline(always)]
            fn store(numbers: $numbers, to: &mut [f64]) {
                // Who calls it hands out as many places as there are lanes.
                let to: &mut [f64; $lanes] = to.try_into().expect("a place for each lane");
                unsafe { $store(to.as_mut_ptr(), numbers) }
            }
            #[inline(always)]
            fn total(self, lanes: usize) -> u64 {
                let mut words = [0u64; $lanes];
                unsafe { $keep(words.as_mut_ptr().cast(), self.0) };
                words.into_iter().take(lanes).fold(0, u64::wrapping_add)
            }
        }
    };
}

// 256 bits.
vector!(
    Four, 4, __m256i, __m256d,
    load _mm256_loadu_si256, keep _mm256_storeu_si256, word _mm256_set1_epi64x, bits _mm256_castsi256_pd,
    every _mm256_set1_pd, store _mm256_storeu_pd,
    add _mm256_add_epi64, xor _mm256_xor_si256, left _mm256_slli_epi64, rotated rotated_256,
    fraction fraction_256, mul_add _mm256_fmadd_pd, sum _mm256_add_pd, difference _mm256_sub_pd
);

/// 45 is not a whole number of bytes: two shifts, or one rotation where the compiler knows of one.
#[inline(always)]
unsafe fn rotated_256(words: __m256i) -> __m256i {
    // SAFETY: as above.
    unsafe { _mm256_or_si256(_mm256_slli_epi64::<45>(words), _mm256_srli_epi64::<19>(words)) }
}

#[inline(always)]
unsafe fn fraction_256(words: __m256i) -> __m256d {
    // SAFETY: as above.
    unsafe {
        let exponent = _mm256_set1_epi64x(0x3ff0_0000_0000_0000);
        _mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64::<12>(words), exponent))
    }
}

// 512 bits.
#[cfg(target_feature = "avx512f")]
vector!(
    Eight, 8, __m512i, __m512d,
    load _mm512_loadu_si512, keep _mm512_storeu_si512, word _mm512_set1_epi64, bits _mm512_castsi512_pd,
    every _mm512_set1_pd, store _mm512_storeu_pd,
    add _mm512_add_epi64, xor _mm512_xor_si512, left _mm512_slli_epi64, rotated rotated_512,
    fraction fraction_512, mul_add _mm512_fmadd_pd, sum _mm512_add_pd, difference _mm512_sub_pd
);

#[cfg(target_feature = "avx512f")]
#[inline(always)]
unsafe fn rotated_512(words: __m512i) -> __m512i {
    // SAFETY: as above.
    unsafe { _mm512_rol_epi64::<45>(words) }
}

#[cfg(target_feature = "avx512f")]
#[inline(always)]
unsafe fn fraction_512(words: __m512i) -> __m512d {
    // Both steps at once: 0x3ff and the word side by side, shifted right by 12.
    #[cfg(target_feature = "avx512vbmi2")]
    // SAFETY: as above.
    unsafe {
        _mm512_castsi512_pd(_mm512_shrdi_epi64::<12>(words, _mm512_set1_epi64(0x3ff)))
    }
    #[cfg(not(target_feature = "avx512vbmi2"))]
    // SAFETY: as above.
    unsafe {
        let exponent = _mm512_set1_epi64(0x3ff0_0000_0000_0000);
        _mm512_castsi512_pd(_mm512_or_si512(_mm512_srli_epi64::<12>(words), exponent))
    }
}
