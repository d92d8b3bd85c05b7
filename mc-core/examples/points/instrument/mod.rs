//! Points of the unit square to look at, and how evenly they lie.

pub mod evenness;
pub mod picture;

use mc_core::Stream;
use mc_core::net::Net;

/// The seed of all that is shown.
pub const SEED: u64 = 1;

/// The first `count` points of replicate 0 of a run's Sobol' points: the 52 digits of each coordinate.
pub fn sobol(dims: usize, seed: u64, count: u64) -> Vec<Vec<u64>> {
    let net = Net::new(dims, seed).expect("few coordinates");
    let mut state = vec![0; dims];
    net.start(0, 0, &mut state);
    let mut points = Vec::new();
    for index in 0..count {
        points.push(state.iter().map(|word| digits(f64::from_bits(*word))).collect());
        net.step(index, &mut state);
    }
    points
}

/// The first `count` points of a stream, as [`sobol`] has them.
pub fn random(dims: usize, seed: u64, count: u64) -> Vec<Vec<u64>> {
    let mut stream = Stream::new(seed, 0);
    let unit = mc_core::Affine { scale: 1.0, offset: 0.0 };
    let (axes, mut d) = (vec![unit; dims], vec![0.0; dims]);
    let mut point = || {
        stream.draw(&axes, &mut d);
        d.iter().map(|d| digits(*d)).collect()
    };
    (0..count).map(|_| point()).collect()
}

/// The number of binary digits of a coordinate.
pub const DIGITS: u32 = 52;

/// The digits of d − 1, for d in [1, 2).
fn digits(d: f64) -> u64 {
    d.to_bits() & ((1 << DIGITS) - 1)
}
