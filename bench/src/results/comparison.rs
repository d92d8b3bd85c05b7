//! A comparison: what is printed, kept, and read back.
//!
//! The page, the README's table and its picture are made from this and from nothing
//! else, and all of it is in the JSON. So they can be made again from a run that was
//! kept, and they cannot say what the JSON does not.

use std::collections::BTreeSet;

use mc_core::Sampling;
use serde::{Deserialize, Serialize};

use super::crossover::Crossover;
use super::distinct::distinct;
use super::host::Host;
use super::page_data::Measured;
use super::provenance::Made;
use super::row::Row;
use crate::numbers::grouped;
use crate::process::Failure;

/// The version of the JSON documents, which `bench/docs/schema.md` describes. It
/// rises when a field is removed or its meaning changes, not when one is added.
pub const SCHEMA: u32 = 2;

/// The oldest version that is read. In 1, `by-hand` was called `bound`, and what is `share_of_by_hand`
/// now was `share_of_bound`.
const OLDEST: u32 = 1;

/// What `compare --format json` prints, and reads back.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Comparison {
    /// The version of this document: [`SCHEMA`].
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
    /// Its name in the catalogue, if it was asked for by name.
    #[serde(default)]
    pub problem: Option<String>,
    /// The number of coordinates.
    pub dims: usize,
    /// The value of the integral, where it is known.
    pub truth: Option<f64>,
    /// What kind of points the techniques drew.
    #[serde(default)]
    pub sampling: Sampling,
    /// The seed.
    pub seed: u64,
    /// Threads or processes of the parallel techniques.
    pub workers: usize,
    /// What else the machine was doing, if it was busy.
    pub busy: Option<String>,
    /// Whether, for each number of samples, all techniques have the same bits. Peers
    /// have random numbers of their own.
    pub same_bits: bool,
    /// `interrupt`, where it was ended by a signal before all was measured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped_by: Option<String>,
    /// What the peers run with.
    #[serde(default)]
    pub peers: Vec<PeerVersions>,
    /// One for each technique and number of samples.
    pub rows: Vec<Row>,
    /// For each technique with an executor: from where on it pays.
    #[serde(default)]
    pub crossovers: Vec<Crossover>,
    /// What no code is faster than on one core, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// What was measured for the page alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Measured>,
}

/// A peer that took part, and what it runs with.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PeerVersions {
    /// Its name.
    pub name: String,
    /// Interpreter and libraries with their versions.
    pub versions: String,
}

/// The port bound of a comparison: see `technique/ports.rs`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bound {
    /// The cores, and their vector ports.
    pub cpu: String,
    /// Lanes of 64 bits that these do in a cycle.
    pub lanes_per_cycle: f64,
    /// Vector instructions of a sample.
    #[serde(flatten)]
    pub counts: Counts,
    /// Cycles a second, measured in the same run.
    pub hertz: f64,
    /// Samples a second that follow, at the largest number of samples.
    pub samples_per_second: f64,
}

/// Vector instructions of a sample, by part.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Drawing the words, and d.
    pub stream: f64,
    /// The map to the box.
    pub map: f64,
    /// f.
    pub f: f64,
    /// The moments, in all samples of a batch but its first.
    pub moments: f64,
}

impl Comparison {
    /// From the JSON of `compare --format json`; or why it is none that can be shown.
    pub fn read(json: &str) -> Result<Self, Failure> {
        /// First the version: what follows depends on it.
        #[derive(Deserialize)]
        struct Version {
            schema: u32,
        }
        let wrong = |error| Failure::Run(format!("this is not the JSON of a comparison: {error}"));
        let Version { schema } = serde_json::from_str(json).map_err(wrong)?;
        if !(OLDEST..=SCHEMA).contains(&schema) {
            return Err(Failure::Run(format!(
                "the comparison has schema {schema}, and this program reads schemas {OLDEST} to {SCHEMA}: make it again, \
                 or use the program of its time"
            )));
        }
        let mut read: Self = serde_json::from_str(json).map_err(wrong)?;
        if schema == 1 {
            read.schema = SCHEMA;
            for row in &mut read.rows {
                row.share_of_by_hand = row.share_of_bound.take();
            }
            let in_rows = read.rows.iter_mut().map(|row| &mut row.technique);
            let crossovers = read.crossovers.iter_mut();
            let in_crossovers =
                crossovers.flat_map(|found| [&mut found.technique, &mut found.against]);
            for name in in_rows.chain(in_crossovers) {
                if let Some(executor) = name.strip_suffix("bound") {
                    *name = format!("{executor}by-hand");
                }
            }
        }
        Ok(read)
    }

    /// The numbers of samples, from few to many.
    pub fn sizes(&self) -> Vec<u64> {
        let sizes: BTreeSet<_> = self.rows.iter().map(|row| row.samples).collect();
        sizes.into_iter().collect()
    }

    /// What is written above the rows of so many samples.
    pub fn caption(&self, samples: u64) -> String {
        let points = grouped(samples);
        let mut rows = self.rows.iter().filter(|row| row.samples == samples);
        match rows.find_map(|row| row.replicates) {
            Some(replicates) => format!("M = {points} Sobol' points, {replicates} replicates"),
            None => format!("M = {points}"),
        }
    }

    /// The rows with the largest number of samples, the fastest first and those
    /// without a rank last.
    pub fn largest(&self) -> Vec<&Row> {
        let most = self.sizes().last().copied();
        let mut rows: Vec<_> = self.rows.iter().filter(|row| Some(row.samples) == most).collect();
        rows.sort_by_key(|row| row.rank.unwrap_or(usize::MAX));
        rows
    }

