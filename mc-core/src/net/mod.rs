//! Randomised Sobol' points: better spread than random ones, and still with an honest error.
//!
//! Random points leave gaps and clusters: the error of a mean over M of them falls as 1/√M, whatever
//! the integrand. Sobol' points fill the box as evenly as they can. The first N = 2ᵏ of them
//! are a *(t, k, n)-net*: every box that comes of halving the unit box k − t times has the same number of
//! points, 2ᵗ. Where f is smooth, or depends on few coordinates at a time, the error falls nearly as 1/N.
//!
//! Such points are not random, so they tell no error. [`Net`] randomises them so that they do, and stay a
//! net: each point is uniform in the box, and the means of *replicates* (the same net with another shift)
//! are independent, given the scramble, and without bias, so their spread is the error of their mean.
//!
//! - The *linear scramble* of a run: the binary digits of each coordinate are multiplied by a random
//!   lower triangular matrix with ones on its diagonal (J. Matoušek, *Journal of Complexity* 14, 1998).
//! - The *digital shift* of each replicate and coordinate: a random word is added without carry
//!   (R. Cranley & T. N. L. Patterson's idea, *SIAM J. Numer. Anal.* 13, 1976, in base 2).
//!
//! Both are functions of the seed, so a point is one of seed, replicate and index alone, on every machine.
//! Points come in the order of the Gray code (I. A. Antonov & V. M. Saleev 1979): from one to the next each
//! coordinate changes by one direction number, the same k in all coordinates and replicates. The state is
//! kept with the exponent bits of [1, 2), so that it *is* d, what [`Affine`](crate::Affine) takes to the box.
//! [`SobolPoints`](crate::SobolPoints) draws them, batch by batch.
//!
//! ```
//! use mc_core::net::Net;
//!
//! let net = Net::new(2, 7)?;
//! let (mut state, mut points) = (vec![0; 2], vec![]);
//! net.start(0, 0, &mut state);
//! for index in 0..4 {
//!     points.push([state[0], state[1]].map(|d| f64::from_bits(d) - 1.0));
//!     net.step(index, &mut state);
//! }
//! // One of four points in each quarter, whatever the seed.
//! for quarter in [[0.0, 0.0], [0.0, 0.5], [0.5, 0.0], [0.5, 0.5]] {
//!     let inside = |x: &&[f64; 2]| (0..2).all(|j| x[j] >= quarter[j] && x[j] < quarter[j] + 0.5);
//!     assert_eq!(points.iter().filter(inside).count(), 1);
//! }
//! # Ok::<(), mc_core::net::NetError>(())
//! ```
#![allow(
    clippy::indexing_slicing,
    reason = "a digit is below 52, and there are 52 words a coordinate; a position is that of a net"
)]

mod direction;
mod starts;

pub use direction::{BITS, Directions, MAX_DIMS, NetError, directions};
pub use starts::Starts;

use std::sync::{Arc, Mutex, PoisonError};

use crate::stream::{GAMMA, scramble, split_mix};

/// The exponent bits of [1, 2).
const ONE: u64 = 1.0f64.to_bits();

/// Sobol' points in `dims` coordinates, scrambled, in any number of replicates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Net {
    dims: usize,
    /// Where the sequence of this run's shifts starts; none leaves the points as Sobol' has them.
    start: Option<u64>,
    /// Digit by digit, the direction numbers of all coordinates: 52·dims words of 52 bits.
    words: Vec<u64>,
}

impl Net {
    /// The net of a run with this seed.
    ///
    /// # Errors
    ///
    /// [`NetError::Dims`] for no coordinates, or for more than [`MAX_DIMS`].
    pub fn new(dims: usize, seed: u64) -> Result<Self, NetError> {
        let start = scramble(seed ^ OTHER_THAN_STREAMS);
        let mut coordinates = directions(dims)?;
        for (coordinate, v) in coordinates.iter_mut().enumerate() {
            let columns = scramble_of(start, coordinate);
            v.iter_mut().for_each(|v| *v = product(&columns, *v));
        }
        Ok(Self::of(&coordinates, Some(start)))
    }

    /// [`Net::new`], made once for the runs of a seed: those that were asked for last are kept.
    ///
    /// # Errors
    ///
    /// As [`Net::new`].
    pub fn shared(dims: usize, seed: u64) -> Result<Arc<Self>, NetError> {
        static LAST: Mutex<Vec<(u64, Arc<Net>)>> = Mutex::new(Vec::new());
        let known = |nets: &[(u64, Arc<Self>)]| {
            nets.iter().position(|(of, net)| (*of, net.dims) == (seed, dims))
        };
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = known(&last) {
            return Ok(Arc::clone(&last[place].1));
        }
        // Others need not wait meanwhile, and may make it too.
        drop(last);
        let net = Arc::new(Self::new(dims, seed)?);
        last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        last.truncate((KEPT_WORDS / net.words.len()).clamp(4, 64));
        last.insert(0, (seed, Arc::clone(&net)));
        Ok(net)
    }

