//! The states that batches of Sobol' points start with, as the compiled loop takes them.

#![allow(
    clippy::indexing_slicing,
    reason = "callers give room for a word of each coordinate and batch; digits are those of a batch's number"
)]

use mc_core::net::Net;
use mc_core::{Plan, Replicates};

/// Finds the first points of batches that follow each other, group by group.
pub(crate) struct Starts<'n> {
    net: &'n Net,
    replicates: Replicates,
    /// Points of a batch: 2 to this power.
    batch: u32,
    /// The first point that was found last: replicate, index, and its state, a word a coordinate.
    last: (u64, u64),
    state: Vec<u64>,
}

impl<'n> Starts<'n> {
    /// For batches of `plan`, whose net and replicates these are.
    pub(crate) fn new(net: &'n Net, replicates: Replicates, plan: &Plan) -> Self {
        let batch = plan.batch_size().ilog2();
        Self { net, replicates, batch, last: (u64::MAX, 0), state: vec![0; net.dims()] }
    }

    /// Puts the states of the `width` batches from `first` on, a power of two, into `to`: for each coordinate
    /// a word a batch, as d ∈ [1, 2).
    ///
    /// `first` is a multiple of `width`, or the first batch of a smaller node of the tree, whose batches
    /// alone are then right. Beyond the last replicate there are points too, of replicates that
    /// nobody asked for.
    pub(crate) fn fill(&mut self, first: u64, width: usize, to: &mut [f64]) {
        let level = self.replicates.level().min(width.ilog2());
        let batches = 1 << level;
        for run in (0..width).step_by(batches) {
            let (replicate, index) = self.replicates.place(first + run as u64);
            self.go_to(replicate, index, self.batch + level);
            for (k, state) in self.state.iter().enumerate() {
                let to = &mut to[k * width + run..][..batches];
                to[0] = f64::from_bits(*state);
                // Twice as many: the Gray code of j + 2ᵏ is that of j and two digits more.
                for level in 0..level {
                    let step = self.step(self.batch + level, k);
                    let (from, next) = to.split_at_mut(1 << level);
                    for (from, to) in from.iter().zip(next) {
                        *to = f64::from_bits(from.to_bits() ^ step);
                    }
                }
            }
        }
    }

    /// Goes to a point whose index is a multiple of 2ˡ, l being `level` ≥ 1.
    fn go_to(&mut self, replicate: u64, index: u64, level: u32) {
        if self.last == (replicate, index.wrapping_sub(1 << level)) {
            // The next such point: one digit of the Gray code of index/2ˡ, and digit l − 1.
            let digit = index.trailing_zeros();
            for (k, state) in self.state.iter_mut().enumerate() {
                *state ^= self.net.words(level as usize - 1)[k] ^ self.net.words(digit as usize)[k];
            }
        } else {
            self.net.start(replicate, index, &mut self.state);
        }
        self.last = (replicate, index);
    }

    /// What leads from a point with zeros up to digit `digit` of its index to that with a one there.
    fn step(&self, digit: u32, k: usize) -> u64 {
        self.net.words(digit as usize - 1)[k] ^ self.net.words(digit as usize)[k]
    }
}