    /// The median time of a technique at one number of samples.
    pub fn median(&self, technique: &str, samples: u64) -> Option<f64> {
        let mut rows = self.rows.iter();
        let row = rows.find(|row| row.technique == technique && row.samples == samples)?;
        row.seconds.map(|seconds| seconds.median)
    }

    /// What is doubtful, each once: the numbers of samples that it is said of, and the words.
    pub fn warnings(&self) -> Vec<(Vec<u64>, &str)> {
        let words = self.rows.iter().flat_map(|row| row.warnings.iter().map(String::as_str));
        let rows_with = |words: &str| {
            let with = self.rows.iter().filter(move |row| row.warnings.iter().any(|w| w == words));
            distinct(with.map(|row| row.samples))
        };
        distinct(words).into_iter().map(|words| (rows_with(words), words)).collect()
    }

    /// The techniques' names, in the order of the rows.
    pub fn techniques(&self) -> Vec<&str> {
        distinct(self.rows.iter().map(|row| row.technique.as_str()))
    }
}

#[cfg(test)]
impl Comparison {
    /// No row yet; for tests.
    pub(crate) fn blank() -> Self {
        Self {
            schema: SCHEMA,
            made: Made::now("cargo xtask compare".to_owned()),
            host: Host::here(),
            f: "norm(x)^2".to_owned(),
            g: "uniform".to_owned(),
            support: "0:1^2".to_owned(),
            problem: None,
            dims: 2,
            truth: Some(2.0 / 3.0),
            sampling: Sampling::Random,
            seed: 1,
            workers: 2,
            busy: None,
            same_bits: true,
            stopped_by: None,
            rows: Vec::new(),
            peers: Vec::new(),
            crossovers: Vec::new(),
            bound: None,
            page: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Seconds;
    use crate::results::named;

    /// A row with numbers that only all their digits tell.
    fn full() -> Row {
        let third = Some(1.0 / 3.0);
        Row {
            estimate: third,
            seconds: Seconds::of(vec![0.1, 0.3, 1.0 / 7.0]),
            seconds_to_1e_3: third,
            peak_memory_bytes: Some(u64::MAX),
            same_bits: Some(true),
            sampling: Sampling::Sobol,
            replicates: Some(25),
            mark: Some("marked \"so\"".to_owned()),
            note: Some("noted".to_owned()),
            ..named("jit", 100)
        }
    }

    #[test]
    fn what_is_printed_is_read() {
        let mut comparison = Comparison::blank();
        comparison.rows.push(full());
        comparison.crossovers.push(Crossover {
            technique: "rayon-jit".to_owned(),
            against: "jit".to_owned(),
            searched_to: 1 << 40,
            reason: Some("why".to_owned()),
            ..Crossover::default()
        });
        comparison.page = Some(Measured::default());
        let json = serde_json::to_string(&comparison).expect("JSON");
        let read = Comparison::read(&json).expect("our own JSON");
        assert_eq!(serde_json::to_string(&read).expect("JSON"), json);
        assert_eq!(read.rows[0].seconds, comparison.rows[0].seconds);
        assert_eq!((read.techniques(), read.sizes()), (vec!["jit"], vec![100]));
    }

    /// Fields may come without a new version, so those of an older program may be missing.
    #[test]
    fn a_row_that_says_less_is_read() {
        let mut json = serde_json::to_value(Comparison::blank()).expect("JSON");
        json["rows"] = serde_json::json!([{"technique": "jit", "samples": 100, "new": 1}]);
        let since = ["peers", "sampling"];
        json.as_object_mut().expect("an object").retain(|name, _| !since.contains(&name.as_str()));
        let read = Comparison::read(&json.to_string()).expect("a comparison");
        let row = &read.rows[0];
        assert_eq!((row.samples, row.rank), (100, None));
        // Before there were others, all points were random.
        assert_eq!((read.sampling, row.sampling, row.replicates), Default::default());
    }

    /// A run that was kept when `by-hand` was called `bound`.
    #[test]
    fn the_first_version_is_read() {
        let mut json = serde_json::to_value(Comparison::blank()).expect("JSON");
        json["schema"] = 1.into();
        json["rows"] = serde_json::json!([
            {"technique": "rayon-bound", "samples": 100, "share_of_bound": 1.5},
            {"technique": "jit", "samples": 100, "share_of_bound": 0.5},
        ]);
        json["crossovers"] = serde_json::json!([
            {"technique": "rayon-bound", "against": "bound", "samples": null, "searched_to": 9, "reason": null},
        ]);
        let read = Comparison::read(&json.to_string()).expect("a comparison");
        assert_eq!((read.schema, read.techniques()), (SCHEMA, vec!["rayon-by-hand", "jit"]));
        let shares = read.rows.iter().map(|row| (row.share_of_by_hand, row.share_of_bound));
        assert_eq!(shares.collect::<Vec<_>>(), [(Some(1.5), None), (Some(0.5), None)]);
        let Crossover { technique, against, .. } = &read.crossovers[0];
        assert_eq!((technique.as_str(), against.as_str()), ("rayon-by-hand", "by-hand"));
    }

    #[test]
    fn other_versions_and_other_texts_are_refused() {
        let wrong = |json: &str| Comparison::read(json).unwrap_err().to_string();
        assert!(wrong("{\"schema\": 7}").contains("schema 7"));
        assert!(wrong("{\"schema\": 1}").contains("missing field"));
        assert!(wrong("technique,samples").contains("not the JSON of a comparison"));
    }
}
