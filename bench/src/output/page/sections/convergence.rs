//! What the samples buy: its section.

use crate::numbers::{grouped, value_with_error};
use crate::output::chart::ChartError;
use crate::output::chart::axis::{Axis, power_of_ten};
use crate::output::chart::lines::{Lines, Series};
use crate::output::columns::Column;
use crate::output::page::parts::{Figure, table};
use crate::results::{Comparison, Convergence};
use crate::technique::look::{Look, Shape};
use maud::{Markup, PreEscaped, html};

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let (funnel, error) = (funnel(document)?, error(document)?);
    Ok(html! {
        @if funnel.is_some() || error.is_some() {
            section id="convergence" {
                h2 { "What the samples buy" }
                p {
                    "Four times the samples, half the error: std_error falls as 1/√M, whatever the dimension. The "
                    "area is estimate ± 1.96 std_error, which covers the truth in 95 % of runs. Each point is a "
                    "run of its own, by " (page.convergence.technique) "; any technique gives the same."
                }
                div.pair {
                    @if let Some(picture) = &funnel { figure { (PreEscaped(picture.inline("funnel-picture"))) } }
                    @if let Some(picture) = &error { figure { (PreEscaped(picture.inline("error-picture"))) } }
                }
                (table_of(&page.convergence, document.truth))
            }
        }
        @if let Some(reason) = &page.convergence.reason {
            section { p.soft {
                @if page.convergence.points.is_empty() { "No estimates with more and more samples: " }
                @else { "No more estimates with more samples: " }
                (reason)
            } }
        }
    })
}

/// 1.96, of the interval that covers the truth in 95 % of runs.
const Z95: f64 = 1.959_963_984_540_054;

/// The estimate and its interval against the number of samples.
fn funnel(document: &Comparison) -> Figure {
    let Some(points) = document.page.as_ref().map(|page| &page.convergence.points) else {
        return Ok(None);
    };
    if points.len() < 2 {
        return Ok(None);
    }
    let own =
        |estimate: f64, std_error: f64| (estimate - Z95 * std_error, estimate + Z95 * std_error);
    let band: Vec<_> = points
        .iter()
        .map(|point| {
            let (low, high) = own(point.estimate, point.std_error);
            (point.samples as f64, low, high)
        })
        .collect();
    let ends = [points[0].samples as f64, points[points.len() - 1].samples as f64];
    let mut series = vec![Series {
        name: "estimate".to_owned(),
        look: Look::kernel(2),
        points: points.iter().map(|point| (point.samples as f64, point.estimate)).collect(),
        marked: true,
        joined: false,
    }];
    if let Some(truth) = document.truth {
        let points = ends.map(|samples| (samples, truth)).to_vec();
        series.insert(
            0,
            Series {
                name: "truth".to_owned(),
                look: Look::GUIDE,
                points,
                marked: false,
                joined: true,
            },
        );
    }
    let picture = Lines {
        title: "The estimate converges".to_owned(),
        about: "Estimates from more and more samples; the area around them is the 95 % interval, which narrows \
                towards the truth. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(ends, power_of_ten), "samples, M".to_owned()),
        y: (
            Axis::linear(band.iter().flat_map(|&(_, low, high)| [low, high])),
            "estimate, with its 95 % interval".to_owned(),
        ),
        series,
        band,
    };
    Ok(Some(picture.draw()?))
}

/// The error against the number of samples, and 1/√M.
fn error(document: &Comparison) -> Figure {
    let Some(points) = document.page.as_ref().map(|page| &page.convergence.points) else {
        return Ok(None);
    };
    let errors: Vec<_> = points
        .iter()
        .map(|point| (point.samples as f64, point.std_error))
        .filter(|point| point.1 > 0.0)
        .collect();
    let (Some(&first), Some(&last), true) = (errors.first(), errors.last(), errors.len() > 1)
    else {
        return Ok(None);
    };
    // Through the last point, where the standard error itself is known best.
    let law = |samples: f64| (samples, last.1 * (last.0 / samples).sqrt());
    let mut series = vec![
        Series {
            name: "1/√M".to_owned(),
            look: Look::GUIDE,
            points: vec![law(first.0), law(last.0)],
            marked: false,
            joined: true,
        },
        Series {
            name: "std_error".to_owned(),
            look: Look::kernel(2),
            points: errors,
            marked: true,
            joined: false,
        },
    ];
    if let Some(truth) = document.truth {
        let off: Vec<_> = points
            .iter()
            .map(|point| (point.samples as f64, (point.estimate - truth).abs()))
            .filter(|point| point.1 > 0.0)
            .collect();
        let look = Look { dash: 2, ..Look::kernel(3).shaped(Shape::Square) };
        series.push(Series {
            name: "off by".to_owned(),
            look,
            points: off,
            marked: true,
            joined: false,
        });
    }
    let all = || series.iter().flat_map(|series| series.points.iter().copied());
    let picture = Lines {
        title: "The error falls as 1/√M".to_owned(),
        about: "The standard error, and how far the estimate really is from the truth, against the number of \
                samples; both axes logarithmic. The numbers are in the table."
            .to_owned(),
        x: (Axis::log(all().map(|point| point.0), power_of_ten), "samples, M".to_owned()),
        y: (Axis::log(all().map(|point| point.1), power_of_ten), "error".to_owned()),
        series,
        band: Vec::new(),
    };
    Ok(Some(picture.draw()?))
}

/// The estimates.
fn table_of(convergence: &Convergence, truth: Option<f64>) -> Markup {
    let points = &convergence.points;
    let columns = [
        Column::of("M", points, |point| Some(grouped(point.samples))),
        Column::of("estimate", points, |point| {
            Some(value_with_error(point.estimate, point.std_error))
        }),
        Column::of("std_error", points, |point| Some(format!("{:.1e}", point.std_error))),
        Column::of("off by", points, |point| {
            Some(format!("{:.1e}", (point.estimate - truth?).abs()))
        }),
    ];
    table("Estimates", &columns)
}
