//! More and more workers.

use super::Figure;
use crate::output::chart::axis::Axis;
use crate::output::chart::lines::{Lines, Series};
use crate::output::chart::look::look_of;
use crate::results::Comparison;
use crate::technique::look::Look;

/// Speed-up against workers.
pub fn scaling(document: &Comparison) -> Figure {
    let Some(scaling) = document.page.as_ref().map(|page| &page.scaling) else { return Ok(None) };
    let mut series: Vec<Series> = Vec::new();
    for row in &scaling.rows {
        let point = (row.workers as f64, row.speedup);
        match series.iter_mut().find(|series| series.name == row.technique) {
            Some(series) => series.points.push(point),
            None => series.push(Series {
                name: row.technique.clone(),
                look: look_of(&row.technique),
                points: vec![point],
                marked: true,
                joined: true,
            }),
        }
    }
    let mut workers: Vec<_> = scaling.rows.iter().map(|row| row.workers as f64).collect();
    workers.sort_by(f64::total_cmp);
    workers.dedup();
    let (Some(&first), Some(&last)) = (workers.first(), workers.last()) else { return Ok(None) };
    let most = scaling
        .rows
        .iter()
        .map(|row| row.speedup)
        .fold(last.min(document.host.cores as f64), f64::max);
    let ideal = last.min(most);
    series.push(Series {
        name: "one for each".to_owned(),
        look: Look::GUIDE,
        points: vec![(first, first), (ideal, ideal)],
        marked: false,
        joined: true,
    });
    let picture = Lines {
        title: "Speed-up against workers".to_owned(),
        about: "One line for each way to share out the work; the dashed line is a speed-up equal to the number of \
                workers. The numbers are in the table."
            .to_owned(),
        x: (Axis::at(&workers), "workers".to_owned()),
        y: (Axis::linear([0.0, most]), format!("times as fast as {} alone", scaling.against)),
        series,
        band: Vec::new(),
    };
    Ok(Some(picture.draw()?))
}
