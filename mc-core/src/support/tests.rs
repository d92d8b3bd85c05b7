//! Boxes and their maps; the oracle of the map is the walk that defines it.

use proptest::prelude::*;
use rand::distr::{Distribution, Open01};
use rand_xoshiro::Xoshiro256Plus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::*;

/// As the docs of `ROUNDS` say.
const MOST_RUNS: usize = 2;

fn assert_inside(lo: f64, hi: f64) {
    let side = Interval::new(lo, hi).unwrap();
    let (map, runs) = side.affine_in_runs();
    assert!(runs <= MOST_RUNS, "{lo:e}:{hi:e} takes {runs} runs");
    let (first, last) = (map.apply(D_MIN), map.apply(D_MAX));
    assert!(lo <= first && last <= hi, "{lo:e}:{hi:e} gives {first:e}..{last:e}");
    // The ends are reached to within a few cells and a few ulps.
    let slack = side.width() * 4.0 * f64::EPSILON
        + 4.0 * (lo.abs().max(hi.abs()).next_up() - lo.abs().max(hi.abs()));
    assert!(first - lo <= slack, "{lo:e}:{hi:e} starts late, at {first:e}");
    assert!(hi - last <= slack, "{lo:e}:{hi:e} ends early, at {last:e}");
}

#[test]
fn no_point_leaves_the_interval_at_any_magnitude() {
    for exponent in -1074..=1020 {
        let a = 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
        for b in [0.0, 0.5 * a, a.next_up(), 1.5 * a, 3.0 * a, 1.0, 1e-300, 1e300] {
            for (lo, hi) in [(a, b), (b, a), (-a, b), (-b, a), (-a, -b), (-b, -a)] {
                if lo < hi {
                    assert_inside(lo, hi);
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn no_point_leaves_a_random_interval(a in any::<f64>(), b in any::<f64>(), word in any::<u64>()) {
        let (lo, hi) = (a.min(b), a.max(b));
        if let Ok(side) = Interval::new(lo, hi) {
            assert_inside(lo, hi);
            let x = side.affine().apply(crate::stream::one_to_two(word));
            prop_assert!(lo <= x && x <= hi);
        }
    }
}

/// The walk by single ulps, as far as `most` steps: the definition.
fn walk(side: Interval, most: u32) -> Option<Affine> {
    let width = side.width();
    let offset = width.mul_add(-(1.0 - f64::EPSILON / 2.0), side.lo);
    let mut map = Affine { scale: width, offset };
    for _ in 0..most {
        if map.apply(D_MIN) < side.lo {
            map.offset = map.offset.next_up();
        } else if map.apply(D_MAX) > side.hi {
            map.scale = map.scale.next_down();
        } else {
            return Some(map);
        }
    }
    None
}

/// Whether the walk ends within `most` steps, and then the map has its bits.
fn walks(lo: f64, hi: f64, most: u32) -> bool {
    let side = Interval::new(lo, hi).unwrap();
    let walked = walk(side, most);
    let bits = |map: Affine| (map.scale.to_bits(), map.offset.to_bits());
    if let Some(map) = walked {
        assert_eq!(bits(side.affine()), bits(map), "{lo:e}:{hi:e}");
    }
    assert_inside(lo, hi);
    walked.is_some()
}

/// Narrow boxes at powers of two, where the walk can take weeks.
#[test]
fn the_map_is_where_the_walk_ends() {
    let (mut quick, mut slow) = (0, 0);
    for exponent in (-1022..=1020).step_by(3) {
        for end in [-1.0f64, 1.0, 1.0f64.next_down(), -1.0f64.next_up(), 1.5, -1.75] {
            let end = end * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2);
            for narrow in [1e-16, 3e-16, 1e-15, 1e-14, 1e-12, 1e-9, 1e-5, 0.3, 1.0, 7.0] {
                for (lo, hi) in [(end, end + end.abs() * narrow), (end - end.abs() * narrow, end)] {
                    if lo < hi && Interval::new(lo, hi).is_ok() {
                        *if walks(lo, hi, 2_000) { &mut quick } else { &mut slow } += 1;
                    }
                }
            }
        }
    }
    assert!(quick > 50_000 && slow > 1_000, "{quick} quick, {slow} slow");
}

#[test]
fn a_box_that_took_weeks_takes_a_few_steps() {
    // The walk has 2³⁸ steps and more.
    let side = Interval::new(-1.0, -0.999999999999).unwrap();
    assert_eq!(walk(side, 1_000_000), None);
    let map = side.affine();
    // The offset is a multiple of 2⁻⁵², so one end is missed by a bit.
    assert_eq!(map.apply(D_MIN), (-1.0f64).next_up());
    assert!(map.apply(D_MAX) <= side.hi() && map.apply(D_MAX) >= side.hi() - 2.3e-16);
    // Neighbours, the smallest numbers, and the ends of all numbers.
    let tiny = f64::from_bits(1);
    for (lo, hi) in [
        (1.0, 1.0f64.next_up()),
        (-1.0, -1.0f64.next_down()),
        (-1.0, (-1.0f64).next_up()),
        (0.0, tiny),
        (-tiny, 0.0),
        (-tiny, tiny),
        (tiny, 2.0 * tiny),
        (-f64::MIN_POSITIVE, tiny),
        (f64::MAX.next_down(), f64::MAX),
        (-8.9e307, 0.0),
        (0.0, 8.9e307),
    ] {
        if lo < hi {
            walks(lo, hi, 2_000);
        }
    }
}

proptest! {
    #[test]
    fn narrow_boxes_anywhere(a in any::<f64>(), ulps in 1u64..1 << 52, shift in 0u32..52, power in any::<bool>()) {
        // The lower or the upper end at a power of two, in half of the cases.
        let end = if power { f64::from_bits(a.to_bits() & !((1 << 52) - 1)) } else { a };
        prop_assume!(end.is_finite());
        let other = f64::from_bits(end.to_bits().wrapping_add(ulps >> shift));
        let (lo, hi) = (end.min(other), end.max(other));
        if Interval::new(lo, hi).is_ok() {
            walks(lo, hi, 500);
        }
    }
}

#[test]
fn places_are_those_of_neighbours() {
    for x in [0.0, 1.0, -1.0, f64::from_bits(1), -f64::from_bits(1), f64::MIN, 1e-310] {
        assert_eq!(number(place(x)), x);
        assert_eq!(number(place(x) + 1), x.next_up());
    }
    assert_eq!(place(-0.0), place(0.0));
}

#[test]
fn unit_interval_is_open01() {
    let map = Interval::new(0.0, 1.0).unwrap().affine();
    let mut words = Xoshiro256Plus::seed_from_u64(3);
    let mut theirs = words.clone();
    for _ in 0..10_000 {
        let word = words.next_u64();
        let open: f64 = Open01.sample(&mut theirs);
        assert_eq!(map.apply(crate::stream::one_to_two(word)), open);
    }
    assert_eq!(map.apply(D_MIN), 2f64.powi(-53));
    assert_eq!(map.apply(D_MAX), 1.0 - 2f64.powi(-53));
}

#[test]
fn bad_intervals_are_named() {
    let message = |lo, hi| Interval::new(lo, hi).unwrap_err().to_string();
    assert!(message(2.0, 1.0).contains("2:1"));
    assert!(message(1.0, 1.0).contains("less than"));
    assert!(message(f64::NAN, 1.0).contains("NaN"));
    assert!(message(0.0, f64::INFINITY).contains("inf"));
    assert!(message(-1.7e308, 1.7e308).contains("too wide"));
}

#[test]
fn volume_is_the_product_of_the_widths() {
    let sides = [(-1.0, 2.0), (3.0, 5.0)].map(|(lo, hi)| Interval::new(lo, hi).unwrap());
    let support = Support::new(sides.to_vec()).unwrap();
    assert_eq!(support.volume(), 6.0);
    assert_eq!(support.to_string(), "-1:2,3:5");
    assert_eq!(Support::cube(0.0, 1.0, 3).unwrap().to_string(), "0:1^3");
}