    /// Sobol' points as they are: not random, and each replicate the same. The first is the corner.
    ///
    /// # Errors
    ///
    /// As [`Net::new`].
    pub fn plain(dims: usize) -> Result<Self, NetError> {
        Ok(Self::of(&directions(dims)?, None))
    }

    fn of(coordinates: &[Directions], start: Option<u64>) -> Self {
        let words = (0..BITS).flat_map(|digit| coordinates.iter().map(move |v| v[digit])).collect();
        Self { dims: coordinates.len(), start, words }
    }

    /// The number of coordinates.
    pub fn dims(&self) -> usize {
        self.dims
    }

    /// What is added, digit by digit, to all points of a replicate in this coordinate: 52 bits.
    pub fn shift(&self, replicate: u64, coordinate: usize) -> u64 {
        let place = (replicate + 1) << PLACES | coordinate as u64;
        self.start.map_or(0, |start| word(start, place) >> (u64::BITS - BITS as u32))
    }

    /// Where the SplitMix64 sequence of the shifts starts, for who computes them where the points are drawn: that of a
    /// replicate and coordinate is the top 52 bits of word (replicate + 1)·2²¹ + coordinate. None where there are no shifts.
    pub fn start_of_shifts(&self) -> Option<u64> {
        self.start
    }

    /// The direction numbers of digit `digit`, below [`BITS`], one a coordinate.
    #[inline]
    pub fn words(&self, digit: usize) -> &[u64] {
        &self.words[digit * self.dims..][..self.dims]
    }

    /// All direction numbers: those of digit 0, one a coordinate, then those of digit 1, …, 52 times.
    #[inline]
    pub fn all_words(&self) -> &[u64] {
        &self.words
    }

    /// Puts point `index`, below 2⁵², of a replicate into `state`, one word a coordinate: the bits of
    /// d ∈ [1, 2). It needs none of the points before.
    ///
    /// The digits of its Gray code, index ⊕ index/2, say which direction numbers it is made of.
    pub fn start(&self, replicate: u64, index: u64, state: &mut [u64]) {
        debug_assert!(index >> BITS == 0);
        for (coordinate, state) in state.iter_mut().enumerate() {
            *state = ONE | self.shift(replicate, coordinate);
        }
        let gray = index ^ index >> 1;
        for digit in (0..BITS).filter(|digit| gray >> digit & 1 == 1) {
            self.add(digit, state);
        }
    }

    /// From point `index` to the next.
    #[inline(always)]
    pub fn step(&self, index: u64, state: &mut [u64]) {
        // The last point has no next one; its state is not used.
        self.add(((index + 1).trailing_zeros() as usize).min(BITS - 1), state);
    }

    #[inline(always)]
    fn add(&self, digit: usize, state: &mut [u64]) {
        for (state, word) in state.iter_mut().zip(self.words(digit)) {
            *state ^= word;
        }
    }
}

/// The net of a seed shares no words with the streams of that seed.
const OTHER_THAN_STREAMS: u64 = 0x536f_626f_6c27;

/// The numbers of all words that scramble are below 2^`PLACES`, as those of a replicate's shifts are
/// beside (replicate + 1)·2^`PLACES`.
const PLACES: u32 = 21;

/// Word `place` of a SplitMix64 sequence.
fn word(start: u64, place: u64) -> u64 {
    split_mix(start.wrapping_add(place.wrapping_add(1).wrapping_mul(GAMMA)))
}

/// Nets are kept while they have fewer words than this, 16 MiB, or are few: each of many threads may be at another seed.
const KEPT_WORDS: usize = 1 << 21;

/// The columns of a coordinate's random matrix: column i has a one in place i, and random digits below.
fn scramble_of(start: u64, coordinate: usize) -> Directions {
    std::array::from_fn(|digit| {
        let one = 1 << (BITS - 1 - digit);
        one | word(start, (coordinate as u64) << 6 | digit as u64) & (one - 1)
    })
}

/// The matrix times a vector of binary digits.
fn product(columns: &Directions, digits: u64) -> u64 {
    let (mut left, mut sum) = (digits, 0);
    while left != 0 {
        sum ^= columns[BITS - 1 - left.trailing_zeros() as usize];
        left &= left - 1;
    }
    sum
}

#[cfg(test)]
mod tests;
