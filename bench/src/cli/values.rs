//! Numbers and times as they are typed.

use std::num::NonZeroUsize;
use std::time::Duration;

/// A whole number of samples, `1000000` or `1e6`.
pub(super) fn samples(text: &str) -> Result<u64, String> {
    let wrong = || {
        format!(
            "`{text}` is not a number of samples: a whole number from 2 to 18446744073709551615, or such as 1e6"
        )
    };
    let digits = text.replace('_', "");
    let samples = match digits.parse::<u64>() {
        Ok(samples) => samples,
        Err(_) => {
            let value: f64 = digits.parse().map_err(|_| wrong())?;
            // Above 2⁵³ a float no longer names one whole number, but 1e18 still is one.
            if !(value >= 0.0 && value.fract() == 0.0 && value < 2f64.powi(64)) {
                return Err(wrong());
            }
            value as u64
        }
    };
    if samples < 2 {
        Err(format!("{samples} samples are too few: a variance needs at least 2"))
    } else {
        Ok(samples)
    }
}

/// A seed, `42`.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    text.replace('_', "").parse().map_err(|_| {
        format!("`{text}` is not a seed: a whole number from 0 to {}, such as 42", u64::MAX)
    })
}

/// A number of coordinates, `3`.
pub(super) fn dims(text: &str) -> Result<usize, String> {
    text.replace('_', "")
        .parse()
        .map_err(|_| format!("`{text}` is not a number of coordinates: a whole number, such as 3"))
}

/// How many seeds, `1000`.
pub(super) fn seeds(text: &str) -> Result<u64, String> {
    /// More than any patience.
    const MOST: u64 = 100_000_000;
    let seeds = text.replace('_', "").parse().ok().filter(|seeds| (2..=MOST).contains(seeds));
    seeds.ok_or_else(|| {
        format!("`{text}` is not a number of seeds: a whole number from 2 to {MOST}")
    })
}

/// Seconds, `60` or `0.5`.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds = text.parse().ok().filter(|&seconds| seconds > 0.0);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("`{text}` is not a time: seconds, more than 0, such as 60 or 0.5"))
}

/// A number of workers, `4`.
pub(super) fn workers(text: &str) -> Result<NonZeroUsize, String> {
    const MOST: usize = mc_multiproc::MAX_WORKERS;
    match text.parse::<usize>() {
        Ok(workers) if workers <= MOST => NonZeroUsize::new(workers)
            .ok_or_else(|| "0 workers can do nothing: at least 1 is needed".to_owned()),
        _ => Err(format!("`{text}` is not a number of workers: a whole number from 1 to {MOST}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_samples() {
        assert_eq!(samples("1e6"), Ok(1_000_000));
        assert_eq!(samples("1_000"), Ok(1_000));
        assert_eq!(samples("18446744073709551615"), Ok(u64::MAX));
        for wrong in ["1", "0", "-5", "1.5", "1e-3", "1e20", "inf", "nan", "ten", ""] {
            let message = samples(wrong).unwrap_err();
            assert!(message.contains(wrong), "{message}");
        }
    }

    #[test]
    fn numbers_of_workers() {
        assert_eq!(workers("3").map(NonZeroUsize::get), Ok(3));
        assert!(workers("0").unwrap_err().contains("0 workers"));
        assert!(workers("-1").unwrap_err().contains("`-1`"));
        assert!(workers("1000000").unwrap_err().contains("10000"));
    }

    #[test]
    fn seeds_and_dims_are_whole_numbers() {
        assert_eq!(seed("18446744073709551615"), Ok(u64::MAX));
        assert_eq!(dims("20"), Ok(20));
        for wrong in ["-1", "1.5", "1e3", "x", "18446744073709551616", ""] {
            assert!(seed(wrong).unwrap_err().contains(&format!("`{wrong}`")), "{wrong}");
            assert!(dims(wrong).unwrap_err().contains(&format!("`{wrong}`")), "{wrong}");
        }
    }

    #[test]
    fn numbers_of_seeds() {
        assert_eq!(seeds("1_000"), Ok(1000));
        for wrong in ["0", "1", "-1", "1.5", "1e3", "many", "100000001", ""] {
            assert!(seeds(wrong).unwrap_err().contains(&format!("`{wrong}`")), "{wrong}");
        }
    }

    #[test]
    fn times() {
        assert_eq!(seconds("0.5"), Ok(Duration::from_millis(500)));
        for wrong in ["0", "-1", "nan", "inf", "1e30", "soon", ""] {
            assert!(seconds(wrong).unwrap_err().contains(wrong), "{wrong}");
        }
    }
}
