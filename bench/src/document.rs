//! A comparison, as it is read back from its JSON.
//!
//! The page, the README's table and its picture are made from this and from nothing
//! else. So they can be made again from a run that was kept, and they cannot say
//! what the JSON does not.

use serde::{Deserialize, Serialize};

use crate::compare::{Comparison, SCHEMA};

/// What pages are made from. Fields of the JSON that no page shows are not read.
#[derive(Clone, Debug, Deserialize)]
pub struct Document {
    /// The version of the document.
    pub schema: u32,
    /// When, by which command and from which source it was made.
    pub made: Made,
    /// The machine.
    pub host: Host,
    /// f, as text.
    pub f: String,
    /// g, as text.
    pub g: String,
    /// The box, as text.
    pub support: String,
    /// The number of coordinates.
    pub dims: usize,
    /// The value of the integral, where it is known.
    pub truth: Option<f64>,
    /// The seed.
    pub seed: u64,
    /// Threads or processes of the parallel techniques.
    pub workers: usize,
    /// What else the machine was doing, if it was busy.
    #[serde(default)]
    pub busy: Option<String>,
    /// Whether all rows of the same number of samples have the same bits.
    pub same_bits: bool,
    /// One for each technique and number of samples.
    pub rows: Vec<Row>,
    /// From where on each executor pays.
    #[serde(default)]
    pub crossovers: Vec<Crossover>,
    /// What was measured for the page alone.
    #[serde(default)]
    pub page: Option<Measured>,
}

/// When, by which command and from which source.
#[derive(Clone, Debug, Deserialize)]
pub struct Made {
    /// The time in UTC.
    pub at: String,
    /// The command.
    pub command: String,
    /// The commit of the source.
    pub commit: Option<String>,
    /// What is to be said with it.
    #[serde(default)]
    pub note: Option<String>,
}

/// The machine.
#[derive(Clone, Debug, Deserialize)]
pub struct Host {
    /// The processor's name.
    pub cpu: String,
    /// Its vector instructions.
    pub simd: String,
    /// Cores that could be used.
    pub cores: usize,
    /// Operating system and architecture.
    pub system: String,
    /// The version of the program.
    pub version: String,
}

/// One technique at one number of samples.
#[derive(Clone, Debug, Deserialize)]
pub struct Row {
    /// The technique's name.
    pub technique: String,
    /// The number of samples.
    pub samples: u64,
    /// The number of coordinates.
    pub dims: usize,
    /// The arithmetic of h, `f64` or `f32`.
    pub precision: String,
    /// φ̂.
    pub estimate: Option<f64>,
    /// Its standard error.
    pub std_error: Option<f64>,
    /// |φ̂ − truth| in standard errors.
    pub distance: Option<f64>,
    /// Seconds that preparing took.
    pub prepare_seconds: Option<f64>,
    /// Seconds of one run.
    pub seconds: Option<Seconds>,
    /// Samples a second, by the median.
    pub samples_per_second: Option<f64>,
    /// How many times as fast as `serial`.
    pub speedup: Option<f64>,
    /// The lower end of that ratio's interval.
    pub speedup_low: Option<f64>,
    /// The upper end.
    pub speedup_high: Option<f64>,
    /// The throughput as a share of the bound's on one core.
    pub share_of_bound: Option<f64>,
    /// Seconds to a relative error of 10⁻³.
    #[serde(rename = "seconds_to_1e-3")]
    pub seconds_to_1e_3: Option<f64>,
    /// Seconds to a relative error of 10⁻⁴.
    #[serde(rename = "seconds_to_1e-4")]
    pub seconds_to_1e_4: Option<f64>,
    /// The most memory that the process had.
    pub peak_memory_bytes: Option<u64>,
    /// Whether the bits are those of the serial loop.
    pub same_bits: Option<bool>,
    /// Its rank among the rows of this number of samples.
    pub rank: Option<usize>,
    /// Why it is not ranked.
    pub mark: Option<String>,
    /// Why there is no estimate.
    pub reason: Option<String>,
}

