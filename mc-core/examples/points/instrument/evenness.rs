//! How evenly points lie in the boxes that come of halving.

use super::DIGITS;

/// Two coordinates of some points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pair {
    /// Which they are.
    pub coordinates: [usize; 2],
    /// The least t for which these points are a (t, k, 2)-net: all boxes of area 2^(t − k) have 2^t points.
    pub t: u32,
    /// The largest difference between a box's share of the points and its area.
    pub deviation: f64,
}

/// Looks at two coordinates of N = 2^k points in all boxes of 2^−a × 2^−b with a + b ≤ k.
pub fn pair(points: &[Vec<u64>], [i, j]: [usize; 2]) -> Pair {
    let k = points.len().ilog2();
    let (mut even, mut deviation) = (k, 0.0f64);
    for halvings in 0..=k {
        for a in 0..=halvings {
            let counts = counts(points, [i, j], [a, halvings - a]);
            let share = points.len() as f64 / counts.len() as f64;
            for count in counts {
                let off = (f64::from(count) - share).abs() / points.len() as f64;
                deviation = deviation.max(off);
                if off > 0.0 {
                    even = even.min(halvings.saturating_sub(1));
                }
            }
        }
    }
    Pair { coordinates: [i, j], t: k - even, deviation }
}

/// All pairs of coordinates.
pub fn pairs(points: &[Vec<u64>]) -> Vec<Pair> {
    let dims = points[0].len();
    let of = |i| (i + 1..dims).map(move |j| [i, j]);
    (0..dims).flat_map(of).map(|coordinates| pair(points, coordinates)).collect()
}

/// How many points each box of 2^−a × 2^−b has.
fn counts(points: &[Vec<u64>], [i, j]: [usize; 2], [a, b]: [u32; 2]) -> Vec<u32> {
    let mut counts = vec![0; 1 << (a + b)];
    for point in points {
        let box_number = point[i] >> (DIGITS - a) << b | point[j] >> (DIGITS - b);
        counts[box_number as usize] += 1;
    }
    counts
}
