//! One line of a comparison.

use mc_core::{Estimate, Sampling};
use serde::{Deserialize, Serialize};

use crate::measure::{Ratio, Seconds, Times};
use crate::numbers::grouped;

/// One technique or peer at one number of samples.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Row {
    /// The name of the technique or peer.
    pub technique: String,
    /// The number of samples that were drawn.
    pub samples: u64,
    /// The number of coordinates.
    pub dims: usize,
    /// φ̂.
    pub estimate: Option<f64>,
    /// Its variance.
    pub variance: Option<f64>,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// |φ̂ − truth| in standard errors, where the truth is known.
    pub distance: Option<f64>,
    /// Seconds that preparing took, once for all numbers of samples.
    pub prepare_seconds: Option<f64>,
    /// Seconds of the first run, which is not one of the measured ones; none for a peer
    /// so slow that every run counts.
    pub first_seconds: Option<f64>,
    /// Seconds of one run.
    pub seconds: Option<Seconds>,
    /// Samples a second, by the median.
    pub samples_per_second: Option<f64>,
    /// Coordinates a second, by the median.
    pub coordinates_per_second: Option<f64>,
    /// How many times as fast as `serial`, by the medians of this run.
    pub speedup: Option<f64>,
    /// The lower end of the speed-up's interval.
    pub speedup_low: Option<f64>,
    /// The upper end of the speed-up's interval.
    pub speedup_high: Option<f64>,
    /// The throughput as a share of that of `by-hand`, which uses one core.
    pub share_of_by_hand: Option<f64>,
    /// The throughput as a share of what the vector ports of one core allow, where that is known;
    /// none for a peer, which has a stream of its own.
    pub share_of_bound: Option<f64>,
    /// Seconds to a relative standard error of 10⁻³, at this variance and throughput; none for Sobol'
    /// points, whose error does not fall as 1/√M, and one M does not tell how.
    #[serde(rename = "seconds_to_1e-3")]
    pub seconds_to_1e_3: Option<f64>,
    /// Seconds to a relative standard error of 10⁻⁴.
    #[serde(rename = "seconds_to_1e-4")]
    pub seconds_to_1e_4: Option<f64>,
    /// The most memory that a process of its own had, or one of its workers.
    pub peak_memory_bytes: Option<u64>,
    /// Whether the technique gave an estimate.
    pub available: bool,
    /// Whether the bits are those of the serial loop; none if that is not known, as
    /// for a peer, which has a sample of its own.
    pub same_bits: Option<bool>,
    /// Whether it may be ranked: it has an estimate and no mark.
    pub ranked: bool,
    /// Its rank by the median among the rows of this number of samples, from 1.
    pub rank: Option<usize>,
    /// Why it is not ranked although it has an estimate.
    pub mark: Option<String>,
    /// Why it is not available.
    pub reason: Option<String>,
    /// The arithmetic of h: `f64`, or `f32` on a device without doubles. Rows in
    /// f32 take no part in the comparison of bits.
    pub precision: String,
    /// What to know about how it was computed.
    pub note: Option<String>,
    /// What is doubtful about its estimate.
    pub warnings: Vec<String>,
    /// Whether it is a peer.
    pub peer: bool,
    /// What kind of points the samples are.
    pub sampling: Sampling,
    /// How many replicates of Sobol' points tell the error.
    pub replicates: Option<u64>,
}

impl Row {
    /// Its technique, and its arithmetic if that is another one than usual.
    pub fn label(&self) -> String {
        match self.precision.as_str() {
            "f64" => self.technique.clone(),
            other => format!("{} ({other})", self.technique),
        }
    }

    /// Why it has no rank although it has an estimate, as a line.
    pub fn refused(&self) -> Option<String> {
        let (name, samples) = (&self.technique, grouped(self.samples));
        self.mark.as_ref().map(|mark| format!("! {name} at M = {samples} is not ranked: {mark}"))
    }

