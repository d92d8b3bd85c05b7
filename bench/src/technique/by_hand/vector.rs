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
    std::array::from_fn(|word| {
        V::from_fn(|lane| {
            let steps = (batch.wrapping_add(lane)).wrapping_mul(4).wrapping_add(word as u64 + 1);
            split_mix(start.wrapping_add(steps.wrapping_mul(GAMMA)))
        })
    })
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

/// 256 bits.
#[derive(Clone, Copy)]
pub(super) struct Four(__m256i);

// SAFETY, for all blocks below: this module is compiled only into builds for CPUs
// that have the instructions.
#[expect(clippy::undocumented_unsafe_blocks, reason = "one reason, above")]
impl Vector for Four {
    const LANES: usize = 4;
    type Numbers = __m256d;

    #[inline(always)]
    fn from_fn(word: impl Fn(u64) -> u64) -> Self {
        let words: [u64; 4] = std::array::from_fn(|lane| word(lane as u64));
        Self(unsafe { _mm256_loadu_si256(words.as_ptr().cast()) })
    }
    #[inline(always)]
    fn number(value: f64) -> __m256d {
        unsafe { _mm256_set1_pd(value) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(unsafe { _mm256_add_epi64(self.0, other.0) })
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(unsafe { _mm256_xor_si256(self.0, other.0) })
    }
    #[inline(always)]
    fn left_17(self) -> Self {
        Self(unsafe { _mm256_slli_epi64::<17>(self.0) })
    }
    #[inline(always)]
    fn rotated_45(self) -> Self {
        // 45 is not a whole number of bytes: two shifts, or one rotation where
        // the compiler knows of one.
        Self(unsafe {
            _mm256_or_si256(_mm256_slli_epi64::<45>(self.0), _mm256_srli_epi64::<19>(self.0))
        })
    }
    #[inline(always)]
    fn one_to_two(self) -> __m256d {
        unsafe {
            let exponent = _mm256_set1_epi64x(0x3ff0_0000_0000_0000);
            _mm256_castsi256_pd(_mm256_or_si256(_mm256_srli_epi64::<12>(self.0), exponent))
        }
    }
    #[inline(always)]
    fn mul_add(a: __m256d, b: __m256d, c: __m256d) -> __m256d {
        unsafe { _mm256_fmadd_pd(a, b, c) }
    }
    #[inline(always)]
    fn sum(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_add_pd(a, b) }
    }
    #[inline(always)]
    fn difference(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_sub_pd(a, b) }
    }
    #[inline(always)]
    fn store(numbers: __m256d, to: &mut [f64]) {
        let to: &mut [f64; 4] = to.try_into().expect("four places");
        unsafe { _mm256_storeu_pd(to.as_mut_ptr(), numbers) }
    }
    #[inline(always)]
    fn total(self, lanes: usize) -> u64 {
        let mut words = [0u64; 4];
        unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), self.0) };
        words.into_iter().take(lanes).fold(0, u64::wrapping_add)
    }
}

/// 512 bits.
#[cfg(target_feature = "avx512f")]
#[derive(Clone, Copy)]
pub(super) struct Eight(__m512i);

#[cfg(target_feature = "avx512f")]
#[expect(clippy::undocumented_unsafe_blocks, reason = "as for Four")]
impl Vector for Eight {
    const LANES: usize = 8;
    type Numbers = __m512d;

    #[inline(always)]
    fn from_fn(word: impl Fn(u64) -> u64) -> Self {
        let words: [u64; 8] = std::array::from_fn(|lane| word(lane as u64));
        Self(unsafe { _mm512_loadu_si512(words.as_ptr().cast()) })
    }
    #[inline(always)]
    fn number(value: f64) -> __m512d {
        unsafe { _mm512_set1_pd(value) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self(unsafe { _mm512_add_epi64(self.0, other.0) })
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        Self(unsafe { _mm512_xor_si512(self.0, other.0) })
    }
    #[inline(always)]
    fn left_17(self) -> Self {
        Self(unsafe { _mm512_slli_epi64::<17>(self.0) })
    }
    #[inline(always)]
    fn rotated_45(self) -> Self {
        Self(unsafe { _mm512_rol_epi64::<45>(self.0) })
    }
    #[inline(always)]
    fn one_to_two(self) -> __m512d {
        // Both steps at once: 0x3ff and the word side by side, shifted right by 12.
        #[cfg(target_feature = "avx512vbmi2")]
        unsafe {
            let exponent = _mm512_set1_epi64(0x3ff);
            _mm512_castsi512_pd(_mm512_shrdi_epi64::<12>(self.0, exponent))
        }
        #[cfg(not(target_feature = "avx512vbmi2"))]
        unsafe {
            let exponent = _mm512_set1_epi64(0x3ff0_0000_0000_0000);
            _mm512_castsi512_pd(_mm512_or_si512(_mm512_srli_epi64::<12>(self.0), exponent))
        }
    }
    #[inline(always)]
    fn mul_add(a: __m512d, b: __m512d, c: __m512d) -> __m512d {
        unsafe { _mm512_fmadd_pd(a, b, c) }
    }
    #[inline(always)]
    fn sum(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_add_pd(a, b) }
    }
    #[inline(always)]
    fn difference(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_sub_pd(a, b) }
    }
    #[inline(always)]
    fn store(numbers: __m512d, to: &mut [f64]) {
        let to: &mut [f64; 8] = to.try_into().expect("eight places");
        unsafe { _mm512_storeu_pd(to.as_mut_ptr(), numbers) }
    }
    #[inline(always)]
    fn total(self, lanes: usize) -> u64 {
        let mut words = [0u64; 8];
        unsafe { _mm512_storeu_si512(words.as_mut_ptr().cast(), self.0) };
        words.into_iter().take(lanes).fold(0, u64::wrapping_add)
    }
}
