//! What is measured for the page alone.

use serde::{Deserialize, Serialize};

/// What is measured for the page alone, with `--report` or `--keep`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Times for more and more workers.
    pub scaling: Scaling,
    /// One estimate each for more and more samples.
    pub convergence: Convergence,
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
