//! More and more workers.

use super::Figure;
use crate::output::chart::axis::Axis;
use crate::output::chart::lines::{Lines, Series, add};
use crate::output::chart::look::look_of;
use crate::results::Scaling;

/// Speed-up against workers, on a machine of so many cores.
pub fn scaling(scaling: &Scaling, cores: usize) -> Figure {
    let mut series: Vec<Series> = Vec::new();
    for row in &scaling.rows {
        let point = (row.workers as f64, row.speedup);
        add(&mut series, row.technique.clone(), point, |_| look_of(&row.technique));
    }
    let mut workers: Vec<_> = scaling.rows.iter().map(|row| row.workers as f64).collect();
    workers.sort_by(f64::total_cmp);
    workers.dedup();
    let (Some(&first), Some(&last)) = (workers.first(), workers.last()) else { return Ok(None) };
    let speedups = scaling.rows.iter().map(|row| row.speedup);
    let most = speedups.fold(last.min(cores as f64), f64::max);
    let ideal = last.min(most);
    series.push(Series::guide("one for each", vec![(first, first), (ideal, ideal)]));
    let picture = Lines {
        title: "Speed-up against workers",
        about: "One line for each way to share out the work; the dashed line is a speed-up equal to the number of \
                workers. The numbers are in the table.",
        x: (Axis::at(&workers), "workers"),
        y: (Axis::linear([0.0, most]), &format!("times as fast as {} alone", scaling.against)),
        series,
        band: Vec::new(),
    };
    picture.draw().map(Some)
}
