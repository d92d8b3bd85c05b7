//! Closed forms at known values, and the two forms of each integrand.

use std::f64::consts::{E, PI};

use super::*;
use crate::function::Function;
use crate::tape::{Tape, TapeError};

/// Records the function of an entry.
struct Trace(usize);

impl Visitor for Trace {
    type Output = Result<Tape, TapeError>;

    fn visit<F: Function>(self, f: F) -> Self::Output {
        Tape::trace(&f, self.0)
    }
}

fn assert_same_tape(entry: &Entry) {
    let tape = entry.with_function(Trace(entry.problem.dims())).unwrap();
    let from_text = entry.problem.f().tape();
    assert_eq!(tape, *from_text, "{}: {tape}\nfrom text {}:\n{from_text}", entry.name, entry.f());
}

fn assert_close(value: f64, wanted: f64, what: &str) {
    assert!((value - wanted).abs() <= 1e-13 * wanted.abs(), "{what}: {value}, not {wanted}");
}

/// Everything by name, in several dimensions where it exists in them.
fn entries() -> impl Iterator<Item = Entry> {
    let dims = [None, Some(1), Some(2), Some(3), Some(4), Some(9), Some(40)];
    let all = NAMES.iter().flat_map(move |name| dims.map(|dims| (name, dims)));
    all.filter_map(|(name, dims)| match find(name, dims) {
        Err(CatalogueError::Dims { .. }) if *name == "ishigami" => None,
        entry => Some(entry.unwrap()),
    })
}

#[test]
fn text_and_function_are_the_same_tape() {
    entries().for_each(|entry| assert_same_tape(&entry));
}

#[test]
fn so_they_are_with_unequal_parameters() {
    fn family<F: Family>()
    where
        Genz<F>: Known,
    {
        for (a, u) in [
            (vec![1.5], vec![0.25]),
            (vec![1.0, 2.0], vec![1.0, 0.0]),
            (vec![1e-7, 2.5, 1e3], vec![0.1, 0.2, 0.3]),
            (vec![2.0; 3], vec![0.1, 0.2, 0.3]),
            (vec![1.0, 2.0, 3.0], vec![0.5; 3]),
        ] {
            assert_same_tape(&Genz::<F>::new(a, u).unwrap().entry().unwrap());
        }
    }
    family::<Oscillatory>();
    family::<ProductPeak>();
    family::<CornerPeak>();
    family::<Gaussian>();
    family::<Continuous>();
    family::<Discontinuous>();
    let market = Market { spot: 90.0, strike: 110.5, rate: -0.01, volatility: 0.35, years: 2.5 };
    assert_same_tape(&EuropeanCall::new(market, 12).unwrap().entry().unwrap());
    assert_same_tape(&GaussianPeak::new(0.25, 7).unwrap().entry().unwrap());
    assert_same_tape(&Ishigami::new(-5.0, 1e-9).unwrap().entry().unwrap());
}

/// Sums over coordinates stay loops: the tapes do not grow with n.
#[test]
fn tapes_do_not_grow() {
    for name in NAMES.iter().filter(|name| **name != "ishigami") {
        let len = |dims| find(name, Some(dims)).unwrap().problem.h().len();
        // From here on powers of n are `pow` and no longer multiplications. A
        // constant more or less is chance: 1/√100 may be one that is there anyway.
        assert!(len(50).abs_diff(len(100)) <= 2, "{name}: {} and {}", len(50), len(100));
    }
}

fn truth(name: &str, dims: usize) -> f64 {
    find(name, Some(dims)).unwrap().truth
}

#[test]
fn volumes_of_balls() {
    assert_eq!(truth("ball-volume", 1), 2.0);
    assert_close(truth("ball-volume", 2), PI, "disc");
    assert_close(truth("ball-volume", 3), 4.0 / 3.0 * PI, "ball");
    assert_close(truth("ball-volume", 5), 8.0 / 15.0 * PI * PI, "n = 5");
    assert_close(truth("ball-volume", 20), PI.powi(10) / 3_628_800.0, "n = 20");
}