    /// Takes down what a contestant gave, and how long it took.
    pub fn fill(&mut self, estimate: &Estimate, truth: Option<f64>, times: Times) {
        self.available = true;
        self.estimate = Some(estimate.value);
        self.variance = Some(estimate.variance);
        self.std_error = Some(estimate.std_error);
        self.replicates = estimate.replicates;
        self.distance = truth.map(|truth| estimate.distance(truth));
        self.first_seconds = times.first;
        self.seconds = Seconds::of(times.runs);
        let Some(seconds) = self.seconds else { return };
        let throughput = self.samples as f64 / seconds.median;
        self.samples_per_second = Some(throughput);
        self.coordinates_per_second = Some(throughput * self.dims as f64);
        if estimate.replicates.is_some() {
            return;
        }
        // The variance of one value, over the square of the error aimed at, is the
        // number of samples it takes.
        let of_one = estimate.variance * self.samples as f64;
        let seconds_to = |relative: f64| of_one / (relative * estimate.value).powi(2) / throughput;
        self.seconds_to_1e_3 = Some(seconds_to(1e-3)).filter(|seconds| seconds.is_finite());
        self.seconds_to_1e_4 = Some(seconds_to(1e-4)).filter(|seconds| seconds.is_finite());
    }
}

/// What only shows beside the other rows of the same number of samples: `serial` and `by_hand`
/// are the names of those that the others are compared with.
pub fn relate(rows: &mut [Row], serial: &str, by_hand: &str) {
    let times =
        |name: &str| rows.iter().find(|row| row.technique == name).and_then(|row| row.seconds);
    let (serial, by_hand) = (times(serial), times(by_hand));
    for row in rows {
        let over = |base: Option<Seconds>| Some(base?.over(&row.seconds?));
        if let Some(Ratio { value, low, high }) = over(serial) {
            (row.speedup, row.speedup_low, row.speedup_high) = (Some(value), Some(low), Some(high));
        }
        row.share_of_by_hand = over(by_hand).map(|ratio| ratio.value);
    }
}

/// A row of which nothing else is known; for tests.
#[cfg(test)]
pub(crate) fn named(technique: &str, samples: u64) -> Row {
    Row {
        technique: technique.to_owned(),
        samples,
        dims: 2,
        precision: "f64".to_owned(),
        ..Row::default()
    }
}

#[cfg(test)]
mod tests {
    use mc_core::Moments;

    use super::*;

    fn row(name: &str, seconds: f64) -> Row {
        let mut row = Row { technique: name.to_owned(), samples: 1000, dims: 2, ..Row::default() };
        // Mean 2, variance of a value 4: a relative error of 10⁻³ takes 10⁶ samples.
        let moments = Moments { count: 1000, mean: 2.0, m2: 4.0 * 999.0 };
        let estimate = Estimate::new(&moments, 1.0);
        row.fill(&estimate, Some(2.0), Times { first: Some(1.0), runs: vec![seconds; 9] });
        row
    }

    #[test]
    fn what_a_row_says() {
        let mut rows = [row("serial", 0.01), row("by-hand", 0.001), row("jit", 0.002)];
        relate(&mut rows, "serial", "by-hand");
        let jit = &rows[2];
        assert_eq!(jit.samples_per_second, Some(500_000.0));
        assert_eq!(jit.coordinates_per_second, Some(1e6));
        let near = |value: Option<f64>, wanted: f64| {
            let value = value.expect("a value");
            assert!((value / wanted - 1.0).abs() < 1e-12, "{value}, not {wanted}");
        };
        near(jit.speedup, 5.0);
        near(jit.speedup_low, 5.0);
        near(jit.share_of_by_hand, 0.5);
        near(jit.seconds_to_1e_3, 2.0);
        near(jit.seconds_to_1e_4, 200.0);
        assert_eq!(jit.first_seconds, Some(1.0));
    }

    #[test]
    fn sobol_points_do_not_say_when_an_error_is_reached() {
        let mut row = named("jit", 1600);
        let estimate = Estimate {
            value: 1.0,
            variance: 1e-4,
            std_error: 1e-2,
            samples: 1600,
            replicates: Some(25),
        };
        row.fill(&estimate, Some(1.0), Times { first: None, runs: vec![0.1; 9] });
        assert_eq!((row.replicates, row.samples_per_second), (Some(25), Some(16_000.0)));
        assert_eq!((row.seconds_to_1e_3, row.seconds_to_1e_4), (None, None));
    }

    #[test]
    fn nothing_is_said_without_its_base() {
        let mut rows = [row("jit", 0.002)];
        relate(&mut rows, "serial", "by-hand");
        assert_eq!((rows[0].speedup, rows[0].share_of_by_hand), (None, None));
    }
}
