//! Results that must not change from one version to the next.
//!
//! The bits of an estimate are part of the interface. A change that moves one
//! of these numbers is a breaking change and needs an entry in the CHANGELOG.

use mc_core::conformance::Case;
use mc_core::{Density, Plan, Problem, Sampling, Support};

/// f, g, support, samples, the kind of points, seed, the bits of the estimate and of its variance.
const KNOWN: &str = include_str!("known_answers.txt");

#[test]
fn known_answers() {
    let mut lines = 0;
    let mut found = String::new();
    for line in KNOWN.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let parts: Vec<&str> = line.split(';').map(str::trim).collect();
        let [f, g, support, samples, points, seed, ..] = parts[..] else { panic!("{line}") };
        let support: Support = support.parse().unwrap();
        let density = Density::parse(g, &support).unwrap();
        let problem = Problem::parse(support, f, density).unwrap();
        let sampling = Sampling::ALL.into_iter().find(|sampling| sampling.name() == points);
        let (samples, seed) = (samples.parse().unwrap(), seed.parse().unwrap());
        let plan = Plan::of(sampling.unwrap(), samples, seed).unwrap();
        let estimate = Case::of_tape(&problem).estimate(&plan);
        found += &format!(
            "{} ; {:016x} ; {:016x}\n",
            parts[..6].join(" ; "),
            estimate.value.to_bits(),
            estimate.variance.to_bits()
        );
        lines += 1;
    }
    assert!(lines >= 10);
    let known: String = KNOWN
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(known == found, "the results are now\n{found}");
}