#[test]
fn lecture_and_ishigami() {
    assert_close(truth("lecture", 2), 2.0 / 3.0, "lecture");
    let box_ = Lecture::on("-1:2,3:5".parse().unwrap());
    assert_close(box_.truth(), 52.0 / 3.0, "lecture on a box");
    let entry = find("ishigami", None).unwrap();
    assert_eq!(entry.truth, 3.5);
    assert_close(entry.variance, 13.844_587_940_719_25, "Ishigami's variance");
}

/// The price is that of many textbooks, to the digits computed with 50 digits.
#[test]
fn prices_of_calls() {
    assert_close(truth("european-call", 1), 10.450_583_572_185_565, "price");
    assert_eq!(truth("european-call", 1), truth("european-call", 12));
    // J. C. Hull, Options, futures, and other derivatives: 4.76.
    let market = Market { spot: 42.0, strike: 40.0, rate: 0.1, volatility: 0.2, years: 0.5 };
    let call = EuropeanCall::new(market, 1).unwrap().truth();
    assert_close(call, 4.759_422_392_871_532, "Hull's example");
}

#[test]
fn genz_in_one_coordinate() {
    fn mean<F: Family>(a: f64, u: f64) -> f64 {
        F::mean(&[a], &[u])
    }
    let wave = ((2.0 * PI * 0.3 + 4.0f64).sin() - (2.0 * PI * 0.3f64).sin()) / 4.0;
    assert_close(mean::<Oscillatory>(4.0, 0.3), wave, "oscillatory");
    assert_close(mean::<ProductPeak>(2.0, 0.5), PI, "product peak");
    assert_close(mean::<CornerPeak>(1.0, 0.5), 0.5, "corner peak");
    assert_close(mean::<Gaussian>(1.0, 0.0), 0.746_824_132_812_427, "∫ exp(−x²)");
    assert_close(mean::<Continuous>(1.0, 0.0), 1.0 - 1.0 / E, "continuous");
    assert_close(mean::<Discontinuous>(1.0, 1.0), E - 1.0, "discontinuous");
    assert_close(mean::<Discontinuous>(2.0, 0.5), (E - 1.0) / 2.0, "discontinuous, half");
    assert_eq!(mean::<Discontinuous>(2.0, 0.0), 0.0);
}

#[test]
fn gaussian_peaks() {
    // erf(1) and erf(5).
    let wide = GaussianPeak::new(0.5, 2).unwrap().truth();
    assert_close(wide, 0.842_700_792_949_714_9f64.powi(2), "w = 0.5");
    assert_close(truth("gaussian-peak", 9), 1.0 - 9.0 * 1.537_459_794_428_035e-12, "w = 0.1");
}

#[test]
fn errors_name_the_value() {
    let unknown = find("ishigama", None).unwrap_err().to_string();
    assert_eq!(unknown, "there is no problem `ishigama`: did you mean `ishigami`?");
    let unknown = find("mine", None).unwrap_err().to_string();
    assert!(unknown.contains("`mine`: known are") && unknown.contains("genz-gaussian, "));
    let message = |error: CatalogueError| error.to_string();
    assert_eq!(
        message(find("ishigami", Some(2)).unwrap_err()),
        "ishigami cannot have 2 coordinates: it takes exactly 3"
    );
    for name in NAMES {
        let zero = message(find(name, Some(0)).unwrap_err());
        assert!(zero.contains("cannot have 0 coordinates"), "{zero}");
    }
    let far = message(find("ball-volume", Some(2000)).unwrap_err());
    assert!(far.contains("2000") && far.contains("1 to 1023"), "{far}");
    let genz =
        |a: &[f64], u: &[f64]| message(Genz::<Gaussian>::new(a.into(), u.into()).unwrap_err());
    assert_eq!(
        genz(&[1.0, -2.0], &[0.5; 2]),
        "genz-gaussian: a[1] = -2 must be positive and finite"
    );
    assert_eq!(genz(&[1.0], &[1.5]), "genz-gaussian: u[0] = 1.5 must be in [0, 1]");
    assert!(genz(&[f64::INFINITY], &[0.5]).contains("a[0] = inf"));
    assert!(genz(&[1.0, 2.0], &[0.5]).contains("a has 2 entries and u has 1"));
    let market = Market { volatility: 0.0, ..Market::default() };
    assert!(message(EuropeanCall::new(market, 1).unwrap_err()).contains("volatility = 0"));
}
