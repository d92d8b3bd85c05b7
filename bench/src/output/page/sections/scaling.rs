//! Speed-up by workers: its section.

use crate::numbers::{duration, grouped, three_digits};
use crate::output::chart::ChartError;
use crate::output::chart::axis::Axis;
use crate::output::chart::lines::{Lines, Series};
use crate::output::chart::look::look_of;
use crate::output::columns::Column;
use crate::output::page::parts;
use crate::output::page::parts::{Figure, table};
use crate::results::{Comparison, Scaling};
use crate::technique::look::Look;
use maud::{Markup, html};

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let words = format!(
        "M = {}; the machine has {} cores for this program. Where there are more workers than cores, the line \
         shows what that costs.",
        grouped(page.scaling.samples),
        document.host.cores
    );
    let picture = figure(document)?;
    let table = html! {
        (table_of(&page.scaling))
        @for reason in &page.scaling.reasons { p.soft { (reason) } }
    };
    Ok(parts::section(
        "scaling",
        "Speed-up by workers",
        &words,
        picture.as_ref(),
        &html! { div { (table) } },
    ))
}

/// Speed-up against workers.
fn figure(document: &Comparison) -> Figure {
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

/// Speed-up: a row for each technique, a column for each number of workers.
fn table_of(scaling: &Scaling) -> Markup {
    let mut workers: Vec<_> = scaling.rows.iter().map(|row| row.workers).collect();
    workers.sort_unstable();
    workers.dedup();
    let mut names: Vec<&str> = scaling.rows.iter().map(|row| row.technique.as_str()).collect();
    names.dedup();
    let mut columns =
        vec![Column::of("technique", &names, |name| Some((*name).to_owned())).words()];
    columns.extend(workers.into_iter().map(|count| {
        let heading = if count == 1 { "1 worker".to_owned() } else { format!("{count} workers") };
        Column::of(heading, &names, |name| {
            let mut rows = scaling.rows.iter();
            let row = rows.find(|row| row.technique == *name && row.workers == count)?;
            Some(format!("{} ({})", three_digits(row.speedup), duration(row.seconds)))
        })
    }));
    table("Times as fast as one thread (and time of a run)", &columns)
}
