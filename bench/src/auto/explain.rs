//! What was chosen and why, in words and as JSON.

use std::fmt;

use serde_json::{Value, json};

use super::model::{Candidate, Machine, Prediction, simplest};
use super::probe::Probe;
use super::work::Work;
use crate::numbers::{duration, grouped, three_digits};
use crate::technique::name::{KernelName, Name};

/// A choice, and all that its reasons are made of. As text it is several lines, as `--explain` prints them.
#[derive(Clone, Debug)]
pub struct Choice {
    /// The technique.
    pub name: Name,
    /// Its workers.
    pub workers: usize,
    /// How many samples it is chosen for: those asked for, or fewer that will most likely do.
    pub samples: f64,
    /// What was measured for it.
    pub probes: Vec<Probe>,
    /// What it was chosen by.
    pub machine: Machine,
    /// What is to be done for a sample.
    pub work: Work,
    /// A GPU that was tried.
    pub device: Option<Tried>,
    /// Kernels that were to be used and could not be prepared, and why.
    pub failed: Vec<String>,
    /// Why there was nothing to choose, if so.
    pub asked_for: Option<String>,
    /// Seconds that choosing took, without preparing what was chosen.
    pub choosing_seconds: f64,
}

/// What came of trying a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Tried {
    /// Its name.
    pub name: String,
    /// Seconds that the run would take on it; or why it cannot.
    pub seconds: Result<f64, String>,
}

impl Choice {
    /// Nothing chosen yet.
    pub(super) fn by(machine: Machine, work: Work, samples: f64) -> Self {
        Self {
            name: Name::alone(simplest(&work)),
            workers: 1,
            samples,
            probes: Vec::new(),
            machine,
            work,
            device: None,
            failed: Vec::new(),
            asked_for: None,
            choosing_seconds: 0.0,
        }
    }

    /// All candidates, the best first; none if there was nothing to choose.
    pub fn predictions(&self) -> Vec<Prediction> {
        if self.asked_for.is_some() {
            return Vec::new();
        }
        let mut predictions = self.machine.predictions(&self.work, self.samples);
        predictions.sort_by(|a, b| a.seconds().total_cmp(&b.seconds()));
        predictions
    }

    /// This, with `candidate` chosen.
    pub(super) fn of(self, candidate: Candidate) -> Self {
        Self { name: candidate.name(), workers: candidate.workers.get(), ..self }
    }

    /// The reason in one line.
    pub fn why(&self) -> String {
        if let Some(why) = &self.asked_for {
            return why.clone();
        }
        if let (KernelName::OpenCl, Some(tried)) = (self.name.kernel, &self.device) {
            return format!("{} was tried, and is faster", tried.name);
        }
        let threads = match self.workers {
            1 => "one thread".to_owned(),
            workers => format!("{workers} threads"),
        };
        let samples = grouped(self.samples as u64);
        let predictions = self.predictions();
        let chosen = predictions.iter().find(|each| each.candidate.name() == self.name);
        let other = predictions.iter().find(|each| each.candidate.name() != self.name);
        let times = match (chosen, other) {
            (Some(chosen), Some(other)) => format!(
                "about {}, and {} would take {} ×",
                duration(chosen.seconds()),
                other.candidate.name(),
                three_digits(other.seconds() / chosen.seconds())
            ),
            _ => "the only one there is".to_owned(),
        };
        format!("{samples} samples, {threads}: {times}")
    }

    /// As JSON, the field `auto` of an estimate with `--explain`. Times are in seconds; candidates
    /// are there with each number of workers, the best first.
    pub fn explanation(&self) -> Value {
        let measured = self.probes.iter().map(|probe| {
            json!({
                "technique": probe.kernel.text(),
                "samples": probe.samples,
                "seconds": probe.seconds,
                "seconds_per_sample": probe.seconds_per_sample,
            })
        });
        let candidates = self.predictions().into_iter().map(|each| {
            json!({
                "technique": each.candidate.name().to_string(),
                "workers": each.candidate.workers,
                "start_seconds": each.start,
                "run_seconds": each.run,
            })
        });
        json!({
            "technique": self.name.to_string(),
            "workers": self.workers,
            "samples": self.samples,
            "why": self.why(),
            "choosing_seconds": self.choosing_seconds,
            "pace": self.machine.pace,
            "measured": measured.collect::<Vec<_>>(),
            "candidates": candidates.collect::<Vec<_>>(),
            "device": self.device.as_ref().map(ToString::to_string),
            "failed": self.failed,
        })
    }

