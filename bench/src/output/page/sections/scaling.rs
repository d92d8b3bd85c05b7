//! Speed-up by workers: its section.

use std::collections::BTreeSet;

use crate::numbers::{duration, grouped, three_digits};
use crate::output::chart::{Axis, ChartError, Lines, Series, add, look_of};
use crate::output::columns::Column;
use crate::output::page::parts::{self, Figure, table};
use crate::results::{Comparison, Scaling};
use maud::{Markup, html};

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let cores = document.host.cores;
    let words = format!(
        "M = {}; the machine has {cores} cores for this program. Where there are more workers than cores, the line \
         shows what that costs.",
        grouped(page.scaling.samples)
    );
    let pictures = [("scaling", picture(&page.scaling, cores)?)];
    let table = html! { div {
        (table_of(&page.scaling))
        @for reason in &page.scaling.reasons { p.soft { (reason) } }
    } };
    Ok(parts::pictured("scaling", "Speed-up by workers", &words, &pictures, &table))
}

/// The numbers of workers, from few to many.
fn workers(scaling: &Scaling) -> BTreeSet<usize> {
    scaling.rows.iter().map(|row| row.workers).collect()
}

/// Speed-up against workers, on a machine of so many cores.
fn picture(scaling: &Scaling, cores: usize) -> Figure {
    let mut series: Vec<Series> = Vec::new();
    for row in &scaling.rows {
        let point = (row.workers as f64, row.speedup);
        add(&mut series, row.technique.clone(), point, |_| look_of(&row.technique));
    }
    let workers: Vec<_> = workers(scaling).into_iter().map(|count| count as f64).collect();
    let (Some(&first), Some(&last)) = (workers.first(), workers.last()) else { return Ok(None) };
    let speedups = scaling.rows.iter().map(|row| row.speedup);
    let most = speedups.fold(last.min(cores as f64), f64::max);
    let ideal = last.min(most);
    series.push(Series::guide("one for each", vec![(first, first), (ideal, ideal)]));
    let picture = Lines {
        title: "Speed-up against workers",
        about: "One line for each way to share out the work; the dashed line is a speed-up equal to the number of \
                workers.",
        x: (Axis::at(&workers), "workers"),
        y: (Axis::linear([0.0, most]), &format!("times as fast as {} alone", scaling.against)),
        series,
        band: Vec::new(),
    };
    picture.draw().map(Some)
}

/// Speed-up: a row for each technique, a column for each number of workers.
fn table_of(scaling: &Scaling) -> Markup {
    let mut names: Vec<&str> = scaling.rows.iter().map(|row| row.technique.as_str()).collect();
    names.dedup();
    let mut columns = vec![Column::of("technique", &names, |name| (*name).to_owned()).words()];
    columns.extend(workers(scaling).into_iter().map(|count| {
        let heading = if count == 1 { "1 worker".to_owned() } else { format!("{count} workers") };
        Column::of(heading, &names, |name| {
            let mut rows = scaling.rows.iter();
            let row = rows.find(|row| row.technique == *name && row.workers == count)?;
            Some(format!("{} ({})", three_digits(row.speedup), duration(row.seconds)))
        })
    }));
    table("Times as fast as one thread (and time of a run)", &columns)
}
