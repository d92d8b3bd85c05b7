//! What the samples buy: its section.

use crate::numbers::{grouped, value_with_error};
use crate::output::chart::{Axis, ChartError, Lines, Series, log_axes, power_of_ten};
use crate::output::columns::Column;
use crate::output::page::parts::{self, Figure, table};
use crate::results::{Comparison, Convergence, Point};
use crate::technique::look::{Look, Shape};
use maud::{Markup, html};

/// The section.
pub fn section(document: &Comparison) -> Result<Markup, ChartError> {
    let Some(page) = &document.page else { return Ok(html! {}) };
    let Convergence { technique, points, reason } = &page.convergence;
    let words = format!(
        "Four times the samples, half the error: std_error falls as 1/√M, whatever the dimension. The \
         area is estimate ± 1.96 std_error, which covers the truth in 95 % of runs. Each point is a \
         run of its own, by {technique}; any technique gives the same."
    );
    let truth = document.truth;
    let pictures = [("funnel", funnel(points, truth)?), ("error", error(points, truth)?)];
    let (title, table) = ("What the samples buy", table_of(points, truth));
    Ok(html! {
        (parts::pictured("convergence", title, &words, &pictures, &table))
        @if let Some(reason) = reason {
            section { p.soft {
                @if points.is_empty() { "No estimates with more and more samples: " }
                @else { "No more estimates with more samples: " }
                (reason)
            } }
        }
    })
}

/// 1.96, of the interval that covers the truth in 95 % of runs.
const Z95: f64 = 1.959_963_984_540_054;

/// The estimate and its interval against the number of samples.
fn funnel(points: &[Point], truth: Option<f64>) -> Figure {
    let [first, .., last] = points else { return Ok(None) };
    let samples = |point: &Point| point.samples as f64;
    let interval = |point: &Point| {
        let half = Z95 * point.std_error;
        (samples(point), point.estimate - half, point.estimate + half)
    };
    let band: Vec<_> = points.iter().map(interval).collect();
    let ends = [first, last].map(samples);
    let estimates = points.iter().map(|point| (samples(point), point.estimate)).collect();
    let truth = truth.map(|truth| ends.map(|samples| (samples, truth)).to_vec());
    let mut series: Vec<_> =
        truth.map(|points| Series::guide("truth", points)).into_iter().collect();
    series.push(Series::marks("estimate", Look::kernel(2), estimates));
    let bounds = band.iter().flat_map(|&(_, low, high)| [low, high]);
    let picture = Lines {
        title: "The estimate converges",
        about: "Estimates from more and more samples; the area around them is the 95 % interval, which narrows \
                towards the truth.",
        x: (Axis::log(ends, power_of_ten), "samples, M"),
        y: (Axis::linear(bounds), "estimate, with its 95 % interval"),
        series,
        band,
    };
    picture.draw().map(Some)
}

/// The error against the number of samples, and 1/√M.
fn error(points: &[Point], truth: Option<f64>) -> Figure {
    let above_0 = |error: &dyn Fn(&Point) -> f64| -> Vec<_> {
        let points = points.iter().map(|point| (point.samples as f64, error(point)));
        points.filter(|point| point.1 > 0.0).collect()
    };
    let errors = above_0(&|point| point.std_error);
    let [first, .., last] = *errors else { return Ok(None) };
    // Through the last point, where the standard error itself is known best.
    let law = |samples: f64| (samples, last.1 * (last.0 / samples).sqrt());
    let mut series = vec![
        Series::guide("1/√M", vec![law(first.0), law(last.0)]),
        Series::marks("std_error", Look::kernel(2), errors),
    ];
    if let Some(truth) = truth {
        let look = Look { dash: 2, ..Look::kernel(3).shaped(Shape::Square) };
        let off = above_0(&|point| (point.estimate - truth).abs());
        series.push(Series::marks("off by", look, off));
    }
    let (x, y) = log_axes(&series, power_of_ten, power_of_ten);
    let picture = Lines {
        title: "The error falls as 1/√M",
        about: "The standard error, and how far the estimate really is from the truth, against the number of \
                samples; both axes logarithmic.",
        x: (x, "samples, M"),
        y: (y, "error"),
        series,
        band: Vec::new(),
    };
    picture.draw().map(Some)
}

/// The estimates.
fn table_of(points: &[Point], truth: Option<f64>) -> Markup {
    let columns = [
        Column::of("M", points, |point| grouped(point.samples)),
        Column::of("estimate", points, |point| value_with_error(point.estimate, point.std_error)),
        Column::of("std_error", points, |point| format!("{:.1e}", point.std_error)),
        Column::of("off by", points, |point| {
            Some(format!("{:.1e}", (point.estimate - truth?).abs()))
        }),
    ];
    table("Estimates", &columns)
}
