//! What a calibration says, and how it is printed.

use mc_core::{Sampling, Short};
use serde::Serialize;

use super::coverage::{Coverage, NOMINAL_68, NOMINAL_95};
use super::proof::Proof;
use crate::numbers::grouped;
use crate::output::{Column, Found, Record, Table, record};
use crate::results::{Host, Made};

/// What `calibrate --format json` prints.
#[derive(Debug, Serialize)]
pub struct Calibration {
    /// The version of this document.
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
    /// The value of the integral.
    pub truth: f64,
    /// What kind of points.
    pub sampling: Sampling,
    /// The technique that made the estimates.
    pub technique: String,
    /// The seeds are this one and those that follow it.
    pub first_seed: u64,
    /// One for each number of samples.
    pub rows: Vec<Coverage>,
    /// That the other techniques would have given the same.
    pub proof: Proof,
}

impl Found for Calibration {
    fn head(&self) -> String {
        let Calibration { f, g, support, dims, truth, technique, first_seed, .. } = self;
        format!(
            "Do the intervals cover the truth as often as they say? Seeds from {first_seed} on, by {technique}.\n\
             f = {f}, g = {g}, on {support} (n = {dims}), truth {}\n{}\n",
            Short(*truth),
            self.host
        )
    }

    fn tables(&self) -> Vec<Table> {
        vec![Table { caption: None, columns: columns(&self.rows) }]
    }

    fn foot(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "In brackets: the 95 % interval of the share (Wilson). `as said`: {:.2} % or 95 % lies in it, \
                 as it does in 19 of 20 such rows if the errors are honest and φ̂ is normal.",
                100.0 * NOMINAL_68
            ),
            "z = (φ̂ − truth) / std_error: its mean is 0 and its standard deviation 1 for a normal φ̂."
                .to_owned(),
        ];
        if self.sampling == Sampling::Sobol {
            lines.push(
                "Sobol' points: R replicates tell the error, so the intervals are those of Student's t with R − 1 degrees \
                 of freedom, and the standard deviation of z is √((R − 1)/(R − 3)): 1.07 for 16, 1.04 for 31."
                    .to_owned(),
            );
        }
        let proof = &self.proof;
        let compared: Vec<_> = proof.techniques.iter().filter(|found| found.compared > 0).collect();
        let estimates: usize = compared.iter().map(|found| found.compared).sum();
        let names: Vec<_> = compared.iter().map(|found| found.technique.as_str()).collect();
        lines.push(if proof.same_bits {
            format!(
                "One technique speaks for all: on {} of the seeds, {estimates} estimates and variances by {} agree in \
                 every bit with the serial loop's.",
                proof.seeds.len(),
                names.join(", ")
            )
        } else {
            "DIFFERENT BITS: techniques disagree; this is a defect.".to_owned()
        });
        for found in &proof.techniques {
            if found.equal < found.compared {
                let (technique, wrong) = (&found.technique, found.compared - found.equal);
                lines.push(format!("! {technique}: {wrong} of {} have other bits", found.compared));
            }
            if let Some(reason) = &found.reason {
                lines.push(format!("{}: {reason}", found.technique));
            }
        }
        lines
    }

    fn records(&self) -> serde_json::Result<Vec<Record>> {
        self.rows.iter().map(record).collect()
    }
}

fn columns(rows: &[Coverage]) -> Vec<Column> {
    let column =
        |heading, cell: &dyn Fn(&Coverage) -> String| Column::of(heading, rows, |row| cell(row));
    let mut columns = vec![
        column("M", &|row| grouped(row.samples)),
        column("seeds", &|row| grouped(row.seeds)),
        column("68 % cover", &|row| share(row.share_68, row.low_68, row.high_68)),
        column("", &|row| verdict(NOMINAL_68, row.low_68, row.high_68)),
        column("95 % cover", &|row| share(row.share_95, row.low_95, row.high_95)),
        column(" ", &|row| verdict(NOMINAL_95, row.low_95, row.high_95)),
        column("mean z", &|row| format!("{:.3}", row.mean_z)),
        column("std_dev z", &|row| format!("{:.3}", row.std_dev_z)),
    ];
    if rows.iter().any(|row| row.replicates.is_some()) {
        columns.insert(1, Column::of("R", rows, |row| row.replicates.map(|r| r.to_string())));
    }
    columns
}

fn share(share: f64, low: f64, high: f64) -> String {
    let percent = |value: f64| 100.0 * value;
    format!("{:.1} % [{:.1}, {:.1}]", percent(share), percent(low), percent(high))
}

fn verdict(nominal: f64, low: f64, high: f64) -> String {
    if nominal < low {
        "more".to_owned()
    } else if nominal > high {
        "less".to_owned()
    } else {
        "as said".to_owned()
    }
}
