use super::*;

/// All coordinates of the first `count` points of a replicate, as fractions of 52 bits.
fn points(net: &Net, replicate: u64, count: u64) -> Vec<Vec<u64>> {
    let mut state = vec![0; net.dims()];
    net.start(replicate, 0, &mut state);
    (0..count)
        .map(|index| {
            let point = state.iter().map(|word| word ^ ONE).collect();
            net.step(index, &mut state);
            point
        })
        .collect()
}

/// The first ten points in three coordinates, from the page of Joe & Kuo.
#[test]
fn plain_points_are_those_that_are_published() {
    let known = [
        [0.0, 0.0, 0.0],
        [0.5, 0.5, 0.5],
        [0.75, 0.25, 0.25],
        [0.25, 0.75, 0.75],
        [0.375, 0.375, 0.625],
        [0.875, 0.875, 0.125],
        [0.625, 0.125, 0.875],
        [0.125, 0.625, 0.375],
        [0.1875, 0.3125, 0.9375],
        [0.6875, 0.8125, 0.4375],
    ];
    let net = Net::plain(3).unwrap();
    let own = points(&net, 5, 10);
    for (known, own) in known.into_iter().zip(own) {
        let own: Vec<_> = own.into_iter().map(|x| x as f64 / (1u64 << BITS) as f64).collect();
        assert_eq!(own, known);
    }
}

#[test]
fn any_point_can_be_the_first() {
    let net = Net::new(7, 3).unwrap();
    for replicate in [0, 1, 30] {
        let walked = points(&net, replicate, 300);
        for (index, walked) in (0..).zip(walked) {
            let mut state = vec![0; 7];
            net.start(replicate, index, &mut state);
            assert_eq!(state.iter().map(|word| word ^ ONE).collect::<Vec<_>>(), walked);
        }
    }
    // Far away too, and at the end.
    for index in [(1 << 40) - 1, (1 << 52) - 2] {
        let (mut state, mut next) = (vec![0; 7], vec![0; 7]);
        net.start(2, index, &mut state);
        net.step(index, &mut state);
        net.start(2, index + 1, &mut next);
        assert_eq!(state, next);
    }
}

/// In each of the boxes that come of `halvings` halvings, the same number of the first 2^`level` points.
fn is_even(points: &[Vec<u64>], halvings: u32) -> bool {
    let dims = points[0].len();
    let count = points.len() >> halvings;
    // How often each coordinate is halved: all ways to share the halvings.
    let mut shares = vec![vec![]];
    for left in (0..dims).rev() {
        shares = shares
            .into_iter()
            .flat_map(|share: Vec<u32>| {
                let rest = halvings - share.iter().sum::<u32>();
                let own = if left == 0 { rest..=rest } else { 0..=rest };
                own.map(move |own| [&share[..], &[own]].concat())
            })
            .collect();
    }
    shares.iter().all(|share| {
        let mut counts = vec![0; 1 << halvings];
        for point in points {
            let place = point.iter().zip(share).fold(0, |place, (x, digits)| {
                place << digits | (x >> (BITS as u32 - digits)) as usize
            });
            counts[place] += 1;
        }
        counts.iter().all(|own| *own == count)
    })
}

/// t of the first 1, 2, … coordinates: Σ (degree − 1) over their polynomials (Sobol' 1967; H. Niederreiter,
/// *Random Number Generation and Quasi-Monte Carlo Methods*, 1992).
const T: [u32; 6] = [0, 0, 1, 3, 5, 8];

#[test]
fn every_box_has_its_share_scrambled_or_not() {
    for (dims, t) in (1..).zip(T) {
        for net in
            [Net::plain(dims).unwrap(), Net::new(dims, 1).unwrap(), Net::new(dims, 2).unwrap()]
        {
            for replicate in [0, 3] {
                for level in t..=10 {
                    let points = points(&net, replicate, 1 << level);
                    assert!(is_even(&points, level - t), "{dims} coordinates, 2^{level} points");
                }
            }
        }
    }
}

/// Neither is it the case for a net with one wrong digit: the test above can fail.
#[test]
fn a_wrong_digit_is_seen() {
    let mut net = Net::new(2, 1).unwrap();
    net.words[2 * 3 + 1] ^= 1 << (BITS - 1);
    assert!(!is_even(&points(&net, 0, 1 << 8), 8));
}

/// A coordinate's scramble and shifts do not depend on how many others there are.
#[test]
fn more_coordinates_change_none_of_the_first() {
    let (few, many) = (Net::new(3, 9).unwrap(), Net::new(300, 9).unwrap());
    for (few, many) in points(&few, 4, 64).iter().zip(points(&many, 4, 64)) {
        assert_eq!(few[..], many[..3]);
    }
}

#[test]
fn seeds_replicates_and_coordinates_have_words_of_their_own() {
    let mut words: Vec<u64> = Vec::new();
    for seed in [0, 1, 2, 1 << 40] {
        let net = Net::new(40, seed).unwrap();
        for replicate in 0..31 {
            words.extend((0..40).map(|coordinate| net.shift(replicate, coordinate)));
        }
    }
    let all = words.len();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), all);
}

/// Each point is uniform over seeds and over replicates: the counts in 64 boxes of two coordinates have a χ²
/// with 63 degrees of freedom. It is above 120 once in 50,000 tests; there are 6, of fixed seeds.
#[test]
fn each_point_is_uniform() {
    for index in [0, 1, 1023] {
        for by_seed in [true, false] {
            let net = Net::new(5, 77).unwrap();
            let mut counts = [0.0; 64];
            for k in 0..6400 {
                let own;
                let (net, replicate) = match by_seed {
                    true => {
                        own = Net::new(5, k).unwrap();
                        (&own, 0)
                    }
                    false => (&net, k),
                };
                let mut state = [0; 5];
                net.start(replicate, index, &mut state);
                let eighth = |word: u64| ((word ^ ONE) >> (BITS - 3)) as usize;
                counts[8 * eighth(state[1]) + eighth(state[4])] += 1.0;
            }
            let square: f64 =
                counts.iter().map(|count: &f64| (count - 100.0).powi(2) / 100.0).sum();
            assert!(square < 120.0, "{square} for point {index}");
        }
    }
}

/// What it is for: the error falls faster than that of random points. A smooth integrand in three
/// coordinates, ∏ 3xⱼ² with mean 1; the root of the mean square error over 50 seeds from 2⁸ to 2¹⁴ points.
/// The slope found is −1.24; that of random points is −0.5.
#[test]
fn the_error_falls_faster_than_one_over_the_root() {
    let error = |level: u32| {
        let square = |seed: u64| {
            let net = Net::new(3, seed).unwrap();
            let value = |x: &Vec<u64>| {
                let x = |j: usize| (x[j] as f64 + 0.5) / (1u64 << BITS) as f64;
                27.0 * (x(0) * x(1) * x(2)).powi(2)
            };
            let mean = points(&net, 0, 1 << level).iter().map(value).sum::<f64>();
            (mean / f64::from(1u32 << level) - 1.0).powi(2)
        };
        ((0..50).map(square).sum::<f64>() / 50.0).sqrt()
    };
    let slope = (error(14) / error(8)).log2() / 6.0;
    assert!(slope < -1.1, "{slope}");
}
