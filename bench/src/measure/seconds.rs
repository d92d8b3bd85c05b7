//! What is said of the times of many runs: the median and how sure it is.

use std::time::Instant;

use serde::{Deserialize, Serialize};

/// How sure an interval is meant to be.
const CONFIDENCE: f64 = 0.95;

/// Seconds of one run, over several runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// The middle one.
    pub median: f64,
    /// The lower end of the median's interval.
    pub median_low: f64,
    /// The upper end of the median's interval.
    pub median_high: f64,
    /// How sure the interval is: 0.95, or less where there are fewer than 6 runs.
    pub confidence: f64,
    /// A quarter of the runs were faster.
    pub q1: f64,
    /// A quarter of the runs were slower.
    pub q3: f64,
    /// The fastest.
    pub min: f64,
    /// The slowest.
    pub max: f64,
    /// How many measurements.
    pub runs: usize,
}

impl Seconds {
    /// The summary of `times`, unless there are none.
    ///
    /// The interval has two of the times as its ends, the j-th fastest and the j-th slowest. The
    /// true median lies outside it only if fewer than j of n times fell on one side of it, whatever
    /// the distribution: with a probability of 2·P(B < j), B binomial with n and ½ (e.g. David &
    /// Nagaraja, *Order Statistics*, 2003, 7.1). j is the largest for which that is at most 5 %.
    pub fn of(mut times: Vec<f64>) -> Option<Self> {
        times.sort_by(f64::total_cmp);
        let (min, max) = (*times.first()?, *times.last()?);
        let runs = times.len();
        let (outside, confidence) = interval(runs);
        Some(Self {
            median: quantile(&times, 0.5),
            median_low: times[outside],
            median_high: times[runs - 1 - outside],
            confidence,
            q1: quantile(&times, 0.25),
            q3: quantile(&times, 0.75),
            min,
            max,
            runs,
        })
    }

    /// The median of `times` alone; not a number if there are none.
    pub fn median_of(times: Vec<f64>) -> f64 {
        Self::of(times).map_or(f64::NAN, |seconds| seconds.median)
    }

    /// Half the width of the median's interval, as a share of the median.
    pub fn spread(&self) -> f64 {
        (self.median_high - self.median_low) / 2.0 / self.median
    }

    /// How many times as long as `other` this took.
    ///
    /// The two intervals are taken as independent: their widths on a log scale add as squares.
    pub fn over(&self, other: &Self) -> Ratio {
        let value = self.median / other.median;
        let side = |a: f64, b: f64| (a.ln().powi(2) + b.ln().powi(2)).sqrt().exp();
        Ratio {
            value,
            low: value / side(self.median / self.median_low, other.median_high / other.median),
            high: value * side(self.median_high / self.median, other.median / other.median_low),
        }
    }
}

/// The median time of so many calls.
pub fn median_time<T, E>(times: usize, call: impl Fn() -> Result<T, E>) -> Result<f64, E> {
    let one = |_| {
        let clock = Instant::now();
        call().map(|_| clock.elapsed().as_secs_f64())
    };
    (0..times.max(1)).map(one).collect::<Result<_, _>>().map(Seconds::median_of)
}

/// The ratio of two medians.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ratio {
    /// The ratio.
    pub value: f64,
    /// The lower end of its interval.
    pub low: f64,
    /// The upper end of its interval.
    pub high: f64,
}

/// How many of `runs` sorted times lie outside the median's interval on each side,
/// and how sure it is.
fn interval(runs: usize) -> (usize, f64) {
    // P(B = 0), P(B = 1), … for a binomial B with ½. From 2⁻¹⁰⁰⁰ on it is 0, and so
    // are the first terms; there are never that many runs.
    let mut probability = 0.5f64.powi(runs as i32);
    let mut below = probability;
    let mut outside = 0;
    let mut confidence = 1.0 - 2.0 * below;
    for k in 1..runs / 2 {
        probability *= (runs - k + 1) as f64 / k as f64;
        below += probability;
        if 2.0 * below > 1.0 - CONFIDENCE {
            break;
        }
        outside = k;
        confidence = 1.0 - 2.0 * below;
    }
    (outside, confidence.clamp(0.0, CONFIDENCE))
}

/// A quantile of sorted times, between two of them if it falls there.
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let (low, rest) = (place.floor() as usize, place.fract());
    let high = (low + 1).min(sorted.len() - 1);
    sorted[low] + rest * (sorted[high] - sorted[low])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summaries() {
        let odd = Seconds::of(vec![3.0, 1.0, 2.0]).unwrap();
        assert_eq!((odd.median, odd.min, odd.max, odd.runs), (2.0, 1.0, 3.0, 3));
        assert_eq!((odd.q1, odd.q3), (1.5, 2.5));
        assert_eq!((odd.median_low, odd.median_high, odd.confidence), (1.0, 3.0, 0.75));
        assert_eq!(Seconds::of(vec![1.0, 2.0]).unwrap().median, 1.5);
        assert_eq!(Seconds::of(vec![7.0]).unwrap().confidence, 0.0);
        assert_eq!(Seconds::of(vec![]), None);
    }

    /// Which order statistics bound the median, from tables of the sign test.
    #[test]
    fn intervals_of_the_median() {
        for (runs, outside) in [(5, 0), (6, 0), (8, 0), (9, 1), (12, 2), (20, 5), (51, 18)] {
            assert_eq!(interval(runs).0, outside, "{runs} runs");
        }
        assert_eq!(interval(5).1, 0.9375);
        assert_eq!(interval(6).1, 0.95);
        assert_eq!(interval(500).1, 0.95);
    }

    #[test]
    fn a_ratio_has_the_error_of_both() {
        let times = |scale: f64| (0..21).map(|k| scale * (1.0 + f64::from(k) / 100.0)).collect();
        let (a, b) = (Seconds::of(times(2.0)).unwrap(), Seconds::of(times(1.0)).unwrap());
        let ratio = a.over(&b);
        assert!((ratio.value - 2.0).abs() < 1e-12);
        let wider = (2f64.sqrt() * (a.median / a.median_low).ln()).exp();
        assert!(ratio.low < 2.0 && ratio.high > 2.0);
        assert!((2.0 / ratio.low - wider).abs() < 0.005, "{} {wider}", 2.0 / ratio.low);
    }
}
