//! How often intervals cover the truth, counted.

use mc_core::Plan;
use serde::Serialize;

use crate::numbers::reach;

/// The share of a normal distribution within one standard deviation of its mean.
pub const NOMINAL_68: f64 = 0.682_689_492_137_085_9;
/// The share of the intervals of 1.96 standard errors.
pub const NOMINAL_95: f64 = 0.95;
/// The 97.5 % quantile of the standard normal distribution.
const Z95: f64 = 1.959_963_984_540_054;

/// What was counted at one number of samples.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Coverage {
    /// The number of samples of each estimate.
    pub samples: u64,
    /// How many estimates, one a seed.
    pub seeds: u64,
    /// How many of the intervals φ̂ ± 1 std_error cover the truth.
    pub covered_68: u64,
    /// Their share; 68.27 % if the errors are honest.
    pub share_68: f64,
    /// The ends of the 95 % interval of that share.
    pub low_68: f64,
    /// The upper one.
    pub high_68: f64,
    /// How many of the intervals φ̂ ± 1.96 std_error cover the truth.
    pub covered_95: u64,
    /// Their share; 95 % if the errors are honest.
    pub share_95: f64,
    /// The ends of the 95 % interval of that share.
    pub low_95: f64,
    /// The upper one.
    pub high_95: f64,
    /// The mean of z = (φ̂ − truth) / std_error; 0 if nothing is biased.
    pub mean_z: f64,
    /// The standard deviation of z; 1 if the errors have the right size, √((R − 1)/(R − 3)) where R replicates
    /// tell them.
    pub std_dev_z: f64,
    /// How many replicates of Sobol' points tell each error. The intervals are then ± t standard errors
    /// with one degree of freedom less, where others are ± 1 and ± 1.96.
    pub replicates: Option<u64>,
}

impl Coverage {
    /// From z of each estimate, which is made as `plan` says.
    pub fn of(plan: &Plan, distances: &[f64]) -> Self {
        let seeds = distances.len() as u64;
        let replicates = plan.replicates().map(|replicates| replicates.count());
        let within = |normal: f64| {
            let most = reach(normal, replicates);
            distances.iter().filter(|z| z.abs() <= most).count() as u64
        };
        let (covered_68, covered_95) = (within(1.0), within(Z95));
        let (low_68, high_68) = wilson(covered_68, seeds);
        let (low_95, high_95) = wilson(covered_95, seeds);
        let count = seeds as f64;
        let mean_z = distances.iter().sum::<f64>() / count;
        let squares: f64 = distances.iter().map(|z| (z - mean_z) * (z - mean_z)).sum();
        Self {
            samples: plan.samples(),
            seeds,
            covered_68,
            share_68: covered_68 as f64 / count,
            low_68,
            high_68,
            covered_95,
            share_95: covered_95 as f64 / count,
            low_95,
            high_95,
            mean_z,
            std_dev_z: (squares / (count - 1.0)).sqrt(),
            replicates,
        }
    }
}

/// The 95 % interval of a share of which `hits` in `trials` were seen (Wilson 1927):
///
/// (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) / (1 + z²/n), with p = hits/trials.
///
/// Unlike p ± z·√(p(1 − p)/n) it stays within [0, 1] and has a length where p is 0 or 1.
pub fn wilson(hits: u64, trials: u64) -> (f64, f64) {
    let (n, p) = (trials as f64, hits as f64 / trials as f64);
    let middle = p + Z95 * Z95 / (2.0 * n);
    let half = Z95 * (p * (1.0 - p) / n + Z95 * Z95 / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z95 * Z95 / n;
    (((middle - half) / whole).max(0.0), ((middle + half) / whole).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Figures of Brown, Cai & DasGupta's and Newcombe's papers on the interval.
    #[test]
    fn the_interval_of_wilson() {
        let near = |(low, high): (f64, f64), (a, b): (f64, f64)| {
            assert!((low - a).abs() < 5e-5 && (high - b).abs() < 5e-5, "{low} {high}");
        };
        // Newcombe (Statistics in Medicine 17, 1998), table I, method 3.
        near(wilson(81, 263), (0.2553, 0.3662));
        near(wilson(15, 148), (0.0624, 0.1605));
        near(wilson(0, 20), (0.0, 0.1611));
        near(wilson(1, 29), (0.0061, 0.1718));
        near(wilson(20, 20), (1.0 - 0.1611, 1.0));
    }

    #[test]
    fn what_is_counted() {
        let plan = Plan::new(10, 1).unwrap();
        let row = Coverage::of(&plan, &[0.0, -1.0, 1.5, -3.0]);
        assert_eq!((row.covered_68, row.covered_95, row.seeds), (2, 3, 4));
        assert_eq!((row.share_68, row.share_95), (0.5, 0.75));
        assert_eq!(row.mean_z, -0.625);
        // An estimate without an error bar that is off covers nothing.
        assert_eq!(Coverage::of(&plan, &[f64::INFINITY, 0.0]).covered_95, 1);
        // 16 replicates: t is 1.03 and 2.13.
        let row = Coverage::of(&Plan::sobol(1 << 10, 1).unwrap(), &[1.02, -1.04, 2.12, 2.14]);
        assert_eq!((row.covered_68, row.covered_95, row.replicates), (1, 3, Some(16)));
    }
}
