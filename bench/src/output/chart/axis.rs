//! Axes, with ticks at round numbers.

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// A range of values, and where it has ticks.
#[derive(Clone, Debug)]
pub struct Axis {
    log: bool,
    /// The ends, as places: logarithms on a log axis.
    pub from: f64,
    /// The upper one.
    pub to: f64,
    /// Places and labels.
    pub ticks: Vec<(f64, String)>,
}

impl Axis {
    /// A log axis over the values that are above 0, with ticks at powers of ten.
    pub fn log(values: impl IntoIterator<Item = f64>, label: fn(i32) -> String) -> Self {
        /// No more ticks than fit.
        const MOST: i32 = 9;
        let (low, high) = range(values.into_iter().filter(|value| *value > 0.0).map(f64::log10));
        let room = 0.03 * (high - low).max(1.0);
        let (mut from, mut to) = (low - room, high + room);
        let (mut first, mut last) = (from.ceil() as i32, to.floor() as i32);
        // A range without two powers of ten in it would have no measure.
        if first >= last {
            (first, last) = (from.floor() as i32, to.ceil() as i32);
            (from, to) = (f64::from(first) - room, f64::from(last) + room);
        }
        let step = (last - first) / MOST + 1;
        let powers = (first..=last).filter(|power| power.rem_euclid(step) == 0);
        let ticks = powers.map(|power| (f64::from(power), label(power))).collect();
        Self { log: true, from, to, ticks }
    }

    /// A linear axis with ticks at 1, 2 or 5 times a power of ten.
    pub fn linear(values: impl IntoIterator<Item = f64>) -> Self {
        let (low, high) = range(values.into_iter());
        let span = if high > low { high - low } else { low.abs().max(1.0) };
        let (from, to) = (low - 0.04 * span, high + 0.06 * span);
        let rough = span / 5.0;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|k| k * power).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(span);
        let decimals = -step.log10().floor();
        let largest = from.abs().max(to.abs());
        // Beyond these, an exponent reads better.
        let digits = (largest.log10().floor() + decimals).clamp(0.0, 16.0) as usize;
        let label = |at: f64| match largest < 1e9 && decimals < 10.0 {
            true => format!("{at:.0$}", decimals.max(0.0) as usize),
            false => format!("{at:.digits$e}"),
        };
        let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
        let ticks = (first..=last).map(|k| k as f64 * step).map(|at| (at, label(at)));
        Self { log: false, from, to, ticks: ticks.collect() }
    }

    /// A linear axis with ticks at these values and no others.
    pub fn at(values: &[f64]) -> Self {
        let ticks = values.iter().map(|&value| (value, value.to_string())).collect();
        Self { ticks, ..Self::linear(values.iter().copied()) }
    }

    /// Where a value is; None if it is nowhere.
    pub fn place(&self, value: f64) -> Option<f64> {
        let place = if self.log { value.log10() } else { value };
        place.is_finite().then_some(place)
    }
}

/// So that plotters takes its ticks from here.
impl Ranged for Axis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, place: &f64, (first, last): (i32, i32)) -> i32 {
        let share = (place - self.from) / (self.to - self.from);
        first + (share * f64::from(last - first)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        // Those between the ticks; there are none.
        if hint.weight().allow_light_points() {
            return Vec::new();
        }
        self.ticks.iter().map(|(place, _)| *place).collect()
    }

    fn range(&self) -> std::ops::Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for Axis {
    fn format_ext(&self, place: &f64) -> String {
        let tick = self.ticks.iter().find(|(at, _)| at == place);
        tick.map_or_else(String::new, |(_, label)| label.clone())
    }
}

fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let finite = values.filter(|value| value.is_finite());
    let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    if low <= high { (low, high) } else { (0.0, 1.0) }
}

/// 10³ and the like.
pub fn power_of_ten(power: i32) -> String {
    match power {
        0 => "1".to_owned(),
        1 => "10".to_owned(),
        2 => "100".to_owned(),
        _ => format!("10{}", raised(power)),
    }
}

/// A power of ten of seconds: 10 µs.
pub fn seconds(power: i32) -> String {
    let (unit, zero) = match power {
        ..=-10 => return format!("10{} s", raised(power)),
        -9..=-7 => ("ns", -9),
        -6..=-4 => ("µs", -6),
        -3..=-1 => ("ms", -3),
        _ => ("s", 0),
    };
    format!("{} {unit}", 10f64.powi(power - zero))
}

/// A power of ten of MiB: 100 MiB.
pub fn mebibytes(power: i32) -> String {
    match power {
        0..=5 => format!("{} MiB", 10u64.pow(power.unsigned_abs())),
        _ => format!("{} MiB", power_of_ten(power)),
    }
}

fn raised(power: i32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let small = |c: char| c.to_digit(10).map_or('⁻', |digit| DIGITS[digit as usize]);
    power.to_string().chars().map(small).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<&str> {
        axis.ticks.iter().map(|(_, label)| label.as_str()).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(&Axis::log([150.0, 2e6], power_of_ten)), ["10³", "10⁴", "10⁵", "10⁶"]);
        assert_eq!(labels(&Axis::log([2e-7, 3e-4], seconds)), ["1 µs", "10 µs", "100 µs"]);
        assert_eq!(labels(&Axis::log([20.0, 30.0], power_of_ten)), ["10", "100"]);
        assert_eq!(labels(&Axis::log([0.2, 30.0], mebibytes)), ["1 MiB", "10 MiB"]);
        assert_eq!(labels(&Axis::linear([0.0, 1.0])), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::linear([1.0, 9.0])), ["2", "4", "6", "8"]);
        assert_eq!(labels(&Axis::at(&[1.0, 2.0, 4.0])), ["1", "2", "4"]);
    }

    #[test]
    fn any_values_make_an_axis() {
        for values in [vec![], vec![f64::NAN], vec![0.0], vec![5.0], vec![-1.0, f64::INFINITY]] {
            for axis in [Axis::linear(values.clone()), Axis::log(values, power_of_ten)] {
                assert!(
                    axis.from < axis.to && axis.from.is_finite() && axis.to.is_finite(),
                    "{axis:?}"
                );
            }
        }
        assert_eq!(Axis::log([1.0], power_of_ten).place(0.0), None);
    }
}