    /// The best of each technique, with the best number of workers.
    fn shown(&self) -> Vec<Prediction> {
        let mut shown: Vec<Prediction> = Vec::new();
        for each in self.predictions() {
            if shown.iter().all(|other| other.candidate.name() != each.candidate.name()) {
                shown.push(each);
            }
        }
        shown
    }
}

impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "auto: {} ({})", self.name, self.why())?;
        for (k, probe) in self.probes.iter().enumerate() {
            write!(
                f,
                "  measured   {} took {} a sample on the first {} samples",
                probe.kernel,
                duration(probe.seconds_per_sample),
                grouped(probe.samples),
            )?;
            if k == 0 {
                write!(f, ", {} × the model's pace", three_digits(self.machine.pace))?;
            }
            writeln!(f)?;
        }
        if let Some(needed) = self.probes.iter().find_map(|probe| probe.needed) {
            let needed = grouped(needed as u64);
            writeln!(f, "  target     by their error it takes about {needed} samples")?;
        }
        if self.probes.is_empty() && self.asked_for.is_none() {
            writeln!(f, "  measured   nothing: too short a run; by the model's figures alone")?;
        }
        if self.machine.busy {
            writeln!(f, "  busy       no processor is idle: threads will wait for their turn")?;
        }
        let shown = self.shown();
        if !shown.is_empty() {
            writeln!(
                f,
                "  predicted  {:<18}{:>8}{:>12}{:>12}{:>12}",
                "", "workers", "start", "run", "in all"
            )?;
        }
        for each in shown {
            let name = each.candidate.name();
            writeln!(
                f,
                "             {:<18}{:>8}{:>12}{:>12}{:>12}{}",
                name.to_string(),
                each.candidate.workers,
                duration(each.start),
                duration(each.run),
                duration(each.seconds()),
                if name == self.name { "  chosen" } else { "" }
            )?;
        }
        if self.asked_for.is_none()
            && let Some(reason) = KernelName::Jit.missing()
        {
            writeln!(f, "  not here   jit: {reason}")?;
        }
        if let Some(tried) = &self.device {
            writeln!(f, "  device     {tried}")?;
        }
        for failed in &self.failed {
            writeln!(f, "  failed     {failed}")?;
        }
        write!(f, "  choosing   took {}", duration(self.choosing_seconds))
    }
}

impl fmt::Display for Tried {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.seconds {
            Ok(seconds) => write!(f, "{} was tried: {} for all", self.name, duration(*seconds)),
            Err(reason) => write!(f, "{} was tried, but {reason}", self.name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice(samples: f64) -> Choice {
        let machine =
            Machine { workers: 8, compiles: true, busy: false, pace: 1.0, measured: Vec::new() };
        let support = "0:1^2".parse().expect("a box");
        let problem = mc_core::SquaredNorm::problem(support).expect("a problem");
        let mut choice =
            Choice::by(machine, Work::of(&problem, mc_core::Sampling::Random, true), samples);
        let best = choice.predictions()[0].candidate;
        (choice.name, choice.workers) = (best.name(), best.workers.get());
        choice
    }

    #[test]
    fn the_words_name_the_choice_and_its_rivals() {
        let choice = choice(1e9);
        let words = choice.to_string();
        assert!(
            words.starts_with("auto: rayon-jit (1,000,000,000 samples, 8 threads: about "),
            "{words}"
        );
        for name in ["serial", "rayon-serial", "rayon-ndarray", "jit-lanes", "rayon-jit"] {
            let row = format!("{name} ");
            let lines = words.lines().skip(1).filter(|line| line.trim().starts_with(&row));
            assert_eq!(lines.count(), 1, "{name}: {words}");
        }
        assert_eq!(words.matches("chosen").count(), 1, "{words}");
        assert!(words.lines().skip(1).all(|line| line.chars().count() <= 100), "{words}");
    }

    #[test]
    fn json_has_every_candidate() {
        let json = choice(1e3).explanation();
        assert_eq!(json["technique"], "serial");
        assert_eq!(json["workers"], 1);
        // Four kernels, with 1, 2, 4 and 8 workers.
        assert_eq!(json["candidates"].as_array().map(Vec::len), Some(16));
        assert_eq!(json["measured"].as_array().map(Vec::len), Some(0));
    }
}
