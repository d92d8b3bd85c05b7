//! Numbers and times as they are typed.

use std::num::NonZeroUsize;
use std::time::Duration;

use mc_core::Target;

/// The suffixes of a number, and the power of ten that each stands for.
const SUFFIXES: [(char, u32); 4] = [('k', 3), ('K', 3), ('M', 6), ('G', 9)];

/// A whole number as people type it: `1000000`, `1_000_000`, `1e6`, `1M`, `1.5k`.
fn whole(text: &str) -> Option<u64> {
    let digits = text.replace('_', "");
    let (digits, power) = match SUFFIXES.iter().find(|(suffix, _)| digits.ends_with(*suffix)) {
        Some((suffix, power)) => (digits.strip_suffix(*suffix)?, *power),
        None => (digits.as_str(), 0),
    };
    if let Ok(whole) = digits.parse::<u64>() {
        return whole.checked_mul(10u64.pow(power));
    }
    // 1.1 million is not 1.1 times a million in binary, so the text says both.
    let value: f64 = match power {
        0 => digits.parse().ok()?,
        power => format!("{digits}e{power}").parse().ok()?,
    };
    // Above 2⁵³ a float no longer names one whole number, but 1e18 still is one.
    (value >= 0.0 && value.fract() == 0.0 && value < 2f64.powi(64)).then_some(value as u64)
}

/// A number of samples.
pub(super) fn samples(text: &str) -> Result<u64, String> {
    match whole(text) {
        None => Err(format!(
            "`{text}` is not a number of samples: a whole number from 2 to {}, or such as 1e6 or 10M",
            u64::MAX
        )),
        Some(1) => Err("1 sample is too few: a variance needs at least 2".to_owned()),
        Some(0) => Err("0 samples are too few: a variance needs at least 2".to_owned()),
        Some(samples) => Ok(samples),
    }
}

/// Whether a list of numbers is most likely one number with a comma for every three digits, as `1,000`;
/// and how that one is written.
pub(super) fn with_commas(text: &str) -> Option<String> {
    let mut parts = text.split(',');
    let first = parts.next().filter(|first| (1..=3).contains(&first.len()))?;
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let mut rest = parts.clone().peekable();
    rest.peek()?;
    (digits(first) && rest.all(|part| part.len() == 3 && digits(part)))
        .then(|| std::iter::once(first).chain(parts).collect::<Vec<_>>().join("_"))
}

/// A seed, `42`. It is a name more than a number, so it is spelt in full.
pub(super) fn seed(text: &str) -> Result<u64, String> {
    text.replace('_', "").parse().map_err(|_| {
        format!("`{text}` is not a seed: a whole number from 0 to {}, such as 42", u64::MAX)
    })
}

/// A number of coordinates, `3`.
pub(super) fn dims(text: &str) -> Result<usize, String> {
    whole(text).and_then(|dims| usize::try_from(dims).ok()).ok_or_else(|| {
        format!("`{text}` is not a number of coordinates: a whole number, such as 3")
    })
}

/// How many seeds, `1000`.
pub(super) fn seeds(text: &str) -> Result<u64, String> {
    /// More than any patience.
    const MOST: u64 = 100_000_000;
    let seeds = whole(text).filter(|seeds| (2..=MOST).contains(seeds));
    seeds.ok_or_else(|| {
        format!("`{text}` is not a number of seeds: a whole number from 2 to {MOST}")
    })
}

/// An error to stop at, as a share of the estimate: `1e-3`, or `0.1%`.
pub(super) fn relative(text: &str) -> Result<Target, String> {
    let share = match text.strip_suffix('%') {
        Some(percent) => percent.trim_end().parse().ok().map(|percent: f64| percent / 100.0),
        None => text.parse().ok(),
    };
    share.and_then(|share| Target::relative(share).ok()).ok_or_else(|| {
        format!(
            "`{text}` is no error to stop at: it must be a positive number, such as 1e-3 or 0.1%"
        )
    })
}

/// An error to stop at, in units of the estimate: `1e-3`.
pub(super) fn absolute(text: &str) -> Result<Target, String> {
    let number = text.parse().ok().and_then(|number| Target::absolute(number).ok());
    number.ok_or_else(|| {
        let hint = if text.ends_with('%') { "; per cent are for --rel-error" } else { "" };
        format!("`{text}` is no error to stop at: it must be a positive number, such as 1e-3{hint}")
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
    match whole(text).and_then(|workers| usize::try_from(workers).ok()) {
        Some(workers) if workers <= MOST => NonZeroUsize::new(workers)
            .ok_or_else(|| "0 workers can do nothing: at least 1 is needed".to_owned()),
        _ => Err(format!("`{text}` is not a number of workers: a whole number from 1 to {MOST}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_samples() {
        for million in ["1e6", "1_000_000", "1M", "1000k", "0.001G", "1000K"] {
            assert_eq!(samples(million), Ok(1_000_000), "{million}");
        }
        assert_eq!(samples("1.1M"), Ok(1_100_000));
        assert_eq!(samples("18G"), Ok(18_000_000_000));
        assert_eq!(samples("18446744073709551615"), Ok(u64::MAX));
        for wrong in [
            "1", "0", "-5", "1.5", "1e-3", "1e20", "inf", "nan", "ten", "", "M", "1m", "1e3k",
            "1kM", "infk",
        ] {
            let message = samples(wrong).unwrap_err();
            assert!(message.contains(wrong), "{message}");
        }
    }

    #[test]
    fn commas_between_digits() {
        for (text, meant) in [
            ("1,000", Some("1_000")),
            ("12,345,678", Some("12_345_678")),
            ("1000,000", None),
            ("100,1000", None),
            ("1e3,100", None),
            ("1000", None),
            ("", None),
        ] {
            assert_eq!(with_commas(text).as_deref(), meant, "{text}");
        }
    }

    #[test]
    fn errors_to_stop_at() {
        assert_eq!(relative("1e-3").ok(), Target::relative(1e-3).ok());
        for percent in ["0.1%", "0.1 %", "1e-1%"] {
            assert_eq!(relative(percent).ok(), Target::relative(1e-3).ok(), "{percent}");
        }
        assert_eq!(absolute("2").ok(), Target::absolute(2.0).ok());
        for wrong in ["0", "-1", "nan", "inf", "%", "0%", "-1%", "", "1e-400"] {
            assert!(relative(wrong).unwrap_err().contains(&format!("`{wrong}`")), "{wrong}");
        }
        assert!(absolute("1%").unwrap_err().contains("--rel-error"));
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
        assert_eq!((dims("20"), dims("1e3")), (Ok(20), Ok(1000)));
        for wrong in ["-1", "1.5", "x", "18446744073709551616", ""] {
            assert!(seed(wrong).unwrap_err().contains(&format!("`{wrong}`")), "{wrong}");
            assert!(dims(wrong).unwrap_err().contains(&format!("`{wrong}`")), "{wrong}");
        }
    }

    #[test]
    fn numbers_of_seeds() {
        assert_eq!((seeds("1_000"), seeds("1e3"), seeds("1k")), (Ok(1000), Ok(1000), Ok(1000)));
        for wrong in ["0", "1", "-1", "1.5", "many", "100000001", ""] {
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
