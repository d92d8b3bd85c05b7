//! The first points of batches side by side.

use super::Net;
use crate::plan::{Plan, Replicates};

/// Finds the first points of batches that are drawn side by side, one in each lane of vectors: with a few xors a
/// coordinate and batch, where [`Net::start`] takes one for each digit.
///
/// ```
/// use mc_core::Plan;
/// use mc_core::net::Starts;
///
/// let plan = Plan::sobol(20_000, 7)?;
/// let (net, replicates) = plan.net(3)?.expect("Sobol' points");
/// // Of each of three coordinates, the words of batches 8 to 15.
/// let mut words = [0; 3 * 8];
/// Starts::new(&net, replicates, &plan).fill(8, 8, &mut words);
///
/// let mut tenth = [0; 3];
/// let (replicate, index) = replicates.place(10);
/// net.start(replicate, index, &mut tenth);
/// assert_eq!([words[2], words[8 + 2], words[16 + 2]], tenth);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Starts<'n> {
    net: &'n Net,
    replicates: Replicates,
    /// A batch has 2 to this power points.
    batch: u32,
    /// The replicate and index of the point in `state`.
    place: Option<(u64, u64)>,
    state: Vec<u64>,
}

impl<'n> Starts<'n> {
    /// For the batches of `plan`, whose net and replicates these are ([`Plan::net`]).
    pub fn new(net: &'n Net, replicates: Replicates, plan: &Plan) -> Self {
        let batch = plan.batch_size().ilog2();
        Self { net, replicates, batch, place: None, state: vec![0; net.dims()] }
    }

    /// Puts the first points of the `width` batches from `first` on into `to`: for coordinate 0 a word a batch, the
    /// bits of d ∈ [1, 2), then for coordinate 1, …. `to` has room for them.
    ///
    /// `width` is a power of two and `first` a multiple of it; or `first` is that of a node of the tree with fewer
    /// batches, and then only theirs are right. Batches beyond the last replicate get points of a further one.
    pub fn fill(&mut self, first: u64, width: usize, to: &mut [u64]) {
        debug_assert!(width.is_power_of_two() && to.len() >= width * self.net.dims());
        // So many of them are of one replicate.
        let level = self.replicates.level().min(width.ilog2());
        for run in (0..width).step_by(1 << level) {
            let (replicate, index) = self.replicates.place(first + run as u64);
            self.go_to(replicate, index, self.batch + level);
            for (k, state) in self.state.iter().enumerate() {
                let to = &mut to[k * width + run..][..1 << level];
                to[0] = *state;
                // Twice as many.
                for level in 0..level {
                    let step = self.step(self.batch + level, k);
                    let (done, next) = to.split_at_mut(1 << level);
                    next.iter_mut().zip(done).for_each(|(next, done)| *next = *done ^ step);
                }
            }
        }
    }

    /// Goes to a point whose index is a multiple of 2ˡ, l being `level`, 1 or more.
    fn go_to(&mut self, replicate: u64, index: u64, level: u32) {
        let before = index.checked_sub(1 << level).map(|index| (replicate, index));
        if before.is_some() && before == self.place {
            // From one such point to the next, the Gray code changes in one digit from l on, and in digit l − 1.
            let digit = index.trailing_zeros() as usize;
            let words = self.net.words(level as usize - 1).iter().zip(self.net.words(digit));
            for (state, (a, b)) in self.state.iter_mut().zip(words) {
                *state ^= a ^ b;
            }
        } else {
            self.net.start(replicate, index, &mut self.state);
        }
        self.place = Some((replicate, index));
    }

    /// What leads from a point whose index has zeros in digits 0 to `digit`, 1 or more, to the one with a one in `digit`,
    /// and from those that follow the first to those that follow the second.
    fn step(&self, digit: u32, coordinate: usize) -> u64 {
        let digit = digit as usize;
        self.net.words(digit)[coordinate] ^ self.net.words(digit - 1)[coordinate]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_batch_starts_at_its_point() {
        for samples in [32, 63, 100, 1_000, 20_000, 31 << 12] {
            let plan = Plan::sobol(samples, 5).unwrap();
            let (net, replicates) = plan.net(4).unwrap().unwrap();
            for width in [1, 2, 4, 8, 32] {
                let mut starts = Starts::new(&net, replicates, &plan);
                let mut words = vec![0; 4 * width];
                for batch in 0..plan.batches() {
                    let lane = batch as usize % width;
                    if lane == 0 {
                        starts.fill(batch, width, &mut words);
                    }
                    let (replicate, index) = replicates.place(batch);
                    let mut expected = [0; 4];
                    net.start(replicate, index, &mut expected);
                    let got = [0, 1, 2, 3].map(|k| words[k * width + lane]);
                    assert_eq!(got, expected, "{samples} {width} {batch}");
                }
            }
        }
    }

    #[test]
    fn a_smaller_node_has_its_own_batches() {
        let plan = Plan::sobol(16 << 10, 5).unwrap();
        let (net, replicates) = plan.net(2).unwrap().unwrap();
        let mut words = [0; 2 * 16];
        Starts::new(&net, replicates, &plan).fill(4, 16, &mut words);
        for lane in 0..4 {
            let (replicate, index) = replicates.place(4 + lane as u64);
            let mut expected = [0; 2];
            net.start(replicate, index, &mut expected);
            assert_eq!([words[lane], words[16 + lane]], expected);
        }
    }
}