/// Seconds of one run, over several.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct Seconds {
    /// The middle one.
    pub median: f64,
    /// The lower end of the median's interval.
    pub median_low: f64,
    /// The upper end.
    pub median_high: f64,
    /// The fastest.
    pub min: f64,
    /// The slowest.
    pub max: f64,
    /// How many.
    pub runs: usize,
}

/// From where on an executor pays.
#[derive(Clone, Debug, Deserialize)]
pub struct Crossover {
    /// The executor and the kernel.
    pub technique: String,
    /// The kernel alone.
    pub against: String,
    /// The number of samples; none if it never was faster.
    pub samples: Option<u64>,
    /// The largest number of samples that was tried.
    pub searched_to: u64,
    /// Why nothing was measured.
    pub reason: Option<String>,
}

/// What is measured for the page alone, with `--report` or `--keep`.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Measured {
    /// Times for more and more workers.
    pub scaling: Scaling,
    /// One estimate each for more and more samples.
    pub convergence: Convergence,
    /// The experiments that this program has.
    pub experiments: Vec<Experiment>,
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

/// What `--experiment` found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Experiment {
    /// Its name on the command line.
    pub name: String,
    /// What was measured.
    pub title: String,
    /// For each column its name for programs and its heading.
    pub columns: Vec<(String, String)>,
    /// For each row one value a column: words, a number, or nothing.
    pub rows: Vec<Vec<serde_json::Value>>,
    /// What is to be said about it.
    pub notes: Vec<String>,
}

/// Why a text is not a comparison that can be shown.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or other JSON.
    #[error("this is not the JSON of a comparison: {0}")]
    Json(#[from] serde_json::Error),
    /// Of another version.
    #[error(
        "the comparison has schema {found}, and this program reads schema {SCHEMA}: make it again, or use \
         the program of its time"
    )]
    Schema {
        /// What it says.
        found: u32,
    },
}

impl Document {
    /// From the JSON of `compare --format json`.
    ///
    /// # Errors
    ///
    /// If it is something else, or of another version.
    pub fn read(json: &str) -> Result<Self, DocumentError> {
        /// First the version: what follows depends on it.
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let Version { schema } = serde_json::from_str(json)?;
        if schema != SCHEMA {
            return Err(DocumentError::Schema { found: schema });
        }
        Ok(serde_json::from_str(json)?)
    }

    /// The numbers of samples, from few to many.
    pub fn sizes(&self) -> Vec<u64> {
        let mut sizes: Vec<_> = self.rows.iter().map(|row| row.samples).collect();
        sizes.sort_unstable();
        sizes.dedup();
        sizes
    }

    /// The rows with the largest number of samples, the fastest first and those
    /// without a rank last.
    pub fn largest(&self) -> Vec<&Row> {
        let most = self.sizes().last().copied();
        let mut rows: Vec<_> = self.rows.iter().filter(|row| Some(row.samples) == most).collect();
        rows.sort_by_key(|row| row.rank.unwrap_or(usize::MAX));
        rows
    }

    /// The techniques' names, in the order of the rows.
    pub fn techniques(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in &self.rows {
            if !names.contains(&row.technique.as_str()) {
                names.push(&row.technique);
            }
        }
        names
    }
}

impl TryFrom<&Comparison> for Document {
    type Error = DocumentError;

    fn try_from(comparison: &Comparison) -> Result<Self, DocumentError> {
        Self::read(&serde_json::to_string(comparison)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read() {
        let mut comparison = Comparison::blank();
        comparison.rows.push(crate::compare::Row {
            technique: "jit".to_owned(),
            samples: 100,
            ..Default::default()
        });
        let document = Document::try_from(&comparison).expect("our own JSON");
        assert_eq!(document.techniques(), ["jit"]);
        assert_eq!((document.sizes(), document.truth), (vec![100], comparison.truth));
    }

    #[test]
    fn other_versions_and_other_texts_are_refused() {
        let wrong = |json: &str| Document::read(json).unwrap_err().to_string();
        assert!(wrong("{\"schema\": 7}").contains("schema 7"));
        assert!(wrong("{\"schema\": 1}").contains("missing field"));
        assert!(wrong("technique,samples").contains("not the JSON of a comparison"));
    }
}
