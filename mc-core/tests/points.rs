//! Sobol' points to look at: the chapter's picture, and what it says of pairs of coordinates.

#[path = "../examples/points/instrument/mod.rs"]
mod instrument;

use instrument::evenness::{Pair, pair, pairs};
use instrument::{SEED, picture, random, sobol};

#[test]
fn the_picture_is_what_is_drawn() {
    let again = "draw it again: cargo run --release -p mc-core --example points -- picture";
    assert!(picture::svg() == include_str!("../docs/points.svg"), "{again}");
    assert!(picture::address() == include_str!("../docs/points.uri"), "{again}");
    let page = include_str!("../README.md");
    assert!(page.contains("[picture]\n") && page.contains("\n[picture]: docs/points.svg\n"));
}

/// Both squares have all points, and each of 16 × 16 cells has one Sobol' point.
#[test]
fn the_picture_shows_what_it_says() {
    assert_eq!(picture::svg().matches("h0").count() as u64, 2 * picture::COUNT);
    let sobol = pair(&sobol(2, SEED, picture::COUNT), [0, 1]);
    assert_eq!(sobol, Pair { coordinates: [0, 1], t: 0, deviation: 0.0 });
    assert!(pair(&random(2, SEED, picture::COUNT), [0, 1]).t >= 7);
}

fn worst(pairs: &[Pair]) -> f64 {
    pairs.iter().map(|pair| pair.deviation).fold(0.0, f64::max)
}

/// Of 256 points four pairs of 1,225 are worse than any pair of random ones; of 1,024 none is.
#[test]
fn few_pairs_of_coordinates_are_bad_and_only_where_points_are_few() {
    for (count, by_t, off, worse) in [
        (256, &[26, 314, 413, 299, 126, 43, 4][..], 1.0 / 8.0, 4),
        (1024, &[5, 207, 436, 354, 145, 68, 10], 1.0 / 32.0, 0),
        (4096, &[2, 144, 413, 390, 181, 75, 18, 2], 1.0 / 64.0, 0),
    ] {
        let found = pairs(&sobol(50, SEED, count));
        let of_t = |t| found.iter().filter(|pair| pair.t == t).count();
        let counts: Vec<_> = (0..by_t.len() as u32).map(of_t).collect();
        assert_eq!(counts, by_t, "{count}");
        assert_eq!(counts.iter().sum::<usize>(), 50 * 49 / 2);
        assert_eq!(worst(&found), off, "{count}");
        let by_chance = worst(&pairs(&random(50, SEED, count)));
        assert_eq!(found.iter().filter(|pair| pair.deviation > by_chance).count(), worse);
    }
}

/// A scramble mixes the digits of one coordinate: no box of halves gets more points than another by it.
#[test]
fn a_scramble_neither_mends_nor_spoils_a_pair() {
    let of = |seed| pairs(&sobol(50, seed, 256));
    assert_eq!(of(1), of(2));
}
