//! What is measured for the page alone.

use serde::{Deserialize, Serialize};

/// What is measured for the page alone, with `--report` or `--keep`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Times for more and more workers.
    pub scaling: Scaling,
    /// One estimate each for more and more random points.
    pub convergence: Convergence,
    /// The same for Sobol' points.
    #[serde(default)]
    pub convergence_sobol: Convergence,
    /// The experiments that could be made.
    pub experiments: Vec<Experiment>,
    /// Why an experiment is missing.
    #[serde(default)]
    pub reasons: Vec<String>,
}

/// Speed-up against workers.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Scaling {
    /// The number of samples of every run.
    pub samples: u64,
    /// The kernel whose time in one thread is the unit.
    pub against: String,
    /// Median seconds of that kernel alone.
    pub seconds: Option<f64>,
    /// One for each technique and number of workers.
    pub rows: Vec<Scaled>,
    /// Why a technique is missing.
    pub reasons: Vec<String>,
}

/// One technique with some workers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Scaled {
    /// The executor and the kernel.
    pub technique: String,
    /// Threads or processes.
    pub workers: usize,
    /// Median seconds of a run.
    pub seconds: f64,
    /// The unit's median over this.
    pub speedup: f64,
}

/// The estimate against the number of samples.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Convergence {
    /// The technique that made them; all would have given the same.
    pub technique: String,
    /// From few samples to many.
    pub points: Vec<Point>,
    /// Why there are no more, if something went wrong.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Convergence {
    /// The points whose error is more than what rounding of the estimate leaves.
    fn above_rounding(&self) -> impl Iterator<Item = (f64, f64)> {
        const ROUNDING: f64 = 1e-13;
        let told = |point: &&Point| point.std_error > ROUNDING * point.estimate.abs();
        let points = self.points.iter().filter(told);
        points.map(|point| ((point.samples as f64).ln(), point.std_error.ln()))
    }

    /// The power of M that std_error falls with: the slope of the line of least squares through its
    /// logarithms; none for fewer than three points.
    pub fn slope(&self) -> Option<f64> {
        let count = self.above_rounding().count() as f64;
        let sums = |(a, b): (f64, f64), (x, y): (f64, f64)| (a + x, b + y);
        let (x, y) = self.above_rounding().fold((0.0, 0.0), sums);
        let (x, y) = (x / count, y / count);
        let (mut squares, mut products) = (0.0, 0.0);
        for (a, b) in self.above_rounding() {
            squares += (a - x) * (a - x);
            products += (a - x) * (b - y);
        }
        (count >= 3.0 && squares > 0.0).then_some(products / squares)
    }
}

/// One estimate.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Point {
    /// The number of samples.
    pub samples: u64,
    /// φ̂.
    pub estimate: f64,
    /// Its standard error.
    pub std_error: f64,
}

/// What `experiment` found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Experiment {
    /// Its name on the command line.
    pub name: String,
    /// What was measured.
    pub title: String,
    /// For each column its name for programs and its heading for people.
    pub columns: Vec<(String, String)>,
    /// For each row one value a column: words, a number, or nothing.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// What is to be said about it.
    pub notes: Vec<String>,
}

impl Experiment {
    /// Nothing yet in these columns.
    pub fn new(name: &str, title: impl Into<String>, columns: &[(&str, &str)]) -> Self {
        let owned = |(name, heading): &(&str, &str)| ((*name).to_owned(), (*heading).to_owned());
        Self {
            name: name.to_owned(),
            title: title.into(),
            columns: columns.iter().map(owned).collect(),
            rows: Vec::new(),
            notes: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_power_of_m_is_found() {
        let point = |samples: u64, std_error| Point { samples, estimate: 1.0, std_error };
        let of = |points: Vec<Point>| Convergence { points, ..Convergence::default() }.slope();
        let law = |samples: u64| point(samples, 3.0 * (samples as f64).powf(-1.25));
        let slope = of([100, 400, 1_000, 40_000].map(law).into()).expect("a slope");
        assert!((slope + 1.25).abs() < 1e-12, "{slope}");
        // What is rounded, or 0, does not bend it.
        let bent = [law(100), law(200), law(800), point(1 << 30, 1e-17), point(1 << 31, 0.0)];
        assert!((of(bent.into()).expect("a slope") + 1.25).abs() < 1e-12);
        assert_eq!(of(vec![law(100), law(200)]), None);
        assert_eq!(of(vec![law(100), law(100), law(100)]), None);
    }
}
