//! One random stream a batch: xoshiro256+ seeded from SplitMix64.
//!
//! Batch b of a run owns a xoshiro256+ generator (Blackman & Vigna,
//! *Scrambled linear pseudorandom number generators*, ACM TOMS 47, 2021). Its
//! four state words are outputs 4b, 4b+1, 4b+2, 4b+3 of one SplitMix64 sequence
//! (Steele, Lea & Flood, *Fast splittable pseudorandom number generators*,
//! OOPSLA 2014). SplitMix64 is a bijection of a counter, so all state words of
//! a run are distinct, no two batches start in the same state, and any batch
//! can be started without the ones before it.

use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use crate::support::Affine;

/// The increment of the SplitMix64 counter: 2⁶⁴/φ, odd.
pub const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The output function of SplitMix64, a bijection (Stafford's "Mix13").
#[inline(always)]
pub const fn split_mix(counter: u64) -> u64 {
    let z = (counter ^ (counter >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Where a run's SplitMix64 sequence starts.
///
/// All SplitMix64 sequences are parts of one cycle of 2⁶⁴ counters, so the
/// seed is scrambled (the finalizer of MurmurHash3, another bijection): the
/// sequences of seeds 0, 1, 2, … then start far apart, and streams of
/// neighbouring seeds do not overlap.
#[inline]
pub const fn scramble(seed: u64) -> u64 {
    let z = (seed ^ (seed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    let z = (z ^ (z >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    z ^ (z >> 33)
}

/// The xoshiro256+ state that batch `batch` starts in; `start` is the
/// [`scramble`]d seed.
#[inline]
pub const fn initial_state(start: u64, batch: u64) -> [u64; 4] {
    let counter = start.wrapping_add(batch.wrapping_mul(4).wrapping_mul(GAMMA));
    [
        split_mix(counter.wrapping_add(GAMMA)),
        split_mix(counter.wrapping_add(GAMMA.wrapping_mul(2))),
        split_mix(counter.wrapping_add(GAMMA.wrapping_mul(3))),
        split_mix(counter.wrapping_add(GAMMA.wrapping_mul(4))),
    ]
}

/// The top 52 bits of a word as the fraction of d ∈ [1, 2).
#[inline(always)]
pub const fn one_to_two(word: u64) -> f64 {
    f64::from_bits((word >> 12) | 0x3ff0_0000_0000_0000)
}

/// The random stream of one batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream(Xoshiro256Plus);

impl Stream {
    /// The stream of batch `batch` in a run with this seed.
    #[inline]
    pub fn new(seed: u64, batch: u64) -> Self {
        let mut bytes = [0; 32];
        let state = initial_state(scramble(seed), batch);
        for (place, word) in bytes.chunks_exact_mut(8).zip(state) {
            place.copy_from_slice(&word.to_le_bytes());
        }
        Self(Xoshiro256Plus::from_seed(bytes))
    }

    /// The next 64 random bits; the lowest are the weakest, and are not used.
    #[inline(always)]
    pub fn next_word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// Draws one point of the box: one word a coordinate, in coordinate order.
    ///
    /// `axes` and `x` have one entry a coordinate.
    #[inline(always)]
    pub fn draw(&mut self, axes: &[Affine], x: &mut [f64]) {
        for (x, axis) in x.iter_mut().zip(axes) {
            *x = axis.apply(one_to_two(self.next_word()));
        }
    }
}

#[cfg(test)]
mod tests {
    use rand_xoshiro::SplitMix64;

    use super::*;

    /// First outputs of Vigna's reference splitmix64.c for x = 1234567.
    #[test]
    fn split_mix_known_answers() {
        let known = [
            6457827717110365317,
            3203168211198807973,
            9817491932198370423,
            4593380528125082431,
            16408922859458223821u64,
        ];
        for (k, known) in known.into_iter().enumerate() {
            let counter = 1234567u64.wrapping_add(GAMMA.wrapping_mul(k as u64 + 1));
            assert_eq!(split_mix(counter), known);
        }
    }

    /// First outputs of Vigna's reference xoshiro256plus.c from state 1, 2, 3, 4.
    #[test]
    fn xoshiro_known_answers() {
        let mut bytes = [0; 32];
        for (k, word) in [1u64, 2, 3, 4].into_iter().enumerate() {
            bytes[8 * k..8 * k + 8].copy_from_slice(&word.to_le_bytes());
        }
        let mut stream = Stream(Xoshiro256Plus::from_seed(bytes));
        let known =
            [5, 211106232532999, 211106635186183, 9223759065350669058, 9250833439874351877u64];
        for known in known {
            assert_eq!(stream.next_word(), known);
        }
    }

    #[test]
    fn states_are_consecutive_split_mix_outputs() {
        for seed in [0, 1, 42, u64::MAX] {
            let mut sequence = SplitMix64::seed_from_u64(scramble(seed));
            for batch in 0..100 {
                for word in initial_state(scramble(seed), batch) {
                    assert_eq!(word, sequence.next_u64());
                }
            }
        }
    }

    #[test]
    fn far_batches_start_where_the_sequence_says() {
        let batch = 1 << 50;
        let counter = scramble(9).wrapping_add(GAMMA.wrapping_mul(4 * batch));
        let mut sequence = SplitMix64::seed_from_u64(counter);
        assert_eq!(initial_state(scramble(9), batch), std::array::from_fn(|_| sequence.next_u64()));
    }

    #[test]
    fn d_covers_one_to_two() {
        assert_eq!(one_to_two(0), 1.0);
        assert_eq!(one_to_two(0xfff), 1.0, "the low 12 bits do not count");
        assert_eq!(one_to_two(u64::MAX), 2.0 - f64::EPSILON);
        assert_eq!(one_to_two(1 << 63), 1.5);
    }
}
