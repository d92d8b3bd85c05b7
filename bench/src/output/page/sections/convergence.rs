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
    let (random, sobol) = (&page.convergence, &page.convergence_sobol);
    let truth = document.truth;
    let pictures =
        [("funnel", funnel(&random.points, truth)?), ("error", error(random, sobol, truth)?)];
    let tables = html! {
        (table_of("Estimates", &random.points, truth))
        @if !sobol.points.is_empty() {
            (table_of("Estimates of Sobol' points", &sobol.points, truth))
        }
    };
    Ok(html! {
        (parts::pictured("convergence", "What the samples buy", &words(random, sobol), &pictures, &tables))
        @for (points, found) in [("", random), (" of Sobol' points", sobol)] {
            @if let Some(reason) = &found.reason {
                section { p.soft {
                    @if found.points.is_empty() { "No estimates" (points) " with more and more samples: " }
                    @else { "No more estimates" (points) " with more samples: " }
                    (reason)
                } }
            }
        }
    })
}

/// What is to be said about both kinds of points.
fn words(random: &Convergence, sobol: &Convergence) -> String {
    let mut words = format!(
        "Four times the samples, half the error: std_error falls as 1/√M, whatever the dimension. The \
         area is estimate ± 1.96 std_error, which covers the truth in 95 % of runs. Each point is a \
         run of its own, by {}; any technique gives the same.",
        random.technique
    );
    if let (Some(random), Some(sobol)) = (random.slope(), sobol.slope()) {
        words += &format!(
            " Sobol' points are spread evenly, and where f is smooth their error falls faster: here as M to the power of \
             {}, and that of random points as M to the power of {}, by the lines of least squares through the \
             logarithms.",
            power(sobol),
            power(random)
        );
    }
    words
}

/// A power of M with two decimals, and a minus sign as in print.
fn power(slope: f64) -> String {
    format!("{slope:.2}").replace('-', "−")
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

/// The errors of random and of Sobol' points against the number of samples, and 1/√M.
fn error(random: &Convergence, sobol: &Convergence, truth: Option<f64>) -> Figure {
    let errors = above_0(&random.points, |point| point.std_error);
    let [first, .., last] = *errors else { return Ok(None) };
    // Through the last point, where the standard error itself is known best.
    let law = |samples: f64| (samples, last.1 * (last.0 / samples).sqrt());
    let look = Look::kernel(2);
    let mut series = vec![
        Series::guide("1/√M", vec![law(first.0), law(last.0)]),
        Series::marks("std_error", look, errors),
    ];
    if let Some(truth) = truth {
        let look = Look { dash: 2, ..Look::kernel(3).shaped(Shape::Square) };
        let off = above_0(&random.points, |point| (point.estimate - truth).abs());
        series.push(Series::marks("off by", look, off));
    }
    let errors = above_0(&sobol.points, |point| point.std_error);
    if let (Some(slope), [first, .., last]) = (sobol.slope(), &*errors) {
        // Through the middle of the logarithms, as least squares have it.
        let middle = |of: fn(&(f64, f64)) -> f64| {
            errors.iter().map(|point| of(point).ln()).sum::<f64>() / errors.len() as f64
        };
        let (x, y) = (middle(|point| point.0), middle(|point| point.1));
        let law = |samples: f64| (samples, (y + slope * (samples.ln() - x)).exp());
        let name = format!("M^{}", power(slope));
        series.push(Series::guide(&name, vec![law(first.0), law(last.0)]));
    }
    if !errors.is_empty() {
        let look = Look::kernel(4).shaped(Shape::Triangle);
        series.push(Series::marks("Sobol'", look, errors));
    }
    let (x, y) = log_axes(&series, power_of_ten, power_of_ten);
    let picture = Lines {
        title: "The error falls as 1/√M, that of Sobol' points faster where f is smooth",
        about: "The standard error of random points, how far their estimate really is from the truth, and the standard \
                error of Sobol' points with its fitted slope, against the number of samples; both axes logarithmic.",
        x: (x, "samples, M"),
        y: (y, "error"),
        series,
        band: Vec::new(),
    };
    picture.draw().map(Some)
}

/// What is above 0, and so has a place on a log axis.
fn above_0(points: &[Point], error: impl Fn(&Point) -> f64) -> Vec<(f64, f64)> {
    let points = points.iter().map(|point| (point.samples as f64, error(point)));
    points.filter(|point| point.1 > 0.0).collect()
}

/// The estimates.
fn table_of(title: &str, points: &[Point], truth: Option<f64>) -> Markup {
    let columns = [
        Column::of("M", points, |point| grouped(point.samples)),
        Column::of("estimate", points, |point| value_with_error(point.estimate, point.std_error)),
        Column::of("std_error", points, |point| format!("{:.1e}", point.std_error)),
        Column::of("off by", points, |point| {
            Some(format!("{:.1e}", (point.estimate - truth?).abs()))
        }),
    ];
    table(title, &columns)
}
