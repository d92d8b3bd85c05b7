//! The gate: which rows may be ranked by speed.
//!
//! A fast wrong answer is no answer. A row whose estimate has other bits than the serial loop's, or
//! lies too far from the truth, is marked with the reason; it has no rank and no speed-up.

use mc_core::Estimate;

use super::row::Row;
use crate::numbers::reach;

/// The largest distance from the truth, in standard errors, that still is ranked.
/// A normal estimate is farther off in 6 runs of 10 million. Where replicates tell the error, so many standard errors are
/// passed more often, with 16 of them in 1 run of 6,000: the limit is then that which is passed as seldom, 8.3 to 6.3.
pub const FARTHEST: f64 = 5.0;

/// Whether two estimates agree in every bit.
pub fn same(a: &Estimate, b: &Estimate) -> bool {
    a.value.to_bits() == b.value.to_bits()
        && a.variance.to_bits() == b.variance.to_bits()
        && a.samples == b.samples
        && a.replicates == b.replicates
}

/// What is wrong with a row, from how its bits compare with the serial loop's (None:
/// not compared), how far it is from the truth (None: not known), and how many replicates tell its error.
pub fn mark(
    same_bits: Option<bool>,
    distance: Option<f64>,
    replicates: Option<u64>,
) -> Option<String> {
    let mut wrong = Vec::new();
    if same_bits == Some(false) {
        wrong.push("other bits than the serial loop's".to_owned());
    }
    let farthest = reach(FARTHEST, replicates);
    // Also where it is not a number.
    if let Some(z) = distance.filter(|z| !(0.0..=farthest).contains(z)) {
        let z = if z < 1e5 { format!("{z:.1}") } else { format!("{z:.1e}") };
        let farthest = match replicates {
            None => FARTHEST.to_string(),
            Some(replicates) => format!("{farthest:.1} for {replicates} replicates"),
        };
        wrong.push(format!("{z} standard errors from the truth, more than {farthest}"));
    }
    (!wrong.is_empty()).then(|| wrong.join("; "))
}

/// What to say of a row that is faster than `cores` cores can be, at this share of what one can.
///
/// Then it is the bound that is wrong, not the row: it counts instructions of a CPU that has other
/// ports than it is taken to have, or the clock ran faster meanwhile.
pub fn doubt(share_of_bound: Option<f64>, cores: usize) -> Option<String> {
    let share = share_of_bound.filter(|share| *share > cores as f64)?;
    Some(format!(
        "{:.0} % of the port bound of a core, by {cores}: the model of this CPU is wrong, please report it",
        100.0 * share
    ))
}

/// Ranks the rows of one number of samples by their medians, those with an estimate
/// and without a mark; the others lose their speed-up.
pub fn rank(rows: &mut [Row]) {
    let mut order = Vec::new();
    for (place, row) in rows.iter_mut().enumerate() {
        row.ranked = row.available && row.mark.is_none();
        row.rank = None;
        match row.seconds {
            Some(seconds) if row.ranked => order.push((seconds.median, place)),
            _ => (row.speedup, row.speedup_low, row.speedup_high) = (None, None, None),
        }
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (rank, (_, place)) in order.into_iter().enumerate() {
        rows[place].rank = Some(rank + 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Seconds;
    use crate::results::named;

    fn row(median: f64, mark: Option<&str>) -> Row {
        Row {
            available: true,
            seconds: Seconds::of(vec![median]),
            speedup: Some(1.0),
            speedup_low: Some(0.9),
            speedup_high: Some(1.1),
            mark: mark.map(str::to_owned),
            ..named("t", 100)
        }
    }

    #[test]
    fn marks_say_what_is_wrong() {
        let random = |same_bits, distance| mark(same_bits, distance, None);
        assert_eq!(random(Some(true), Some(5.0)), None);
        assert_eq!(random(None, None), None);
        assert!(random(Some(true), Some(5.01)).is_some());
        assert!(random(Some(false), Some(0.3)).is_some_and(|mark| mark.contains("other bits")));
        for far in [8.4, f64::INFINITY, f64::NAN] {
            for replicates in [None, Some(16)] {
                let marked = mark(Some(true), Some(far), replicates);
                assert!(marked.is_some_and(|m| m.contains("from the truth")), "{far}");
            }
        }
        assert!(random(Some(false), Some(7.0)).is_some_and(|m| m.contains("; 7.0 standard")));
        // What 16 replicates are off by chance as seldom as others are off by 5.
        assert_eq!(mark(Some(true), Some(8.2), Some(16)), None);
        assert!(mark(Some(true), Some(8.2), Some(31)).is_some_and(|m| m.contains("6.3 for 31")));
    }

    #[test]
    fn what_is_faster_than_the_ports_is_a_defect_of_the_model() {
        assert_eq!(doubt(Some(1.0), 1), None);
        assert_eq!(doubt(Some(1.9), 2), None);
        assert_eq!(doubt(None, 1), None);
        assert!(doubt(Some(1.02), 1).is_some_and(|note| note.starts_with("102 % of")));
        assert!(doubt(Some(2.1), 2).is_some());
    }

    #[test]
    fn the_fastest_is_not_ranked_if_it_is_wrong() {
        let mut rows = [row(3.0, None), row(0.1, Some("wrong")), row(2.0, None)];
        rank(&mut rows);
        assert_eq!(rows.each_ref().map(|row| row.rank), [Some(2), None, Some(1)]);
        assert_eq!(rows.each_ref().map(|row| row.ranked), [true, false, true]);
        for of in
            [|row: &Row| row.speedup, |row: &Row| row.speedup_low, |row: &Row| row.speedup_high]
        {
            assert_eq!(rows.each_ref().map(|row| of(row).is_some()), [true, false, true]);
        }
    }

    #[test]
    fn a_row_without_an_estimate_is_not_ranked() {
        let mut rows = [named("t", 100), row(1.0, None)];
        rank(&mut rows);
        assert_eq!(rows.each_ref().map(|row| row.rank), [None, Some(1)]);
    }
}
