//! The lines that go to a peer and come back.

use std::fmt::Write as _;

use mc_core::Support;

/// What a peer says about one estimate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// Seconds that it took, on the peer's own clock.
    pub seconds: f64,
    /// φ̂.
    pub value: f64,
    /// The variance of φ̂.
    pub variance: f64,
}

/// The first line: the workers and the box. Floats are written so that they read
/// back to the same bits.
pub(super) fn problem(support: &Support, workers: usize) -> String {
    let mut line = format!("problem {workers}");
    for side in support.sides() {
        let _ = write!(line, " {:e} {:e}", side.lo(), side.hi());
    }
    line
}

/// Asks for `repeats` estimates in a row.
pub(super) fn run(samples: u64, seed: u64, repeats: u32) -> String {
    format!("run {samples} {seed} {repeats}")
}

/// What can be read in a line.
#[derive(Debug, PartialEq)]
pub(super) enum Line {
    /// It is ready; what it runs with.
    Ready(String),
    /// Numbers.
    Answer(Answer),
    /// It can't, and says why.
    Error(String),
    /// None of these.
    Unknown,
}

pub(super) fn read(line: &str) -> Line {
    let line = line.trim();
    let numbers: Vec<_> = line.split(' ').map(|word| word.parse::<f64>().ok()).collect();
    match (line.split_once(' '), numbers.as_slice()) {
        (Some(("ready", words)), _) => Line::Ready(words.to_owned()),
        (Some(("error", words)), _) => Line::Error(words.to_owned()),
        (_, &[Some(seconds), Some(value), Some(variance)])
            if seconds.is_finite() && seconds >= 0.0 =>
        {
            Line::Answer(Answer { seconds, value, variance })
        }
        _ => Line::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_out() {
        let support = "-1:2,0.1:5e300".parse().expect("a box");
        assert_eq!(problem(&support, 3), "problem 3 -1e0 2e0 1e-1 5e300");
        assert_eq!(run(10, u64::MAX, 2), "run 10 18446744073709551615 2");
    }

    #[test]
    fn lines_in() {
        assert_eq!(read("ready GSL 2.7\n"), Line::Ready("GSL 2.7".to_owned()));
        assert_eq!(read("error no memory\n"), Line::Error("no memory".to_owned()));
        let answer = Answer { seconds: 0.5, value: -1.0, variance: 1e-9 };
        assert_eq!(read("0.5 -1 1e-9\n"), Line::Answer(answer));
        assert!(matches!(read("0 nan inf"), Line::Answer(answer) if answer.value.is_nan()));
        for line in ["", "ready", "1 2", "1 2 3 4", "-1 2 3", "inf 1 1", "nan 1 1", "1 two 3"] {
            assert_eq!(read(line), Line::Unknown, "{line}");
        }
    }
}
