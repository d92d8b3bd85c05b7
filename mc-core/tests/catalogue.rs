//! The catalogue's closed forms against estimates by its own functions.
//!
//! Seeded, so the verdict is the same on every machine. The false-alarm rate is
//! the chance that correct closed forms fail for a random seed.

use mc_core::catalogue::{
    self, Continuous, CornerPeak, Discontinuous, Entry, EuropeanCall, Family, Gaussian,
    GaussianPeak, Genz, Ishigami, Known, Lecture, Market, Oscillatory, ProductPeak, Visitor,
};
use mc_core::{Accumulator, Estimate, Function, Plan, Stream, Tree};

const SAMPLES: u64 = 100_000;
const SEED: u64 = 1984;

/// The estimate of an entry by its native code, one batch after another.
struct Sample<'e>(&'e Entry);

impl Visitor for Sample<'_> {
    type Output = Estimate;

    fn visit<F: Function>(self, f: F) -> Estimate {
        let problem = &self.0.problem;
        // The densities of the catalogue are constant.
        let g = problem.g().map_or(1.0, |g| g.tape().as_constant().expect("a constant density"));
        let plan = Plan::new(SAMPLES, SEED).expect("enough samples");
        let mut x = vec![0.0; problem.dims()];
        let moments = Tree::of((0..plan.batches()).map(|batch| {
            let mut stream = Stream::new(plan.seed(), batch);
            let mut next = || {
                stream.draw(problem.affine(), &mut x);
                problem.scale().of_product(f.eval(&x), g)
            };
            let mut moments = Accumulator::start(next());
            (1..plan.batch_len(batch)).for_each(|_| moments.push(next()));
            moments.moments()
        }));
        Estimate::new(&moments, problem.scale())
    }
}

/// The distance from the truth, by the estimated and by the true standard
/// error, is below 5; and the two errors agree within `spread`.
///
/// False-alarm rate: 6·10⁻⁷ an entry and kind of error, as far as the estimate
/// is normally distributed.
fn assert_meets(entry: &Entry, spread: f64) {
    let estimate = entry.with_function(Sample(entry));
    let weight = entry.problem.scale().weight();
    let std_error = weight * (entry.variance / SAMPLES as f64).sqrt();
    let what = format!(
        "{} = {} on {}: {estimate}, truth {}, true std_error {std_error}",
        entry.name,
        entry.f(),
        entry.problem.support(),
        entry.truth
    );
    if entry.variance == 0.0 {
        assert_eq!(estimate.value, entry.truth, "{what}");
        return;
    }
    assert!((estimate.value - entry.truth).abs() < 5.0 * std_error, "{what}");
    assert!(estimate.distance(entry.truth) < 5.0, "{what}");
    assert!((estimate.std_error / std_error - 1.0).abs() < spread, "{what}");
    // An error bar as long as the truth would prove nothing.
    assert!(std_error < 0.2 * entry.truth.abs(), "{what}");
}

/// 56 entries: 7·10⁻⁵ in all.
#[test]
fn problems_by_name_meet_their_closed_forms() {
    for name in catalogue::NAMES {
        for dims in [None, Some(1), Some(2), Some(5), Some(10), Some(50)] {
            let narrow = match *name {
                "ishigami" => dims.is_some(),
                // Too few samples meet the ball or the peak.
                "ball-volume" | "gaussian-peak" => dims > Some(5),
                // The mean of so many waves is far below their size, and few
                // samples come near the corner.
                "genz-oscillatory" | "genz-corner-peak" => dims == Some(50),
                _ => false,
            };
            if !narrow {
                assert_meets(&catalogue::find(name, dims).unwrap(), 0.1);
            }
        }
    }
}

/// 24 entries: 3·10⁻⁵ in all.
#[test]
fn genz_families_meet_their_closed_forms_for_any_difficulty() {
    fn family<F: Family>()
    where
        Genz<F>: Known,
    {
        for (a, u) in [
            (vec![3.0], vec![0.9]),
            (vec![0.01, 4.0], vec![0.5, 0.25]),
            (vec![1.0, 2.0, 0.5], vec![1.0, 0.7, 0.0]),
            ((1..=6).map(|k| f64::from(k) / 6.0).collect(), vec![0.8, 0.9, 0.1, 0.2, 0.3, 0.4]),
        ] {
            assert_meets(&Genz::<F>::new(a, u).unwrap().entry().unwrap(), 0.05);
        }
    }
    family::<Oscillatory>();
    family::<ProductPeak>();
    family::<CornerPeak>();
    family::<Gaussian>();
    family::<Continuous>();
    family::<Discontinuous>();
}

/// 5 entries: 6·10⁻⁶ in all.
#[test]
fn other_parameters() {
    let lecture = Lecture::on("-1:2,3:5".parse().unwrap());
    assert_meets(&lecture.entry().unwrap(), 0.05);
    let market = Market { spot: 42.0, strike: 40.0, rate: 0.1, volatility: 0.2, years: 0.5 };
    assert_meets(&EuropeanCall::new(market, 4).unwrap().entry().unwrap(), 0.05);
    let market = Market { strike: 150.0, rate: -0.02, years: 3.0, ..Market::default() };
    assert_meets(&EuropeanCall::new(market, 1).unwrap().entry().unwrap(), 0.1);
    assert_meets(&GaussianPeak::new(0.4, 6).unwrap().entry().unwrap(), 0.05);
    assert_meets(&Ishigami::new(2.0, -0.5).unwrap().entry().unwrap(), 0.05);
}
