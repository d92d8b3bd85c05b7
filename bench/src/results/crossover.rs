//! From how many samples on an executor pays.

use serde::{Deserialize, Serialize};

use crate::numbers::{grouped, to_digits};

/// What was found for one technique.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Crossover {
    /// The executor and the kernel.
    pub technique: String,
    /// The kernel alone.
    pub against: String,
    /// The number of samples from which the technique is faster; none if it never was.
    pub samples: Option<u64>,
    /// The largest number below it at which the technique was surely not faster, by the intervals of
    /// the medians.
    #[serde(default)]
    pub samples_low: Option<u64>,
    /// The smallest number from there on at which it surely was.
    #[serde(default)]
    pub samples_high: Option<u64>,
    /// The largest number of samples that was tried.
    pub searched_to: u64,
    /// Why nothing was measured.
    pub reason: Option<String>,
}

impl Crossover {
    /// The number of samples with as many digits as it has, and between which it lies: `M ≈ 23,000 (16,000 to
    /// 32,000)`.
    pub fn shown(&self) -> Option<String> {
        let samples = self.samples?;
        let (low, high) = (self.samples_low, self.samples_high);
        // One digit of the error, as far as it is known, and two at most.
        let half = low.zip(high).map_or(0, |(low, high)| high.saturating_sub(low) / 2);
        let uncertain = half.checked_ilog10().unwrap_or(0);
        let digits = (samples.max(1).ilog10() + 1).saturating_sub(uncertain).clamp(1, 2);
        // Rounded, it is not to leave the numbers between which it lies.
        let rounded = to_digits(samples, digits);
        let inside =
            low.is_none_or(|low| low <= rounded) && high.is_none_or(|high| rounded <= high);
        let digits = if inside { digits } else { 2 };
        let shown = |samples, digits| grouped(to_digits(samples, digits));
        let within = match (low, high) {
            (Some(low), Some(high)) => format!(" ({} to {})", shown(low, 2), shown(high, 2)),
            (Some(low), None) => format!(" (more than {})", shown(low, 2)),
            (None, Some(high)) if high > samples => format!(" (up to {})", shown(high, 2)),
            (None, _) => String::new(),
        };
        Some(format!("M ≈ {}{within}", shown(samples, digits)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_digits_as_it_has() {
        for (samples, low, high, shown) in [
            (23_170, Some(19_483), Some(23_170), "M ≈ 23,000 (19,000 to 23,000)"),
            (23_170, Some(8_000), Some(64_000), "M ≈ 20,000 (8,000 to 64,000)"),
            (861_079, Some(512_000), Some(861_079), "M ≈ 860,000 (510,000 to 860,000)"),
            (23_170, Some(16_000), None, "M ≈ 23,000 (more than 16,000)"),
            (23_170, None, Some(32_000), "M ≈ 23,000 (up to 32,000)"),
            (1_000, None, Some(1_000), "M ≈ 1,000"),
            (23_170, None, None, "M ≈ 23,000"),
        ] {
            let found = Crossover {
                samples: Some(samples),
                samples_low: low,
                samples_high: high,
                ..Crossover::default()
            };
            assert_eq!(found.shown().as_deref(), Some(shown));
        }
        assert_eq!(Crossover::default().shown(), None);
    }
}
